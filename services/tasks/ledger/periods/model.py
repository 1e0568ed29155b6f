"""A closed month of a book, and the line of its statement for each account."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, Index, UniqueConstraint
from sqlmodel import Field

from chassis.problems import Conflict
from chassis.tables import Instant
from services.tasks.tables import Table


class MonthNotOver(Conflict):
    """Months are closed in turn, each once it is over."""

    title_zh = "请按月份顺序结账，且只能在月末之后结当月的账。"


class EntriesWaiting(Conflict):
    """Entries of this month wait for approval or payment; pay or refuse them first."""

    title_zh = "本月还有未审批或未付款的记账，请先办完或退回，再结账。"


class BooksDiffer(Conflict):
    """The balances are not the sums of the postings; nothing is closed until somebody has looked into it."""

    title_zh = "账户余额与逐笔重算的结果不一致，暂不能结账，请立即联系系统管理员。"


class LedgerPeriod(Table, table=True):
    """One closed month."""

    __tablename__ = "ledger_period"
    __table_args__ = (
        UniqueConstraint("book_id", "month"),
        Index("ledger_period_shown", "township_code", "division_code", "month"),
    )

    id: UUID = Field(primary_key=True)
    township_code: str = Field(max_length=12)
    division_code: str = Field(max_length=12)
    book_id: UUID = Field(foreign_key="ledger_book.id")
    month: date  # its first day
    withheld: bool  # the public is not told of aid that went to too few households
    closed_by: UUID
    closed_at: datetime = Field(sa_type=Instant)


class PeriodLine(Table, table=True):
    """One account in the statement of a closed month, in the smallest unit."""

    __tablename__ = "period_line"
    __table_args__ = (Index("period_line_period", "period_id", "account_id"),)

    id: UUID = Field(primary_key=True)
    township_code: str = Field(max_length=12)
    period_id: UUID = Field(foreign_key="ledger_period.id")
    account_id: UUID = Field(foreign_key="ledger_account.id")
    opening: int = Field(sa_type=BigInteger)
    debit: int = Field(sa_type=BigInteger)
    credit: int = Field(sa_type=BigInteger)  # above nought
    closing: int = Field(sa_type=BigInteger)
