"""What is left at the end of a month, told only where no small group's aid can be worked out of it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis.session import Session
from services.tasks.ledger.books.model import AccountKind, LedgerBook
from services.tasks.ledger.disclosures.grouping import OTHERS
from services.tasks.ledger.disclosures.model import DisclosedKind, DisclosureLine
from services.tasks.ledger.entries.model import Posting
from services.tasks.ledger.funds.model import BudgetLine
from services.tasks.ledger.periods.views import last_of, total

Given = tuple[date, str, str, UUID, int]
"""The month (its first day) in which aid was given, of which commodity, under which title, to whom, and how much."""

Shown = tuple[date, str, str]
"""The month, the commodity and the title of a line of aid that the public reads."""

_last = bindparam("last", type_=sa.Date())
HELD = (
    sa.select(col(Posting.commodity), total(col(Posting.amount)))
    .where(
        col(Posting.book_id) == bindparam("book"),
        col(Posting.account) == AccountKind.HOLDING,
        col(Posting.booked_on) <= _last,
    )
    .group_by(col(Posting.commodity))
    .order_by(col(Posting.commodity))
)
_aid = (col(Posting.booked_on), col(Posting.commodity), col(Posting.budget_line_id), col(Posting.household_id))
GIVEN = (
    sa.select(*_aid, total(col(Posting.amount)))
    .where(
        col(Posting.book_id) == bindparam("book"),
        col(Posting.account) == AccountKind.AID,
        col(Posting.booked_on) > bindparam("since", type_=sa.Date()),
        col(Posting.booked_on) <= _last,
    )
    .group_by(*_aid)
)
TOLD_BEFORE = (
    select(DisclosureLine)
    .where(
        col(DisclosureLine.book_id) == bindparam("book"),
        col(DisclosureLine.kind).in_((DisclosedKind.BALANCE, DisclosedKind.AID)),
    )
    .order_by(col(DisclosureLine.month))
)


def kept_back(given: Iterable[Given], shown: Iterable[Shown], since: Mapping[str, date]) -> dict[str, set[UUID]]:
    """By commodity, the households to which aid went that stood in no line after this month of its commodity.

    If lines were put together in a month, those that have none of their own are in that one. What was given and taken
    back in between changes no balance, and hides nobody.
    """
    public = set(shown)
    moved: dict[tuple[str, UUID], int] = defaultdict(int)
    for month, commodity, title, household, amount in given:
        told = {(month, commodity, title), (month, commodity, OTHERS)} & public
        if not told and month > since.get(commodity, date.min):
            moved[commodity, household] += amount
    found: dict[str, set[UUID]] = defaultdict(set)
    for (commodity, household), amount in moved.items():
        if amount:
            found[commodity].add(household)
    return found


async def balances(
    session: Session, book: LedgerBook, month: date, *, aid: Iterable[tuple[str, str]], least: int
) -> tuple[list[tuple[str, int, date]], bool]:
    """What is left of each commodity, and of which month, and whether one had to stand as it was or be kept back.

    Two balances tell what was given in between. So one is told anew if all aid since it was told last stood in lines
    (`aid`: those of this month), or what did not went to at least `least` households; else it stands as it was.
    """
    before: dict[str, DisclosureLine] = {}
    shown: set[Shown] = {(month, commodity, title) for commodity, title in aid}
    for line in await session.all(TOLD_BEFORE, book=book.id):
        if line.kind is DisclosedKind.BALANCE:
            before[line.commodity] = line
        else:
            shown.add((line.month, line.commodity, line.title))
    held = await session.all(HELD, book=book.id, last=last_of(month))
    since = {commodity: line.as_of for commodity, line in before.items()}
    earliest = min((since.get(commodity, date.min) for commodity, _ in held), default=date.min)
    first = last_of(earliest) if earliest != date.min else date.min
    hidden = kept_back(await _given(session, book, first, last_of(month)), shown, since)
    lines: list[tuple[str, int, date]] = []
    withheld = False
    for commodity, amount in held:
        if not hidden[commodity] or len(hidden[commodity]) >= least:
            lines.append((commodity, amount, month))
            continue
        withheld = True
        if commodity in before:
            lines.append((commodity, before[commodity].amount, since[commodity]))
    return lines, withheld


async def _given(session: Session, book: LedgerBook, since: date, last: date) -> list[Given]:
    rows = await session.all(GIVEN, book=book.id, since=since, last=last)
    await session.fetch(BudgetLine, {line_id for _, _, line_id, _, _ in rows if line_id})
    given: list[Given] = []
    for booked_on, commodity, line_id, household_id, amount in rows:
        if household_id is None:
            raise TypeError("a posting of aid names its household")
        line = await session.get(BudgetLine, line_id) if line_id else None
        given.append((booked_on.replace(day=1), commodity, line.title if line else "", household_id, amount))
    return given
