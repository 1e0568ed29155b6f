"""One entry of a book: recorded, approved and paid by three persons; it never changes, another entry reverses it."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import BigInteger, Index, UniqueConstraint, text
from sqlmodel import Field

from chassis.lifecycle import Lifecycle
from chassis.problems import Conflict, Invalid
from chassis.tables import Instant, Sealed, text_of
from services.tasks.ledger.books.model import AccountKind
from services.tasks.ledger.goods import GoodsKind
from services.tasks.ledger.policy import HandsNotSeparate
from services.tasks.tables import Table

NOT_REFUSED = text("stage <> 'refused'")


class EntryIncomplete(Invalid):
    """A line of this kind of entry says too much or too little: source, household, budget line, loan or day."""

    title_zh = "这一类记账的明细填写不全或填多了，请按提示补充或删去后重新提交。"


class ReversedAlready(Conflict):
    """This entry was reversed, or its reversal waits; an entry is reversed once."""

    title_zh = "这笔账已经冲销或正在冲销，不能再次冲销。"


class NotReversible(Conflict):
    """What was paid is reversed, and a reversal is not; record what is right as a new entry."""

    title_zh = "只能冲销已入账的记录；冲销本身不能再冲销，请按正确内容重新登记。"


class EntryKind(StrEnum):
    """What happened."""

    OPENING = "opening"
    RECEIPT = "receipt"
    GRANT = "grant"
    USE = "use"
    LABOUR = "labour"
    LOAN_GRANT = "loan_grant"
    LOAN_REPAYMENT = "loan_repayment"

    @property
    def title_zh(self) -> str:
        """What the screen says."""
        return _KINDS[self]


_KINDS = {
    EntryKind.OPENING: "期初",
    EntryKind.RECEIPT: "拨入",
    EntryKind.GRANT: "补助到户",
    EntryKind.USE: "项目支出",
    EntryKind.LABOUR: "投工投劳",
    EntryKind.LOAN_GRANT: "贷款发放",
    EntryKind.LOAN_REPAYMENT: "贷款收回",
}


@dataclass(frozen=True, slots=True)
class Shape:
    """What a kind of entry moves, from which account to which, and what each of its lines has to say."""

    debit: AccountKind
    credit: AccountKind
    goods: frozenset[GoodsKind]
    says: frozenset[str] = frozenset()  # of source_id, household_id, budget_line_id, loan_id, due_on


_THINGS = frozenset({GoodsKind.MONEY, GoodsKind.GOODS})
_MONEY = frozenset({GoodsKind.MONEY})

SHAPES = {
    EntryKind.OPENING: Shape(AccountKind.HOLDING, AccountKind.OPENING, _THINGS, frozenset({"source_id"})),
    EntryKind.RECEIPT: Shape(AccountKind.HOLDING, AccountKind.SOURCE, _THINGS, frozenset({"source_id"})),
    EntryKind.GRANT: Shape(
        AccountKind.AID, AccountKind.HOLDING, _THINGS, frozenset({"source_id", "household_id", "budget_line_id"})
    ),
    EntryKind.USE: Shape(AccountKind.WORKS, AccountKind.HOLDING, _THINGS, frozenset({"source_id", "budget_line_id"})),
    EntryKind.LABOUR: Shape(
        AccountKind.WORKS,
        AccountKind.LABOUR,
        frozenset({GoodsKind.LABOUR}),
        frozenset({"household_id", "budget_line_id"}),
    ),
    EntryKind.LOAN_GRANT: Shape(AccountKind.LOANS, AccountKind.LENDER, _MONEY, frozenset({"loan_id", "due_on"})),
    EntryKind.LOAN_REPAYMENT: Shape(AccountKind.LENDER, AccountKind.LOANS, _MONEY, frozenset({"loan_id"})),
}


class EntryStage(StrEnum):
    """How far an entry has come."""

    RECORDED = "recorded"
    APPROVED = "approved"
    PAID = "paid"
    REFUSED = "refused"

    @property
    def title_zh(self) -> str:
        """What the screen says."""
        return {
            "recorded": "已登记，待审批",
            "approved": "已审批，待付款（收讫）",
            "paid": "已入账",
            "refused": "未批准",
        }[self]


LIFECYCLE = Lifecycle(
    {
        "approve": ({EntryStage.RECORDED}, EntryStage.APPROVED),
        "refuse": ({EntryStage.RECORDED, EntryStage.APPROVED}, EntryStage.REFUSED),
        "pay": ({EntryStage.APPROVED}, EntryStage.PAID),
    }
)


class LedgerEntry(Table, table=True):
    """One voucher. What it says is fixed when it is recorded; it is in the book once it is paid, under its number."""

    __tablename__ = "ledger_entry"
    __table_args__ = (
        UniqueConstraint("book_id", "number"),
        Index("ledger_entry_area", "township_code", "book_id", "stage", "id"),
        Index("ledger_entry_book", "book_id", "id"),
        Index(
            "ledger_entry_voucher",
            "book_id",
            "voucher",
            unique=True,
            sqlite_where=NOT_REFUSED,
            postgresql_where=NOT_REFUSED,
        ),
        Index(
            "ledger_entry_reversal", "reverses_id", unique=True, sqlite_where=NOT_REFUSED, postgresql_where=NOT_REFUSED
        ),
    )

    id: UUID = Field(primary_key=True)
    township_code: str = Field(max_length=12)
    book_id: UUID = Field(foreign_key="ledger_book.id")
    kind: EntryKind = Field(sa_type=text_of(EntryKind))
    stage: EntryStage = Field(sa_type=text_of(EntryStage))
    number: int | None  # in its book, without a gap; none until it is paid
    booked_on: date  # local
    reverses_id: UUID | None = Field(foreign_key="ledger_entry.id")
    voucher: str | None = Field(max_length=40)  # the number in the file that it came in with
    import_id: UUID | None  # the import that it came in with; its evidence belongs to that
    words: bytes | None = Field(sa_type=Sealed)
    recorded_by: UUID
    recorded_at: datetime = Field(sa_type=Instant)
    approved_by: UUID | None
    approved_at: datetime | None = Field(sa_type=Instant)
    paid_by: UUID | None
    paid_at: datetime | None = Field(sa_type=Instant)
    refused_by: UUID | None
    refused_at: datetime | None = Field(sa_type=Instant)
    refusal: bytes | None = Field(sa_type=Sealed)

    def approve(self, by: UUID, *, at: datetime) -> None:
        """Be found right by somebody else. Raises `HandsNotSeparate`, `NotAllowedNow`."""
        self.stage = LIFECYCLE.after("approve", self.stage)
        if by == self.recorded_by:
            raise HandsNotSeparate()
        self.approved_by, self.approved_at = by, at

    def pay(self, by: UUID, *, at: datetime, number: int) -> None:
        """Be paid, or received, by a third person. Raises `HandsNotSeparate`, `NotAllowedNow`."""
        self.stage = LIFECYCLE.after("pay", self.stage)
        if by in {self.recorded_by, self.approved_by}:
            raise HandsNotSeparate()
        self.paid_by, self.paid_at, self.number = by, at, number

    def refuse(self, by: UUID, *, at: datetime) -> None:
        """Be let go, also by whoever recorded it: nothing has moved yet. Raises `NotAllowedNow`."""
        self.stage = LIFECYCLE.after("refuse", self.stage)
        self.refused_by, self.refused_at = by, at


class LedgerLine(Table, table=True):
    """One line of an entry, as it was recorded."""

    __tablename__ = "ledger_line"
    __table_args__ = (Index("ledger_line_entry", "entry_id", "place"), Index("ledger_line_loan", "loan_id"))

    id: UUID = Field(primary_key=True)
    township_code: str = Field(max_length=12)
    entry_id: UUID = Field(foreign_key="ledger_entry.id")
    place: int
    commodity: str = Field(max_length=32)
    amount: int = Field(sa_type=BigInteger)  # in the smallest unit, above nought
    source_id: UUID | None
    household_id: UUID | None
    budget_line_id: UUID | None
    loan_id: UUID | None
    due_on: date | None  # of a loan that is granted


class Posting(Table, table=True):
    """One side of a line in the book. Those of an entry come to nought for each thing that is counted."""

    __tablename__ = "posting"
    __table_args__ = (
        Index("posting_book", "book_id", "booked_on", "id"),
        Index("posting_household", "household_id", "id"),
        Index("posting_entry", "entry_id"),
        Index("posting_area", "township_code", "booked_on"),
    )

    id: UUID = Field(primary_key=True)
    township_code: str = Field(max_length=12)
    book_id: UUID = Field(foreign_key="ledger_book.id")
    entry_id: UUID = Field(foreign_key="ledger_entry.id")
    kind: EntryKind = Field(sa_type=text_of(EntryKind))  # of the entry, or of the one that it reverses
    account_id: UUID = Field(foreign_key="ledger_account.id")
    account: AccountKind = Field(sa_type=text_of(AccountKind))
    commodity: str = Field(max_length=32)
    amount: int = Field(sa_type=BigInteger)  # a debit is positive, a credit negative
    source_id: UUID | None
    household_id: UUID | None
    budget_line_id: UUID | None
    loan_id: UUID | None
    booked_on: date
