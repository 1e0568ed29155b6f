"""A veto: proposed from the record, confirmed by a second person, lifted on appeal; while it stands it caps a grade."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Index
from sqlmodel import Field

from chassis.lifecycle import Lifecycle
from chassis.problems import Invalid
from chassis.tables import Instant, Listed, Sealed, text_of
from services.feedback.grades.words import Grade
from services.feedback.tables import Table


class VetoStage(StrEnum):
    """How far a veto has come."""

    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    LIFTED = "lifted"

    @property
    def title_zh(self) -> str:
        """The stage's name on the screen."""
        return {"proposed": "待另一人核实", "confirmed": "已核实", "refused": "未核实", "lifted": "申诉后撤销"}[self]


LIFECYCLE = Lifecycle(
    {
        "confirm": ({VetoStage.PROPOSED}, VetoStage.CONFIRMED),
        "refuse": ({VetoStage.PROPOSED}, VetoStage.REFUSED),
        "lift": ({VetoStage.CONFIRMED}, VetoStage.LIFTED),
    }
)


class NoSuchVetoItem(Invalid):
    """The rule file has no such item today."""

    title_zh = "现行规则中没有这个一票否决事项，请从列表中选择。"


class YearToCome(Invalid):
    """A year that has not begun has no result."""

    title_zh = "年度还没有开始，请核对年份。"


class Veto(Table, table=True):
    """What was found of one unit in one year."""

    __tablename__ = "veto"
    __table_args__ = (Index("veto_unit", "organization_id", "year", "stage"),)

    id: UUID = Field(primary_key=True)
    division_code: str = Field(max_length=12)
    organization_id: UUID
    year: int
    item_code: str = Field(max_length=48)
    best: Grade = Field(sa_type=text_of(Grade))  # as the rule said when it was proposed
    grounds: list[str] = Field(sa_type=Listed)
    words: bytes | None = Field(sa_type=Sealed)
    stage: VetoStage = Field(sa_type=text_of(VetoStage))
    proposed_by: UUID
    proposed_at: datetime = Field(sa_type=Instant)
    confirmed_by: UUID | None
    settled_at: datetime | None = Field(sa_type=Instant)

    def settle(self, move: str, *, by: UUID | None, at: datetime) -> None:
        """Be confirmed or refused. Raises `NotAllowedNow`."""
        self.stage = LIFECYCLE.after(move, self.stage)
        self.confirmed_by, self.settled_at = by, at

    def lift(self) -> None:
        """Hold no longer. Raises `NotAllowedNow`."""
        self.stage = LIFECYCLE.after("lift", self.stage)
