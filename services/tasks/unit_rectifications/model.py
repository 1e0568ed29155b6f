"""A unit's rectification: of which cell, which item of a list it is, and what the next cell said."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Index
from sqlmodel import Field

from chassis.tables import Instant
from contracts.feedback import CellFoundBelowLine, CellJudgedAgain
from services.tasks.tables import Table


class UnitRectification(Table, table=True):
    """What is to be put right in a unit: the work is an item of a list, the citizens' word on it is here."""

    __tablename__ = "unit_rectification"
    __table_args__ = (Index("unit_rectification_unit", "township_code", "division_code", "group_code"),)

    id: UUID = Field(primary_key=True)  # of the cell below the line
    township_code: str = Field(max_length=12)
    division_code: str = Field(max_length=12)  # of the unit
    group_code: str = Field(max_length=32)  # of the items
    served_to: date
    item_id: UUID = Field(foreign_key="checklist_item.id", index=True)
    next_cell_id: UUID | None
    above_line: bool | None  # the next cell, or a later one; none while none has closed
    judged_at: datetime | None = Field(sa_type=Instant)
    set_aside_at: datetime | None = Field(sa_type=Instant)  # when two persons found that the cell does not count

    @classmethod
    def begin(cls, event: CellFoundBelowLine, *, item_id: UUID) -> "UnitRectification":
        """The one rectification of a cell."""
        return cls(
            id=event.cell_id,
            township_code=event.township_code,
            division_code=event.division_code,
            group_code=event.group_code,
            served_to=event.served_to,
            item_id=item_id,
            next_cell_id=None,
            above_line=None,
            judged_at=None,
            set_aside_at=None,
        )

    def judge(self, event: CellJudgedAgain) -> None:
        """Take in what the next cell of the unit said, or a later one after a next that was still below."""
        self.next_cell_id, self.above_line, self.judged_at = event.next_cell_id, event.above_line, event.judged_at
