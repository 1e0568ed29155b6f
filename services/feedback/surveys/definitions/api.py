"""Surveys over HTTP, for those who run them: draft, look through, announce; and forms in SurveyJS' JSON, in and out."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import Field, JsonValue

from chassis.divisions import span_of
from chassis.http import Route, SignedIn, Transaction, question
from chassis.paging import Cursor, Limit, cursor_of_next, place
from chassis.session import Session
from chassis.words import Input, Output
from services.feedback.surveys.answers.progress import answered_by_part
from services.feedback.surveys.definitions import actions, surveyjs, views
from services.feedback.surveys.definitions.forms import SurveyDrafted, SurveyPage, SurveyView, line, whole
from services.feedback.surveys.definitions.model import Subject, Survey, SurveyStage
from services.feedback.surveys.definitions.questions import Definition

router = APIRouter(prefix="/surveys", tags=["满意度测评"], route_class=Route)

EMPTY = "还没有满意度测评。被测单位的上一级组织可以起草一次。"

Stage = Annotated[SurveyStage | None, Query(description="只看这个阶段的")]
Kind = Annotated[Subject | None, Query(description="只看测组织、岗位或服务的")]
About = Annotated[UUID | None, Query(description="只看测这个组织的")]
Area = Annotated[str | None, Query(pattern=r"^[0-9]{12}$", description="只看在这个地方测的")]
RUNNING = {SurveyStage.OPEN, SurveyStage.CLOSED}


class SurveyJsForm(Input):
    """A form in SurveyJS' JSON."""

    form: Annotated[dict[str, JsonValue], Field(max_length=50)]


class SurveyJsView(Output):
    """A survey's questions in SurveyJS' JSON."""

    form: dict[str, JsonValue]


@router.post("", status_code=201)
async def draft_survey(body: SurveyDrafted, session: Transaction, actor: SignedIn) -> SurveyView:
    """Draft a survey about an organisation below, or a post or service of it.

    Refusals: `may-not-run-surveys`, `no-such-unit`, `subject-does-not-fit`, `channels-do-not-fit`, `parts-overlap`,
    `survey-dates-out-of-turn`, `not-judged-by-opinion`.
    """
    return await _view(session, await actions.draft(session, body.draft(), by=actor))


@router.get("")
async def list_surveys(
    session: Transaction,
    actor: SignedIn,
    *,
    stage: Stage = None,
    subject: Kind = None,
    organization_id: About = None,
    division_code: Area = None,
    cursor: Cursor = None,
    limit: Limit = 25,
) -> SurveyPage:
    """The surveys about organisations whose work you see from above, from new to old. Refusals: `wrong-cursor`."""
    given = views.filters(
        stage=stage,
        subject=subject,
        organization_id=organization_id,
        area=span_of(division_code) if division_code else None,
    )
    found = await views.below(session, given, by=actor, before=place(cursor), limit=limit)
    names = await views.names_of(session, found)
    return SurveyPage(
        items=[line(survey, names[survey.organization_id]) for survey in found],
        next=cursor_of_next(found, limit=limit),
        hint_zh=None if found or cursor else EMPTY,
    )


@router.post("/surveyjs")
@question
async def read_surveyjs(body: SurveyJsForm, _: SignedIn) -> Definition:
    """Read a form in SurveyJS' JSON, to be looked through and put into a draft; nothing of it is kept.

    Refusals: `survey-not-mapped`, with each place that has no counterpart here.
    """
    return surveyjs.read(body.form)


@router.get("/{survey_id}")
async def show_survey(survey_id: UUID, session: Transaction, actor: SignedIn) -> SurveyView:
    """A survey whole, with how far each quota is met while it runs. Refusals: `not-found`."""
    return await _view(session, await views.survey_run(session, survey_id, by=actor))


@router.get("/{survey_id}/surveyjs")
async def write_surveyjs(survey_id: UUID, session: Transaction, actor: SignedIn) -> SurveyJsView:
    """A survey's questions in SurveyJS' JSON. Refusals: `not-found`."""
    survey = await views.survey_run(session, survey_id, by=actor)
    return SurveyJsView.model_validate({"form": surveyjs.written(survey.form)})


@router.post("/{survey_id}/revision")
async def revise_survey(survey_id: UUID, body: SurveyDrafted, session: Transaction, actor: SignedIn) -> SurveyView:
    """Write a draft anew. Refusals: `not-found`, `not-allowed-now`, and those of drafting."""
    return await _view(session, await actions.revise(session, survey_id, body.draft(), by=actor))


@router.post("/{survey_id}/announcement")
async def announce_survey(survey_id: UUID, session: Transaction, actor: SignedIn) -> SurveyView:
    """Freeze a draft and make it known; it opens, closes and is published by itself.

    Refusals: `not-found`, `not-allowed-now`, `survey-announced-too-late`, `no-days-to-draw`.
    """
    return await _view(session, await actions.announce(session, survey_id, by=actor))


@router.post("/{survey_id}/dropping")
async def drop_survey(survey_id: UUID, session: Transaction, actor: SignedIn) -> SurveyView:
    """Give a survey up before it opens. Refusals: `not-found`, `not-allowed-now`."""
    return await _view(session, await actions.drop(session, survey_id, by=actor))


async def _view(session: Session, survey: Survey) -> SurveyView:
    await session.flush()
    names = await views.names_of(session, [survey])
    answered = await answered_by_part(session, survey.id) if survey.stage in RUNNING else None
    return whole(survey, names[survey.organization_id], await views.parts(session, survey.id), answered)
