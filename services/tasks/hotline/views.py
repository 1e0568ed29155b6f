"""Reading a desk: who is on now and next, where nobody is, and what lies there unfinished."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis.clock import local_date
from chassis.session import Session
from services.tasks.hotline import policy
from services.tasks.hotline.hours import Stretch, gaps, stretches
from services.tasks.hotline.model import (
    DutyNote,
    DutyPattern,
    HandOver,
    HotlineDesk,
    IntakeDraft,
    MissedCall,
    NoSuchDesk,
    Shift,
)
from services.tasks.roster.duty import Duty

MOST_OPEN = 200

SHIFTS = (
    select(Shift)
    .where(
        col(Shift.division_code) == bindparam("division"),
        col(Shift.to_at) > bindparam("since"),
        col(Shift.from_at) < bindparam("until"),
        col(Shift.cancelled_at).is_(None),
    )
    .order_by(col(Shift.from_at), col(Shift.id))
    .limit(2000)
)
NEXT = (
    select(Shift)
    .where(
        col(Shift.division_code) == bindparam("division"),
        col(Shift.to_at) > bindparam("now"),
        col(Shift.from_at) > bindparam("now"),
        col(Shift.cancelled_at).is_(None),
    )
    .order_by(col(Shift.from_at), col(Shift.id))
    .limit(1)
)
PATTERNS = (
    select(DutyPattern)
    .where(
        col(DutyPattern.division_code) == bindparam("division"),
        col(DutyPattern.ended_at).is_(None),
        col(DutyPattern.id) < bindparam("before"),
    )
    .order_by(col(DutyPattern.id).desc())
    .limit(bindparam("limit"))
)
HAND_OVERS = (
    select(HandOver)
    .where(col(HandOver.division_code) == bindparam("division"), col(HandOver.id) < bindparam("before"))
    .order_by(col(HandOver.id).desc())
    .limit(bindparam("limit"))
)
NOTES = (
    select(DutyNote)
    .where(col(DutyNote.division_code) == bindparam("division"), col(DutyNote.closed_at).is_(None))
    .order_by(col(DutyNote.id))
    .limit(MOST_OPEN)
)
DRAFTS = (
    select(IntakeDraft)
    .where(col(IntakeDraft.desk_code) == bindparam("division"), col(IntakeDraft.over_at).is_(None))
    .order_by(col(IntakeDraft.id))
    .limit(MOST_OPEN)
)
CALLS = (
    select(MissedCall)
    .where(col(MissedCall.division_code) == bindparam("division"), col(MissedCall.called_back_at).is_(None))
    .order_by(col(MissedCall.id))
    .limit(MOST_OPEN)
)


@dataclass(frozen=True, slots=True)
class Now:
    """The nearest desk of an area at which somebody is on duty now; else the nearest there is, and when it is next."""

    desk: HotlineDesk | None
    on_duty: list[tuple[Duty, datetime]]  # until when
    next_at: datetime | None


@dataclass(frozen=True, slots=True)
class Lying:
    """What is open at a desk, in order of age."""

    notes: list[DutyNote]
    drafts: list[IntakeDraft]
    missed_calls: list[MissedCall]


def around(division_code: str) -> list[str]:
    """The area and those around it, from near to far."""
    return list(dict.fromkeys([division_code, f"{division_code[:9]}000", f"{division_code[:6]}000000"]))


async def now(session: Session, division_code: str) -> Now:
    """Who answers for an area now: its own desk, else the township's, else the county's."""
    await session.fetch(HotlineDesk, around(division_code))
    desks = [desk for code in around(division_code) if (desk := await session.get(HotlineDesk, code)) is not None]
    for desk in desks:
        on_duty: list[tuple[Duty, datetime]] = []
        for shift in await session.all(policy.ON_AT, division=desk.division_code, now=session.now):
            found = await policy.duty_of(session, shift.post_id)
            if found is not None:
                on_duty.append((found, shift.to_at))
        if on_duty:
            return Now(desk, on_duty, None)
    if not desks:
        return Now(None, [], None)
    following = await session.first(NEXT, division=desks[0].division_code, now=session.now)
    return Now(desks[0], [], following.from_at if following else None)


async def shifts(session: Session, division_code: str, *, first: date, days: int) -> list[Shift]:
    """The shifts of a desk that touch these local days, in order of time."""
    since, until = _whole_days(first, days)
    return await session.all(SHIFTS, division=division_code, since=since, until=until)


async def uncovered(session: Session, division_code: str, *, first: date, days: int) -> list[Stretch]:
    """When the desk is meant to be staffed and nobody is on: also where the post on duty is vacant by then.

    Raises `NoSuchDesk`.
    """
    desk = await session.get(HotlineDesk, division_code)
    if desk is None:
        raise NoSuchDesk()
    wanted = stretches(
        weekdays=desk.weekdays,
        from_minute=desk.from_minute,
        minutes=desk.minutes,
        first=first,
        last=first + timedelta(days=days - 1),
    )
    staffed = []
    found_shifts = await shifts(session, division_code, first=first, days=days + 1)
    duties = await policy.duties_of(session, found_shifts)
    for shift in found_shifts:
        found = duties[shift.post_id]
        last_on = found.post.to_on if found else None
        if found is not None and (last_on is None or local_date(shift.from_at) <= last_on):
            staffed.append(Stretch(shift.from_at, shift.to_at))
    return [span for span in gaps(wanted, staffed) if span.to_at > session.now]


async def lying_at(session: Session, division_code: str) -> Lying:
    """Everything that is open at a desk."""
    return Lying(
        notes=await session.all(NOTES, division=division_code),
        drafts=await session.all(DRAFTS, division=division_code),
        missed_calls=await session.all(CALLS, division=division_code),
    )


async def patterns(session: Session, division_code: str, *, before: UUID, limit: int) -> list[DutyPattern]:
    """The weekly patterns that go on, from new to old."""
    return await session.all(PATTERNS, division=division_code, before=before, limit=limit)


async def hand_overs(session: Session, division_code: str, *, before: UUID, limit: int) -> list[HandOver]:
    """The hand-overs of a desk, from new to old."""
    return await session.all(HAND_OVERS, division=division_code, before=before, limit=limit)


def _whole_days(first: date, days: int) -> tuple[datetime, datetime]:
    begin, end = (
        next(stretches(weekdays="1234567", from_minute=0, minutes=1, first=day, last=day)).from_at
        for day in (first, first + timedelta(days=days))
    )
    return begin, end
