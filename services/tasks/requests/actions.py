"""What is done with a request, from its arrival to «was it solved?»; each the body of one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from chassis.clock import local_date, real_now
from chassis.identity import Actor
from chassis.problems import Invalid
from chassis.secrecy import Vault, place_of
from chassis.session import Session
from chassis.tables import new_id
from contracts.tasks import RequestSubmitted
from services.tasks.attachments.actions import name_evidence
from services.tasks.call_backs.due import ask_by_voice
from services.tasks.catalogue.model import Catalogue
from services.tasks.clocks import running as clocks
from services.tasks.clocks.limits import latest_promise
from services.tasks.clocks.model import Clock, ClockKind
from services.tasks.dispatches import actions as dispatches
from services.tasks.dispatches.intake import first_dispatch
from services.tasks.mandates.model import MandateUse
from services.tasks.merges import following as merges
from services.tasks.notices.actions import tell
from services.tasks.notices.kinds import NoticeKind
from services.tasks.outcomes import actions as outcomes
from services.tasks.outcomes.archiving import rest
from services.tasks.places.actions import locate
from services.tasks.places.model import Where
from services.tasks.publications import actions as publications
from services.tasks.requests import complaints, policy, voices
from services.tasks.requests.channels import Channel
from services.tasks.requests.model import Completion, ServiceRequest, Signature, Solved, Source
from services.tasks.requests.reasons import AboutReason
from services.tasks.requests.stages import Stage
from services.tasks.requests.views import evidence_required, load, wording_place
from services.tasks.roster import views as roster
from services.tasks.roster.duty import Duty, agents_of
from services.tasks.roster.model import Post
from services.tasks.rules.pack import MatterKind, Urgency
from services.tasks.search import actions as search
from services.tasks.signatures.actions import sign
from services.tasks.tracking import codes
from services.tasks.urgencies.limits import amount_of, finishing, name_of


class NoSuchDivision(Invalid):
    """There is no village or community with this code."""

    title_zh = "没有这个村（社区），请重新选择所在村（社区）。"


class NothingAsked(Invalid):
    """A request names an errand of the catalogue, or says in words what it is about and of which kind it is."""

    title_zh = "请选择一个代办事项，或者写下（说出）您的诉求并选择类别。"


@dataclass(frozen=True, slots=True)
class Submitted:
    """A request as it went in, with the one thing that is never shown again."""

    request: ServiceRequest
    tracking_code: str
    clocks: list[Clock]
    post: Post | None


async def submit(
    session: Session,
    *,
    by: Actor,
    requester_id: UUID,
    division_code: str,
    channel: Channel,
    kind: MatterKind | None,
    item_code: str | None,
    wording: str | None,
    about_post_id: UUID | None = None,
    about_reason: AboutReason | None = None,
    anonymous: bool = False,
    voice_id: UUID | None = None,
    where: Where | None = None,
    among: Sequence[Duty] | None = None,
    at_desk: bool = False,
    urgency: Urgency = Urgency.ORDINARY,
) -> Submitted:
    """Take a request in, start its clocks, and give it to the agent of its village, or to one of those named.

    A complaint about somebody in office goes past them, to those who supervise from above. `at_desk` says that the
    caller has seen already that `by` takes requests in, being on duty at a desk; and who says how urgent it is may.
    """
    today = local_date(session.now)
    leave = None
    if not at_desk:
        leave = await policy.check_may_submit(
            session,
            by,
            requester_id=requester_id,
            channel=channel,
            division_code=division_code,
            item_code=item_code,
            anonymous=anonymous,
        )
    item = session.use(Catalogue).item(item_code, on=today) if item_code else None
    kind = item.kind if item else kind
    if kind is None or (item is None and not wording and voice_id is None):
        raise NothingAsked()
    complaints.check_reason(about_reason, kind=kind, item_code=item_code)
    subject = None
    if about_post_id is not None:
        subject = await complaints.subject_of(session, about_post_id, kind=kind, by=by, requester_id=requester_id)
    on_duty = await agents_of(session, division_code, today=today) if among is None else among
    agents = [one for one in on_duty if one.post.person_id != requester_id]
    if not agents and among is None:
        await _check_division(session, division_code, channel)
    code = codes.new_code()
    vault = session.use(Vault)
    request_id = new_id()
    rule = finishing(session, item=item, kind=kind, urgency=urgency, at=session.now)
    finish = clocks.start(
        session, ClockKind.FINISH, request_id=request_id, turn=1, amount=amount_of(rule), rule=name_of(rule)
    )
    request = ServiceRequest(
        id=request_id,
        township_code=f"{division_code[:9]}000",
        division_code=division_code,
        channel=channel,
        kind=kind,
        urgency=urgency,
        item_code=item.code if item else None,
        item_version=item.version if item else None,
        wording=vault.seal(wording, place=wording_place(request_id)) if wording else None,
        voice_id=voice_id,
        place=None,
        cell_y=None,
        cell_x=None,
        requester_id=requester_id,
        anonymous=anonymous,
        client_id=None if by.scopes is None else by.person_id,
        about_post_id=subject.id if subject else None,
        about_person_id=subject.person_id if subject else None,
        about_organization_id=subject.organization_id if subject else None,
        about_reason=about_reason,
        tracking_index=vault.index(codes.plain(code), place="service_request.tracking"),
        stage=Stage.RECEIVED,
        submitted_at=session.now,
        moved_at=real_now(),
        turn=0,
        transfers=0,
        binding=False,
        duty_entry_id=None,
        merged_into=None,
        round=1,
        organization_id=None,
        handler_id=None,
        working_person_id=None,
        working_organization_id=None,
        finish_due_at=finish.due_at,
        finish_provisional=finish.provisional,
        colour=None,
        first_promised_on=None,
        promised_on=None,
        contacted_at=None,
        handled_at=None,
        handled_in_time=None,
        archive_at=None,
        archived_at=None,
        exclusion=None,
        solved=None,
    )
    locate(session, request, where)
    session.add(request)
    publications.begin(session, request)
    if voice_id is not None:
        await voices.name_voice(session, voice_id, request_id=request_id, by=by)
    if leave is not None:
        session.add(MandateUse(request_id=request_id, mandate_id=leave.id, by=by.person_id, at=session.now))
    if wording:
        search.enter(session, request_id=request_id, township_code=request.township_code, wording=wording)
    session.publish(
        RequestSubmitted(
            request_id=request_id,
            division_code=division_code,
            kind=kind.value,
            item_code=request.item_code,
            channel=channel.value,
            heading=channel.bulletin.value if channel.bulletin else None,
            submitted_at=session.now,
            finish_due_at=finish.due_at,
            about_person_id=request.about_person_id,
            about_organization_id=request.about_organization_id,
            discipline=request.for_discipline,
        )
    )
    complaints.protect(session, request)
    first, accepting = await first_dispatch(session, request, subject=subject, agents=agents, wording=wording)
    running = [finish, *accepting]
    return Submitted(request=request, tracking_code=code, clocks=running, post=first.post if first else None)


async def promise(
    session: Session, request_id: UUID, *, by: Actor, promised_on: date
) -> tuple[ServiceRequest, Signature]:
    """Sign for a request and promise a finishing date (local)."""
    request = await load(session, request_id)
    await policy.check_may_see(session, by, request)
    acting = await policy.acting_for(session, by, request)
    in_time = await clocks.meet(session, ClockKind.ACCEPT, request_id=request.id)
    fact = request.promise(
        by.person_id,
        promised_on,
        at=session.now,
        today=local_date(session.now),
        latest=latest_promise(request.finish_due_at),
        in_time=in_time,
        acting=acting is not None,
    )
    session.publish(fact)
    return request, await sign(session, request, acting=acting)


async def answer(session: Session, request_id: UUID, *, by: Actor, words: str) -> tuple[ServiceRequest, Signature]:
    """Sign for a request and answer it on the spot."""
    request = await load(session, request_id)
    await policy.check_may_see(session, by, request)
    acting = await policy.acting_for(session, by, request)
    in_time = await clocks.meet(session, ClockKind.ACCEPT, request_id=request.id)
    session.publish(request.answer(by.person_id, at=session.now, in_time=in_time, acting=acting is not None))
    signature = await sign(session, request, acting=acting)
    await _complete(session, request, by=by, note=words, evidence=[], acting=acting)
    return request, signature


async def report(session: Session, request_id: UUID, *, by: Actor, note: str, evidence: list[UUID]) -> ServiceRequest:
    """Report a request done, with a note and, where its item asks, evidence."""
    request = await load(session, request_id)
    await policy.check_may_see(session, by, request)
    acting = await policy.acting_for(session, by, request)
    request.report(by.person_id, acting=acting is not None)
    session.by_post = acting.post.id if acting else (await dispatches.latest(session, request)).post_id
    await name_evidence(session, evidence, request_id=request.id, by=by, required=evidence_required(session, request))
    await _complete(session, request, by=by, note=note, evidence=evidence, acting=acting)
    return request


async def judge(session: Session, request_id: UUID, *, by: Actor, solved: Solved, round_: int) -> ServiceRequest:
    """The person served says whether it was solved; «no» and «partly» open the case's rectification."""
    request = await load(session, request_id)
    await policy.check_may_see(session, by, request)
    await outcomes.take_answer(session, request, solved=solved, round_=round_, source=Source.SELF, by=by.person_id)
    return request


async def _complete(
    session: Session, request: ServiceRequest, *, by: Actor, note: str, evidence: list[UUID], acting: Duty | None
) -> None:
    """Note the completion, meet the finish clock, and have the person served asked."""
    completion_id = new_id()
    away = acting.acting_for if acting else None
    session.add(
        Completion(
            id=completion_id,
            request_id=request.id,
            note=session.use(Vault).seal(note, place=place_of("completion", "note", completion_id)),
            evidence=" ".join(map(str, evidence)),
            at=session.now,
            by=by.person_id,
            acting_for_post_id=away.id if away else None,
            acting_for_name=away.name if away else None,
        )
    )
    in_time = await clocks.meet(session, ClockKind.FINISH, request_id=request.id)
    session.publish(request.handled(at=session.now, in_time=in_time))
    tell(session, request.requester_id, NoticeKind.ANSWERED, request_id=request.id)
    rest(session, request)
    await merges.follow(
        session,
        request,
        by=by.person_id,
        note=note,
        evidence=evidence,
        acting_for_post_id=away.id if away else None,
        acting_for_name=away.name if away else None,
    )
    ask_by_voice(session, request)


async def _check_division(session: Session, code: str, channel: Channel) -> None:
    """A village or community; what comes from outside may lie with a township or the county, which gives it out."""
    area = await roster.division(session, code)
    if area is None or (area.kind not in {"village", "community"} and channel is not Channel.OPEN311):
        raise NoSuchDivision()
