"""A mandate as `tasks` last told it."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Index
from sqlmodel import Field

from chassis.tables import Instant
from services.feedback.tables import Table


class Mandated(Table, table=True):
    """Somebody acts for a villager, from a local date to a local date (included)."""

    __tablename__ = "mandated"
    __table_args__ = (Index("mandated_pair", "agent_id", "principal_id"),)

    id: UUID = Field(primary_key=True)
    principal_id: UUID = Field(index=True)
    agent_id: UUID
    from_on: date
    to_on: date
    ended_at: datetime | None = Field(sa_type=Instant)
