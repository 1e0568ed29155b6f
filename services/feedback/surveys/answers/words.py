"""Words of a survey: sealed, joined to no other answer, and mixed so that nothing of the database ties them to a code.

Every answer to a survey that asks for words has its open pool mixed and sealed anew, whether it brings words or not:
else the database's own number of the transaction would tie them to the code that was used in it. A pool that has grown
large closes with a random part of what lies in it, and no answer touches it again; what stays hides the next one.
"""

from collections.abc import Mapping, Sequence
from secrets import randbelow
from uuid import UUID

import orjson
from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis.plans import columns_of, table_of
from chassis.secrecy import Vault, place_of
from chassis.session import Session
from services.feedback.ballots.model import in_random_order, random_id
from services.feedback.surveys.answers.model import SurveyWords, WordsPool
from services.feedback.surveys.definitions.model import Survey
from services.feedback.surveys.definitions.questions import Definition, QuestionKind

HIDES_AMONG = 256
"""So many words stay in the open pool when a part of it is closed."""
CLOSES_ONE_IN = 8
"""A pool of more than twice as many closes with one answer in so many, words in it or not: if it closed with the words
that fill it, that there were some would be known of their code."""

OPEN = (
    select(WordsPool)
    .where(col(WordsPool.survey_id) == bindparam("survey"), col(WordsPool.open).is_(True))
    .with_for_update()
)
POOLS = select(WordsPool).where(col(WordsPool.survey_id) == bindparam("survey")).with_for_update()

Written = tuple[str, str]
"""A question, and what somebody wrote."""


async def keep(
    session: Session,
    survey: Survey,
    form: Definition,
    answers: Mapping[str, Sequence[str]],
    *,
    hides_among: int = HIDES_AMONG,
) -> None:
    """Lay the words of an answer, if it has any, among those of others."""
    asked = [question.code for question in form.questions() if question.kind is QuestionKind.WORDS]
    if not asked:
        return
    await session.get(Survey, survey.id, lock=True)  # as long as no pool is there to be locked
    vault = session.use(Vault)
    pool = await session.first(OPEN, survey=survey.id)
    if pool is None:
        pool = _pool(vault, survey.id, [], still_open=True)
        session.add(pool)
    lying = _read(vault, pool)
    if len(lying) > 2 * hides_among and not randbelow(CLOSES_ONE_IN):
        mixed = in_random_order(lying)
        lying = mixed[:hides_among]
        session.add(_pool(vault, survey.id, mixed[hides_among:], still_open=False))
    lying += [(code, answers[code][0]) for code in asked if code in answers]
    pool.words = _sealed(vault, pool.id, lying)


async def lay_out(session: Session, survey_id: UUID) -> None:
    """Take all words out of their pools, each into a row of its own, in random order."""
    vault = session.use(Vault)
    rows: list[Sequence[object]] = []
    for pool in await session.all(POOLS, survey=survey_id):
        for question, text in _read(vault, pool):
            made = random_id()
            rows.append((made, survey_id, question, vault.seal(text, place=place_of("survey_words", "words", made))))
        session.delete(pool)
    await session.insert_many(table_of(SurveyWords), columns_of(SurveyWords), in_random_order(rows))


def _read(vault: Vault, pool: WordsPool) -> list[Written]:
    text = vault.open(pool.words, place=place_of("words_pool", "words", pool.id))
    return [(question, words) for question, words in orjson.loads(text)]


def _sealed(vault: Vault, pool_id: UUID, lying: Sequence[Written]) -> bytes:
    text = orjson.dumps(in_random_order(lying)).decode()
    return vault.seal(text, place=place_of("words_pool", "words", pool_id))


def _pool(vault: Vault, survey_id: UUID, lying: Sequence[Written], *, still_open: bool) -> WordsPool:
    made = random_id()
    return WordsPool(id=made, survey_id=survey_id, open=still_open, words=_sealed(vault, made, lying))
