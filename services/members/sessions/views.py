"""Reading sessions: a person's own."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam
from sqlalchemy import select as columns
from sqlmodel import col, select

from chassis.session import Session
from services.members.sessions.model import DeviceSession

OF_PERSON = select(DeviceSession).where(col(DeviceSession.person_id) == bindparam("person"))
# Always in the order of ids: two who lock the same rows in different orders would wait for each other.
LOCKED = OF_PERSON.order_by(col(DeviceSession.id)).with_for_update()
OPEN = OF_PERSON.where(
    col(DeviceSession.ended_at).is_(None), col(DeviceSession.expires_at) > bindparam("now")
).order_by(col(DeviceSession.used_at).desc())
ANY = columns(col(DeviceSession.id)).where(col(DeviceSession.person_id) == bindparam("person")).limit(1)


async def sessions_of(session: Session, person_id: UUID) -> list[DeviceSession]:
    """A person's sessions to change them, ended ones too, the one used last first."""
    return sorted(await session.all(LOCKED, person=person_id), key=lambda one: one.used_at, reverse=True)


async def open_sessions(session: Session, person_id: UUID, *, now: datetime) -> list[DeviceSession]:
    """A person's sessions that go on at a real instant, to show them."""
    return await session.all(OPEN, person=person_id, now=now)


async def ever_signed_in(session: Session, person_id: UUID) -> bool:
    """Whether somebody signed in under this id."""
    return await session.first(ANY, person=person_id) is not None
