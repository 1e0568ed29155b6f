"""Fixing what the public reads of a month when it is closed."""

from collections import defaultdict
from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis.clock import local_date
from chassis.session import Session
from chassis.tables import new_id
from services.tasks.ledger.books.model import AccountKind, LedgerBook
from services.tasks.ledger.disclosures.balances import balances
from services.tasks.ledger.disclosures.grouping import AidLine, told
from services.tasks.ledger.disclosures.model import DisclosedKind, DisclosureLine
from services.tasks.ledger.entries.model import EntryKind, Posting
from services.tasks.ledger.funds.actions import name_of
from services.tasks.ledger.funds.model import BudgetLine, FundSource
from services.tasks.ledger.loans.model import Loan
from services.tasks.ledger.periods.views import last_of, total
from services.tasks.rules.pack import RuleId, RulePack

NOT_NAMED = "社会捐赠（不具名）"

Told = tuple[DisclosedKind, str, str, int, int | None, date]
"""What a line tells of, its title, what it counts, how much, how many households or loans, and up to which month."""

Move = tuple[UUID, UUID, int, date]
"""A loan, its household, fen, and the day."""

_first = bindparam("first", type_=sa.Date())
_last = bindparam("last", type_=sa.Date())
_of_month = sa.and_(
    col(Posting.book_id) == bindparam("book"), col(Posting.booked_on) >= _first, col(Posting.booked_on) <= _last
)
RECEIVED = (
    sa.select(col(Posting.source_id), col(Posting.commodity), total(col(Posting.amount)))
    .where(_of_month, col(Posting.kind) == EntryKind.RECEIPT, col(Posting.account) == AccountKind.HOLDING)
    .group_by(col(Posting.source_id), col(Posting.commodity))
)
SPENT = (
    sa.select(
        col(Posting.kind),
        col(Posting.budget_line_id),
        col(Posting.commodity),
        col(Posting.household_id),
        total(col(Posting.amount)),
    )
    .where(_of_month, col(Posting.account).in_((AccountKind.AID, AccountKind.WORKS)))
    .group_by(col(Posting.kind), col(Posting.budget_line_id), col(Posting.commodity), col(Posting.household_id))
)
_since = bindparam("since", type_=sa.Date())
ASKED = select(Loan).where(col(Loan.book_id) == bindparam("book"), col(Loan.asked_on) <= _last)
LENT = sa.select(
    col(Posting.kind), col(Posting.loan_id), col(Posting.household_id), col(Posting.amount), col(Posting.booked_on)
).where(
    col(Posting.book_id) == bindparam("book"),
    col(Posting.account) == AccountKind.LOANS,
    col(Posting.booked_on) <= _last,
)
BEFORE = (
    select(DisclosureLine)
    .where(col(DisclosureLine.book_id) == bindparam("book"), col(DisclosureLine.kind) == bindparam("kind"))
    .order_by(col(DisclosureLine.month).desc())
    .limit(1)
)


async def disclose(session: Session, book: LedgerBook, month: date) -> bool:
    """Write the lines of a month that is being closed; returns whether something of it had to be kept back."""
    least = session.use(RulePack).rule(RuleId.LEDGER_SMALL_GROUP, on=local_date(session.now)).value
    received = await _received(session, book, month)
    spent, kept_back = await _spent(session, book, month, least=least)
    loans, loans_back = await _loans(session, book, month, least=least)
    aid = [(commodity, title) for kind, title, commodity, _, _, _ in spent if kind is DisclosedKind.AID]
    left, left_back = await balances(session, book, month, aid=aid, least=least)
    title = DisclosedKind.BALANCE.title_zh
    remains: list[Told] = [
        (DisclosedKind.BALANCE, title, commodity, amount, None, as_of) for commodity, amount, as_of in left
    ]
    whole = [*received, *spent, *loans, *remains]
    for place, (kind, title, commodity, amount, households, as_of) in enumerate(whole, start=1):
        session.add(
            DisclosureLine(
                id=new_id(),
                township_code=book.township_code,
                division_code=book.division_code,
                book_id=book.id,
                month=month,
                place=place,
                kind=kind,
                title=title,
                commodity=commodity,
                amount=amount,
                households=households,
                as_of=as_of,
            )
        )
    return kept_back or loans_back or left_back


async def _received(session: Session, book: LedgerBook, month: date) -> list[Told]:
    found = await session.all(RECEIVED, book=book.id, first=month, last=last_of(month))
    await session.fetch(FundSource, {source_id for source_id, _, _ in found})
    by_name: dict[tuple[str, str], int] = defaultdict(int)
    for source_id, commodity, amount in found:
        source = await session.get(FundSource, source_id)
        name = name_of(session, source) if source is not None and source.named else NOT_NAMED
        by_name[name, commodity] += amount
    return [
        (DisclosedKind.RECEIPT, name, commodity, amount, None, month)
        for (name, commodity), amount in sorted(by_name.items())
    ]


async def _spent(session: Session, book: LedgerBook, month: date, *, least: int) -> tuple[list[Told], bool]:
    found = await session.all(SPENT, book=book.id, first=month, last=last_of(month))
    await session.fetch(BudgetLine, {line_id for _, line_id, _, _, _ in found})
    works: dict[tuple[str, str], int] = defaultdict(int)
    amounts: dict[tuple[DisclosedKind, str, str], int] = defaultdict(int)
    households: dict[tuple[DisclosedKind, str, str], set[UUID]] = defaultdict(set)
    for kind, line_id, commodity, household_id, amount in found:
        line = await session.get(BudgetLine, line_id)
        title = line.title if line else ""
        if kind is EntryKind.USE:
            works[commodity, title] += amount
            continue
        key = (DisclosedKind.AID if kind is EntryKind.GRANT else DisclosedKind.LABOUR, commodity, title)
        amounts[key] += amount
        if household_id is not None:
            households[key].add(household_id)
    lines: list[Told] = [
        (DisclosedKind.WORKS, title, commodity, amount, None, month)
        for (commodity, title), amount in sorted(works.items())
    ]
    withheld = False
    for of_kind, commodity in sorted({(kind, commodity) for kind, commodity, _ in amounts}):
        aid = [
            AidLine(title, amounts[key], frozenset(households[key]))
            for key in amounts
            for title in key[2:]
            if key[:2] == (of_kind, commodity)
        ]
        public, kept_back = told(aid, least=least)
        withheld = withheld or kept_back
        lines += [(of_kind, one.title, commodity, one.amount, len(one.households), month) for one in public]
    return lines, withheld


async def _loans(session: Session, book: LedgerBook, month: date, *, least: int) -> tuple[list[Told], bool]:
    """Totals since the book began. Each is told anew once enough households have moved it since it was told last."""
    last = last_of(month)
    there = await session.all(ASKED, book=book.id, last=last)
    asked: list[Move] = [(one.id, one.household_id, one.asked, one.asked_on) for one in there]
    granted: list[Move] = []
    repaid: list[Move] = []
    for kind, loan_id, household_id, amount, on in await session.all(LENT, book=book.id, last=last):
        if loan_id is None or household_id is None:
            raise TypeError("a posting of loans names its loan and household")
        if kind is EntryKind.LOAN_GRANT:
            granted.append((loan_id, household_id, amount, on))
        else:
            repaid.append((loan_id, household_id, -amount, on))
    lines: list[Told] = []
    withheld = False
    for of_kind, moves in (
        (DisclosedKind.LOANS_ASKED, asked),
        (DisclosedKind.LOANS_GRANTED, granted),
        (DisclosedKind.LOANS_REPAID, repaid),
    ):
        before = await session.first(BEFORE, book=book.id, kind=of_kind)
        since = last_of(before.as_of) if before else date.min
        movers = {household for _, household, _, on in moves if on > since}
        if len(movers) >= least:
            loans: dict[UUID, int] = defaultdict(int)
            for loan_id, _, amount, _ in moves:
                loans[loan_id] += amount
            count = sum(amount != 0 for amount in loans.values())
            lines.append((of_kind, of_kind.title_zh, "money", sum(loans.values()), count, month))
        else:
            withheld = withheld or bool(movers)
            if before is not None:
                lines.append((of_kind, before.title, "money", before.amount, before.households, before.as_of))
    return lines, withheld
