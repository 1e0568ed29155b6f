"""A book of one division, and its accounts: each holds the sum of its postings, so that both can be compared."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import BigInteger, Index, UniqueConstraint
from sqlmodel import Field

from chassis.problems import Conflict, Invalid
from chassis.tables import Instant, text_of
from services.tasks.tables import Table


class BookThere(Conflict):
    """This division has its book."""

    title_zh = "这个区划已经建账，请直接在现有账套中登记。"


class NoSuchArea(Invalid):
    """The roster does not know this division."""

    title_zh = "没有这个区划，请核对12位区划代码，或先导入行政区划。"


class PeriodClosed(Conflict):
    """This day lies in a month that is closed, before the book begins, or ahead; book it on an open day."""

    title_zh = "记账日期在已结账的月份、建账之前或今天之后，请改用未结账月份的日期；更正请用红字冲销。"


class NotEnoughHeld(Conflict):
    """No more is given out than this book holds from this source; take in what came first."""

    title_zh = "账上这项来源的结存不够，请先登记拨入或入库，再发放。"


class AccountKind(StrEnum):
    """What an account of a book says: where something came from, where it is, and what became of it."""

    OPENING = "opening"  # what was there when the book began
    SOURCE = "source"  # what a fund, department or donor gave
    HOLDING = "holding"  # what is there, by source
    AID = "aid"  # given to households
    WORKS = "works"  # used for works of all
    LABOUR = "labour"  # days that households worked without pay
    LOANS = "loans"  # what households owe
    LENDER = "lender"  # what lenders lent

    @property
    def title_zh(self) -> str:
        """The account's name on the screen."""
        return _TITLES[self]


_TITLES = {
    AccountKind.OPENING: "期初结转",
    AccountKind.SOURCE: "来源",
    AccountKind.HOLDING: "结存",
    AccountKind.AID: "补助到户",
    AccountKind.WORKS: "项目支出",
    AccountKind.LABOUR: "群众投工",
    AccountKind.LOANS: "贷款余额",
    AccountKind.LENDER: "出借资金",
}

NEVER_NEGATIVE = (AccountKind.HOLDING, AccountKind.LOANS)


class LedgerBook(Table, table=True):
    """The book of one division. Whoever pays, closes or opens an account holds its row, so that they take turns."""

    __tablename__ = "ledger_book"
    __table_args__ = (
        UniqueConstraint("division_code"),
        Index("ledger_book_area", "township_code", "division_code", "id"),
    )

    id: UUID = Field(primary_key=True)
    township_code: str = Field(max_length=12)
    division_code: str = Field(max_length=12)
    from_on: date  # the first day of its first month
    closed_on: date | None  # the last day of its last closed month
    numbered: int  # vouchers so far
    opened_by: UUID
    opened_at: datetime = Field(sa_type=Instant)

    def check_open(self, day: date, *, today: date) -> None:
        """Raise `PeriodClosed` unless something may be booked on this local day."""
        if day < self.from_on or day > today or (self.closed_on is not None and day <= self.closed_on):
            closed = self.closed_on.isoformat() if self.closed_on else None
            raise PeriodClosed(day=day.isoformat(), from_on=self.from_on.isoformat(), closed_on=closed)


class LedgerAccount(Table, table=True):
    """One account: a kind, what it counts, and from which source. Debits are positive, credits negative."""

    __tablename__ = "ledger_account"
    __table_args__ = (
        UniqueConstraint("book_id", "name"),
        Index("ledger_account_area", "township_code", "book_id"),
    )

    id: UUID = Field(primary_key=True)
    township_code: str = Field(max_length=12)
    book_id: UUID = Field(foreign_key="ledger_book.id")
    name: str = Field(max_length=120)  # kind:commodity:source, to be found by
    kind: AccountKind = Field(sa_type=text_of(AccountKind))
    commodity: str = Field(max_length=32)
    source_id: UUID | None
    balance: int = Field(sa_type=BigInteger)  # in the smallest unit


def name_of(kind: AccountKind, commodity: str, source_id: UUID | None) -> str:
    """By which an account is found in its book."""
    return f"{kind}:{commodity}:{source_id or ''}"
