"""One line that the public reads of a closed month."""

from datetime import date
from enum import StrEnum
from uuid import UUID

from sqlalchemy import BigInteger, Index
from sqlmodel import Field

from chassis.tables import text_of
from services.tasks.tables import Table


class DisclosedKind(StrEnum):
    """What a line tells of."""

    RECEIPT = "receipt"
    AID = "aid"
    WORKS = "works"
    LABOUR = "labour"
    LOANS_ASKED = "loans_asked"
    LOANS_GRANTED = "loans_granted"
    LOANS_REPAID = "loans_repaid"
    BALANCE = "balance"

    @property
    def title_zh(self) -> str:
        """What the public reads."""
        return {
            "receipt": "拨入",
            "aid": "补助到户",
            "works": "项目支出",
            "labour": "投工投劳",
            "loans_asked": "累计申请贷款",
            "loans_granted": "累计发放贷款",
            "loans_repaid": "累计收回贷款",
            "balance": "月末结存",
        }[self]


class DisclosureLine(Table, table=True):
    """One line, fixed when its month was closed."""

    __tablename__ = "disclosure_line"
    __table_args__ = (
        Index("disclosure_line_shown", "township_code", "division_code", "month", "place"),
        Index("disclosure_line_kind", "book_id", "kind", "month"),
    )

    id: UUID = Field(primary_key=True)
    township_code: str = Field(max_length=12)
    division_code: str = Field(max_length=12)
    book_id: UUID = Field(foreign_key="ledger_book.id")
    month: date  # its first day
    place: int
    kind: DisclosedKind = Field(sa_type=text_of(DisclosedKind))
    title: str = Field(max_length=200)
    commodity: str = Field(max_length=32)
    amount: int = Field(sa_type=BigInteger)  # in the smallest unit
    households: int | None  # of aid and labour; of loans, how many of them
    as_of: date  # the month up to which it is counted: of loans and balances perhaps an earlier one
