"""An attack by whoever reads all of this service: it finds who gave which grade no more often than by chance.

The attacker watched everybody's phone, so they know in which order these people cast; and they hold every row of the
service's database, with the place in the file where it lies. Each column of the box, whatever it is called, and that
place are tried as an order, and so is the order in which the counts stand in a row. With a defence switched off, the
same attack has to win: else it would prove nothing.
"""

from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from json import dumps, loads
from math import comb
from random import Random
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Table, text

from chassis.plans import columns_of, table_of
from chassis.session import Session
from chassis.tables import new_id
from services.feedback.ballots.actions import SPENT_CREDENTIAL, put_in
from services.feedback.ballots.model import REASONS, Sheet, SpentCredential, bits_of, in_random_order
from services.feedback.cells.cutting import Cut
from services.feedback.cells.model import BallotTerm, Cell, TermStage
from services.feedback.urns.model import Counts, Urn, written
from tests.feedback.ballots.casting import Credential
from tests.feedback.cells.polling import CASTING, on
from tests.feedback.facts import DISTRICT
from tests.feedback.office import Office

pytestmark = pytest.mark.asyncio

PEOPLE = 6  # that cast in one cell, one after another
CELLS = 96
CONTROLS = 16  # cells of a control
SURE = 1e-6  # how seldom a true defence may fail this test

URN = table_of(Urn)
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


async def with_names_as_they_came(session: Session, cell_id: UUID, sheet: Sheet) -> None:
    """Without their order: what is counted for the first time stands last."""
    urn = await session.get(Urn, cell_id, lock=True)
    if urn is None:
        session.add(Urn(id=cell_id, sheets=1, said=dumps(dict.fromkeys(sheet.said(), 1))))
    else:
        urn.said = dumps(dict((urn.counts + Counts.of([sheet.said()])).said))


async def with_a_row_for_each(session: Session, cell_id: UUID, sheet: Sheet) -> None:
    """Without the counting: a new row lies behind those before it."""
    del cell_id
    await session.insert_many(URN, columns_of(Urn), [(uuid4(), 1, written(Counts.of([sheet.said()])))])


async def with_ids_of_time(session: Session, cell_id: UUID, sheet: Sheet) -> None:
    """A row for each, laid anew in random order, with ids that keep their time."""
    await _laid_anew(session, cell_id, lambda _: (new_id(), 1, written(Counts.of([sheet.said()]))))


async def with_a_number(session: Session, cell_id: UUID, sheet: Sheet) -> None:
    """A row for each, laid anew in random order under a random id, and numbered."""
    await _laid_anew(session, cell_id, lambda many: (uuid4(), many, written(Counts.of([sheet.said()]))))


async def side_by_side(session: Session, cell_id: UUID, sheet: Sheet) -> None:
    """With one random order for what is counted and for the credentials."""
    spent = [row for row in await _in_place(session, SPENT_CREDENTIAL) if row[0] == cell_id]
    rows = await _in_place(session, URN)
    lying = rows[len(rows) - len(spent) :]
    session.clear(SPENT_CREDENTIAL, cell_id=cell_id)
    session.erase(URN, *(row[0] for row in lying))
    fresh = (uuid4(), 1, written(Counts.of([sheet.said()]))), (cell_id, sheet.nullifier(cell_id), sheet.answer())
    pairs = in_random_order([*zip(lying, spent, strict=True), fresh])
    await session.insert_many(URN, columns_of(Urn), [row for row, _ in pairs])
    await session.insert_many(SPENT_CREDENTIAL, columns_of(SpentCredential), [credential for _, credential in pairs])


async def _laid_anew(session: Session, cell_id: UUID, made: Callable[[int], Sequence[object]]) -> None:
    # Which rows are of which cell is told by none of their columns: each control begins with the urns empty.
    del cell_id
    lying = await _in_place(session, URN)
    session.erase(URN, *(row[0] for row in lying))
    await session.insert_many(URN, columns_of(Urn), in_random_order([*lying, made(len(lying))]))


async def _in_place(session: Session, table: Table) -> list[Sequence[object]]:
    return [tuple(row) for row in await session.all(table.select().order_by(text("rowid")))]


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
        said = chance.sample(REASONS, PEOPLE)  # everybody names another reason, so that what is counted is somebody's
        sheets = [Sheet(Credential().message, chance.randint(1, 5), bits_of([reason])) for reason in said]
        for sheet in sheets:
            async with office.mounted.sessions() as session:
                await cast(session, cell_id, sheet)
        victim = chance.randrange(PEOPLE)
        found = await orders(office)
        guesses = {order: names[victim] for order, names in found.items()}
        guesses["beside"] = await beside(office, cell_id, sheets[victim].nullifier(cell_id), found["place"])
        for order, guess in guesses.items():
            right[order] = right.get(order, 0) + (guess == said[victim])
        async with office.mounted.sessions() as session:
            session.erase(URN, *(row[0] for row in await _in_place(session, URN)))
    return right


async def beside(office: Office, cell_id: UUID, nullifier: bytes, names: Sequence[str]) -> str:
    """What lies where a credential lies that was seen on somebody's phone; nothing where that is not there."""
    async with office.mounted.sessions() as session:
        spent = [row[1] for row in await _in_place(session, SPENT_CREDENTIAL) if row[0] == cell_id]
    return names[spent.index(nullifier)] if nullifier in spent else ""


async def orders(office: Office) -> dict[str, list[str]]:
    """What lies in the box, told by its reasons, in every order that the database gives: of rows, and within them."""
    async with office.mounted.sessions() as session:
        rows = await _in_place(session, URN)
    names = columns_of(Urn)
    found = {"place": rows}
    for column, name in enumerate(names):
        # By the column; where that says nothing, as it lies.
        found[name] = sorted(rows, key=lambda row: str(row[column]).rjust(40, "0"))
    where = names.index("said")
    return {
        order: [name for row in lying for name in loads(str(row[where])) if name in set(REASONS)]
        for order, lying in found.items()
    }


async def test_who_reads_the_whole_service_finds_nobody_more_often_than_by_chance(office: Office) -> None:
    chance = Random(20260)
    right = await right_guesses(office, as_it_is, tries=CELLS, chance=chance)
    assert set(right) == {"place", "id", "sheets", "said", "beside"}
    most = most_by_chance(CELLS, among=PEOPLE, orders=len(right))
    assert most < CELLS / 2
    assert max(right.values()) <= most, right
    for control, order in (
        (with_names_as_they_came, "place"),
        (with_a_row_for_each, "place"),
        (with_ids_of_time, "id"),
        (with_a_number, "sheets"),
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
