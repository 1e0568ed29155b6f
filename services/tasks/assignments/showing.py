"""Assignments as a screen shows them."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from chassis.clock import local_date
from chassis.problems import NotFound
from chassis.session import Session
from chassis.words import Output
from services.tasks.assignments import views
from services.tasks.assignments.model import (
    DONE,
    IN_HAND,
    Assignment,
    AssignmentStage,
    AssignmentStep,
    Assisting,
    ExtensionRequest,
)
from services.tasks.checklists.model import ChecklistItem


class AssignmentLine(Output):
    """One assignment in a list."""

    id: UUID
    item_id: UUID
    checklist_id: UUID
    number: str
    title: str
    measure: str | None
    evidence: bool
    organization_id: UUID
    division_code: str
    household_id: UUID | None
    assignee_id: UUID
    assignee_name: str
    stage: str
    stage_zh: str
    share: int
    due_on: date
    promised_on: date | None
    first_promised_on: date | None
    late: bool
    days_left: int | None  # natural days until it is due; below nought when it is late, none once it was reported
    next_zh: str


class AssignmentPage(Output):
    """Assignments from new to old."""

    items: list[AssignmentLine]
    next: str | None
    title_zh: str


class AssignmentStepView(Output):
    """One thing that was done with it."""

    at: datetime
    move: str
    what_zh: str
    by: UUID | None
    by_name: str | None
    words: str | None
    share: int | None
    on: date | None


class ExtensionRequestView(Output):
    """A later date that was asked for."""

    id: UUID
    due_on: date
    wanted_on: date
    asked_by: UUID
    asked_at: datetime
    granted: bool | None
    decided_at: datetime | None


class AssistingView(Output):
    """Who helps."""

    id: UUID
    organization_id: UUID
    person_id: UUID
    person_name: str
    asked_at: datetime
    answered_at: datetime | None


class AssignmentView(AssignmentLine):
    """One assignment with everything that was done."""

    issued_by: UUID
    issued_at: datetime
    pledged_at: datetime | None
    text_digest: str | None  # SHA-256 of what was signed for, hexadecimal
    rule_version: str | None
    reported_at: datetime | None
    accepted_at: datetime | None
    accepted_by: UUID | None
    in_time: bool | None
    returns: int
    closed_at: datetime | None
    steps: list[AssignmentStepView]
    extensions: list[ExtensionRequestView]
    helpers: list[AssistingView]


async def shown(session: Session, assignment_id: UUID) -> AssignmentView:
    """One assignment with everything that was done. Raises `NotFound`."""
    one = await session.get(Assignment, assignment_id)
    item = await session.get(ChecklistItem, one.item_id) if one else None
    if one is None or item is None:
        raise NotFound()
    steps = await session.all(views.STEPS, assignment=one.id)
    asked = await session.all(views.EXTENSIONS, assignment=one.id)
    helpers = await session.all(views.HELPERS, assignment=one.id)
    return AssignmentView(
        **_fields(one, item, today=local_date(session.now)),
        issued_by=one.issued_by,
        issued_at=one.issued_at,
        pledged_at=one.pledged_at,
        text_digest=one.text_digest.hex() if one.text_digest else None,
        rule_version=one.rule_version,
        reported_at=one.reported_at,
        accepted_at=one.accepted_at,
        accepted_by=one.accepted_by,
        in_time=one.in_time,
        returns=one.returns,
        closed_at=one.closed_at,
        steps=[_step(session, step) for step in steps],
        extensions=[_extension(later) for later in asked],
        helpers=[_assisting(helper) for helper in helpers],
    )


def _extension(later: ExtensionRequest) -> ExtensionRequestView:
    return ExtensionRequestView(
        id=later.id,
        due_on=later.due_on,
        wanted_on=later.wanted_on,
        asked_by=later.asked_by,
        asked_at=later.asked_at,
        granted=later.granted,
        decided_at=later.decided_at,
    )


def _assisting(one: Assisting) -> AssistingView:
    return AssistingView(
        id=one.id,
        organization_id=one.organization_id,
        person_id=one.person_id,
        person_name=one.person_name,
        asked_at=one.asked_at,
        answered_at=one.answered_at,
    )


def _step(session: Session, step: AssignmentStep) -> AssignmentStepView:
    return AssignmentStepView(
        at=step.at,
        move=step.move,
        what_zh=views.SAID[step.move],
        by=step.by,
        by_name=step.by_name,
        words=views.words_of(session, step),
        share=step.share,
        on=step.on,
    )


def line(one: Assignment, item: ChecklistItem, *, today: date) -> AssignmentLine:
    """One assignment among others, as it stands on this local day."""
    return AssignmentLine(**_fields(one, item, today=today))


def _fields(one: Assignment, item: ChecklistItem, *, today: date) -> dict[str, Any]:
    in_hand = one.stage in IN_HAND
    return {
        "id": one.id,
        "item_id": item.id,
        "checklist_id": one.checklist_id,
        "number": item.number,
        "title": item.title,
        "measure": item.measure,
        "evidence": item.evidence,
        "organization_id": one.organization_id,
        "division_code": one.division_code,
        "household_id": item.household_id,
        "assignee_id": one.assignee_id,
        "assignee_name": one.assignee_name,
        "stage": one.stage.value,
        "stage_zh": one.stage.title_zh,
        "share": one.share,
        "due_on": one.due_on,
        "promised_on": one.promised_on,
        "first_promised_on": one.first_promised_on,
        "late": in_hand and one.due_on < today,
        "days_left": (one.due_on - today).days if in_hand else None,
        "next_zh": _next(one, item),
    }


def _next(one: Assignment, item: ChecklistItem) -> str:
    """What is to be done now."""
    proof = "，须附凭证" if item.evidence else ""
    if one.stage is AssignmentStage.WITHDRAWN:
        return "已撤回，无需办理。"
    if one.stage in DONE:
        return "已销号，无需办理。" if one.stage is AssignmentStage.CLOSED_OUT else "已通过验收，请上级核对后销号。"
    return {
        AssignmentStage.ISSUED: f"请签收，并承诺在 {one.due_on.isoformat()} 前的办结日期。",
        AssignmentStage.PLEDGED: f"请在 {one.due_on.isoformat()} 前办结并报结{proof}；确有困难的，提前申请延期。",
        AssignmentStage.REPORTED: "已报办结，请上级验收。",
        AssignmentStage.RETURNED: f"未通过验收，请按退回理由改好后再报{proof}。",
    }[one.stage]
