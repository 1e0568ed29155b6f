"""An attack by whoever reads all of this service: it finds who answered a survey so no more often than by chance.

As with ballots (`tests/feedback/ballots/test_linking.py`): the attacker watched everybody's phone, so they know in
which order these people answered, and saw a credential of one of them; they hold every row, each at the place in the
file where it lies, and the key by which words are opened. With a defence switched off, the same attack has to win.
"""

import os
from collections.abc import Mapping
from random import Random
from uuid import UUID, uuid4

import orjson
import pytest
from sqlalchemy import text
from sqlmodel import col, select

from chassis.plans import table_of
from chassis.secrecy import Vault, place_of
from services.feedback.surveys.answers import credentials, words
from services.feedback.surveys.answers.credentials import Credential, answer_by_credential
from services.feedback.surveys.answers.model import SpentSurveyCredential, WordsPool
from services.feedback.surveys.definitions.model import PartKind, SurveyPart
from services.feedback.urns import actions as urn_actions
from services.feedback.urns import model as urn_model
from services.feedback.urns.model import Counts, Urn
from tests.feedback.ballots.test_linking import PEOPLE, most_by_chance
from tests.feedback.facts import VILLAGE
from tests.feedback.office import Office
from tests.feedback.surveys.asking import Asking, opened, people

PARTS = 48
CONTROLS = 12  # parts of a control
POINTS = [str(points) for points in range(10)]
SCALE = {"code": "points", "kind": "scale", "title_zh": "打几分？", "lowest": 0, "highest": 9}
WORDS = {"code": "words", "kind": "words", "title_zh": "想说什么？", "required": False}
ASKED = {"title_zh": "测评", "pages": [{"questions": [SCALE, WORDS]}]}
SPENT = table_of(SpentSurveyCredential)
POOL = select(WordsPool).with_for_update()


async def a_part(office: Office, asking: Asking) -> UUID:
    """A part in which nobody has answered."""
    part = SurveyPart(
        id=uuid4(),
        survey_id=UUID(asking.id),
        division_code=VILLAGE,
        kind=PartKind.AREA,
        quota=0,
        public_key="known",
        drawn=None,
        outcome=None,
        responses=None,
        reached=None,
        result=None,
    )
    async with office.mounted.sessions() as session:
        session.add(part)
    return part.id


async def orders(office: Office, part_id: UUID) -> Mapping[str, list[str]]:
    """What was said in a part, in each order that the database gives; the pool of words is emptied after each part."""
    async with office.mounted.sessions() as session:
        urn = await session.get(Urn, part_id)
        [pool] = await session.all(POOL)
        written = orjson.loads(session.use(Vault).open(pool.words, place=place_of("words_pool", "words", pool.id)))
        session.delete(pool)
    assert urn is not None
    assert urn.sheets == PEOPLE
    counted = [name.partition("=")[2] for name in orjson.loads(urn.said) if name.startswith("points=")]
    return {"counted": counted, "written": [said for _, said in written]}


async def right_guesses(office: Office, asking: Asking, *, tries: int, chance: Random) -> dict[str, int]:
    """In how many parts the attacker names what one whom they watched said, by each order that they try."""
    right: dict[str, int] = {}
    for _ in range(tries):
        part_id = await a_part(office, asking)
        said = chance.sample(POINTS, PEOPLE)  # everybody says something else, so that what is counted is somebody's
        held = [Credential(part_id, os.urandom(64), b"") for _ in said]
        for credential, points in zip(held, said, strict=True):
            async with office.mounted.sessions() as session:
                await answer_by_credential(session, credential, {"points": int(points), "words": points})
        victim = chance.randrange(PEOPLE)
        async with office.mounted.sessions() as session:
            of_part = SPENT.select().where(col(SpentSurveyCredential.part_id) == part_id).order_by(text("rowid"))
            spent = [row[1] for row in await session.all(of_part)]
        for name, lying in (await orders(office, part_id)).items():
            for order, place in (("order", victim), ("beside", spent.index(held[victim].nullifier()))):
                right[f"{name}, {order}"] = right.get(f"{name}, {order}", 0) + (lying[place] == said[victim])
    return right


def as_they_came(counts: Counts) -> str:
    """Counts as they would lie without their order: what is counted for the first time stands last."""
    return orjson.dumps(dict(counts.said)).decode()


@pytest.mark.asyncio
async def test_who_reads_the_whole_service_finds_nobody_more_often_than_by_chance(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    await people(office)
    asking = await opened(office, channels=["credential"], definition=ASKED, judged=None)
    monkeypatch.setattr(credentials, "is_signed", lambda *_, **__: True)  # whose key it is, is tried elsewhere
    chance = Random(20262)
    right = await right_guesses(office, asking, tries=PARTS, chance=chance)
    assert set(right) == {"counted, order", "counted, beside", "written, order", "written, beside"}
    most = most_by_chance(PARTS, among=PEOPLE, orders=len(right))
    assert most < PARTS / 2
    assert max(right.values()) <= most, right

    for module in (urn_model, urn_actions):
        monkeypatch.setattr(module, "written", as_they_came)
    found = await right_guesses(office, asking, tries=CONTROLS, chance=chance)
    most = most_by_chance(CONTROLS, among=PEOPLE, orders=len(found))
    assert found["counted, order"] == found["counted, beside"] == CONTROLS > most
    assert max(found["written, order"], found["written, beside"]) <= most  # that defence is still there
    monkeypatch.setattr(words, "in_random_order", list)
    found = await right_guesses(office, asking, tries=CONTROLS, chance=chance)
    assert found["written, order"] == found["written, beside"] == CONTROLS
