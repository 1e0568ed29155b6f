"""Open clocks looked at together: which would move by another calendar or another rule, and moving those, by order."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis.calendar import WorkCalendar
from chassis.inbox import Sessions
from chassis.session import Session
from services.tasks.catalogue.model import CatalogueItem
from services.tasks.clocks.life import Happening, What, limit_of, worked_out
from services.tasks.clocks.limits import Amount, latest_promise
from services.tasks.clocks.model import Clock, ClockKind
from services.tasks.clocks.moving import course_of, happen
from services.tasks.notices.actions import tell
from services.tasks.notices.kinds import NoticeKind
from services.tasks.requests.model import ServiceRequest
from services.tasks.requests.views import to_move
from services.tasks.roster.model import Organization
from services.tasks.rules.pack import Rule

AT_ONCE = 200
OPEN = (
    select(Clock)
    .where(col(Clock.met_at).is_(None), col(Clock.missed_at).is_(None), col(Clock.id) > bindparam("after"))
    .order_by(col(Clock.id))
    .limit(AT_ONCE)
)
FIRST = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Order:
    """What is to happen to open clocks: a recount by a calendar, or the amount of a rule as it is now."""

    what: What
    cause: str | None  # a code
    calendar: WorkCalendar | None = None
    rule: Rule | CatalogueItem | None = None
    amount: Amount | None = None
    of_rule: str | None = None  # only clocks that run by this rule or errand

    def at(self, now: datetime) -> Happening:
        """What would happen to a clock now."""
        return Happening(self.what, now, self.amount, self.calendar)


@dataclass(frozen=True, slots=True)
class Change:
    """One open clock that would move: from which last day to which, of which case and unit, and its promise."""

    clock_id: UUID
    request_id: UUID
    kind: ClockKind
    unit: str | None  # the organisation that has it
    before: datetime
    after: datetime
    provisional_before: bool
    provisional_after: bool
    promised_on: date | None
    promise_after: date | None  # where the promised day would lie after the new last day
    over: bool  # it would have ended already, and so is not moved


async def changes(sessions: Sessions, order: Order) -> AsyncIterator[Change]:
    """Every open clock that the order would move, and nothing is moved; the oldest first."""
    after = FIRST
    while True:
        async with sessions(None) as session:
            page = await session.all(OPEN, after=after)
            found = [one for clock in page if (one := await _change(session, clock, order)) is not None]
        for one in found:
            yield one
        if len(page) < AT_ONCE:
            return
        after = page[-1].id


async def carry_out(sessions: Sessions, order: Order) -> list[Change]:
    """Move the open clocks that an order would move, each in a transaction of its own; returns what was moved.

    What would have ended already is not moved: nobody is made late by an order.
    """
    moved: list[Change] = []
    async for seen in changes(sessions, order):
        if seen.over:
            continue
        async with sessions(None) as session:
            request = await to_move(session, seen.request_id)
            clock = await session.get(Clock, seen.clock_id, lock=True)
            if request is None or clock is None or clock.met_at is not None or clock.missed_at is not None:
                continue
            change = await _change(session, clock, order)
            if change is None or change.over:
                continue
            await happen(
                session,
                clock,
                request,
                order.what,
                amount=order.amount,
                calendar=order.calendar,
                rule=order.rule,
                cause=order.cause,
            )
            if change.promise_after is not None:
                request.promised_on = change.promise_after
            if clock.kind is ClockKind.FINISH:
                for person_id in {request.requester_id, request.working_person_id} - {None}:
                    if person_id is not None:
                        tell(session, person_id, NoticeKind.LIMIT_MOVED, request_id=request.id)
        moved.append(change)
    return moved


async def _change(session: Session, clock: Clock, order: Order) -> Change | None:
    """What the order would do to a clock; none if it is not about it, or changes nothing."""
    if order.of_rule is not None and clock.rule != order.of_rule:
        return None
    course = await course_of(session, clock)
    if order.what is What.ORDERED and worked_out(course, None).base == order.amount:
        return None
    found = limit_of(replace(course, happened=(*course.happened, order.at(session.now))))
    if (found.due_at, found.provisional) == (clock.due_at, clock.provisional):
        return None
    request = await session.get(ServiceRequest, clock.request_id)
    if request is None:
        return None
    unit_id = request.working_organization_id or request.organization_id
    unit = await session.get(Organization, unit_id) if unit_id else None
    promised = request.promised_on if clock.kind is ClockKind.FINISH else None
    last = latest_promise(found.due_at)
    return Change(
        clock_id=clock.id,
        request_id=clock.request_id,
        kind=clock.kind,
        unit=unit.name if unit else None,
        before=clock.due_at,
        after=found.due_at,
        provisional_before=clock.provisional,
        provisional_after=found.provisional,
        promised_on=promised,
        promise_after=last if promised is not None and promised > last else None,
        over=clock.paused_at is None and found.due_at <= session.now,
    )
