"""Reading visits, by whoever paid or got them and by area, and who has not been visited in the rule's period."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import and_, bindparam, or_
from sqlalchemy import select as columns
from sqlmodel import col, select

from chassis.clock import local_date
from chassis.divisions import span_of, township_of
from chassis.secrecy import Vault, place_of
from chassis.session import Session
from services.tasks.roster.model import Household, HouseholdPerson, Pairing
from services.tasks.rules.pack import RuleId, RulePack
from services.tasks.visits.model import HouseholdVisited, Visit, VisitContest, VisitNeed

NEED = (
    select(VisitNeed)
    .where(
        col(VisitNeed.township_code) == bindparam("township"),
        col(VisitNeed.visit_id) == bindparam("visit"),
        col(VisitNeed.number) == bindparam("number"),
    )
    .with_for_update()
)
NEEDS = (
    select(VisitNeed)
    .where(col(VisitNeed.township_code) == bindparam("township"), col(VisitNeed.visit_id) == bindparam("visit"))
    .order_by(col(VisitNeed.number))
)
CONTESTS = (
    select(VisitContest)
    .where(col(VisitContest.township_code) == bindparam("township"), col(VisitContest.visit_id) == bindparam("visit"))
    .order_by(col(VisitContest.id))
)
OPEN_CONTEST = CONTESTS.where(col(VisitContest.upheld).is_(None)).with_for_update()
PEOPLED = select(HouseholdPerson).where(
    col(HouseholdPerson.township_code) == bindparam("township"),
    col(HouseholdPerson.household_id) == bindparam("household"),
)

_page = select(Visit).where(col(Visit.arrival) < bindparam("before"))
_page = _page.order_by(col(Visit.arrival).desc()).limit(bindparam("most"))
PAID = _page.where(col(Visit.visitor_id) == bindparam("person"))
OF_OWN_HOUSEHOLD = _page.where(
    col(Visit.household_id).in_(
        select(col(HouseholdPerson.household_id)).where(col(HouseholdPerson.person_id) == bindparam("person"))
    )
)
IN_AREA = _page.where(
    col(Visit.township_code).between(bindparam("first_township"), bindparam("last_township")),
    col(Visit.division_code).between(bindparam("first"), bindparam("last")),
)

_due = (
    columns(
        col(Pairing.id),
        col(Pairing.household_id),
        col(Pairing.division_code),
        col(Pairing.helper_person_id),
        col(HouseholdVisited.last_on),
    )
    .select_from(Pairing)
    .join(Household, and_(col(Household.id) == col(Pairing.household_id), col(Household.ended_on).is_(None)))
    .outerjoin(HouseholdVisited, col(HouseholdVisited.household_id) == col(Pairing.household_id))
    .where(
        col(Pairing.from_on) <= bindparam("today"),
        or_(col(Pairing.to_on).is_(None), col(Pairing.to_on) >= bindparam("today")),
        or_(col(HouseholdVisited.last_on).is_(None), col(HouseholdVisited.last_on) < bindparam("since")),
        col(Pairing.id) < bindparam("before"),
    )
    .order_by(col(Pairing.id).desc())
    .limit(bindparam("most"))
)
DUE_IN_AREA = _due.where(
    col(Pairing.township_code).between(bindparam("first_township"), bindparam("last_township")),
    col(Pairing.division_code).between(bindparam("first"), bindparam("last")),
)
DUE_OF_PERSON = _due.where(col(Pairing.helper_person_id) == bindparam("person"))


@dataclass(frozen=True, slots=True)
class NotVisited:
    """A household that somebody answers for and that was not visited in the period."""

    pairing_id: UUID
    household_id: UUID | None
    division_code: str
    helper_person_id: UUID | None
    last_on: date | None


async def need_of(session: Session, visit: Visit, number: int) -> VisitNeed | None:
    """One need, held."""
    found = await session.all(NEED, township=visit.township_code, visit=visit.id, number=number)
    return found[0] if found else None


async def needs_of(session: Session, visit: Visit) -> Sequence[VisitNeed]:
    """The needs of a visit, in their order."""
    return await session.all(NEEDS, township=visit.township_code, visit=visit.id)


async def contests_of(session: Session, visit: Visit) -> Sequence[VisitContest]:
    """What the household had against it, in order."""
    return await session.all(CONTESTS, township=visit.township_code, visit=visit.id)


async def open_contest_of(session: Session, visit: Visit) -> VisitContest | None:
    """What waits for an answer."""
    found = await session.all(OPEN_CONTEST, township=visit.township_code, visit=visit.id)
    return found[0] if found else None


async def is_peopled(session: Session, household: Household) -> bool:
    """Whether it is known who belongs to a household: it is of those that somebody is paired with."""
    return bool(await session.all(PEOPLED, township=household.township_code, household=household.id))


async def paid_by(session: Session, person_id: UUID, *, before: UUID, most: int) -> Sequence[Visit]:
    """The visits that somebody paid, as they came in, the newest first."""
    return await session.all(PAID, person=person_id, before=before, most=most)


async def of_own_household(session: Session, person_id: UUID, *, before: UUID, most: int) -> Sequence[Visit]:
    """The visits to the household of somebody."""
    return await session.all(OF_OWN_HOUSEHOLD, person=person_id, before=before, most=most)


async def in_area(session: Session, code: str, *, before: UUID, most: int) -> Sequence[Visit]:
    """The visits paid in an area."""
    return await session.all(IN_AREA, before=before, most=most, **_area(code))


def period(session: Session) -> tuple[int, date]:
    """The rule's period in natural days (`visit.period`), and the first local day of the one that ends today."""
    today = local_date(session.now)
    days = session.use(RulePack).rule(RuleId.VISIT_PERIOD, on=today).value
    return days, today - timedelta(days=days - 1)


async def not_visited(
    session: Session, *, code: str | None, person_id: UUID, before: UUID, most: int
) -> list[NotVisited]:
    """Who was not visited in the period: in an area, or of the households that a person answers for."""
    _, since = period(session)
    given = {"today": local_date(session.now), "since": since, "before": before, "most": most}
    if code is None:
        rows = await session.all(DUE_OF_PERSON, person=person_id, **given)
    else:
        rows = await session.all(DUE_IN_AREA, **given, **_area(code))
    return [NotVisited(pairing, home, area, helper, last) for pairing, home, area, helper, last in rows]


def words_of(session: Session, need: VisitNeed) -> str | None:
    """What the household said; nothing where whoever said it was erased."""
    return _open(session, need.words, place_of("visit_need", "words", need.id))


def said_against(session: Session, contest: VisitContest) -> str | None:
    """What the household has against the entry."""
    return _open(session, contest.words, place_of("visit_contest", "words", contest.id))


def answer_to(session: Session, contest: VisitContest) -> str | None:
    """What was answered."""
    return _open(session, contest.answer, place_of("visit_contest", "answer", contest.id))


def _open(session: Session, sealed: bytes | None, place: str) -> str | None:
    return session.use(Vault).open(sealed, place=place) if sealed else None


def _area(code: str) -> dict[str, object]:
    first, last = span_of(code)
    return {"first": first, "last": last, "first_township": township_of(first), "last_township": township_of(last)}
