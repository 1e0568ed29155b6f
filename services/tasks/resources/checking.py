"""What an item that went down lacks: a line of the duty list that holds where it arrives, and a budget line."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple
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


class Need(NamedTuple):
    """All that says whether an item lacks something: where it arrives, its line of the duty list and of the budget."""

    division_code: str
    duty_entry_id: UUID | None
    budget_line_id: UUID | None


@dataclass(frozen=True, slots=True)
class Sent:
    """An item, who sent it down, to whom, and what it needs there."""

    item: ChecklistItem
    sender_id: UUID
    receiver_id: UUID
    need: Need


def arrives(
    organization_id: UUID, division_code: str, *, sender_id: UUID, post: Post | None
) -> tuple[UUID, str] | None:
    """At which organisation and where an item of an organisation and area goes down, if it does.

    That is to another organisation than the sender, of a township or village.
    """
    if organization_id == sender_id and post is not None:
        organization_id, division_code = post.organization_id, post.division_code
    if organization_id == sender_id or division_code.endswith("000000"):
        return None
    return organization_id, division_code


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
        sender_id = (superior or checklist).organization_id
        if arrival := arrives(item.organization_id, item.division_code, sender_id=sender_id, post=post):
            receiver_id, code = arrival
            need = Need(code, item.duty_entry_id, item.budget_line_id)
            found.append(Sent(item, sender_id, receiver_id, need))
    return found


async def lacks_of(session: Session, needs: Iterable[Need]) -> dict[Need, Lack]:
    """What these lack; those that lack nothing are not in it."""
    wanted = set(needs)
    await session.fetch(DutyEntry, {one.duty_entry_id for one in wanted if one.duty_entry_id})
    await session.fetch(BudgetLine, {one.budget_line_id for one in wanted if one.budget_line_id})
    duties: dict[tuple[str, UUID | None], tuple[bool, bool]] = {}
    found = {}
    for one in wanted:
        duty = township_of(one.division_code), one.duty_entry_id
        if duty not in duties:
            duties[duty] = await _duty(session, *duty)
        lack = Lack(*duties[duty], await _without_budget(session, one.division_code, one.budget_line_id))
        if lack.duty or lack.taken_back or lack.budget:
            found[one] = lack
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
