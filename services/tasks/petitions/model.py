"""One handing over of a case to the petition channel, and the receipt for it."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field

from chassis.problems import Conflict
from chassis.tables import Digest, Instant, Sealed
from services.tasks.tables import Table


class ReceiptThere(Conflict):
    """The receipt was entered already."""

    title_zh = "收件回执已经登记，请刷新后查看。"


class Petition(Table, table=True):
    """A case was handed over with everything that belongs to it; its own clocks run on."""

    __tablename__ = "petition"
    __table_args__ = (
        UniqueConstraint("number"),
        UniqueConstraint("request_id"),
        Index("petition_township", "township_code", "id"),
    )

    id: UUID = Field(primary_key=True)
    township_code: str = Field(max_length=12)
    request_id: UUID = Field(foreign_key="service_request.id")
    number: str = Field(max_length=32)  # ours, on the receipt form
    office: str = Field(max_length=100)  # that receives it
    reason: bytes | None = Field(sa_type=Sealed)  # why it belongs there
    pack: bytes | None = Field(sa_type=Sealed)  # as it was handed over
    pack_digest: bytes = Field(sa_type=Digest)  # SHA-256 of the pack
    handed_at: datetime = Field(sa_type=Instant)
    handed_by: UUID
    by_name: str
    post_id: UUID
    told_by: datetime = Field(sa_type=Instant)  # the first instant at which word of its acceptance is late
    receipt_number: str | None = Field(max_length=64)
    received_by: str | None = Field(max_length=64)  # whoever signed for it there
    received_on: date | None
    received_at: datetime | None = Field(sa_type=Instant)  # when the receipt was entered here
    entered_by: UUID | None
    ends_by: datetime | None = Field(sa_type=Instant)  # the first instant at which its end there is late
    longest_by: datetime | None = Field(sa_type=Instant)  # and with an approved extension
    extended_on: date | None  # when the longer time was approved there
    extension_approver: str | None = Field(max_length=64)  # by whom, as the approval says
    extension_reason: bytes | None = Field(sa_type=Sealed)
    extension_at: datetime | None = Field(sa_type=Instant)  # when that was entered here
    extension_entered_by: UUID | None

    def receive(self, *, number: str, received_by: str, on: date, at: datetime, by: UUID) -> None:
        """Note the receipt. Raises `ReceiptThere`."""
        if self.received_at is not None:
            raise ReceiptThere()
        self.receipt_number, self.received_by, self.received_on = number, received_by, on
        self.received_at, self.entered_by = at, by
