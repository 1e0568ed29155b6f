"""Where money and goods come from, and the budget lines of a book that they are given and used under."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import BigInteger, Index, UniqueConstraint
from sqlmodel import Field

from chassis.problems import Conflict, Invalid
from chassis.tables import Instant, Sealed, text_of
from services.tasks.tables import Table


class CodeThere(Conflict):
    """This code stands for something else already."""

    title_zh = "这个编码已经用过，请换一个编码，或直接使用已有的。"


class NoSuchSource(Invalid):
    """There is no such source for this book's area."""

    title_zh = "没有这个资金（物资）来源，请先登记来源。"


class NoSuchBudgetLine(Invalid):
    """This book has no such budget line."""

    title_zh = "本账套没有这个项目（预算科目），请先登记项目。"


class SourceKind(StrEnum):
    """Who gives."""

    FUND = "fund"
    DEPARTMENT = "department"
    DONOR = "donor"
    LENDER = "lender"

    @property
    def title_zh(self) -> str:
        """What the screen says."""
        return {"fund": "专项资金", "department": "部门", "donor": "社会捐赠", "lender": "贷款机构"}[self]


class FundSource(Table, table=True):
    """One source of an area: a township's for its own books, a county's for those of all its townships."""

    __tablename__ = "fund_source"
    __table_args__ = (UniqueConstraint("township_code", "code"), Index("fund_source_area", "township_code", "id"))

    id: UUID = Field(primary_key=True)
    township_code: str = Field(max_length=12)  # the township, or the county for a source of all of it
    code: str = Field(max_length=40)
    kind: SourceKind = Field(sa_type=text_of(SourceKind))
    name: bytes = Field(sa_type=Sealed)  # a donor may be a person
    named: bool  # the public may read the name
    entered_by: UUID
    entered_at: datetime = Field(sa_type=Instant)

    def serves(self, division_code: str) -> bool:
        """Whether a book of this division may name it."""
        return self.township_code in {f"{division_code[:9]}000", f"{division_code[:6]}000000"}


class BudgetLine(Table, table=True):
    """One line under which something is given or used; its title is public and names no person."""

    __tablename__ = "budget_line"
    __table_args__ = (UniqueConstraint("book_id", "code"), Index("budget_line_area", "township_code", "book_id", "id"))

    id: UUID = Field(primary_key=True)
    township_code: str = Field(max_length=12)
    book_id: UUID = Field(foreign_key="ledger_book.id")
    code: str = Field(max_length=40)
    title: str = Field(max_length=100)
    year: int
    commodity: str = Field(max_length=32)
    planned: int | None = Field(sa_type=BigInteger)  # in the smallest unit; none where nothing was planned
    entered_by: UUID
    entered_at: datetime = Field(sa_type=Instant)
