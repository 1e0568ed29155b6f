"""Giving an item, and everything that it was broken down into, its line of the duty list and of the budget."""

from uuid import UUID

from chassis.identity import Actor
from chassis.problems import Invalid
from chassis.session import Session
from services.tasks.checklists.actions import item_locked
from services.tasks.checklists.changes import LOCKED_BELOW
from services.tasks.checklists.model import Checklist, ChecklistItem
from services.tasks.duties.model import DutyEntry
from services.tasks.ledger.funds.model import BudgetLine, NoSuchBudgetLine
from services.tasks.resources.actions import count_again


class NoSuchDutyEntry(Invalid):
    """There is no such line of a duty list."""

    title_zh = "没有这条履职事项，请从履职事项清单中选择。"


async def supply(
    session: Session, item_id: UUID, *, by: Actor, duty_entry_id: UUID | None, budget_line_id: UUID | None
) -> tuple[ChecklistItem, int]:
    """Give an item what it lacks, with everything below it; what is left out stays as it is. Returns how many.

    By whoever keeps the item's list. Raises `NotFound`, `MayNotKeepLists`, `ListClosed`, `ItemWithdrawn`,
    `NoSuchDutyEntry`, `NoSuchBudgetLine`.
    """
    if duty_entry_id is not None and await session.get(DutyEntry, duty_entry_id) is None:
        raise NoSuchDutyEntry()
    if budget_line_id is not None and await session.get(BudgetLine, budget_line_id) is None:
        raise NoSuchBudgetLine()
    item, _ = await item_locked(session, item_id, by=by)
    touched, waiting = list[ChecklistItem](), [item]
    while waiting:
        one = waiting.pop()
        one.duty_entry_id = duty_entry_id or one.duty_entry_id
        one.budget_line_id = budget_line_id or one.budget_line_id
        touched.append(one)
        waiting.extend(await session.all(LOCKED_BELOW, item=one.id) if one.parted else [])
    await session.fetch(Checklist, {one.checklist_id for one in touched}, lock=True)
    for checklist_id in {one.checklist_id for one in touched}:
        changed = await session.get(Checklist, checklist_id, lock=True)
        if changed is not None:
            changed.version += 1
    await count_again(session, [one.checklist_id for one in touched], by=by.person_id)
    return item, len(touched)
