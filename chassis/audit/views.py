"""Reading the audit: the rows of one's own and about one's own things, and the sealed days."""

from collections.abc import Awaitable, Callable
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, bindparam, select

from chassis.audit import address_digest
from chassis.audit.days import DAYS, Day
from chassis.session import Session
from chassis.tables import AUDIT, AUDIT_DAY

Concerns = Callable[[Session, UUID, str], Awaitable[bool]]
"""(session, person_id, about): whether the thing of this id is the person's own affair, so that they see its rows."""


class AuditRow(NamedTuple):
    """One row as it is shown: who did what to which thing, by which post, when and why."""

    id: UUID
    at: datetime
    actor_id: UUID | None
    post_id: UUID | None
    action: str
    about: str
    reason: str | None


SHOWN = select(*(AUDIT.c[name] for name in AuditRow._fields))
OWN = (
    SHOWN.where(AUDIT.c.actor_id == bindparam("actor"), AUDIT.c.id < bindparam("before"))
    .order_by(AUDIT.c.id.desc())
    .limit(bindparam("limit"))
)
ABOUT = (
    SHOWN.where(AUDIT.c.about == bindparam("about"), AUDIT.c.id < bindparam("before"))
    .order_by(AUDIT.c.id.desc())
    .limit(bindparam("limit"))
)
OWN_ABOUT = ABOUT.where(AUDIT.c.actor_id == bindparam("actor"))
ONE = SHOWN.where(AUDIT.c.id == bindparam("id"))
DAYS_BEFORE = (
    DAYS.where(AUDIT_DAY.c.day < bindparam("before")).order_by(AUDIT_DAY.c.day.desc()).limit(bindparam("limit"))
)


class Found(NamedTuple):
    """One row as those who run the service see it, and where it stands in the chain."""

    id: UUID
    at: datetime
    actor_id: UUID | None
    post_id: UUID | None
    action: str
    about: str
    reason: str | None
    block: int | None
    place: int | None


NEWEST_FIRST = select(*(AUDIT.c[name] for name in Found._fields)).order_by(AUDIT.c.id.desc())


async def find(
    session: Session, *, about: str | None, actor_id: UUID | None, address: str | None, limit: int
) -> list[Found]:
    """The newest rows about a thing, by an actor and from an address, as far as these are given."""
    asked: list[ColumnElement[bool]] = []
    if about is not None:
        asked.append(AUDIT.c.about == about)
    if actor_id is not None:
        asked.append(AUDIT.c.actor_id == actor_id)
    if address is not None:
        asked.append(AUDIT.c.address == address_digest(session, address))
    return [Found(*row) for row in await session.all(NEWEST_FIRST.where(*asked).limit(limit))]


async def nobody_else(session: Session, person_id: UUID, about: str) -> bool:
    """Rows are shown to those who did what they say, and to nobody besides."""
    return False


async def rows_for(
    session: Session, person_id: UUID, *, about: str | None, concerns: Concerns, before: UUID, limit: int
) -> list[AuditRow]:
    """One's own rows, or those about a thing: all of them if it is one's own affair, else one's own; newest first."""
    page = {"before": before, "limit": limit}
    if about is None:
        found = await session.all(OWN, actor=person_id, **page)
    elif await concerns(session, person_id, about):
        found = await session.all(ABOUT, about=about, **page)
    else:
        found = await session.all(OWN_ABOUT, about=about, actor=person_id, **page)
    return [AuditRow(*row) for row in found]


async def may_see(session: Session, person_id: UUID, audit_id: UUID, *, concerns: Concerns) -> bool:
    """Whether a row is the person's own, or about what is their own affair."""
    found = await session.first(ONE, id=audit_id)
    if found is None:
        return False
    row = AuditRow(*found)
    return row.actor_id == person_id or await concerns(session, person_id, row.about)


async def days_before(session: Session, service: str, *, before: date, limit: int) -> list[Day]:
    """A page of the days of a service that are kept here, newest first."""
    return [Day(*row) for row in await session.all(DAYS_BEFORE, service=service, before=before, limit=limit)]
