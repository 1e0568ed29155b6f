"""An attack by whoever reads all of this service: it finds who gave which grade no more often than by chance.

The attacker watched everybody's phone, so they know in which order these people cast; and they hold every row of the
service's database, with the place in the file where it lies. Each column of the box, whatever it is called, and that
place are tried as an order. With a defence switched off, the same attack has to win: else it would prove nothing.
"""

from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from math import comb
from random import Random
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from chassis.plans import columns_of
from chassis.session import Session
from chassis.tables import new_id
from services.feedback.ballots.actions import BALLOT, SPENT_CREDENTIAL, put_in
from services.feedback.ballots.model import Ballot, Sheet, SpentCredential, in_random_order
from services.feedback.cells.cutting import Cut
from services.feedback.cells.model import BallotTerm, Cell, TermStage
from tests.feedback.ballots.casting import Credential
from tests.feedback.cells.polling import CASTING, on
from tests.feedback.facts import DISTRICT
from tests.feedback.office import Office

pytestmark = pytest.mark.asyncio

PEOPLE = 6  # that cast in one cell, one after another
CELLS = 96
CONTROLS = 16  # cells of a control
SURE = 1e-6  # how seldom a true defence may fail this test

Cast = Callable[[Session, UUID, Sheet], Awaitable[None]]


def most_by_chance(tries: int, *, among: int, orders: int) -> int:
    """How often somebody who guesses is right at most, but for once in a million runs, in any of so many orders."""
    chance, tail = 1 / among, 0.0
    for right in range(tries, -1, -1):
        tail += comb(tries, right) * chance**right * (1 - chance) ** (tries - right)
        if tail > SURE / orders:
            return right
    return 0


async def as_it_is(session: Session, cell_id: UUID, sheet: Sheet) -> None:
    """What the program does."""
    assert await put_in(session, cell_id, [sheet]) == [None]


async def in_the_order_of_arrival(session: Session, cell_id: UUID, sheet: Sheet) -> None:
    """Without the rewriting: a new row lies behind those before it."""
    row = (uuid4(), cell_id, sheet.grade, sheet.reasons)
    await session.insert_many(BALLOT, columns_of(Ballot), [row])


async def with_ids_of_time(session: Session, cell_id: UUID, sheet: Sheet) -> None:
    """With ids that keep their time: rewritten in random order, and never named anew."""
    lying = await _rows(session, cell_id)
    session.erase(BALLOT, *(row[0] for row in lying))
    rows = in_random_order([*lying, (new_id(), cell_id, sheet.grade, sheet.reasons)])
    await session.insert_many(BALLOT, columns_of(Ballot), rows)


async def with_a_number(session: Session, cell_id: UUID, sheet: Sheet) -> None:
    """With a column that counts: rewritten and named anew, and numbered."""
    lying = await _rows(session, cell_id)
    session.erase(BALLOT, *(row[0] for row in lying))
    numbered = sheet.reasons + (len(lying) << 9)
    kept = [(uuid4(), *row[1:]) for row in lying]
    rows = in_random_order([*kept, (uuid4(), cell_id, sheet.grade, numbered)])
    await session.insert_many(BALLOT, columns_of(Ballot), rows)


async def side_by_side(session: Session, cell_id: UUID, sheet: Sheet) -> None:
    """With one random order for ballots and credentials alike."""
    lying = await _rows(session, cell_id)
    spent = [tuple(row) for row in await session.all(SPENT_CREDENTIAL.select().order_by(text("rowid")))]
    spent = [row for row in spent if row[1] == cell_id]
    session.erase(BALLOT, *(row[0] for row in lying))
    session.erase(SPENT_CREDENTIAL, *(row[0] for row in spent))
    fresh = (uuid4(), cell_id, sheet.grade, sheet.reasons), (sheet.nullifier(cell_id), cell_id, sheet.answer())
    pairs = in_random_order([*zip(lying, spent, strict=True), fresh])
    await session.insert_many(BALLOT, columns_of(Ballot), [ballot for ballot, _ in pairs])
    await session.insert_many(SPENT_CREDENTIAL, columns_of(SpentCredential), [credential for _, credential in pairs])


async def _rows(session: Session, cell_id: UUID) -> list[Sequence[object]]:
    found = await session.all(BALLOT.select().where(BALLOT.c.cell_id == cell_id).order_by(text("rowid")))
    return [tuple(row) for row in found]


async def cells(office: Office, many: int) -> list[UUID]:
    """So many cells that take ballots."""
    day = CASTING
    term = BallotTerm(
        id=new_id(),
        district_code=DISTRICT,
        served_from=day,
        served_to=day,
        draws_until=day - timedelta(days=1),
        closes_on=day,
        least_expected=20,
        least_cast=5,
        line_percent=85,
        stage=TermStage.OPEN,
        planned_by=uuid4(),
        planned_at=office.clock.at,
        opened_at=office.clock.at,
        closed_at=None,
    )
    made = [Cell.begin(term, Cut(DISTRICT, 20, None), group_code="all", item_codes=[]) for _ in range(many)]
    for cell in made:
        cell.stage, cell.public_key = TermStage.OPEN, "known"
    async with office.mounted.sessions() as session:
        session.add(term, *made)
    return [cell.id for cell in made]


async def right_guesses(office: Office, cast: Cast, *, tries: int, chance: Random) -> dict[str, int]:
    """In how many cells the attacker names the ballot of one whom they watched, by each order that they try."""
    on(office, CASTING)
    right: dict[str, int] = {}
    for cell_id in await cells(office, tries):
        said = chance.sample(range(1, 1 << 9), PEOPLE)  # everybody's ballot is another, so that a row is somebody's
        sheets = [Sheet(Credential().message, chance.randint(1, 5), reasons) for reasons in said]
        for sheet in sheets:
            async with office.mounted.sessions() as session:
                await cast(session, cell_id, sheet)
        victim = chance.randrange(PEOPLE)
        guesses = {order: rows[victim] for order, rows in (await orders(office, cell_id)).items()}
        guesses["beside"] = await beside(office, cell_id, sheets[victim].nullifier(cell_id))
        for order, guess in guesses.items():
            right[order] = right.get(order, 0) + (guess & 0x1FF == said[victim])
    return right


async def beside(office: Office, cell_id: UUID, nullifier: bytes) -> int:
    """The ballot that lies where a credential lies that was seen on somebody's phone; none where that is not there."""
    statement = SPENT_CREDENTIAL.select().where(SPENT_CREDENTIAL.c.cell_id == cell_id).order_by(text("rowid"))
    async with office.mounted.sessions() as session:
        spent = [row[0] for row in await session.all(statement)]
    rows = (await orders(office, cell_id))["place"]
    return rows[spent.index(nullifier)] if nullifier in spent else 0


async def orders(office: Office, cell_id: UUID) -> dict[str, list[int]]:
    """The ballots of a cell, told by their reasons, in every order that the database gives."""
    names = columns_of(Ballot)
    place = text("rowid")
    statement = BALLOT.select().where(BALLOT.c.cell_id == cell_id).order_by(place)
    async with office.mounted.sessions() as session:
        rows = await session.all(statement)
    where = names.index("reasons")
    found = {"place": [int(row[where]) for row in rows]}
    for column, name in enumerate(names):
        # By the column; where that says nothing, as it lies.
        found[name] = [int(row[where]) for row in sorted(rows, key=lambda row: str(row[column]).rjust(40, "0"))]
    return found


async def test_who_reads_the_whole_service_finds_nobody_more_often_than_by_chance(office: Office) -> None:
    chance = Random(20260)
    right = await right_guesses(office, as_it_is, tries=CELLS, chance=chance)
    assert set(right) == {"place", "id", "cell_id", "grade", "reasons", "beside"}
    most = most_by_chance(CELLS, among=PEOPLE, orders=len(right))
    assert most < CELLS / 2
    assert max(right.values()) <= most, right
    for control, order in (
        (in_the_order_of_arrival, "place"),
        (with_ids_of_time, "id"),
        (with_a_number, "reasons"),
        (side_by_side, "beside"),
    ):
        found = await right_guesses(office, control, tries=CONTROLS, chance=chance)
        assert found[order] == CONTROLS > most_by_chance(CONTROLS, among=PEOPLE, orders=len(found)), control.__name__


async def test_who_looks_again_and_again_finds_nobody_by_when_they_were_served() -> None:
    """The attacker sees each ballot come, and knows when each case was done: both lie in this service.

    All cast between the same two instants, each at a random one; who cast when they were served would be found.
    """
    chance = Random(20261)
    tries, period, window = 400, timedelta(days=20), timedelta(days=10)

    def found(*, at_once: bool) -> int:
        right = 0
        for _ in range(tries):
            served = sorted(chance.random() * period for _ in range(PEOPLE))
            cast = served if at_once else [period + chance.random() * window for _ in range(PEOPLE)]
            came = sorted(range(PEOPLE), key=cast.__getitem__)
            victim = chance.randrange(PEOPLE)
            right += came[victim] == victim
        return right

    assert found(at_once=False) <= most_by_chance(tries, among=PEOPLE, orders=1) < tries / 2
    assert found(at_once=True) == tries
