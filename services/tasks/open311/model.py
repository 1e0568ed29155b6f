"""A report from outside: which case it became, so that the same report again is the same case."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index
from sqlmodel import Field

from chassis.tables import Digest, Instant, Sealed
from services.tasks.tables import Table


class OutsideReport(Table, table=True):
    """What a system outside reported and became a case.

    `sameness` is a keyed digest of account, service, place and text: equal for the same report, and nothing is read
    from it. The link to a picture elsewhere is kept as it was said, and is never followed.
    """

    __tablename__ = "outside_report"
    __table_args__ = (Index("outside_report_same", "client_id", "sameness", "at"),)

    id: UUID = Field(primary_key=True)
    client_id: UUID
    request_id: UUID = Field(foreign_key="service_request.id", index=True)
    sameness: bytes = Field(sa_type=Digest)
    token_index: bytes | None = Field(sa_type=Digest, unique=True)  # none where the case's number was given at once
    media_link: bytes | None = Field(sa_type=Sealed)
    at: datetime = Field(sa_type=Instant)
