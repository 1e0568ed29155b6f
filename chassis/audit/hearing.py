"""What the services hear of each other's sealed days, so that none rewrites its own past unnoticed."""

from chassis.audit.days import keep
from chassis.session import Session
from contracts import feedback, members, tasks


async def keep_day_of_members(event: members.AuditDaySealed, session: Session) -> None:
    """Keep what `members` sealed."""
    await keep(session, event.source(), event)


async def keep_day_of_tasks(event: tasks.AuditDaySealed, session: Session) -> None:
    """Keep what `tasks` sealed."""
    await keep(session, event.source(), event)


async def keep_day_of_feedback(event: feedback.AuditDaySealed, session: Session) -> None:
    """Keep what `feedback` sealed."""
    await keep(session, event.source(), event)
