"""Forms and inspections over HTTP."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import Field, StringConstraints

from chassis.http import Route, SignedIn, Transaction, client_made
from chassis.paging import NEWEST, Cursor, Limit, cursor_of_next, place
from chassis.session import Session
from chassis.sheets.writing import GIVEN_OUT, XLSX
from chassis.words import PLAIN, Input, Output, Words
from services.tasks.findings.actions import Found
from services.tasks.inspections import actions, views
from services.tasks.inspections.actions import Record
from services.tasks.inspections.model import Inspection, InspectionForm
from services.tasks.inspections.questions import Answer, Code, Questions
from services.tasks.inspections.sheet import spreadsheet

router = APIRouter(tags=["督查"], route_class=Route)

MOST_ROWS = 2000

Title = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=100, pattern=PLAIN)]
Line = Annotated[str, StringConstraints(strip_whitespace=True, max_length=2000, pattern=PLAIN)]


class MakingForm(Input):
    """The next version of a form: its code stays, its questions are new."""

    organization_id: UUID
    code: Code
    title: Title
    questions: Questions


class QuestionView(Output):
    """One question: what it is answered with is one of a closed list."""

    code: str
    kind: str
    title: str
    required: bool
    options: list[str]
    unit: str | None
    reason: str | None


class FormView(Output):
    """One version of a form."""

    id: UUID
    organization_id: UUID
    code: str
    version: int
    title: str
    questions: list[QuestionView]
    made_at: datetime


class FormPage(Output):
    """Versions from new to old."""

    items: list[FormView]
    next: str | None
    title_zh: str


class FoundHere(Input):
    """One finding: its own id, made by the phone; what was found; by which local day it is to be put right."""

    id: UUID
    title: Title
    words: Words
    due_on: date
    files: list[UUID] = Field(default=[], max_length=9)


class Recording(Input):
    """A visit as its team recorded it."""

    plan_id: UUID
    team_id: UUID
    organization_id: UUID  # the unit
    form_id: UUID
    visited_on: date
    answers: Annotated[dict[Code, bool | int | float | Line | list[Line] | None], Field(max_length=60)]
    findings: list[FoundHere] = Field(default=[], max_length=50)


class InspectionLine(Output):
    """One inspection in a list."""

    id: UUID
    plan_id: UUID
    team_id: UUID
    organization_id: UUID
    organization_name: str
    form_id: UUID
    visited_on: date
    sent_at: datetime
    sent_by_name: str


class InspectionPage(Output):
    """Inspections, the newest ids first."""

    items: list[InspectionLine]
    next: str | None
    title_zh: str


class AnswerView(Output):
    """One question and what was answered."""

    code: str
    title: str
    kind: str
    answer: bool | int | float | str | list[str] | None
    unit: str | None


class InspectionView(InspectionLine):
    """One inspection with its answers by its own version of the form, and its findings."""

    form_title: str
    form_version: int
    answers: list[AnswerView]
    finding_ids: list[UUID]


@router.post("/inspection-forms", status_code=201)
async def make_inspection_form(body: MakingForm, session: Transaction, actor: SignedIn) -> FormView:
    """Make the next version of a form. Question kinds: yes_no, one_of, some_of, number, day, words, files.

    Refusals: `not-found`, `may-not-plan`, `question-twice`.
    """
    made = await actions.make_form(
        session,
        by=actor,
        organization_id=body.organization_id,
        code=body.code,
        title=body.title,
        questions=body.questions,
    )
    return _form(made)


@router.get("/inspection-forms")
async def forms(session: Transaction, actor: SignedIn, *, cursor: Cursor = None, limit: Limit = 25) -> FormPage:
    """Every version of every form; a phone keeps those that it needs without a line."""
    found = await views.forms(session, before=place(cursor), limit=limit)
    return FormPage(
        items=[_form(one) for one in found],
        next=cursor_of_next(found, limit=limit),
        title_zh="" if found else "还没有督查表单。",
    )


@router.get("/inspection-forms/{form_id}")
async def form(form_id: UUID, session: Transaction, actor: SignedIn) -> FormView:
    """One version of a form. Refusals: `not-found`."""
    return _form(await views.form(session, form_id))


@router.put("/inspections/{inspection_id}")
@client_made
async def record_inspection(
    inspection_id: UUID, body: Recording, session: Transaction, actor: SignedIn
) -> InspectionLine:
    """Send a visit in under the id that your phone made, as often as the line makes you.

    Refusals: `id-not-random`, `recorded-differently`, `not-in-the-team`, `own-unit`, `not-drawn-yet`, `not-a-unit`,
    `no-such-form`, `visit-outside-period`, `answers-wrong`, `no-such-attachment`, `finding-there`, `due-too-early`.
    """
    said = Record(
        plan_id=body.plan_id,
        team_id=body.team_id,
        organization_id=body.organization_id,
        form_id=body.form_id,
        visited_on=body.visited_on,
        answers=_answers(body),
        findings=[
            Found(id=one.id, title=one.title, words=one.words, due_on=one.due_on, files=tuple(one.files))
            for one in body.findings
        ],
    )
    made = await actions.record(session, inspection_id, by=actor, said=said, body=body.model_dump(mode="json"))
    return _line(made)


@router.get("/inspections")
async def inspections(
    session: Transaction,
    actor: SignedIn,
    *,
    plan_id: Annotated[UUID | None, Query(description="只看一个计划的")] = None,
    cursor: Cursor = None,
    limit: Limit = 25,
) -> InspectionPage:
    """Inspections of units within your reach, and of your teams."""
    found = await views.page(session, actor, plan_id=plan_id, before=place(cursor), limit=limit)
    return InspectionPage(
        items=[_line(one) for one in found],
        next=cursor_of_next(found, limit=limit),
        title_zh="" if found else "还没有督查记录。",
    )


@router.get("/inspections/sheet", response_class=Response, responses=GIVEN_OUT)
async def inspection_sheet(
    session: Transaction,
    actor: SignedIn,
    *,
    plan_id: Annotated[UUID | None, Query(description="只看一个计划的")] = None,
) -> Response:
    """The same list as .xlsx with what was found and struck off, the newest 2,000."""
    found = await views.page(session, actor, plan_id=plan_id, before=NEWEST, limit=MOST_ROWS)
    headers = {"Content-Disposition": 'attachment; filename="inspections.xlsx"', "Cache-Control": "no-store"}
    return Response(spreadsheet(found, await views.counts(session, actor)), headers=headers, media_type=XLSX)


@router.get("/inspections/{inspection_id}")
async def inspection(inspection_id: UUID, session: Transaction, actor: SignedIn) -> InspectionView:
    """One inspection within your reach. Refusals: `not-found`."""
    return await _view(session, await views.seen(session, inspection_id, by=actor))


def _answers(body: Recording) -> dict[str, Answer]:
    return dict(body.answers)


def _form(found: InspectionForm) -> FormView:
    return FormView(
        id=found.id,
        organization_id=found.organization_id,
        code=found.code,
        version=found.version,
        title=found.title,
        questions=[QuestionView(**one.model_dump(mode="json")) for one in views.questions_of(found)],
        made_at=found.made_at,
    )


def _line(found: Inspection) -> InspectionLine:
    return InspectionLine(
        id=found.id,
        plan_id=found.plan_id,
        team_id=found.team_id,
        organization_id=found.organization_id,
        organization_name=found.organization_name,
        form_id=found.form_id,
        visited_on=found.visited_on,
        sent_at=found.sent_at,
        sent_by_name=found.sent_by_name,
    )


async def _view(session: Session, found: Inspection) -> InspectionView:
    form = await views.form(session, found.form_id)
    answers = views.answers_of(session, found)
    return InspectionView(
        **_line(found).model_dump(),
        form_title=form.title,
        form_version=form.version,
        answers=[
            AnswerView(code=one.code, title=one.title, kind=one.kind, answer=answers.get(one.code), unit=one.unit)
            for one in views.questions_of(form)
        ],
        finding_ids=[one.id for one in await session.all(views.FINDINGS, inspection=found.id)],
    )
