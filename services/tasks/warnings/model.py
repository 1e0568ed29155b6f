"""What was noted of a clock: each threshold that it passed, and each organisation up to which it climbed."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field

from chassis.tables import Instant
from services.tasks.tables import Table

VACANT = text("told_at IS NULL")


class Warned(Table, table=True):
    """One threshold of one clock was passed; once for each end that the clock has had, whatever restarts."""

    __tablename__ = "warned"
    __table_args__ = (UniqueConstraint("clock_id", "colour", "due_at", name="warned_once"),)

    id: UUID = Field(primary_key=True)
    request_id: UUID = Field(foreign_key="service_request.id", index=True)
    clock_id: UUID = Field(foreign_key="clock.id")
    colour: str = Field(max_length=16)
    due_at: datetime = Field(sa_type=Instant)  # the clock's end at that time
    at: datetime = Field(sa_type=Instant)  # of the threshold, whenever that was noticed


class Climb(Table, table=True):
    """A missed limit came to one organisation; nobody is told while its post is vacant.

    One row for each clock and organisation: nothing climbs to the same place twice.
    """

    __tablename__ = "climb"
    __table_args__ = (
        UniqueConstraint("clock_id", "organization_id", name="climbed_once"),
        Index("climb_vacant", "organization_id", "id", sqlite_where=VACANT, postgresql_where=VACANT),
    )

    id: UUID = Field(primary_key=True)
    request_id: UUID = Field(foreign_key="service_request.id", index=True)
    clock_id: UUID = Field(foreign_key="clock.id")
    level: int
    organization_id: UUID
    organization_name: str
    at: datetime = Field(sa_type=Instant)
    post_id: UUID | None  # of whoever was told
    person_id: UUID | None
    person_name: str | None
    acting_for_name: str | None  # the colleague who is away
    told_at: datetime | None = Field(sa_type=Instant)  # none while the post is vacant
    next_at: datetime | None = Field(sa_type=Instant)  # when it climbs on, unless it is done; of the row that was told
