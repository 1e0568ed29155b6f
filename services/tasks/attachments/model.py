"""An attachment: a picture or a paper, kept as it came."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Field

from chassis.tables import Digest, Instant, Sealed
from services.tasks.tables import Table

LARGEST = 10 * 1024 * 1024  # bytes

KINDS = {b"\xff\xd8\xff": "image/jpeg", b"\x89PNG\r\n\x1a\n": "image/png", b"%PDF-": "application/pdf"}
"""What is taken, by how it begins: what a caller says of a file proves nothing."""


class Attachment(Table, table=True):
    """One file, sealed, with the digest of its plain content."""

    __tablename__ = "attachment"

    id: UUID = Field(primary_key=True)
    owner_id: UUID = Field(index=True)
    media_type: str
    size: int  # bytes
    digest: bytes = Field(sa_type=Digest)  # SHA-256
    content: bytes = Field(sa_type=Sealed)
    at: datetime = Field(sa_type=Instant)
