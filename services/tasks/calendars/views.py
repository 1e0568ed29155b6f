"""Which work calendar is in use, and which one a limit was counted by."""

from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis.calendar import WorkCalendar, read_calendar
from chassis.clock import real_now
from chassis.session import Session
from services.tasks.calendars.model import KeptCalendar

APPLIED = (
    select(KeptCalendar.version)
    .where(col(KeptCalendar.applied_at).is_not(None))
    .order_by(col(KeptCalendar.applied_at).desc())
    .limit(1)
)
IS_KEPT = select(KeptCalendar.version).where(col(KeptCalendar.version) == bindparam("version"))


class ReadCalendars:
    """Calendars of the table, read once: a version never changes."""

    def __init__(self) -> None:
        self.known: dict[str, WorkCalendar] = {}


async def follow(session: Session) -> None:
    """Count by the calendar of the newest order from now on, if there is one that is not in use yet."""
    in_use = session.use(WorkCalendar)
    applied = await session.first(APPLIED)
    if applied is not None and applied != in_use.version:
        found = await calendar_of(session, applied)
        if found is not None:
            in_use.become(found)


async def keep(session: Session) -> int:
    """Keep the calendar in use, so that what is counted by it can be worked out again; returns how many were new."""
    in_use = session.use(WorkCalendar)
    if await session.first(IS_KEPT, version=in_use.version) is not None:
        return 0
    session.add(KeptCalendar(version=in_use.version, days=in_use.table(), kept_at=real_now(), applied_at=None))
    return 1


async def calendar_of(session: Session, version: str) -> WorkCalendar | None:
    """The calendar of a version, if it is in use or was kept; not to be changed."""
    in_use = session.use(WorkCalendar)
    if version == in_use.version:
        return in_use.copy()
    known = session.use(ReadCalendars).known
    if version not in known:
        kept = await session.get(KeptCalendar, version)
        if kept is None:
            return None
        known[version] = read_calendar(kept.days, name=version)
    return known[version]
