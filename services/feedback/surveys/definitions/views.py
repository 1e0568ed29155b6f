"""Reading surveys and their parts."""

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import ColumnElement, bindparam, or_
from sqlmodel import col, select

from chassis.clock import local_date
from chassis.identity import Actor
from chassis.session import Session
from services.feedback.roster.model import READERS, Organization, Post
from services.feedback.roster.views import BELOW, OWN_POSTS
from services.feedback.surveys.definitions import policy
from services.feedback.surveys.definitions.model import Audience, Subject, Survey, SurveyPart, SurveyStage

ANY = UUID(int=0)

OF_SURVEY = (
    select(SurveyPart)
    .where(col(SurveyPart.survey_id) == bindparam("survey"))
    .order_by(col(SurveyPart.kind), col(SurveyPart.division_code))
)
OF_SURVEY_LOCKED = OF_SURVEY.with_for_update()

_stage, _subject = bindparam("stage", type_=sa.String), bindparam("subject", type_=sa.String)
_organization = bindparam("organization", type_=sa.Uuid)
_area_from, _area_to = bindparam("area_from", type_=sa.String), bindparam("area_to", type_=sa.String)
_FILTERED: tuple[ColumnElement[bool], ...] = (
    or_(_stage == "", sa.cast(col(Survey.stage), sa.String) == _stage),
    or_(_subject == "", sa.cast(col(Survey.subject), sa.String) == _subject),
    or_(_organization == ANY, col(Survey.organization_id) == _organization),
    col(Survey.division_code).between(_area_from, _area_to),
    col(Survey.id) < bindparam("before"),
)
BELOW_ME = select(BELOW.c.id)
TOPMOST = (
    select(Organization.id)
    .join(Post, col(Post.organization_id) == col(Organization.id))
    .where(OWN_POSTS, col(Post.kind).in_(READERS), col(Organization.superior_id).is_(None))
)
"""Nothing is above it: those who see its work see what it is judged by."""
MINE = (
    select(Survey)
    .where(*_FILTERED, or_(col(Survey.organization_id).in_(BELOW_ME), col(Survey.organization_id).in_(TOPMOST)))
    .order_by(col(Survey.id).desc())
    .limit(bindparam("limit"))
)
"""Of organisations below those whose work a person sees by a post."""
PUBLIC = (
    select(Survey)
    .where(
        *_FILTERED,
        col(Survey.stage).in_([SurveyStage.ANNOUNCED, SurveyStage.OPEN, SurveyStage.CLOSED, SurveyStage.PUBLISHED]),
        col(Survey.subject) != Subject.POST,
        col(Survey.audience) == Audience.VILLAGERS,
    )
    .order_by(col(Survey.id).desc())
    .limit(bindparam("limit"))
)


def filters(
    *, stage: SurveyStage | None, subject: Subject | None, organization_id: UUID | None, area: tuple[str, str] | None
) -> dict[str, object]:
    """What the lists are cut by."""
    first, last = area or ("0" * 12, "9" * 12)
    return {
        "stage": stage.value if stage else "",
        "subject": subject.value if subject else "",
        "organization": organization_id or ANY,
        "area_from": first,
        "area_to": last,
    }


async def below(session: Session, given: dict[str, object], *, by: Actor, before: UUID, limit: int) -> list[Survey]:
    """The surveys of organisations whose work the actor sees from above, from new to old."""
    today = local_date(session.now)
    return await session.all(MINE, **given, person=by.person_id, today=today, before=before, limit=limit)


async def public(session: Session, given: dict[str, object], *, before: UUID, limit: int) -> list[Survey]:
    """The surveys that everybody may know of, from new to old."""
    return await session.all(PUBLIC, **given, before=before, limit=limit)


async def survey_run(session: Session, survey_id: UUID, *, by: Actor) -> Survey:
    """One survey, for those who run it. Raises `NotFound`."""
    return await policy.check_runs(session, by, await session.get(Survey, survey_id))


async def parts(session: Session, survey_id: UUID) -> list[SurveyPart]:
    """The parts of a survey."""
    return await session.all(OF_SURVEY, survey=survey_id)


async def parts_to_change(session: Session, survey_id: UUID) -> list[SurveyPart]:
    """The parts of a survey, ours to change."""
    return await session.all(OF_SURVEY_LOCKED, survey=survey_id)


async def names_of(session: Session, surveys: Sequence[Survey]) -> dict[UUID, str]:
    """The names of the organisations that they are about."""
    ids = {survey.organization_id for survey in surveys}
    await session.fetch(Organization, ids)
    found = {one: await session.get(Organization, one) for one in ids}
    return {one: "" if known is None else known.name for one, known in found.items()}
