"""A contest of one bad grade in the citizen's own name, or of one cell of ballots; never of a single ballot."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Index
from sqlmodel import Field

from chassis.lifecycle import Lifecycle
from chassis.problems import Conflict
from chassis.tables import Instant, Listed, Sealed, text_of
from services.tasks.tables import Table


class ContestStage(StrEnum):
    """How far a contest has come."""

    OPEN = "open"
    UPHELD = "upheld"
    DISMISSED = "dismissed"

    @property
    def title_zh(self) -> str:
        """The stage's name on the screen."""
        return {"open": "待两人认定", "upheld": "异议成立，不计入考核", "dismissed": "异议不成立，照常计入"}[self]


LIFECYCLE = Lifecycle(
    {
        "uphold": ({ContestStage.OPEN}, ContestStage.UPHELD),
        "dismiss": ({ContestStage.OPEN}, ContestStage.DISMISSED),
    }
)


class ContestReason(StrEnum):
    """Why a grade, or a cell, is not real."""

    NEVER_SERVED = "never_served"
    OTHERS_MATTER = "others_matter"
    UNTRUE = "untrue"
    STUFFING = "stuffing"
    DURESS = "duress"

    @property
    def title_zh(self) -> str:
        """The reason on the screen."""
        return {
            "never_served": "评价人没有办过此事",
            "others_matter": "评的是别的事或别的单位",
            "untrue": "所评内容与办理记录不符",
            "stuffing": "有人刷票",
            "duress": "有人胁迫、诱导或代为投票",
        }[self]


OF_CELLS = {ContestReason.STUFFING, ContestReason.DURESS}
"""What is said against a cell; the others are said against a grade."""


class NothingToContest(Conflict):
    """No bad grade opened this rectification, or the reason is not one of those that fit."""

    title_zh = "这项整改不是由实名差评引起的，或所选理由不适用，不能提出异议；请核对后重新选择理由。"


class ContestedAlready(Conflict):
    """This was contested once; that is decided once."""

    title_zh = "对此已经提出过异议，只认定一次，请查看认定结果。"


class Contest(Table, table=True):
    """What is said against a grade or a cell, and what two persons found. No clock stops for it."""

    __tablename__ = "contest"
    __table_args__ = (Index("contest_unit", "township_code", "at"), Index("contest_by", "by", "id"))

    id: UUID = Field(primary_key=True)
    township_code: str = Field(max_length=12)
    division_code: str = Field(max_length=12)  # of the unit
    unit_id: UUID  # the organisation that was judged
    request_id: UUID | None = Field(foreign_key="service_request.id", index=True)  # of a grade
    rectification_id: UUID | None = Field(foreign_key="rectification.id", unique=True)  # that the grade opened
    cell_id: UUID | None = Field(foreign_key="unit_rectification.id", unique=True)
    reason: ContestReason = Field(sa_type=text_of(ContestReason))
    words: bytes | None = Field(sa_type=Sealed)
    evidence: list[str] = Field(sa_type=Listed)  # ids of attachments of the case; none about a cell
    stage: ContestStage = Field(sa_type=text_of(ContestStage))
    at: datetime = Field(sa_type=Instant)
    by: UUID
    proposed_by: UUID | None  # the first of the two who decided
    decided_by: UUID | None  # the second
    decided_at: datetime | None = Field(sa_type=Instant)

    def decide(self, move: str, *, first: UUID, second: UUID, at: datetime) -> None:
        """Be found right or not by two persons. Raises `NotAllowedNow`."""
        self.stage = LIFECYCLE.after(move, self.stage)
        self.proposed_by, self.decided_by, self.decided_at = first, second, at
