"""What is told of a published survey, and which results lie below the line."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam, or_
from sqlmodel import col, select

from chassis.clock import local_date
from chassis.identity import Actor
from chassis.problems import NotFound
from chassis.secrecy import Vault, place_of
from chassis.session import Session
from services.feedback.roster.model import Division
from services.feedback.roster.views import BELOW
from services.feedback.surveys.answers.model import SurveyWords
from services.feedback.surveys.definitions import policy
from services.feedback.surveys.definitions import views as surveys
from services.feedback.surveys.definitions.model import Channel, Survey, SurveyPart, SurveyStage
from services.feedback.surveys.results.actions import total_of
from services.feedback.surveys.results.model import Shortfall
from services.feedback.surveys.results.publication import Tally

WORDS = (
    select(SurveyWords)
    .where(col(SurveyWords.survey_id) == bindparam("survey"), col(SurveyWords.id) > bindparam("after"))
    .order_by(col(SurveyWords.id))
    .limit(bindparam("limit"))
)
_waiting = bindparam("waiting", type_=sa.Boolean)
SHORT = (
    select(Shortfall)
    .where(
        or_(
            col(Shortfall.organization_id).in_(select(BELOW.c.id)),
            col(Shortfall.organization_id).in_(surveys.TOPMOST),
        ),
        or_(_waiting.is_(False), col(Shortfall.above_line).is_not(True)),
        col(Shortfall.id) < bindparam("before"),
    )
    .order_by(col(Shortfall.id).desc())
    .limit(bindparam("limit"))
)


class NotPublishedYet(NotFound):
    """Nothing is told of this survey before it is published."""

    title_zh = "结果还没有公布，公布以前不显示任何数字。请在公布日以后再看。"


@dataclass(frozen=True, slots=True)
class Taken:
    """How many were asked by one way and how many answered."""

    channel: Channel
    given: int
    answered: int


@dataclass(frozen=True, slots=True)
class Told:
    """A published survey: its parts with their names, and the sum over those that are published."""

    survey: Survey
    organization: str
    parts: Sequence[tuple[SurveyPart, str]]
    whole: Tally | None
    taken: Sequence[Taken]


async def public(session: Session, survey_id: UUID) -> Told:
    """What everybody reads. Raises `NotFound`, `NotPublishedYet`."""
    survey = await session.get(Survey, survey_id)
    if survey is None or not survey.public or survey.stage in {SurveyStage.DRAFT, SurveyStage.DROPPED}:
        raise NotFound()
    return await told(session, survey)


async def seen(session: Session, survey_id: UUID, *, by: Actor) -> Told:
    """What those read who see the work of whom it is about. Raises `NotFound`, `NotPublishedYet`."""
    return await told(session, await policy.check_may_read(session, by, await session.get(Survey, survey_id)))


async def told(session: Session, survey: Survey) -> Told:
    """What is told of a survey. Raises `NotPublishedYet`."""
    if survey.stage is not SurveyStage.PUBLISHED:
        raise NotPublishedYet(publishes_on=survey.publishes_on.isoformat())
    parts = await surveys.parts(session, survey.id)
    names = await surveys.names_of(session, [survey])
    codes = {part.division_code for part in parts}
    await session.fetch(Division, codes)
    areas = {code: await session.get(Division, code) for code in codes}
    named = [(part, getattr(areas[part.division_code], "name", part.division_code)) for part in parts]
    return Told(
        survey, names[survey.organization_id], named, total_of(parts), [_taken(one) for one in survey.taken or ()]
    )


async def words(
    session: Session, survey_id: UUID, *, by: Actor, after: UUID, limit: int
) -> Sequence[tuple[UUID, str, str]]:
    """What was written, by random id: for those who run the survey, one level up.

    Raises `NotFound`, `NotPublishedYet`.
    """
    survey = await policy.check_runs(session, by, await session.get(Survey, survey_id))
    if survey.stage is not SurveyStage.PUBLISHED:
        raise NotPublishedYet(publishes_on=survey.publishes_on.isoformat())
    vault = session.use(Vault)
    return [
        (one.id, one.question, vault.open(one.words, place=place_of("survey_words", "words", one.id)))
        for one in await session.all(WORDS, survey=survey.id, after=after, limit=limit)
    ]


async def shortfalls(
    session: Session, *, by: Actor, waiting: bool, before: UUID, limit: int
) -> Sequence[tuple[Shortfall, Survey]]:
    """Results below the line of organisations whose work the actor sees from above, from new to old."""
    given = {"person": by.person_id, "today": local_date(session.now), "waiting": waiting}
    found = await session.all(SHORT, **given, before=before, limit=limit)
    await session.fetch(Survey, [one.id for one in found])
    return [(one, survey) for one in found if (survey := await session.get(Survey, one.id)) is not None]


def overdue(shortfall: Shortfall, *, today: date) -> bool:
    """Whether the next survey should have been published."""
    return shortfall.next_survey_id is None and today > shortfall.again_by


def _taken(one: str) -> Taken:
    channel, _, numbers = one.partition("=")
    given, _, answered = numbers.partition("/")
    return Taken(Channel(channel), int(given), int(answered))
