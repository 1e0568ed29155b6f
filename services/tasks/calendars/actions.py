"""Putting another work calendar in use."""

from uuid import UUID

from chassis import audit
from chassis.calendar import WorkCalendar
from chassis.clock import real_now
from chassis.session import Session
from services.tasks.calendars.model import KeptCalendar
from services.tasks.calendars.views import keep


async def apply(session: Session, calendar: WorkCalendar, *, by: UUID | None) -> None:
    """Have every process count by this calendar from now on; the one before is kept, and running limits stay."""
    await keep(session)
    await session.flush()
    known = await session.get(KeptCalendar, calendar.version, lock=True)
    if known is not None:
        known.days, known.applied_at = calendar.table(), real_now()
    else:
        now = real_now()
        session.add(KeptCalendar(version=calendar.version, days=calendar.table(), kept_at=now, applied_at=now))
    audit.record(session, actor_id=by, action="apply_calendar", about=calendar.version)
    session.use(WorkCalendar).become(calendar)
