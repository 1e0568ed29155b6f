"""One loan that a household asked for: granted or refused, repaid in parts, overdue once its day is past."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import BigInteger, Index, UniqueConstraint
from sqlmodel import Field

from chassis.lifecycle import Lifecycle
from chassis.problems import Conflict, Invalid
from chassis.tables import Instant, Sealed, text_of
from services.tasks.ledger.policy import HandsNotSeparate
from services.tasks.tables import Table


class NoSuchLoan(Invalid):
    """This book has no such loan."""

    title_zh = "本账套没有这笔贷款，请先登记贷款申请。"


class LoanTooLarge(Conflict):
    """Not more is granted than was asked for, and not more repaid than is owed."""

    title_zh = "金额超过申请数（或超过尚欠余额），请核对后重新登记。"


class LoanStage(StrEnum):
    """How far a loan has come."""

    ASKED = "asked"
    GRANTED = "granted"
    REFUSED = "refused"
    REPAID = "repaid"

    @property
    def title_zh(self) -> str:
        """What the screen says."""
        return {"asked": "已申请", "granted": "已发放", "refused": "未批准", "repaid": "已还清"}[self]


LIFECYCLE = Lifecycle(
    {
        "grant": ({LoanStage.ASKED}, LoanStage.GRANTED),
        "refuse": ({LoanStage.ASKED}, LoanStage.REFUSED),
        "repay": ({LoanStage.GRANTED}, LoanStage.GRANTED),
        "settle": ({LoanStage.GRANTED}, LoanStage.REPAID),
        "reopen": ({LoanStage.GRANTED, LoanStage.REPAID}, LoanStage.GRANTED),
        "take_back": ({LoanStage.GRANTED}, LoanStage.ASKED),
    }
)


class Loan(Table, table=True):
    """One loan. Its figures follow the entries that are paid; nobody types them."""

    __tablename__ = "loan"
    __table_args__ = (
        UniqueConstraint("book_id", "code"),
        Index("loan_area", "township_code", "book_id", "stage", "id"),
        Index("loan_household", "household_id", "id"),
    )

    id: UUID = Field(primary_key=True)
    township_code: str = Field(max_length=12)
    book_id: UUID = Field(foreign_key="ledger_book.id")
    code: str = Field(max_length=40)  # the lender's number, or the township's
    household_id: UUID
    lender_id: UUID = Field(foreign_key="fund_source.id")
    stage: LoanStage = Field(sa_type=text_of(LoanStage))
    asked: int = Field(sa_type=BigInteger)  # fen, as the next two
    granted: int = Field(sa_type=BigInteger)
    repaid: int = Field(sa_type=BigInteger)
    asked_on: date
    granted_on: date | None
    due_on: date | None  # by which all is to be repaid
    import_id: UUID | None  # the import that it came in with; its evidence belongs to that
    recorded_by: UUID
    recorded_at: datetime = Field(sa_type=Instant)
    refused_by: UUID | None
    refused_at: datetime | None = Field(sa_type=Instant)
    refusal: bytes | None = Field(sa_type=Sealed)

    @property
    def owed(self) -> int:
        """What is still owed, in fen."""
        return self.granted - self.repaid

    def overdue(self, today: date) -> bool:
        """Whether something is owed after its day."""
        return self.stage is LoanStage.GRANTED and self.due_on is not None and self.due_on < today

    def grant(self, amount: int, *, on: date, due_on: date) -> None:
        """Be granted. Raises `NotAllowedNow`, `LoanTooLarge`."""
        stage = LIFECYCLE.after("grant", self.stage)
        if amount > self.asked:
            raise LoanTooLarge(loan=self.code, asked=self.asked, amount=amount)
        self.stage, self.granted, self.granted_on, self.due_on = stage, amount, on, due_on

    def take_back(self) -> None:
        """Be asked for again: the grant was reversed. Raises `NotAllowedNow`, `LoanTooLarge` once some was repaid."""
        stage = LIFECYCLE.after("take_back", self.stage)
        if self.repaid:
            raise LoanTooLarge(loan=self.code, repaid=self.repaid)
        self.stage, self.granted, self.granted_on, self.due_on = stage, 0, None, None

    def repay(self, amount: int) -> None:
        """Be repaid in part or whole. Raises `NotAllowedNow`, `LoanTooLarge`."""
        LIFECYCLE.after("repay", self.stage)
        if amount > self.owed:
            raise LoanTooLarge(loan=self.code, owed=self.owed, amount=amount)
        self.repaid += amount
        self.stage = LIFECYCLE.after("settle" if self.owed == 0 else "repay", self.stage)

    def reopen(self, amount: int) -> None:
        """Owe again what was repaid: the repayment was reversed. Raises `NotAllowedNow`."""
        self.stage = LIFECYCLE.after("reopen", self.stage)
        self.repaid -= amount

    def refuse(self, by: UUID, *, at: datetime) -> None:
        """Be refused by somebody else than who took it in. Raises `HandsNotSeparate`, `NotAllowedNow`."""
        self.stage = LIFECYCLE.after("refuse", self.stage)
        if by == self.recorded_by:
            raise HandsNotSeparate()
        self.refused_by, self.refused_at = by, at
