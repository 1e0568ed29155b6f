"""One flag: items of a list went down from one organisation to another without what they need."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field

from chassis.tables import Instant
from services.tasks.tables import Table


@dataclass(frozen=True, slots=True)
class Lack:
    """What an item that went down lacks."""

    duty: bool  # no line of the duty list in force where it arrives
    taken_back: bool  # that line says that it is the county's alone
    budget: bool  # no budget line of a book around the place where it arrives

    @property
    def title_zh(self) -> str:
        """What the screen says, and what is to be done."""
        said = [
            "未列入接收乡镇现行的履职事项清单" if self.duty else "",
            "属于已由上级收回的事项" if self.taken_back else "",
            "没有对应的经费（预算科目）" if self.budget else "",
        ]
        return f"{'；'.join(one for one in said if one)}。请下派单位补充依据和经费，或撤回。"


class ResourceFlag(Table, table=True):
    """What one organisation sent to another on one list, and how much of it lacks something. Nothing waits for it."""

    __tablename__ = "resource_flag"
    __table_args__ = (
        UniqueConstraint("checklist_id", "sender_id", "receiver_id", name="resource_flag_once"),
        Index("resource_flag_area", "township_code", "id"),
        Index("resource_flag_sender", "sender_id", "id"),
        Index("resource_flag_receiver", "receiver_id", "id"),
        Index("resource_flag_plan", "plan_id"),
    )

    id: UUID = Field(primary_key=True)
    township_code: str = Field(max_length=12)
    division_code: str = Field(max_length=12)  # where it arrived
    plan_id: UUID
    checklist_id: UUID = Field(foreign_key="checklist.id")
    sender_id: UUID  # an organisation, as the next
    receiver_id: UUID
    items: int  # that lack something now
    without_duty: int
    taken_back: int
    without_budget: int
    raised_by: UUID
    raised_at: datetime = Field(sa_type=Instant)
    changed_at: datetime = Field(sa_type=Instant)

    def count(self, lacks: Mapping[Lack, int], *, at: datetime) -> None:
        """Have these counted instead of what was."""
        self.items = self.without_duty = self.taken_back = self.without_budget = 0
        self.add(lacks, at=at)

    def add(self, lacks: Mapping[Lack, int], *, at: datetime) -> None:
        """Have more of them: so many items that lack the same."""
        self.items += sum(lacks.values())
        self.without_duty += sum(number for one, number in lacks.items() if one.duty)
        self.taken_back += sum(number for one, number in lacks.items() if one.taken_back)
        self.without_budget += sum(number for one, number in lacks.items() if one.budget)
        self.changed_at = at
