"""A work calendar as it was kept: every limit says by which one it was counted."""

from datetime import datetime

from sqlalchemy import Text
from sqlmodel import Field

from chassis.tables import Instant
from services.tasks.tables import Table


class KeptCalendar(Table, table=True):
    """One version of the work calendar: that of the newest order is in use, in every process; else the file's."""

    __tablename__ = "work_calendar"

    version: str = Field(primary_key=True, max_length=16)
    days: str = Field(sa_type=Text)  # the operator's table: date, kind, name, source
    kept_at: datetime = Field(sa_type=Instant)  # real time
    applied_at: datetime | None = Field(sa_type=Instant)  # real time; none of a file's calendar that was only kept
