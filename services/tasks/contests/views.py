"""Reading contests: one's own, those that wait above their unit, and how many there were in public."""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import bindparam, func
from sqlalchemy import select as columns
from sqlmodel import col, select

from chassis.clock import local_date, midnight
from chassis.divisions import span_of, township_of
from chassis.identity import Actor
from chassis.secrecy import Vault, place_of
from chassis.session import Session
from services.tasks.contests.model import Contest, ContestStage
from services.tasks.roster.model import Organization
from services.tasks.roster.views import DOWNWARD

_OPEN = col(Contest.stage) == ContestStage.OPEN
_person = bindparam("person", type_=Contest.__table__.c.by.type)  # type: ignore[attr-defined]
_page = select(Contest).where(col(Contest.id) < bindparam("before")).order_by(col(Contest.id).desc())
MINE = _page.where(col(Contest.by) == _person).limit(bindparam("limit"))
WAITING = _page.where(_OPEN, col(Contest.by) != _person, col(Contest.unit_id).in_(columns(DOWNWARD.c.id))).limit(
    bindparam("limit")
)
_of_cell = col(Contest.cell_id).is_not(None)
FIGURES = (
    columns(
        col(Contest.division_code),
        col(Organization.name),
        _of_cell.label("of_cell"),
        col(Contest.stage),
        func.count(),
    )
    .select_from(Contest)
    .join(Organization, col(Organization.id) == col(Contest.unit_id))
    .where(
        col(Contest.township_code).between(bindparam("first_township"), bindparam("last")),
        col(Contest.division_code).between(bindparam("first"), bindparam("last")),
        col(Contest.at) >= bindparam("since"),
        col(Contest.at) < bindparam("until"),
    )
    .group_by(col(Contest.division_code), col(Organization.name), _of_cell, col(Contest.stage))
    .order_by(col(Contest.division_code), col(Organization.name), _of_cell, col(Contest.stage))
    .limit(2000)
)


@dataclass(frozen=True, slots=True)
class Counted:
    """How many contests of a unit have come so far."""

    division_code: str
    organization: str
    of_cell: bool
    stage: ContestStage
    count: int


async def page(session: Session, actor: Actor, *, mine: bool, before: UUID, limit: int) -> list[Contest]:
    """The actor's own contests, or those that wait for two persons at or below an organisation of theirs."""
    given = {"person": actor.person_id, "before": before, "limit": limit}
    if mine:
        return await session.all(MINE, **given)
    return await session.all(WAITING, today=local_date(session.now), **given)


async def figures(session: Session, division_code: str, *, month: date) -> list[Counted]:
    """How many contests there were in an area in a month (local), by unit, sort and outcome."""
    first, last = span_of(division_code)
    rows = await session.all(
        FIGURES,
        first_township=township_of(division_code),
        first=first,
        last=last,
        since=midnight(month),
        until=midnight((month + timedelta(days=31)).replace(day=1)),
    )
    return [
        Counted(code, name, bool(of_cell), ContestStage(stage), int(count))
        for code, name, of_cell, stage, count in rows
    ]


def words_of(session: Session, contest: Contest) -> str | None:
    """What was said."""
    place = place_of("contest", "words", contest.id)
    return session.use(Vault).open(contest.words, place=place) if contest.words else None
