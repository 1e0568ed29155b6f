"""Giving a request to a named person, and taking a wrong dispatch back."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis.calendar import WorkCalendar
from chassis.clock import local_date
from chassis.divisions import is_district
from chassis.identity import Actor
from chassis.problems import Conflict
from chassis.secrecy import Vault, place_of
from chassis.session import Session
from chassis.tables import new_id
from contracts.tasks import RequestDispatched
from services.tasks.clocks import running as clocks
from services.tasks.clocks.limits import limit
from services.tasks.clocks.model import Clock, ClockKind
from services.tasks.dispatches import chair, duties
from services.tasks.dispatches.model import BY_HAND, Dispatch, ReturnCode, Way, Why
from services.tasks.duties.model import DutyEntry, DutyKind
from services.tasks.merges import following as merges
from services.tasks.notices.actions import tell
from services.tasks.notices.kinds import NoticeKind
from services.tasks.requests import complaints, policy
from services.tasks.requests.model import ServiceRequest
from services.tasks.requests.stages import Stage
from services.tasks.requests.views import load
from services.tasks.roster import views as roster
from services.tasks.roster.duty import Duty, on_duty
from services.tasks.roster.model import Organization, Post
from services.tasks.rules.pack import RuleId, RulePack

LATEST = (
    select(Dispatch)
    .where(col(Dispatch.request_id) == bindparam("request"))
    .order_by(col(Dispatch.turn).desc())
    .limit(1)
    .with_for_update()
)


class ReturnTooLate(Conflict):
    """The limit for returning a wrong dispatch has ended."""

    title_zh = "已超过退回时限，请联系所在乡镇（街道）协调。"


class BoundByTheChair(Conflict):
    """The chair of the area decided that it is yours; it cannot be returned."""

    title_zh = "这件事项由负责人裁定由您承办，不能退回；确有困难请直接向该负责人说明。"


class NobodyThere(Conflict):
    """That post is vacant or does not exist; choose somebody in office."""

    title_zh = "该岗位现在无人在任，请选择在岗人员。"


class ReturnedItAlready(Conflict):
    """This person has returned it once; only the chair of the area can bind them to it."""

    title_zh = "此人已退回过这件事项，请另派他人；确应由其承办的，报负责人裁定。"


async def dispatch(
    session: Session, request_id: UUID, *, by: Actor, post_id: UUID, duty_entry_id: UUID | None = None
) -> ServiceRequest:
    """Give a returned or unassigned request to a named person in office; what its chair decides is binding.

    `duty_entry_id` names another line of the duty list than the one by which it went so far.
    """
    request = await load(session, request_id)
    ruling = await chair.decides(session, by, request)
    if not ruling:
        await policy.check_may_dispatch(session, by, request)
        if request.stage is Stage.DIFFICULT and (request.working_person_id or request.handled_at) is not None:
            raise chair.ForTheChair()
    post = await session.get(Post, post_id)
    if post is None or not post.held_on(local_date(session.now)):
        raise NobodyThere()
    found = await on_duty(session, post, today=local_date(session.now))
    await complaints.check_above(session, request, found.post)
    entry = await _entry(session, request, duty_entry_id, ruling=ruling)
    duties.refuse_downward(entry, found.post)
    if not ruling and found.post.person_id in {one.person_id for one in await _returned(session, request)}:
        raise ReturnedItAlready()
    request.duty_entry_id = entry.id if entry else None
    request.binding = ruling
    give(session, request, found, by=by.person_id, why=Why(Way.BY_CHAIR) if ruling else BY_HAND)
    await merges.keep_together(session, request)
    return request


async def give_back(
    session: Session, request_id: UUID, *, by: Actor, reason: str, code: ReturnCode = ReturnCode.OTHER
) -> ServiceRequest:
    """Return a wrong dispatch with a reason; it goes to the township, never back to the citizen.

    After as many returns as the rules allow it goes to the chair of the area instead, who decides.
    """
    request = await load(session, request_id)
    await policy.check_may_see(session, by, request)
    acting = await policy.acting_for(session, by, request)
    fact = request.give_back(by.person_id, at=session.now, acting=acting is not None)
    given = await latest(session, request)
    session.by_post = acting.post.id if acting else given.post_id
    if request.binding:
        raise BoundByTheChair()
    if session.now >= given.return_by:
        raise ReturnTooLate(return_by=given.return_by.isoformat())
    given.returned_at = session.now
    given.return_code = code
    given.return_reason = session.use(Vault).seal(reason, place=reason_place(given.id))
    await clocks.meet(session, ClockKind.ACCEPT, request_id=request.id)
    session.publish(fact)
    request.transfers += 1
    if request.transfers >= session.use(RulePack).rule(RuleId.DISPATCHES, on=local_date(session.now)).value:
        request.move("find_difficult")
        await chair.lay_before(session, request)
    elif request.about_person_id is None and not request.for_discipline:
        await _tell_who_dispatches(session, request, given)
    else:
        await complaints.tell_supervision(session, request, NoticeKind.RETURNED)
    await merges.keep_together(session, request)
    return request


def give(session: Session, request: ServiceRequest, duty: Duty, *, by: UUID | None, why: Why = BY_HAND) -> Clock:
    """Dispatch to a named person, whose accept clock starts."""
    request.move("dispatch")
    request.turn += 1
    post = duty.post
    request.organization_id = request.working_organization_id = post.organization_id
    request.working_person_id = post.person_id
    request.promised_on = None  # of whoever had it before; the first one is kept
    pack = session.use(RulePack)
    today = local_date(session.now)
    accept = clocks.start(
        session,
        ClockKind.ACCEPT,
        request_id=request.id,
        turn=request.turn,
        amount=pack.rule(RuleId.ACCEPT, on=today).amount,
        rule=RuleId.ACCEPT.value,
    )
    give_back = limit(pack.rule(RuleId.RETURN, on=today).amount, session.now, session.use(WorkCalendar))
    note(session, request, duty, by=by, why=why, return_by=give_back.due_at, accept_due_at=accept.due_at)
    tell(session, post.person_id, NoticeKind.DISPATCHED, request_id=request.id)
    return accept


def note(
    session: Session,
    request: ServiceRequest,
    duty: Duty,
    *,
    by: UUID | None,
    why: Why,
    return_by: datetime,
    accept_due_at: datetime,
) -> None:
    """Write down that it was given to somebody, why, and tell the other services."""
    post, absent = duty.post, duty.acting_for
    session.add(
        Dispatch(
            id=new_id(),
            request_id=request.id,
            turn=request.turn,
            post_id=post.id,
            person_id=post.person_id,
            person_name=post.name,
            organization_id=post.organization_id,
            division_code=post.division_code,
            acting_for_post_id=absent.id if absent else None,
            acting_for_name=absent.name if absent else None,
            dispatched_at=session.now,
            dispatched_by=by,
            way=why.way,
            open_cases=why.open_cases,
            among=why.among,
            duty_entry_id=request.duty_entry_id,
            return_by=return_by,
            returned_at=None,
            return_code=None,
            return_reason=None,
        )
    )
    session.publish(
        RequestDispatched(
            request_id=request.id,
            turn=request.turn,
            post_id=post.id,
            person_id=post.person_id,
            organization_id=post.organization_id,
            division_code=post.division_code,
            dispatched_at=session.now,
            accept_due_at=accept_due_at,
            duty_entry_id=request.duty_entry_id,
        )
    )


async def latest(session: Session, request: ServiceRequest) -> Dispatch:
    """The dispatch by which it is, or was last, with somebody; locked."""
    given = await session.first(LATEST, request=request.id)
    if given is None:
        raise TypeError("a request that was never dispatched is with nobody")
    return given


async def dispatchers(session: Session, request: ServiceRequest) -> list[Post]:
    """Those who dispatch by hand in the request's township."""
    return await roster.dispatchers_of(session, request.township_code, today=local_date(session.now))


async def tell_the_township(session: Session, request: ServiceRequest, kind: NoticeKind) -> None:
    """Have those told who dispatch by hand in the request's township."""
    for post in await dispatchers(session, request):
        tell(session, post.person_id, kind, request_id=request.id)


def reason_place(dispatch_id: UUID) -> str:
    """The place that a sealed reason is bound to."""
    return place_of("dispatch", "return_reason", dispatch_id)


async def _tell_who_dispatches(session: Session, request: ServiceRequest, given: Dispatch) -> None:
    """The township, or the county where one of its departments gave it back, which no township oversees."""
    had_it = await session.get(Organization, given.organization_id)
    if had_it is not None and is_district(had_it.division_code):
        await chair.tell_the_county(session, request, NoticeKind.RETURNED)
    else:
        await tell_the_township(session, request, NoticeKind.RETURNED)


async def _returned(session: Session, request: ServiceRequest) -> list[Dispatch]:
    return await session.all(chair.RETURNED, request=request.id)


async def _entry(session: Session, request: ServiceRequest, named: UUID | None, *, ruling: bool) -> DutyEntry | None:
    """The line by which it goes on. From what the county has taken back only the county or a chair turns away."""
    so_far = await duties.entry_of(session, request)
    if named is None or (so_far is not None and named == so_far.id):
        return so_far
    entry = await duties.entry_in_force(session, request, named)
    if so_far is not None and so_far.kind is DutyKind.TAKEN_BACK and not ruling:
        post = await session.get(Post, session.by_post) if session.by_post else None
        if post is None or not duties.of_the_county(post):
            raise duties.TakenBackByTheCounty(number=so_far.number, name=so_far.name, department=so_far.department)
    return entry
