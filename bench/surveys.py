"""An answer to a survey by its code, where a hundred thousand answered before, against one where a thousand did."""

import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from itertools import cycle
from uuid import UUID, uuid4

from sqlalchemy import create_engine

from bench.measures import Plan
from bench.rounds import Metrics, Round, Side, interleave
from chassis.log.memory import MemoryLog
from chassis.plans import columns_of, table_of
from chassis.secrecy import Vault
from chassis.service import Mounted
from chassis.session import Session
from chassis.sqlite import SqliteStore
from chassis.tables import new_id
from services.feedback.app import build
from services.feedback.surveys.answers import codes, words
from services.feedback.surveys.answers.actions import answer_by_code, counted, index_of
from services.feedback.surveys.answers.model import SurveyCode
from services.feedback.surveys.definitions.model import (
    Audience,
    Channel,
    PartKind,
    Subject,
    Survey,
    SurveyPart,
    SurveyStage,
)
from services.feedback.surveys.definitions.questions import Definition, Given
from services.feedback.tables import Table
from services.feedback.urns import actions as urns

SMALL, LARGE = 1_000, 100_000
WITH_WORDS = 8  # one of so many writes some
MIXED = 1_200  # words laid down before: pools closed, and one about full; an answer touches no other
CODE = table_of(SurveyCode)
NOON = datetime(2026, 6, 6, 4, tzinfo=UTC)
AREA = "430702001001"
FORM = Definition.model_validate(
    {
        "title_zh": "镇党委满意度测评",
        "pages": [
            {
                "questions": [
                    {"code": "overall", "kind": "opinion", "title_zh": "您对镇党委的工作满意吗？"},
                    *({"code": f"of_{n}", "kind": "opinion", "title_zh": f"第 {n} 方面呢？"} for n in range(8)),
                    {"code": "roads", "kind": "scale", "title_zh": "道路打几分？"},
                    {"code": "heard", "kind": "yes_no", "title_zh": "听说过民情会吗？"},
                    {"code": "words", "kind": "words", "title_zh": "想对上级说什么？", "required": False},
                ]
            }
        ],
    }
)
SATISFIED = ("satisfied", "fairly_satisfied", "dissatisfied", "no_opinion")
WORDS_ZH = "村口到学校的路灯坏了三个月，报过两次，请派人修好。"


class Noon:
    """Domain time that stands."""

    def now(self) -> datetime:
        """An instant at which answers are taken in."""
        return NOON


async def measure_surveys(plan: Plan) -> list[Round]:
    """Both by turns on SQLite, each answer a transaction of its own; by processor time of all threads."""
    async with _asked(plan, SMALL) as small, _asked(plan, LARGE) as large:
        return await interleave({"large": large, "small": small}, rounds=plan.rounds, say=plan.say)


@asynccontextmanager
async def _asked(plan: Plan, many: int) -> AsyncIterator[Side]:
    path = plan.workplace / f"survey_{many}.db"
    engine = create_engine(f"sqlite:///{path}")
    Table.metadata.create_all(engine)
    engine.dispose()
    mounted = Mounted(build(), store=SqliteStore(path), log=MemoryLog(), clock=Noon(), vault=Vault(bytes(32)))
    await mounted.store.open()
    try:
        async with mounted.sessions() as session:
            survey, part = _survey()
            session.add(survey, part)
        async with mounted.sessions() as session:
            await _fill(session, survey, part.id, many)
        said = _answers()

        async def play() -> Metrics:
            answered, spent = 0, 0.0
            while spent < plan.seconds:
                async with mounted.sessions() as session:
                    fresh = await _codes(session, survey.id, part.id, 100, used=False)
                began = time.process_time()
                for code in fresh:
                    async with mounted.sessions() as session:
                        await answer_by_code(session, code, next(said))
                spent += time.process_time() - began
                answered += len(fresh)
            return {"app_cpu_us": spent / answered * 1e6}

        yield play
    finally:
        await mounted.store.close()


def _answers() -> Iterator[dict[str, Given]]:
    """One after another, differing, each eighth with words."""
    for number in cycle(range(WITH_WORDS * len(SATISFIED))):
        opinion = SATISFIED[number // WITH_WORDS]
        said: dict[str, Given] = {"overall": opinion, "roads": 1 + number % 5, "heard": number % 2 == 0}
        said |= {f"of_{n}": SATISFIED[(number + n) % len(SATISFIED)] for n in range(8)}
        yield said | {"words": WORDS_ZH} if number % WITH_WORDS == 0 else said


async def _fill(session: Session, survey: Survey, part_id: UUID, many: int) -> None:
    """As it is after so many answers."""
    given = _answers()
    sheets = [FORM.read(next(given)) for _ in range(many)]
    await _codes(session, survey.id, part_id, many, used=True)
    await urns.put_in(session, part_id, counted([{q: s for q, s in one.items() if q != "words"} for one in sheets]))
    for one in sheets[::WITH_WORDS][:MIXED]:
        await words.keep(session, survey, FORM, one)


async def _codes(session: Session, survey_id: UUID, part_id: UUID, many: int, *, used: bool) -> list[str]:
    made = [codes.new_code() for _ in range(many)]
    rows = [(index_of(session, code), survey_id, part_id, Channel.HOUSEHOLD, used) for code in made]
    await session.insert_many(CODE, columns_of(SurveyCode), rows)
    return made


def _survey() -> tuple[Survey, SurveyPart]:
    """A survey that takes answers, of one part."""
    organization_id = uuid4()
    survey = Survey(
        id=new_id(),
        division_code=AREA,
        subject=Subject.ORGANIZATION,
        organization_id=organization_id,
        post_id=None,
        item_code=None,
        subject_key=f"villagers:{organization_id}::",
        audience=Audience.VILLAGERS,
        definition=FORM.model_dump_json(),
        judged="overall",
        channels=[Channel.HOUSEHOLD.value],
        opens_on=date(2026, 6, 1),
        closes_on=date(2026, 6, 10),
        publishes_on=date(2026, 6, 20),
        line_percent=85,
        least=5,
        stage=SurveyStage.OPEN,
        made_by=uuid4(),
        made_at=NOON,
        announced_at=NOON,
        published_at=None,
        taken=None,
        below_line=None,
    )
    part = SurveyPart(
        id=new_id(),
        survey_id=survey.id,
        division_code=AREA,
        kind=PartKind.REST,
        quota=0,
        public_key=None,
        drawn=None,
        outcome=None,
        responses=None,
        reached=None,
        result=None,
    )
    return survey, part
