"""What an item that went down lacks: a line of the duty list that holds where it arrives, and a budget line."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from chassis.clock import local_date
from chassis.divisions import lies_in, township_of
from chassis.session import Session
from services.tasks.assignments.model import Assignment
from services.tasks.checklists.model import Checklist, ChecklistItem, ChecklistKind
from services.tasks.duties.book import DutyBook
from services.tasks.duties.model import DutyEntry, DutyKind
from services.tasks.ledger.books.model import LedgerBook
from services.tasks.ledger.funds.model import BudgetLine
from services.tasks.resources.model import Lack
from services.tasks.roster.model import Post

FOLLOWED = (ChecklistKind.TASK, ChecklistKind.RESPONSIBILITY)
"""Lists whose items are work that is sent down; a problem that was found is no new task."""


@dataclass(frozen=True, slots=True)
class Sent:
    """An item, who sent it down, and to whom."""

    item: ChecklistItem
    sender_id: UUID
    receiver_id: UUID
    division_code: str


def sent_down(item: ChecklistItem, above: ChecklistItem | Checklist, post: Post | None) -> Sent | None:
    """How an item went down, if it did: to another organisation, of a township or village."""
    receiver, code = item.organization_id, item.division_code
    if receiver == above.organization_id and post is not None:
        receiver, code = post.organization_id, post.division_code
    if receiver == above.organization_id or code.endswith("000000"):
        return None
    return Sent(item, above.organization_id, receiver, code)


async def sent_of(session: Session, items: Sequence[ChecklistItem]) -> list[Sent]:
    """Those of these items that went down, of lists of work, and not withdrawn."""
    await session.fetch(Checklist, {one.checklist_id for one in items})
    await session.fetch(ChecklistItem, {one.superior_id for one in items if one.superior_id})
    await session.fetch(Assignment, {one.assignment_id for one in items if one.assignment_id})
    held = {one.id: await session.get(Assignment, one.assignment_id) for one in items if one.assignment_id}
    await session.fetch(Post, {one.post_id for one in held.values() if one is not None})
    found = []
    for item in items:
        checklist = await session.get(Checklist, item.checklist_id)
        if checklist is None or checklist.kind not in FOLLOWED or item.withdrawn_at is not None:
            continue
        superior = await session.get(ChecklistItem, item.superior_id) if item.superior_id else None
        assignment = held.get(item.id)
        post = await session.get(Post, assignment.post_id) if assignment else None
        if one := sent_down(item, superior or checklist, post):
            found.append(one)
    return found


async def lacks_of(session: Session, sent: Sequence[Sent]) -> dict[UUID, Lack]:
    """What these lack, by item; those that lack nothing are not in it."""
    items = [one.item for one in sent]
    await session.fetch(DutyEntry, {one.duty_entry_id for one in items if one.duty_entry_id})
    await session.fetch(BudgetLine, {one.budget_line_id for one in items if one.budget_line_id})
    duties: dict[tuple[str, UUID | None], tuple[bool, bool]] = {}
    budgets: dict[tuple[str, UUID | None], bool] = {}
    found = {}
    for one in sent:
        duty = township_of(one.division_code), one.item.duty_entry_id
        if duty not in duties:
            duties[duty] = await _duty(session, *duty)
        budget = one.division_code, one.item.budget_line_id
        if budget not in budgets:
            budgets[budget] = await _without_budget(session, *budget)
        lack = Lack(*duties[duty], budgets[budget])
        if lack.duty or lack.taken_back or lack.budget:
            found[one.item.id] = lack
    return found


async def _duty(session: Session, township_code: str, entry_id: UUID | None) -> tuple[bool, bool]:
    """Whether no line of that name holds in the township, and whether it was taken back.

    By name, since each township has its own list, and each version of a list lines of its own.
    """
    entry = await session.get(DutyEntry, entry_id) if entry_id else None
    book = await session.use(DutyBook).of(session, township_code, today=local_date(session.now))
    if entry is None or book is None:
        return True, False
    kinds = {one.kind for one in book.entries if one.name == entry.name}
    return not kinds, kinds == {DutyKind.TAKEN_BACK}


async def _without_budget(session: Session, division_code: str, line_id: UUID | None) -> bool:
    line = await session.get(BudgetLine, line_id) if line_id else None
    book = await session.get(LedgerBook, line.book_id) if line else None
    return book is None or not lies_in(division_code, book.division_code)
