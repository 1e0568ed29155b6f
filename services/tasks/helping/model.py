"""A helper of a case, and what they add to it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, text
from sqlmodel import Field

from chassis.tables import Instant, Sealed
from services.tasks.tables import Table

STILL = text("released_at IS NULL")


class Helper(Table, table=True):
    """Somebody in office who helps with a case; one other person leads and answers it."""

    __tablename__ = "helper"
    __table_args__ = (
        Index("helper_now", "request_id", "person_id", unique=True, sqlite_where=STILL, postgresql_where=STILL),
        Index("helper_person", "person_id", "request_id"),
    )

    id: UUID = Field(primary_key=True)
    township_code: str = Field(max_length=12)
    request_id: UUID = Field(foreign_key="service_request.id")
    post_id: UUID
    person_id: UUID
    person_name: str
    organization_id: UUID
    part: str | None  # what the duty list says that the township does to help
    asked_at: datetime = Field(sa_type=Instant)
    asked_by: UUID | None  # none where the duty list asked
    released_at: datetime | None = Field(sa_type=Instant)


class HelperNote(Table, table=True):
    """What a helper found out or did, for whoever leads."""

    __tablename__ = "helper_note"

    id: UUID = Field(primary_key=True)
    request_id: UUID = Field(foreign_key="service_request.id", index=True)
    helper_id: UUID = Field(foreign_key="helper.id")
    words: bytes | None = Field(sa_type=Sealed)  # none once the requester had themselves erased
    at: datetime = Field(sa_type=Instant)
