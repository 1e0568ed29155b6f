"""Words lie in pools: who reads all of them with the key, and watched who answered when, guesses no better than chance.

Chance is one in as many as a pool keeps back when it closes, or in all where they are fewer. With the mixing off the
same attack has to win.
"""

from random import Random
from uuid import UUID

import orjson
import pytest
from sqlalchemy import text
from sqlmodel import col, select

from chassis.secrecy import Vault, place_of
from chassis.session import Session
from services.feedback.surveys.answers import words
from services.feedback.surveys.answers.model import WordsPool
from services.feedback.surveys.definitions.model import Survey
from tests.feedback.ballots.test_casting import contents
from tests.feedback.ballots.test_linking import most_by_chance
from tests.feedback.office import Office
from tests.feedback.surveys.asking import Asking, opened, people

pytestmark = pytest.mark.asyncio

KEPT, WRITERS, TRIES = 2, 12, 60
BY_PLACE = select(WordsPool).order_by(col(WordsPool.open), text("rowid"))  # what closed first, first


async def write(office: Office, asking: Asking, number: int | None, *, kept: int) -> None:
    """One answer, with words or without."""
    async with office.mounted.sessions() as session:
        survey = await session.get(Survey, UUID(asking.id))
        assert survey is not None
        said = {} if number is None else {"words": (str(number),)}
        await words.keep(session, survey, survey.form, said, hides_among=kept)


async def lying(session: Session) -> list[list[int]]:
    """What each pool holds, as it lies."""
    vault = session.use(Vault)
    return [
        [int(said) for _, said in orjson.loads(vault.open(pool.words, place=place_of("words_pool", "words", pool.id)))]
        for pool in await session.all(BY_PLACE)
    ]


async def right_guesses(office: Office, asking: Asking, *, tries: int, kept: int, chance: Random) -> int:
    """How often the words of one whom they watched are those that lie where, in order, theirs would."""
    right = 0
    for _ in range(tries):
        for number in range(WRITERS):
            await write(office, asking, number, kept=kept)
        victim = chance.choice((0, WRITERS - 1, chance.randrange(WRITERS)))
        async with office.mounted.sessions() as session:
            found = [number for pool in await lying(session) for number in pool]
            assert sorted(found) == list(range(WRITERS))
            right += found[victim] == victim
            for pool in await session.all(BY_PLACE.with_for_update()):
                session.delete(pool)
    return right


async def test_words_are_tied_to_nobody_more_often_than_by_chance(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    await people(office)
    asking = await opened(office)
    monkeypatch.setattr(words, "CLOSES_ONE_IN", 1)
    chance = Random(20262)
    most = most_by_chance(TRIES, among=KEPT + 1, orders=1)
    assert await right_guesses(office, asking, tries=TRIES, kept=KEPT, chance=chance) <= most < TRIES
    monkeypatch.setattr(words, "in_random_order", list)
    assert await right_guesses(office, asking, tries=5, kept=WRITERS, chance=chance) == 5


async def test_a_pool_closes_with_more_than_it_keeps_and_no_answer_touches_it_again(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    await people(office)
    asking = await opened(office)
    monkeypatch.setattr(words, "CLOSES_ONE_IN", 1)
    for number in range(5):
        await write(office, asking, number, kept=KEPT)
    await write(office, asking, None, kept=KEPT)  # it closes with an answer that brings none
    pools = (await contents(office))["words_pool"]
    (closed,) = [row for row in pools if not row[2]]
    async with office.mounted.sessions() as session:
        assert sorted(map(len, await lying(session))) == [KEPT, KEPT + 1]
    for number in range(5, 30):
        await write(office, asking, number, kept=KEPT)
    now = (await contents(office))["words_pool"]
    assert closed in now
    assert [row[2] for row in now].count(True) == 1
    async with office.mounted.sessions() as session:
        held = await lying(session)
        assert sorted(number for pool in held for number in pool) == list(range(30))
        assert all(KEPT < len(pool) <= 2 * KEPT + 1 for pool in held)
        await words.lay_out(session, UUID(asking.id))
    after = await contents(office)
    assert (after["words_pool"], len(after["survey_words"])) == ([], 30)
