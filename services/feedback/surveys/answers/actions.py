"""Giving codes out, and taking answers in by code and at the door."""

from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from uuid import UUID

import orjson
from sqlalchemy import bindparam, func, select
from sqlmodel import col

from chassis import offline
from chassis.identity import Actor
from chassis.plans import columns_of, table_of
from chassis.problems import NotFound
from chassis.secrecy import Vault
from chassis.session import Session
from services.feedback.ballots.model import in_random_order
from services.feedback.surveys.answers import codes, policy, progress, words
from services.feedback.surveys.answers.model import (
    NoSuchPart,
    SurveyCode,
    SurveyCodeUsed,
    SurveyNotOpen,
    TakenInterview,
    TooManyCodes,
    WayNotOffered,
)
from services.feedback.surveys.definitions import views as surveys
from services.feedback.surveys.definitions.model import Channel, PartKind, Survey, SurveyPart, SurveyStage
from services.feedback.surveys.definitions.questions import Definition, Given, QuestionKind
from services.feedback.urns import actions as urns
from services.feedback.urns.model import Counts

MOST_CODES = 50_000
"""Of one survey; our own bound, above the households of any county that we read of in one survey."""

GIVEN = select(func.count()).select_from(SurveyCode).where(col(SurveyCode.survey_id) == bindparam("survey"))
CODE = table_of(SurveyCode)

Answers = Mapping[str, tuple[str, ...]]


def packed(form: Definition, answers: Answers) -> str:
    """Answers as they lie in the row of a paper: options alone, always in the order of the questions."""
    return orjson.dumps(_options(form, answers)).decode()


def counted(sheets: Iterable[Mapping[str, Sequence[str]]]) -> Counts:
    """What is counted of sheets: who answered each question, and who chose each option of it."""
    return Counts.of(
        [name for question, said in sheet.items() for name in (question, *(f"{question}={option}" for option in said))]
        for sheet in sheets
    )


async def give_codes(
    session: Session, survey_id: UUID, *, part_id: UUID, channel: Channel, many: int, by: Actor
) -> Sequence[str]:
    """New one-time codes for a part, to be printed at once and handed out mixed: nobody is to know who has which.

    At a counter no more than the area's quota lacks; whoever is invited is never refused. Raises `NotFound`,
    `SurveyNotOpen`, `WayNotOffered`, `NoSuchPart`, `TooManyCodes`, `QuotaReached`, `CodesBeyondQuota`.
    """
    survey = await policy.check_gives_codes(session, by, await session.get(Survey, survey_id, lock=True), channel)
    if survey.stage not in {SurveyStage.ANNOUNCED, SurveyStage.OPEN}:
        raise SurveyNotOpen()
    if not channel.by_code or channel.value not in survey.channels:
        raise WayNotOffered(channel=channel.value)
    part = await part_of(session, survey, part_id)
    ((given,),) = await session.all(GIVEN, survey=survey.id)
    if given + many > MOST_CODES:
        raise TooManyCodes(at_most=MOST_CODES)
    if channel is Channel.COUNTER:
        await progress.check_quota(session, part, more=many)
    made = [codes.new_code() for _ in range(many)]
    rows: list[Sequence[object]] = [
        (index_of(session, code), survey.id, part.id, channel, False) for code in in_random_order(made)
    ]
    await session.insert_many(CODE, columns_of(SurveyCode), rows)
    return made


async def answer_by_code(session: Session, code: str, given: Mapping[str, Given]) -> None:
    """Take the one answer of a code.

    Raises `WrongSurveyCode`, `NotFound`, `SurveyCodeUsed`, `SurveyNotOpen`, `AnswersDoNotFit`.
    """
    index = index_of(session, code)
    known = await session.get(SurveyCode, index)
    if known is None:
        raise NotFound()
    survey = await session.get(Survey, known.survey_id)
    check_takes_answers(session, survey)
    held = await session.get(SurveyCode, index, lock=True)
    if survey is None or held is None:
        raise NotFound()
    if held.used:
        raise SurveyCodeUsed()
    answers = survey.form.read(given)
    held.used = True
    await put_in(session, survey, held.part_id, answers)


async def take_interview(
    session: Session, survey_id: UUID, interview_id: UUID, *, part_id: UUID, given: Mapping[str, Given], by: Actor
) -> None:
    """Take down what somebody was told at the door, once for each id that a client made.

    It is counted apart, as what was said to somebody in office. Raises `NotFound`, `RecordedDifferently`,
    `IdNotRandom`, `SurveyNotOpen`, `WayNotOffered`, `NoSuchPart`, `QuotaReached`, `MayNotTakeAnswers`,
    `AnswersDoNotFit`.
    """
    survey = await session.get(Survey, survey_id)
    if survey is None or survey.stage in {SurveyStage.DRAFT, SurveyStage.DROPPED}:
        raise NotFound()
    await policy.check_may_interview(session, by, survey)
    said = {"survey": str(survey_id), "part": str(part_id), "answers": dict(given)}
    marks = offline.marks_of(session, said, about=interview_id, by=by.person_id)
    if await offline.recorded_before(session, TakenInterview, interview_id, marks) is not None:
        return
    check_takes_answers(session, survey)
    if Channel.INTERVIEWER.value not in survey.channels:
        raise WayNotOffered(channel=Channel.INTERVIEWER.value)
    part = await part_of(session, survey, part_id)
    await progress.check_quota(session, part, more=1)
    door = next(one for one in await surveys.parts(session, survey.id) if one.kind is PartKind.DOOR)
    answers = survey.form.read(given)
    session.add(TakenInterview(id=interview_id, survey_id=survey.id, part_id=part.id, recorded=marks))
    await put_in(session, survey, door.id, answers)


def check_takes_answers(session: Session, survey: Survey | None) -> None:
    """Raises `SurveyNotOpen`."""
    if survey is None or not takes_answers(session, survey):
        raise SurveyNotOpen()


def takes_answers(session: Session, survey: Survey) -> bool:
    """Whether answers are taken in now."""
    return survey.stage is SurveyStage.OPEN and session.now < survey.ends_at


async def part_of(session: Session, survey: Survey, part_id: UUID) -> SurveyPart:
    """An area of a survey, or its whole. Raises `NoSuchPart`."""
    part = await session.get(SurveyPart, part_id)
    if part is None or part.survey_id != survey.id or part.kind is PartKind.DOOR:
        raise NoSuchPart()
    return part


async def put_in(session: Session, survey: Survey, part_id: UUID, answers: Answers) -> None:
    """Count a sheet in its part; words go elsewhere."""
    await session.get(SurveyPart, part_id, lock=True)
    form = survey.form
    await urns.put_in(session, part_id, counted([_options(form, answers)]))
    await words.keep(session, survey, form, answers)


def index_of(session: Session, code: str) -> bytes:
    """By which a code is found. Raises `WrongSurveyCode`."""
    return session.use(Vault).index(codes.plain(code), place="survey_code.code_index")


def digest_of(right: str, given: Mapping[str, Given]) -> bytes:
    """What a proof of work is tied to, by code or credential; nothing of it is kept in the database."""
    return sha256(orjson.dumps([right, given], option=orjson.OPT_SORT_KEYS)).digest()


def _options(form: Definition, answers: Answers) -> dict[str, Sequence[str]]:
    words_asked = {question.code for question in form.questions() if question.kind is QuestionKind.WORDS}
    return {code: said for code, said in answers.items() if code not in words_asked}
