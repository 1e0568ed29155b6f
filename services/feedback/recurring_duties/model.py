"""What became of one recurring duty of one organisation in one period."""

from datetime import date
from enum import StrEnum
from uuid import UUID

from sqlmodel import Field

from chassis.tables import text_of
from services.feedback.tables import Table


class DutyOutcome(StrEnum):
    """What became of it, as far as it was told."""

    IN_TIME = "in_time"
    LATE = "late"  # done after its day
    MISSED = "missed"  # its day is over, and it is not done
    OPEN = "open"  # sent back before its day
    SKIPPED = "skipped"  # left out by two persons

    @property
    def failed(self) -> bool:
        """Whether it was not done by its day."""
        return self in {DutyOutcome.LATE, DutyOutcome.MISSED}


class RecurringDutyRecord(Table, table=True):
    """One duty, by the id that `tasks` gave it."""

    __tablename__ = "recurring_duty_record"

    id: UUID = Field(primary_key=True)
    organization_id: UUID
    division_code: str = Field(max_length=12)
    rule_code: str = Field(max_length=32)
    due_on: date
    outcome: DutyOutcome = Field(sa_type=text_of(DutyOutcome))
