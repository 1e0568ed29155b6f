"""A supervision order: to whose unit, how grave, until when it is to be answered, and what was answered."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Index
from sqlmodel import Field

from chassis.lifecycle import Lifecycle
from chassis.tables import Instant, Sealed, text_of
from services.tasks.tables import Table


class OrderStage(StrEnum):
    """How far an order has come."""

    ISSUED = "issued"
    ANSWERED = "answered"
    RAISED = "raised"
    CLOSED = "closed"

    @property
    def title_zh(self) -> str:
        """The stage's name on the screen."""
        return {"issued": "待答复", "answered": "已答复，待办结", "raised": "已升级，待答复", "closed": "已销号"}[self]


LIFECYCLE = Lifecycle(
    {
        "answer": ({OrderStage.ISSUED, OrderStage.RAISED}, OrderStage.ANSWERED),
        "raise": (set(OrderStage), OrderStage.RAISED),
        "close": ({OrderStage.ISSUED, OrderStage.ANSWERED, OrderStage.RAISED}, OrderStage.CLOSED),
    }
)


class ExpediteNotice(Table, table=True):
    """One matter, one order: what would be a second one raises it."""

    __tablename__ = "expedite_notice"
    __table_args__ = (
        Index("expedite_notice_addressee", "addressee_id", "id"),
        Index("expedite_notice_issuer", "issuer_id", "id"),
    )

    id: UUID = Field(primary_key=True)
    request_id: UUID | None = Field(foreign_key="service_request.id", unique=True)  # the matter is a case,
    finding_id: UUID | None = Field(unique=True)  # a finding of an inspection,
    item_id: UUID | None = Field(unique=True)  # or an item of a problem list; one of the three
    stage: OrderStage = Field(sa_type=text_of(OrderStage))
    colour: str = Field(max_length=16)
    urgent: bool
    by_clock: bool  # a missed limit issued it; its issuer is who was told of that
    issuer_id: UUID | None
    issuer_name: str | None
    issued_at: datetime = Field(sa_type=Instant)
    organization_id: UUID  # the unit
    organization_name: str
    addressee_id: UUID  # its head, or who acts for the head
    addressee_name: str
    acting_for_name: str | None
    due_at: datetime = Field(sa_type=Instant)  # to be answered, or what was answered to be done, before this instant
    promised_on: date | None
    closed_at: datetime | None = Field(sa_type=Instant)

    def move(self, name: str) -> None:
        """Make a move of the table. Raises `NotAllowedNow`."""
        self.stage = LIFECYCLE.after(name, self.stage)


class ExpediteStep(Table, table=True):
    """One thing that was done with an order, and the words with it."""

    __tablename__ = "expedite_step"

    id: UUID = Field(primary_key=True)
    order_id: UUID = Field(foreign_key="expedite_notice.id", index=True)
    request_id: UUID | None = Field(foreign_key="service_request.id", index=True)  # none where it is about no case
    move: str = Field(max_length=16)
    colour: str = Field(max_length=16)
    at: datetime = Field(sa_type=Instant)
    by: UUID | None  # none by the clock
    by_name: str | None
    words: bytes | None = Field(sa_type=Sealed)
    promised_on: date | None
