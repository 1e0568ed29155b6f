"""Papers: entered by two persons apart, their differences listed and settled by a third who holds the paper."""

from collections.abc import Mapping, Sequence
from uuid import UUID

import orjson
from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis.identity import Actor
from chassis.problems import NotFound
from chassis.session import Session
from chassis.tables import new_id
from services.feedback.surveys.answers import policy, words
from services.feedback.surveys.answers.actions import packed, part_of
from services.feedback.surveys.answers.model import PaperSheet, SurveyNotOpen, WayNotOffered
from services.feedback.surveys.definitions import policy as running
from services.feedback.surveys.definitions.model import Channel, Survey, SurveyStage
from services.feedback.surveys.definitions.questions import Given

NUMBERED = (
    select(PaperSheet)
    .where(
        col(PaperSheet.survey_id) == bindparam("survey"),
        col(PaperSheet.part_id) == bindparam("part"),
        col(PaperSheet.number) == bindparam("number"),
    )
    .with_for_update()
)
UNSETTLED = (
    select(PaperSheet)
    .where(
        col(PaperSheet.survey_id) == bindparam("survey"),
        col(PaperSheet.id) > bindparam("after"),
        col(PaperSheet.second).is_not(None),
        col(PaperSheet.second) != col(PaperSheet.first),
        col(PaperSheet.settled).is_(None),
    )
    .order_by(col(PaperSheet.id))
    .limit(bindparam("limit"))
)


async def enter(
    session: Session, survey_id: UUID, *, part_id: UUID, number: int, given: Mapping[str, Given], by: Actor
) -> PaperSheet:
    """Enter a paper by its printed number, the first or the second time. Words are kept from the first entry alone.

    Raises `NotFound`, `MayNotTakeAnswers`, `SurveyNotOpen`, `WayNotOffered`, `NoSuchPart`, `AnswersDoNotFit`,
    `PaperEnteredByYou`, `PaperEnteredTwice`.
    """
    survey = await session.get(Survey, survey_id)
    if survey is None or survey.stage in {SurveyStage.DRAFT, SurveyStage.DROPPED}:
        raise NotFound()
    await policy.check_may_interview(session, by, survey)
    _check_takes_papers(survey)
    part = await part_of(session, survey, part_id)
    form = survey.form
    answers = form.read(given)
    said = packed(form, answers)
    known = await session.first(NUMBERED, survey=survey.id, part=part.id, number=number)
    if known is not None:
        known.enter_again(said, by=by.person_id)
        return known
    await words.keep(session, survey, form, answers)
    paper = PaperSheet(
        id=new_id(),
        survey_id=survey.id,
        part_id=part.id,
        number=number,
        first_by=by.person_id,
        first=said,
        second_by=None,
        second=None,
        settled_by=None,
        settled=None,
    )
    session.add(paper)
    return paper


async def settle(
    session: Session, survey_id: UUID, paper_id: UUID, *, given: Mapping[str, Given], by: Actor
) -> PaperSheet:
    """Say what a paper says that two read differently.

    Raises `NotFound`, `SurveyNotOpen`, `PaperNotInDispute`, `SettledByAnEnterer`, `AnswersDoNotFit`.
    """
    survey = await running.check_runs(session, by, await session.get(Survey, survey_id))
    _check_takes_papers(survey)
    paper = await session.get(PaperSheet, paper_id, lock=True)
    if paper is None or paper.survey_id != survey.id:
        raise NotFound()
    form = survey.form
    paper.settle(packed(form, form.read(given)), by=by.person_id)
    return paper


async def disputed(session: Session, survey_id: UUID, *, by: Actor, after: UUID, limit: int) -> list[PaperSheet]:
    """Papers that wait for a third look, for those who run the survey. Raises `NotFound`."""
    survey = await running.check_runs(session, by, await session.get(Survey, survey_id))
    return await session.all(UNSETTLED, survey=survey.id, after=after, limit=limit)


def differences(paper: PaperSheet) -> dict[str, tuple[Sequence[str], Sequence[str]]]:
    """The questions that two read differently, with both readings."""
    first, second = (orjson.loads(said or "{}") for said in (paper.first, paper.second))
    names = sorted(first.keys() | second.keys())
    return {name: (first.get(name, []), second.get(name, [])) for name in names if first.get(name) != second.get(name)}


def _check_takes_papers(survey: Survey) -> None:
    """Raises `SurveyNotOpen`, `WayNotOffered`."""
    if survey.stage not in {SurveyStage.OPEN, SurveyStage.CLOSED}:
        raise SurveyNotOpen()
    if Channel.PAPER.value not in survey.channels:
        raise WayNotOffered(channel=Channel.PAPER.value)
