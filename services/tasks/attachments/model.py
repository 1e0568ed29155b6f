"""An attachment: a picture, a paper or a voice, kept beside the database and sealed with a key of its own."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index
from sqlmodel import Field

from chassis.tables import Digest, Instant, Sealed
from services.tasks.tables import Table


class Attachment(Table, table=True):
    """One file. Its row is there before the file, so that no file is without one; `arrived_at` says that it is whole.

    Without its key a file is unreadable, wherever a copy of it lies: taking the key away is how it is erased.
    """

    __tablename__ = "attachment"
    __table_args__ = (
        Index("attachment_owner", "owner_id", "request_id", "id"),
        Index("attachment_request", "request_id", "id"),
    )

    id: UUID = Field(primary_key=True)
    owner_id: UUID
    request_id: UUID | None  # the case, mandate, inspection or finding that it belongs to; none until it is named there
    key: bytes | None = Field(sa_type=Sealed)
    media_type: str | None
    size: int | None  # bytes
    digest: bytes | None = Field(sa_type=Digest)  # SHA-256 of the file as it was kept
    at: datetime = Field(sa_type=Instant)
    arrived_at: datetime | None = Field(sa_type=Instant)
