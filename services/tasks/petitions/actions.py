"""Handing a case over to the petition channel, and entering the receipt."""

from datetime import date, datetime, timedelta
from hashlib import sha256
from uuid import UUID

from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis.calendar import WorkCalendar
from chassis.clock import SHANGHAI, local_date, midnight
from chassis.identity import Actor
from chassis.objects import Objects, Pieces
from chassis.problems import Conflict, Forbidden, Invalid, NotAllowedNow, NotFound
from chassis.secrecy import Vault, place_of
from chassis.session import Session
from chassis.tables import new_id
from services.tasks.attachments import actions as attachments
from services.tasks.attachments.model import Attachment
from services.tasks.attachments.views import OF_REQUEST as FILES
from services.tasks.clocks.limits import limit
from services.tasks.notices.actions import tell
from services.tasks.notices.kinds import NoticeKind
from services.tasks.outcomes.story import story
from services.tasks.petitions.model import Petition
from services.tasks.petitions.pack import Contents, File, Line, listed, name_of_file, packed
from services.tasks.requests import policy
from services.tasks.requests.model import ServiceRequest
from services.tasks.requests.stages import Stage
from services.tasks.requests.views import item_of, load, to_move, wording_of
from services.tasks.roster import views as roster
from services.tasks.roster.model import Post
from services.tasks.rules.pack import RuleId, RulePack

ACCEPTED = {Stage.ACCEPTED, Stage.CONTACTED, Stage.HANDLING, Stage.PAUSED, Stage.EXTENDED, Stage.DIFFICULT}
"""Somebody has signed for it, and it is not done."""

OF_CASE = select(Petition).where(col(Petition.request_id) == bindparam("request"))


class MayNotHandOver(Forbidden):
    """Those above whoever has the case hand it over."""

    title_zh = "只有上级组织的工作人员可以移送信访渠道。"


class HandedOverAlready(Conflict):
    """This case was handed over already."""

    title_zh = "此事项已经移送信访渠道，不用再次移送。"


class ReceiptInTheFuture(Invalid):
    """A receipt is of today or earlier, and not of before the handing over."""

    title_zh = "收件日期应在移送当天到今天之间，请核对回执。"


async def hand_over(session: Session, request_id: UUID, *, by: Actor, office: str, reason: str) -> Petition:
    """Hand a case that was accepted over, whole. Nothing of it stops: its clocks, its handler and its judgement stay.

    Raises `NotFound`, `MayNotHandOver`, `HandedOverAlready`, `NotAllowedNow`.
    """
    request = await load(session, request_id)
    post = await above(session, by, request)
    if request.stage not in ACCEPTED:
        raise NotAllowedNow(move="hand_over", stage=request.stage.value)
    if await session.first(OF_CASE, request=request.id) is not None:
        raise HandedOverAlready()
    petition_id = new_id()
    number = f"{local_date(session.now):%Y%m%d}-{petition_id.hex[-10:].upper()}"
    pack = packed(await _contents(session, request, number=number, office=office, reason=reason, by_name=post.name))
    rule = session.use(RulePack).rule(RuleId.PETITION_ACCEPT, on=local_date(session.now))
    made = Petition(
        id=petition_id,
        township_code=request.township_code,
        request_id=request.id,
        number=number,
        office=office,
        reason=session.use(Vault).seal(reason, place=place_of("petition", "reason", petition_id)),
        pack=session.use(Vault).seal_bytes(pack, place=place_of("petition", "pack", petition_id)),
        pack_digest=sha256(pack).digest(),
        handed_at=session.now,
        handed_by=by.person_id,
        by_name=post.name,
        post_id=post.id,
        told_by=limit(rule.amount, session.now, session.use(WorkCalendar)).due_at,
        receipt_number=None,
        received_by=None,
        received_on=None,
        received_at=None,
        entered_by=None,
        ends_by=None,
        longest_by=None,
        extended_on=None,
        extension_approver=None,
        extension_reason=None,
        extension_at=None,
        extension_entered_by=None,
    )
    session.add(made)
    tell(session, request.requester_id, NoticeKind.PETITION_HANDED_OVER, request_id=request.id)
    return made


async def enter_receipt(
    session: Session, petition_id: UUID, *, by: Actor, number: str, received_by: str, on: date
) -> Petition:
    """Enter the receipt of the office that took it. Raises `NotFound`, `ReceiptInTheFuture`, `ReceiptThere`."""
    seen = await session.get(Petition, petition_id)
    request = await to_move(session, seen.request_id) if seen else None
    made = await session.get(Petition, petition_id, lock=True)
    if request is None or made is None:
        raise NotFound()
    await above(session, by, request)
    if not local_date(made.handed_at) <= on <= local_date(session.now):
        raise ReceiptInTheFuture()
    made.receive(number=number, received_by=received_by, on=on, at=session.now, by=by.person_id)
    pack, calendar = session.use(RulePack), session.use(WorkCalendar)
    start = midnight(on)
    made.ends_by = limit(pack.rule(RuleId.PETITION_FINISH, on=on).amount, start, calendar).due_at
    longer = pack.rule(RuleId.PETITION_EXTENSION, on=on).amount
    made.longest_by = limit(longer, made.ends_by - timedelta(microseconds=1), calendar).due_at
    tell(session, request.requester_id, NoticeKind.PETITION_RECEIVED, request_id=request.id)
    return made


async def pack_of(session: Session, petition_id: UUID, *, by: Actor) -> tuple[Petition, bytes]:
    """The pack as it was handed over, for those above. Raises `NotFound`."""
    made = await session.get(Petition, petition_id)
    request = await session.get(ServiceRequest, made.request_id) if made else None
    if made is None or request is None or made.pack is None:
        raise NotFound()
    await above(session, by, request)
    return made, session.use(Vault).open_bytes(made.pack, place=place_of("petition", "pack", made.id))


async def files_of(session: Session, record: bytes) -> list[tuple[str, Pieces]]:
    """The files that a pack lists, each by its name in it; one that was taken away since then is missing."""
    found: list[tuple[str, Pieces]] = []
    for one in listed(record):
        kept = await session.get(Attachment, UUID(one.id))
        if kept is not None and kept.key is not None:
            key = attachments.key_of(session, kept)
            found.append((one.name, await session.use(Objects).get(attachments.name_of(kept.id), key=key)))
    return found


async def above(session: Session, by: Actor, request: ServiceRequest) -> Post:
    """The post by which somebody above whoever has the case hands it over. Raises `NotFound`, `MayNotHandOver`."""
    await policy.check_may_see(session, by, request)
    if not await policy.is_overseer(session, by, request):
        raise MayNotHandOver()
    posts = await roster.posts_of(session, by.person_id, today=local_date(session.now))
    return next(post for post in posts if post.id == session.by_post)


async def _contents(
    session: Session, request: ServiceRequest, *, number: str, office: str, reason: str, by_name: str
) -> Contents:
    item = item_of(session, request)
    return Contents(
        number=number,
        office=office,
        reason=reason,
        request_id=str(request.id),
        kind=request.kind.title_zh,
        matter=item.name if item else request.kind.title_zh,
        wording=wording_of(session, request),
        division_code=request.division_code,
        submitted_at=_said(request.submitted_at),
        requester_id=None if request.anonymous else str(request.requester_id),
        stage=request.stage.title_zh,
        promised_on=request.promised_on.isoformat() if request.promised_on else None,
        finish_due_at=_said(request.finish_due_at),
        handed_at=_said(session.now),
        handed_by=by_name,
        story=tuple(Line(_said(at), what) for at, what, _ in await story(session, request, reader=None)),
        files=tuple(
            File(
                name_of_file(n, media_type=one.media_type or "", digest=one.digest or b""),
                str(one.id),
                one.media_type or "",
                one.size or 0,
                (one.digest or b"").hex(),
            )
            for n, one in enumerate(await session.all(FILES, request=request.id), start=1)
        ),
    )


def _said(at: datetime) -> str:
    return at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")
