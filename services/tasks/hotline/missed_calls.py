"""A call that nobody answered is a case that asks to be called back, within a limit of its own."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis.clock import local_date
from chassis.identity import Actor
from chassis.problems import Invalid, NotFound
from chassis.session import Session
from chassis.tables import new_id
from services.tasks.clocks import running as clocks
from services.tasks.clocks.model import ClockKind
from services.tasks.dispatches import actions as dispatches
from services.tasks.hotline import policy
from services.tasks.hotline.model import HotlineDesk, MissedCall, NoSuchDesk, Shift
from services.tasks.requests import actions as requests
from services.tasks.requests.channels import Channel
from services.tasks.requests.model import ServiceRequest
from services.tasks.requests.stages import Stage
from services.tasks.requests.views import to_move
from services.tasks.roster.duty import Duty, agents_of, on_duty
from services.tasks.rules.pack import MatterKind, RuleId, RulePack

WORDING = "来电未接通，请回拨"

OPEN = (
    select(MissedCall)
    .where(
        col(MissedCall.division_code) == bindparam("division"),
        col(MissedCall.requester_id) == bindparam("requester"),
        col(MissedCall.called_back_at).is_(None),
        col(MissedCall.last_at) > bindparam("since"),
    )
    .order_by(col(MissedCall.id).desc())
    .limit(1)
    .with_for_update()
)
COMING = (
    select(Shift)
    .where(
        col(Shift.division_code) == bindparam("division"),
        col(Shift.to_at) > bindparam("now"),
        col(Shift.from_at) <= bindparam("until"),
        col(Shift.cancelled_at).is_(None),
    )
    .order_by(col(Shift.from_at), col(Shift.id))
    .limit(20)
)


class CallInTheFuture(Invalid):
    """A call that was missed has rung already."""

    title_zh = "来电时间晚于现在，请核对电话系统的时钟后重新报送。"


async def note(
    session: Session, *, by: Actor, division_code: str, requester_id: UUID, called_at: datetime | None
) -> MissedCall:
    """Make a case of a missed call, or join the one of the same person that still waits to be called back.

    It goes to whoever is on duty at the desk, else to whoever is on next, else as any request of the area.
    Raises `NotAtTheDesk`, `NoSuchDesk`, `CallInTheFuture`.
    """
    await policy.check_may_report_calls(session, by, division_code)
    desk = await session.get(HotlineDesk, division_code, lock=True)  # calls of one person come one after the other
    if desk is None:
        raise NoSuchDesk()
    at = called_at or session.now
    if at > session.now + timedelta(minutes=5):
        raise CallInTheFuture()
    pack, today = session.use(RulePack), local_date(session.now)
    window = pack.rule(RuleId.MISSED_CALL_WINDOW, on=today).value
    known = await session.first(
        OPEN, division=division_code, requester=requester_id, since=at - timedelta(hours=window)
    )
    if known is not None:
        known.calls += 1
        known.last_at = max(known.last_at, at)
        return known
    done = await requests.submit(
        session,
        by=by,
        requester_id=requester_id,
        division_code=division_code,
        channel=Channel.HOTLINE,
        kind=MatterKind.ENQUIRY,
        item_code=None,
        wording=WORDING,
        among=await _who_calls_back(session, division_code, past=requester_id),
        at_desk=True,
    )
    contact = pack.rule(RuleId.MISSED_CALL_CONTACT, on=today)
    clocks.start(
        session, ClockKind.CONTACT, request_id=done.request.id, turn=1, amount=contact.amount, rule=contact.id.value
    )
    missed = MissedCall(
        id=new_id(),
        township_code=f"{division_code[:9]}000",
        division_code=division_code,
        request_id=done.request.id,
        requester_id=requester_id,
        first_at=at,
        last_at=at,
        calls=1,
        tries=0,
        tried_at=None,
        called_back_at=None,
        called_back_by=None,
    )
    session.add(missed)
    return missed


async def call_back(session: Session, call_id: UUID, *, by: Actor, reached: bool) -> MissedCall:
    """Note that the person was called back. Reached, the contact limit is met; not reached, it waits on.

    The case itself goes its way: whoever has it answers it, or promises a date.
    """
    seen = await session.get(MissedCall, call_id)
    if seen is None:
        raise NotFound()
    await policy.check_has_it(session, by, seen.division_code)
    request = await to_move(session, seen.request_id)
    missed = await session.get(MissedCall, call_id, lock=True)
    if missed is None or request is None:
        raise NotFound()
    if missed.called_back_at is not None:
        return missed
    missed.tried_at = session.now
    if not reached:
        missed.tries += 1
        return missed
    missed.called_back_at, missed.called_back_by = session.now, by.person_id
    if request.contacted_at is None:
        request.contacted_at = session.now
    await clocks.meet_contact(session, request.id, at=session.now)
    return missed


async def pass_on(session: Session, call_id: UUID, *, to: Duty, by: Actor) -> None:
    """Give the case of a missed call that was not called back to whoever takes the desk over."""
    seen = await session.get(MissedCall, call_id)
    if seen is None or seen.called_back_at is not None:
        return
    request = await to_move(session, seen.request_id)
    if request is None or request.stage is not Stage.DISPATCHED or request.working_person_id == to.post.person_id:
        return
    if await _was_given_to_the_desk(session, request, seen):
        await clocks.meet(session, ClockKind.ACCEPT, request_id=request.id)
        request.move("return")
        dispatches.give(session, request, to, by=by.person_id)


async def _was_given_to_the_desk(session: Session, request: ServiceRequest, missed: MissedCall) -> bool:
    """Not to the agent of a village where the desk was empty: they keep it."""
    agents = await agents_of(session, request.division_code, today=local_date(session.now))
    on_shift = set[UUID]()
    for shift in await session.all(
        COMING, division=missed.division_code, now=missed.first_at, until=session.now + timedelta(days=1)
    ):
        found = await policy.duty_of(session, shift.post_id)
        if found is not None:
            on_shift.add(found.post.person_id)
    return request.working_person_id in on_shift or not agents


async def _who_calls_back(session: Session, division_code: str, *, past: UUID) -> Sequence[Duty]:
    """Whoever is on duty now, else who is on next within a day; else the agents of the area, else who writes the
    roster there: somebody with a name calls back, whatever the roster says."""
    today = local_date(session.now)
    for shift in await session.all(
        COMING, division=division_code, now=session.now, until=session.now + timedelta(days=1)
    ):
        found = await policy.duty_of(session, shift.post_id)
        if found is not None and found.post.person_id != past:
            return [found]
    agents = await agents_of(session, division_code, today=today)
    if agents:
        return agents
    answering = await session.all(policy.ANSWERING, division=division_code, today=today)
    return [await on_duty(session, post, today=today) for post in answering]
