"""Hearing what each service counted."""

from chassis.session import Session
from contracts import feedback, members, tasks
from services.tasks.burden.actions import add_up


async def add_up_members(event: members.BurdenCounted, session: Session) -> None:
    """Add a day of `members`."""
    await add_up(session, event, service=event.source())


async def add_up_tasks(event: tasks.BurdenCounted, session: Session) -> None:
    """Add a day of `tasks`."""
    await add_up(session, event, service=event.source())


async def add_up_feedback(event: feedback.BurdenCounted, session: Session) -> None:
    """Add a day of `feedback`."""
    await add_up(session, event, service=event.source())
