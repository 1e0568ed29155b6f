"""A reading of a case by somebody other than the one it is about."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Index
from sqlmodel import Field

from chassis.tables import Instant
from services.tasks.tables import Table


class CaseReading(Table, table=True):
    """One person looked at one case on one day; the first time of that day is kept, and by which post."""

    __tablename__ = "case_reading"
    __table_args__ = (Index("case_reading_case", "request_id", "reader_id", "read_on"),)

    id: UUID = Field(primary_key=True)
    township_code: str = Field(max_length=12)
    request_id: UUID
    reader_id: UUID
    reader_name: str | None  # none for somebody who holds no post any more
    post_kind: str | None
    organization_id: UUID | None
    read_on: date  # local
    read_at: datetime = Field(sa_type=Instant)
