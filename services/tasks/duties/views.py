"""Reading duty lists: the version of a day, its lines by number or by words, and one line."""

from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import and_, bindparam, or_
from sqlmodel import col, select

from chassis.clock import local_date
from chassis.identity import Actor
from chassis.problems import NotFound
from chassis.session import Session
from services.tasks.duties.model import DutyEntry, DutyKind, DutyList, ListStage
from services.tasks.roster.views import covered_by_a_post

KEEPERS = ("county_operator", "township_cadre", "supervisor")
"""Posts that see drafts of their area."""

_HELD = and_(col(DutyList.township_code) == bindparam("township"), col(DutyList.stage) != ListStage.DRAFT)
_day = bindparam("day", type_=DutyList.__table__.c.from_on.type)  # type: ignore[attr-defined]
IN_FORCE = (
    select(DutyList)
    .where(_HELD, col(DutyList.from_on) <= _day, or_(col(DutyList.to_on).is_(None), col(DutyList.to_on) >= _day))
    .order_by(col(DutyList.from_on).desc())
    .limit(1)
)
LATEST_IN_FORCE = select(DutyList).where(_HELD).order_by(col(DutyList.from_on).desc()).limit(1).with_for_update()
ENDING_ON = select(DutyList).where(_HELD, col(DutyList.to_on) == _day).limit(1).with_for_update()
OF_TOWNSHIP = (
    select(DutyList).where(col(DutyList.township_code) == bindparam("township")).order_by(col(DutyList.version).desc())
)
VERSIONS = (
    select(DutyList)
    .where(
        col(DutyList.township_code) == bindparam("township"),
        or_(col(DutyList.stage) != ListStage.DRAFT, covered_by_a_post(col(DutyList.township_code), *KEEPERS)),
    )
    .order_by(col(DutyList.version).desc())
    .limit(100)
)
DRAFT_SEEN = select(DutyList.id).where(
    col(DutyList.id) == bindparam("list"), covered_by_a_post(col(DutyList.township_code), *KEEPERS)
)
ENTRIES = select(DutyEntry).where(col(DutyEntry.list_id) == bindparam("list")).order_by(col(DutyEntry.position))
TALLY = (
    sa.select(col(DutyEntry.kind), sa.func.count())
    .where(col(DutyEntry.list_id) == bindparam("list"))
    .group_by(col(DutyEntry.kind))
)
_looked_for = [col(DutyEntry.searched).like(bindparam(f"word_{n}"), escape="\\") for n in range(3)]
_kind = bindparam("kind", type_=sa.String)
PAGE = (
    select(DutyEntry)
    .where(
        col(DutyEntry.list_id) == bindparam("list"),
        col(DutyEntry.position) > bindparam("after"),
        or_(_kind == "", sa.type_coerce(col(DutyEntry.kind), sa.String) == _kind),
        *_looked_for,
    )
    .order_by(col(DutyEntry.position))
    .limit(bindparam("limit"))
)
ANYTHING = "%"


async def in_force(session: Session, township_code: str, *, on: date) -> DutyList | None:
    """The version that holds in a township on this local day."""
    found = await session.all(IN_FORCE, township=township_code, day=on)
    return found[0] if found else None


async def page(
    session: Session, list_id: UUID, *, kind: DutyKind | None, words: str | None, after: int, limit: int
) -> list[DutyEntry]:
    """Lines in the order of the list, after a position, in which each of up to three words stands."""
    patterns = [f"%{_plainly(word)}%" for word in (words or "").casefold().split()[:3]]
    patterns += [ANYTHING] * (3 - len(patterns))
    given = {f"word_{n}": pattern for n, pattern in enumerate(patterns)}
    return await session.all(PAGE, list=list_id, kind=kind.value if kind else "", after=after, limit=limit, **given)


async def versions(session: Session, actor: Actor, township_code: str) -> list[DutyList]:
    """The versions of a township's list, the newest first; drafts for those who keep the list."""
    return await session.all(VERSIONS, township=township_code, person=actor.person_id, today=local_date(session.now))


async def tally(session: Session, list_id: UUID) -> dict[DutyKind, int]:
    """How many lines of each kind a version has; it has a few hundred."""
    return dict(await session.all(TALLY, list=list_id))


async def entry_seen(session: Session, actor: Actor, entry_id: UUID) -> tuple[DutyEntry, DutyList]:
    """One line with its version; a draft's for those who keep the list. Raises `NotFound`."""
    entry = await session.get(DutyEntry, entry_id)
    if entry is None:
        raise NotFound()
    held = await list_seen(session, actor, entry.list_id)
    return entry, held


async def list_seen(session: Session, actor: Actor, list_id: UUID) -> DutyList:
    """One version; a draft for those who keep the list. Raises `NotFound`."""
    held = await session.get(DutyList, list_id)
    if held is None:
        raise NotFound()
    if held.stage is ListStage.DRAFT:
        given = {"list": list_id, "person": actor.person_id, "today": local_date(session.now)}
        if await session.first(DRAFT_SEEN, **given) is None:
            raise NotFound()
    return held


def _plainly(word: str) -> str:
    """A word in which nothing stands for anything else."""
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
