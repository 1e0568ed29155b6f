"""Reading a village's disclosures, and which are missing in an area."""

from datetime import date, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam, or_
from sqlmodel import col, select

from chassis.divisions import span_of
from chassis.problems import NotFound
from chassis.session import Session
from services.feedback.disclosures.model import Disclosure, DisclosureEdition, EditionStage
from services.feedback.roster.model import Division

_kind = bindparam("kind", type_=sa.String)
OF_VILLAGE = (
    select(Disclosure)
    .where(
        col(Disclosure.division_code) == bindparam("village"),
        or_(_kind == "", col(Disclosure.kind_code) == _kind),
        col(Disclosure.id) < bindparam("before"),
    )
    .order_by(col(Disclosure.id).desc())
    .limit(bindparam("limit"))
)
_in_area = col(Disclosure.division_code).between(bindparam("first"), bindparam("last"))
MISSING = (
    select(Disclosure)
    .where(
        _in_area,
        col(Disclosure.published_at).is_(None),
        col(Disclosure.due_on) < bindparam("today"),
        or_(_kind == "", col(Disclosure.kind_code) == _kind),
        col(Disclosure.id) < bindparam("before"),
    )
    .order_by(col(Disclosure.id).desc())
    .limit(bindparam("limit"))
)
TO_WRITE = (
    select(Disclosure)
    .where(
        _in_area,
        col(Disclosure.published_at).is_(None),
        col(Disclosure.waiting).is_(False),
        col(Disclosure.last_on) < bindparam("until"),
        col(Disclosure.id) < bindparam("before"),
    )
    .order_by(col(Disclosure.id).desc())
    .limit(bindparam("limit"))
)
TO_CONFIRM = (
    select(Disclosure)
    .where(_in_area, col(Disclosure.waiting).is_(True), col(Disclosure.id) < bindparam("before"))
    .order_by(col(Disclosure.id).desc())
    .limit(bindparam("limit"))
)
EDITIONS = (
    select(DisclosureEdition)
    .where(col(DisclosureEdition.disclosure_id) == bindparam("disclosure"))
    .order_by(col(DisclosureEdition.number).desc())
)
OUT = (EditionStage.PUBLIC, EditionStage.REPLACED)


async def of_village(session: Session, code: str, *, kind: str | None, before: UUID, limit: int) -> list[Disclosure]:
    """What a village disclosed and has to disclose, from new to old."""
    return await session.all(OF_VILLAGE, village=code, kind=kind or "", before=before, limit=limit)


async def missing(
    session: Session, code: str, *, today: date, kind: str | None, before: UUID, limit: int
) -> list[Disclosure]:
    """What should be public in an area and is not, on a local day."""
    first, last = span_of(code)
    return await session.all(MISSING, first=first, last=last, today=today, kind=kind or "", before=before, limit=limit)


async def to_write(session: Session, code: str, *, today: date, before: UUID, limit: int) -> list[Disclosure]:
    """What waits for words in an area: its period is over, or nearly so."""
    first, last = span_of(code)
    until = today + timedelta(days=1)
    return await session.all(TO_WRITE, first=first, last=last, until=until, before=before, limit=limit)


async def to_confirm(session: Session, code: str, *, before: UUID, limit: int) -> list[Disclosure]:
    """What waits to be looked over in an area."""
    first, last = span_of(code)
    return await session.all(TO_CONFIRM, first=first, last=last, before=before, limit=limit)


async def one(session: Session, disclosure_id: UUID) -> Disclosure:
    """One disclosure, whoever asks. Raises `NotFound`."""
    found = await session.get(Disclosure, disclosure_id)
    if found is None:
        raise NotFound()
    return found


async def editions(session: Session, disclosure: Disclosure, *, all_of_them: bool) -> list[DisclosureEdition]:
    """The editions from new to old; without `all_of_them` those that are or were public."""
    found = await session.all(EDITIONS, disclosure=disclosure.id)
    return [edition for edition in found if all_of_them or edition.stage in OUT]


async def names_of(session: Session, codes: list[str]) -> dict[str, str]:
    """The names of areas, by code; a code of which nothing was heard stands for itself."""
    await session.fetch(Division, codes)
    found = {code: await session.get(Division, code) for code in codes}
    return {code: division.name if division else code for code, division in found.items()}
