"""Giving a request to a named person, and taking a wrong dispatch back."""

from uuid import UUID

from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis.calendar import WorkCalendar
from chassis.clock import local_date
from chassis.identity import Actor
from chassis.problems import Conflict
from chassis.secrecy import Vault, place_of
from chassis.session import Session
from chassis.tables import new_id
from contracts.tasks import RequestDispatched
from services.tasks.clocks import running as clocks
from services.tasks.clocks.limits import limit
from services.tasks.clocks.model import Clock, ClockKind
from services.tasks.dispatches.model import Dispatch
from services.tasks.merges import following as merges
from services.tasks.notices.actions import tell
from services.tasks.notices.model import NoticeKind
from services.tasks.requests import complaints, policy
from services.tasks.requests.model import ServiceRequest
from services.tasks.requests.views import load
from services.tasks.roster import views as roster
from services.tasks.roster.duty import Duty, on_duty
from services.tasks.roster.model import Post
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


class NobodyThere(Conflict):
    """That post is vacant or does not exist; choose somebody in office."""

    title_zh = "该岗位现在无人在任，请选择在岗人员。"


async def dispatch(session: Session, request_id: UUID, *, by: Actor, post_id: UUID) -> ServiceRequest:
    """Give a returned or unassigned request to a named person in office."""
    request = await load(session, request_id)
    await policy.check_may_dispatch(session, by, request)
    today = local_date(session.now)
    post = await session.get(Post, post_id)
    if post is None or not post.held_on(today):
        raise NobodyThere()
    found = await on_duty(session, post, today=today)
    await complaints.check_above(session, request, found.post)
    give(session, request, found, by=by.person_id)
    await merges.keep_together(session, request)
    return request


async def give_back(session: Session, request_id: UUID, *, by: Actor, reason: str) -> ServiceRequest:
    """Return a wrong dispatch with a reason; it goes to the township, never back to the citizen."""
    request = await load(session, request_id)
    await policy.check_may_see(session, by, request)
    acting = await policy.acting_for(session, by, request)
    fact = request.give_back(by.person_id, at=session.now, acting=acting is not None)
    given = await latest(session, request)
    session.by_post = acting.post.id if acting else given.post_id
    if session.now >= given.return_by:
        raise ReturnTooLate(return_by=given.return_by.isoformat())
    given.returned_at = session.now
    given.return_reason = session.use(Vault).seal(reason, place=_reason(given.id))
    await clocks.meet(session, ClockKind.ACCEPT, request_id=request.id)
    session.publish(fact)
    await merges.keep_together(session, request)
    if request.about_person_id is None:
        await tell_the_township(session, request, NoticeKind.RETURNED)
    else:
        await complaints.tell_supervision(session, request, NoticeKind.RETURNED)
    return request


def next_agent(agents: list[Duty], request_id: UUID) -> Duty | None:
    """One of the village's agents in turn, or a stand-in where no agent is in office."""
    first = [one for one in agents if one.kind == agents[0].kind]
    return first[request_id.int % len(first)] if first else None


def give(session: Session, request: ServiceRequest, duty: Duty, *, by: UUID | None) -> Clock:
    """Dispatch to a named person, whose accept clock starts."""
    post, absent = duty.post, duty.acting_for
    request.move("dispatch")
    request.turn += 1
    request.organization_id = request.working_organization_id = post.organization_id
    request.working_person_id = post.person_id
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
            return_by=give_back.due_at,
            returned_at=None,
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
            accept_due_at=accept.due_at,
        )
    )
    tell(session, post.person_id, NoticeKind.DISPATCHED, request_id=request.id)
    return accept


async def latest(session: Session, request: ServiceRequest) -> Dispatch:
    """The dispatch by which it is, or was last, with somebody; locked."""
    given = await session.first(LATEST, request=request.id)
    if given is None:
        raise TypeError("a request that was never dispatched is with nobody")
    return given


async def tell_the_township(session: Session, request: ServiceRequest, kind: NoticeKind) -> None:
    """Have those told who dispatch by hand in the request's township."""
    for post in await roster.dispatchers_of(session, request.township_code, today=local_date(session.now)):
        tell(session, post.person_id, kind, request_id=request.id)


def _reason(dispatch_id: UUID) -> str:
    return place_of("dispatch", "return_reason", dispatch_id)
