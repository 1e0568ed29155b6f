"""Planning a term, cutting its cells from the period before, opening it and giving it up."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, bindparam, false, func, or_, select, true
from sqlmodel import col
from sqlmodel import select as select_rows

from chassis.clock import local_date, midnight
from chassis.identity import Actor
from chassis.session import Session
from chassis.tables import new_id
from services.feedback.cases.model import CaseRecord
from services.feedback.cells import policy, views
from services.feedback.cells.cutting import cut
from services.feedback.cells.model import (
    BallotTerm,
    Cell,
    DatesOutOfTurn,
    GroupsOverlap,
    TermsOverlap,
    TermStage,
    TooFewExpected,
)
from services.feedback.rules.pack import FeedbackRules, RuleId
from services.feedback.scorecards import units

CLOSE = "ballot_term_close"
"""The timer of an open term: at the first instant at which no ballot is taken in."""

LONGEST = 366  # days of one period

OVERLAPPING = (
    select_rows(BallotTerm)
    .where(
        col(BallotTerm.district_code) == bindparam("district"),
        col(BallotTerm.stage) != TermStage.DROPPED,
        col(BallotTerm.served_from) <= bindparam("to"),
        col(BallotTerm.served_to) >= bindparam("from"),
    )
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class Group:
    """Items of the catalogue that are judged together; none for all."""

    code: str
    item_codes: Sequence[str]


@dataclass(frozen=True, slots=True)
class Days:
    """The local days of a term."""

    served_from: date
    served_to: date
    draws_until: date
    closes_on: date


async def plan(session: Session, *, by: Actor, district_code: str, days: Days, groups: Sequence[Group]) -> BallotTerm:
    """Plan a term and cut its cells, which are to be looked at before it is opened.

    Raises `MayNotPlanTerms`, `NoSuchUnit`, `DatesOutOfTurn`, `GroupsOverlap`, `TermsOverlap`, `TooFewExpected`.
    """
    await policy.check_may_plan(session, by, district_code)
    await units.area(session, district_code)
    today = local_date(session.now)
    rules = session.use(FeedbackRules).values(on=today)
    term = BallotTerm(
        id=new_id(),
        district_code=district_code,
        served_from=days.served_from,
        served_to=days.served_to,
        draws_until=days.draws_until,
        closes_on=days.closes_on,
        least_expected=rules[RuleId.EXPECTED],
        least_cast=rules[RuleId.LEAST],
        line_percent=rules[RuleId.LINE],
        stage=TermStage.PLANNED,
        planned_by=by.person_id,
        planned_at=session.now,
        opened_at=None,
        closed_at=None,
    )
    term.check_dates(casting_days=rules[RuleId.CASTING])
    if days.draws_until < today or (days.closes_on - days.served_from).days > LONGEST:
        raise DatesOutOfTurn(today=today.isoformat(), longest_days=LONGEST)
    _check_groups(groups)
    given = {"district": district_code, "from": days.served_from, "to": days.served_to}
    if await session.first(OVERLAPPING, **given) is not None:
        raise TermsOverlap()
    session.add(term)
    for group in groups:
        session.add(*await _cells(session, term, group))
    return term


async def open_term(session: Session, term_id: UUID, *, by: Actor) -> BallotTerm:
    """Open a term as it was cut; `members` hears of each cell and makes its key.

    Raises `NotFound`, `NotAllowedNow`, `OpenedTooLate`.
    """
    term = await policy.check_runs(session, by, await session.get(BallotTerm, term_id, lock=True))
    term.open(at=session.now)
    for cell in await views.cells_to_change(session, term):
        session.publish(cell.open(term))
    session.remind(CLOSE, about=term.id, due_at=term.ends_at)
    return term


async def drop_term(session: Session, term_id: UUID, *, by: Actor) -> BallotTerm:
    """Give a planned term up. Raises `NotFound`, `NotAllowedNow`."""
    term = await policy.check_runs(session, by, await session.get(BallotTerm, term_id, lock=True))
    term.drop()
    for cell in await views.cells_to_change(session, term):
        session.delete(cell)
    return term


def _check_groups(groups: Sequence[Group]) -> None:
    """Raises `GroupsOverlap`."""
    items = [item for group in groups for item in group.item_codes]
    of_all = any(not group.item_codes for group in groups)
    if (of_all and len(groups) > 1) or len(set(items)) < len(items) or len({one.code for one in groups}) < len(groups):
        raise GroupsOverlap()


async def _cells(session: Session, term: BallotTerm, group: Group) -> list[Cell]:
    """The cells of one group, each with its parent. Raises `TooFewExpected`."""
    expected = await _expected(session, term, group.item_codes)
    cuts = cut(expected, district=term.district_code, least=term.least_expected)
    if cuts is None:
        raise TooFewExpected(group=group.code, expected=sum(expected.values()), least=term.least_expected)
    cells = {
        made.division_code: Cell.begin(term, made, group_code=group.code, item_codes=list(group.item_codes))
        for made in cuts
    }
    for made in cuts:
        if made.parent_code is not None:
            cells[made.division_code].parent_id = cells[made.parent_code].id
    return list(cells.values())


async def _expected(session: Session, term: BallotTerm, item_codes: Sequence[str]) -> dict[str, int]:
    """How many people had something done in each village in the period of the same length before.

    Whoever had several things done is one person, and casts one ballot.
    """
    of_group: ColumnElement[bool] = or_(false(), *(col(CaseRecord.item_code) == code for code in item_codes))
    counted = (
        select(col(CaseRecord.division_code), func.count(col(CaseRecord.requester_id).distinct()))
        .where(
            col(CaseRecord.district_code) == bindparam("district"),
            col(CaseRecord.handled_at) >= bindparam("since"),
            col(CaseRecord.handled_at) < bindparam("before"),
            col(CaseRecord.exclusion).is_(None),
            col(CaseRecord.discipline).is_(False),
            col(CaseRecord.about_person_id).is_(None),
            of_group if item_codes else true(),
        )
        .group_by(col(CaseRecord.division_code))
    )
    since, before = midnight(term.counted_from), midnight(term.served_from)
    rows = await session.all(counted, district=term.district_code, since=since, before=before)
    return {code: many for code, many in rows if many}
