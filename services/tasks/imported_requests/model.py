"""An imported request: which row of whose spreadsheet became which case, so that it is the same case again."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index
from sqlmodel import Field

from chassis.tables import Digest, Instant
from services.tasks.tables import Table


class ImportedRequest(Table, table=True):
    """One row that became a case. `row_index` is of the source and the row's own number; nothing is read from it."""

    __tablename__ = "imported_request"
    __table_args__ = (Index("imported_request_township", "township_code", "id"),)

    id: UUID = Field(primary_key=True)
    township_code: str = Field(max_length=12)
    row_index: bytes = Field(sa_type=Digest, unique=True)
    request_id: UUID = Field(foreign_key="service_request.id", index=True)
    at: datetime = Field(sa_type=Instant)
