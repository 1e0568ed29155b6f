"""Reading erasures: one's own, those that wait in an area, and the numbers that no import may bring back."""

from uuid import UUID

from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis.problems import NotFound
from chassis.session import Session
from chassis.two_persons import Span
from services.members.erasures.model import Erasure, ErasureStage

NEWEST = select(Erasure).where(col(Erasure.person_id) == bindparam("person")).order_by(col(Erasure.id).desc()).limit(1)
WAITING = (
    select(Erasure)
    .where(
        col(Erasure.stage) == ErasureStage.ASKED,
        col(Erasure.division_code).between(bindparam("first"), bindparam("last")),
        col(Erasure.id) < bindparam("before"),
    )
    .order_by(col(Erasure.id).desc())
    .limit(bindparam("most"))
)
TOMBSTONES = select(Erasure.number_index).where(col(Erasure.number_index).is_not(None))


async def newest_of(session: Session, person_id: UUID) -> Erasure:
    """The newest wish of a person. Raises `NotFound`."""
    found = await session.first(NEWEST, person=person_id)
    if found is None:
        raise NotFound()
    return found


async def waiting_in(session: Session, areas: list[Span], *, before: UUID, most: int) -> list[Erasure]:
    """The wishes that wait for the operator of these areas, from new to old."""
    found = dict[UUID, Erasure]()
    for first, last in areas:
        rows = await session.all(WAITING, first=first, last=last, before=before, most=most)
        found.update((erasure.id, erasure) for erasure in rows)
    return sorted(found.values(), key=lambda erasure: erasure.id, reverse=True)[:most]


async def tombstones(session: Session) -> frozenset[bytes]:
    """The blind indexes of the numbers of those who were erased."""
    return frozenset(index for index in await session.all(TOMBSTONES) if index is not None)
