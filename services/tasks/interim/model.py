"""An interim reply: what was said to the requester before the case was done."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Field

from chassis.tables import Instant, Sealed
from services.tasks.tables import Table


class InterimReply(Table, table=True):
    """One word to the requester, kept in the history of the case."""

    __tablename__ = "interim_reply"

    id: UUID = Field(primary_key=True)
    request_id: UUID = Field(foreign_key="service_request.id", index=True)
    words: bytes | None = Field(sa_type=Sealed)
    at: datetime = Field(sa_type=Instant)
    by: UUID
    by_name: str
    acting_for_name: str | None  # the colleague who is away
