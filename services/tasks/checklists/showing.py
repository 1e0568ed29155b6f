"""Lists and items as a screen shows them."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from chassis.session import Session
from chassis.words import Output
from services.tasks.assignments.model import Assignment
from services.tasks.checklists import views
from services.tasks.checklists.model import Checklist, ChecklistItem
from services.tasks.progress.model import Tally
from services.tasks.resources.model import Lack
from services.tasks.resources.views import lacks


class ProgressView(Output):
    """Numbers that are counted from what happened, never typed: of assignments at and below."""

    leaves: int
    signed: int
    reported: int
    done: int
    closed: int
    late: int
    done_late: int
    share: int  # per cent, rounded down, so that 100 means all
    said_zh: str


class ListLine(Output):
    """A list among others."""

    id: UUID
    kind: str
    kind_zh: str
    stage: str
    stage_zh: str
    title: str
    organization_id: UUID
    division_code: str
    plan_id: UUID
    from_on: date
    to_on: date
    version: int
    progress: ProgressView | None  # of the list that all came from


class ListPage(Output):
    """Lists from new to old."""

    items: list[ListLine]
    next: str | None
    title_zh: str


class HolderView(Output):
    """Who has an item."""

    assignment_id: UUID
    person_id: UUID
    person_name: str
    stage: str
    stage_zh: str
    due_on: date
    promised_on: date | None
    share: int


class ItemLine(Output):
    """A line of a list, who has it, and how far it is with everything below it."""

    id: UUID
    checklist_id: UUID
    superior_id: UUID | None
    number: str
    position: int
    title: str
    measure: str | None
    organization_id: UUID
    division_code: str
    household_id: UUID | None
    due_on: date
    evidence: bool
    parted: bool
    origin: str
    origin_zh: str
    origin_id: UUID | None
    duty_entry_id: UUID | None
    budget_line_id: UUID | None
    assessment_line: str | None
    lacking_zh: str | None  # what it was sent down without; nothing waits for it
    withdrawn_at: datetime | None
    holder: HolderView | None
    progress: ProgressView | None


class ItemPage(Output):
    """Lines in the order of the list."""

    items: list[ItemLine]
    next: str | None
    title_zh: str


class AroundView(Output):
    """An item in the graph: what it is part of, its parts, what it arose from and what arose from it."""

    item: ItemLine
    list_title: str
    list_kind_zh: str
    above: list[ItemLine]  # from the plan's down to the one it is part of
    below: list[ItemLine]
    arisen_from: ItemLine | None
    arisen: list[ItemLine]


class TemplateLine(Output):
    """One line of a template."""

    number: str
    title: str
    measure: str | None
    due: int  # natural days after the first day of the list
    evidence: bool


class TemplateView(Output):
    """A template, with where it comes from."""

    code: str
    kind: str
    kind_zh: str
    title: str
    note: str
    source: str
    confidence_zh: str
    level: str  # how far its lines go down
    level_zh: str
    items: list[TemplateLine]


class TemplatesView(Output):
    """Every template."""

    items: list[TemplateView]


def list_view(one: Checklist, tally: Tally | None) -> ListLine:
    """A list for the screen."""
    return ListLine(
        id=one.id,
        kind=one.kind.value,
        kind_zh=one.kind.title_zh,
        stage=one.stage.value,
        stage_zh=one.stage.title_zh,
        title=one.title,
        organization_id=one.organization_id,
        division_code=one.division_code,
        plan_id=one.plan_id,
        from_on=one.from_on,
        to_on=one.to_on,
        version=one.version,
        progress=progress_view(tally),
    )


def progress_view(tally: Tally | None) -> ProgressView | None:
    """Numbers for the screen; none where nothing is counted yet."""
    if tally is None or tally.leaves == 0:
        return None
    share = tally.shares // tally.leaves
    late = f"，逾期 {tally.late} 件" if tally.late else ""
    return ProgressView(
        leaves=tally.leaves,
        signed=tally.signed,
        reported=tally.reported,
        done=tally.done,
        closed=tally.closed,
        late=tally.late,
        done_late=tally.done_late,
        share=share,
        said_zh=f"共 {tally.leaves} 件，完成 {tally.done} 件（{share}%）{late}。",
    )


def line_view(one: ChecklistItem, holder: Assignment | None, tally: Tally | None, lack: Lack | None = None) -> ItemLine:
    """A line for the screen."""
    return ItemLine(
        id=one.id,
        checklist_id=one.checklist_id,
        superior_id=one.superior_id,
        number=one.number,
        position=one.position,
        title=one.title,
        measure=one.measure,
        organization_id=one.organization_id,
        division_code=one.division_code,
        household_id=one.household_id,
        due_on=one.due_on,
        evidence=one.evidence,
        parted=one.parted,
        origin=one.origin.value,
        origin_zh=one.origin.title_zh,
        origin_id=one.origin_id,
        duty_entry_id=one.duty_entry_id,
        budget_line_id=one.budget_line_id,
        assessment_line=one.assessment_line,
        lacking_zh=lack.title_zh if lack else None,
        withdrawn_at=one.withdrawn_at,
        holder=_holder(holder),
        progress=progress_view(tally),
    )


def _holder(one: Assignment | None) -> HolderView | None:
    if one is None:
        return None
    return HolderView(
        assignment_id=one.id,
        person_id=one.assignee_id,
        person_name=one.assignee_name,
        stage=one.stage.value,
        stage_zh=one.stage.title_zh,
        due_on=one.due_on,
        promised_on=one.promised_on,
        share=one.share,
    )


async def shown_list(session: Session, one: Checklist) -> ListLine:
    """A list with its numbers."""
    tallies = await views.tallies_of(session, [one.id])
    return list_view(one, tallies.get(one.id))


async def shown_items(session: Session, found: Sequence[ChecklistItem]) -> list[ItemLine]:
    """Lines, each with who has it and its numbers, by few statements however many they are."""
    holders = await views.holders_of(session, found)
    tallies = await views.tallies_of(session, [one.id for one in found])
    lacking = await lacks(session, found)
    return [line_view(one, holders.get(one.id), tallies.get(one.id), lacking.get(one.id)) for one in found]


async def shown_item(session: Session, one: ChecklistItem) -> ItemLine:
    """One line with who has it and its numbers."""
    return (await shown_items(session, [one]))[0]
