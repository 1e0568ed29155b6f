"""Reading mandates: those that one gave or was asked for, and those that one holds as an agent."""

from enum import StrEnum
from uuid import UUID

from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis.problems import NotFound
from chassis.session import Session
from services.tasks.mandates.model import Mandate


class Whose(StrEnum):
    """Which mandates are listed."""

    GIVEN = "given"  # by me, or asked of me
    HELD = "held"  # by me as an agent


_WHOSE = {
    Whose.GIVEN: col(Mandate.principal_id) == bindparam("person"),
    Whose.HELD: col(Mandate.agent_id) == bindparam("person"),
}
PAGES = {
    whose: select(Mandate)
    .where(within, col(Mandate.id) < bindparam("before"))
    .order_by(col(Mandate.id).desc())
    .limit(bindparam("most"))
    for whose, within in _WHOSE.items()
}


async def page(session: Session, person_id: UUID, whose: Whose, *, before: UUID, most: int) -> list[Mandate]:
    """One's mandates from new to old, those that are over too."""
    return await session.all(PAGES[whose], person=person_id, before=before, most=most)


async def seen(session: Session, mandate_id: UUID) -> Mandate:
    """The mandate, to read. Raises `NotFound`."""
    mandate = await session.get(Mandate, mandate_id)
    if mandate is None:
        raise NotFound()
    return mandate
