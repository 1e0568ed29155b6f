"""A dispatch: one giving of a request to a named person."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Field

from chassis.tables import Instant, Sealed
from services.tasks.tables import Table


class Dispatch(Table, table=True):
    """One giving of a request to a named person, and how it ended if it was wrong."""

    __tablename__ = "dispatch"

    id: UUID = Field(primary_key=True)
    request_id: UUID = Field(foreign_key="service_request.id", index=True)
    turn: int
    post_id: UUID
    person_id: UUID
    person_name: str
    organization_id: UUID
    division_code: str
    acting_for_post_id: UUID | None  # of the absent colleague whose turn it was
    acting_for_name: str | None
    dispatched_at: datetime = Field(sa_type=Instant)
    dispatched_by: UUID | None  # none for the automatic one
    return_by: datetime = Field(sa_type=Instant)  # the first instant at which it is too late to give it back
    returned_at: datetime | None = Field(sa_type=Instant)
    return_reason: bytes | None = Field(sa_type=Sealed)
