"""By when a wrong dispatch may go back, counted anew by another work calendar, by order."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis.calendar import WorkCalendar
from chassis.clock import local_date
from chassis.inbox import Sessions
from chassis.session import Session
from services.tasks.clocks.limits import limit
from services.tasks.dispatches.model import Dispatch
from services.tasks.requests.model import ServiceRequest
from services.tasks.requests.stages import Stage
from services.tasks.requests.views import to_move
from services.tasks.rules.pack import RuleId, RulePack

AT_ONCE = 200
OPEN = (
    select(Dispatch)
    .join(ServiceRequest, col(ServiceRequest.id) == col(Dispatch.request_id))
    .where(
        col(ServiceRequest.stage) == Stage.DISPATCHED,
        col(ServiceRequest.turn) == col(Dispatch.turn),
        col(Dispatch.returned_at).is_(None),
        col(Dispatch.id) > bindparam("after"),
    )
    .order_by(col(Dispatch.id))
    .limit(AT_ONCE)
)


@dataclass(frozen=True, slots=True)
class ReturnChange:
    """A dispatch whose limit for returning would move."""

    dispatch_id: UUID
    request_id: UUID
    before: datetime
    after: datetime


async def changes(sessions: Sessions, calendar: WorkCalendar) -> list[ReturnChange]:
    """The dispatches that nobody has signed for and whose limit for returning this calendar would move."""
    found: list[ReturnChange] = []
    after = UUID(int=0)
    while True:
        async with sessions(None) as session:
            page = await session.all(OPEN, after=after)
            found += [one for given in page if (one := _change(session, given, calendar)) is not None]
        if len(page) < AT_ONCE:
            return found
        after = page[-1].id


async def carry_out(sessions: Sessions, calendar: WorkCalendar) -> Sequence[ReturnChange]:
    """Move those limits, each in a transaction of its own; one that would have ended already is not moved."""
    moved: list[ReturnChange] = []
    for seen in await changes(sessions, calendar):
        async with sessions(None) as session:
            request = await to_move(session, seen.request_id)
            given = await session.get(Dispatch, seen.dispatch_id, lock=True)
            if request is None or given is None or (request.stage, request.turn) != (Stage.DISPATCHED, given.turn):
                continue
            change = _change(session, given, calendar)
            if change is not None:
                given.return_by = change.after
                moved.append(change)
    return moved


def _change(session: Session, given: Dispatch, calendar: WorkCalendar) -> ReturnChange | None:
    rule = session.use(RulePack).rule(RuleId.RETURN, on=local_date(given.dispatched_at))
    after = limit(rule.amount, given.dispatched_at, calendar).due_at
    if after == given.return_by or min(after, given.return_by) <= session.now:
        return None
    return ReturnChange(given.id, given.request_id, given.return_by, after)
