"""That a result lay below the line, and what the next survey of the same subject said."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Index
from sqlmodel import Field

from chassis.tables import Instant
from services.feedback.tables import Table


class Shortfall(Table, table=True):
    """A survey below the line: it opens one rectification, and waits for the next survey of the same subject."""

    __tablename__ = "shortfall"
    __table_args__ = (Index("shortfall_of_subject", "subject_key", "id"),)

    id: UUID = Field(primary_key=True)  # of the survey
    subject_key: str = Field(max_length=160)
    organization_id: UUID = Field(index=True)
    line_percent: int
    found_at: datetime = Field(sa_type=Instant)
    again_by: date  # the local day by which the next survey is to be published
    next_survey_id: UUID | None
    above_line: bool | None  # of the next survey, or of a later one; none while none was judged
    judged_at: datetime | None = Field(sa_type=Instant)

    def judge(self, survey_id: UUID, *, above_line: bool, at: datetime) -> None:
        """Take in what the next survey said, or a later one after one that was still below."""
        self.next_survey_id, self.above_line, self.judged_at = survey_id, above_line, at
