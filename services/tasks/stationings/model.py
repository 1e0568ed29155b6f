"""One turn of a rotating stationing: planned, handed over with words, taken over; never attended, never located."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Index
from sqlmodel import Field

from chassis.lifecycle import Lifecycle
from chassis.problems import Conflict, Forbidden, Invalid
from chassis.tables import Instant, Sealed, text_of
from services.tasks.tables import Table

MOST_TURNS = 100
"""Turns that are planned in one call."""


class TurnStage(StrEnum):
    """How far a turn has come."""

    PLANNED = "planned"
    HANDED_OVER = "handed_over"
    TAKEN_OVER = "taken_over"
    CANCELLED = "cancelled"

    @property
    def title_zh(self) -> str:
        """What the screen says."""
        return {
            "planned": "已安排",
            "handed_over": "已交出，待接收",
            "taken_over": "已交接",
            "cancelled": "已取消",
        }[self]


LIFECYCLE = Lifecycle(
    {
        "hand_over": ({TurnStage.PLANNED}, TurnStage.HANDED_OVER),
        "take_over": ({TurnStage.HANDED_OVER}, TurnStage.TAKEN_OVER),
        "cancel": ({TurnStage.PLANNED}, TurnStage.CANCELLED),
    }
)


class NotInTheGroup(Invalid):
    """Whoever is stationed is in the group."""

    title_zh = "轮驻人员须是本工作组成员，请先调整成员再安排。"


class OutsideTheGroup(Invalid):
    """A turn lies in the group's area and between its days."""

    title_zh = "轮驻的村（社区）须在工作组辖区内，日期须在工作组起止日期之间。"


class TurnsMeet(Conflict):
    """Two turns at one place share a day."""

    title_zh = "同一地点的两次轮驻日期重叠，请调整日期后重新提交。"


class NotYourTurn(Forbidden):
    """Whoever is stationed hands over; whoever comes next takes over, or the leader where nobody does."""

    title_zh = "由本轮轮驻人员交出、下一轮人员接收；没有下一轮的由组长接收。"


class Stationing(Table, table=True):
    """One turn of one post at one place."""

    __tablename__ = "stationing"
    __table_args__ = (
        Index("stationing_place", "township_code", "division_code", "from_on", "id"),
        Index("stationing_group", "group_id", "from_on", "id"),
        Index("stationing_person", "person_id", "id"),
    )

    id: UUID = Field(primary_key=True)
    township_code: str = Field(max_length=12)
    division_code: str = Field(max_length=12)
    group_id: UUID = Field(foreign_key="work_group.id")
    post_id: UUID
    person_id: UUID
    person_name: str
    post_kind: str = Field(max_length=32)
    from_on: date
    to_on: date  # the last day
    stage: TurnStage = Field(sa_type=text_of(TurnStage))
    planned_by: UUID
    words: bytes | None = Field(sa_type=Sealed)  # what is handed over
    handed_at: datetime | None = Field(sa_type=Instant)
    taken_at: datetime | None = Field(sa_type=Instant)
    taken_by: UUID | None

    def move(self, name: str) -> None:
        """Take a step. Raises `NotAllowedNow`."""
        self.stage = LIFECYCLE.after(name, self.stage)
