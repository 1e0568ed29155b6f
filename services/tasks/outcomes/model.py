"""How the result of a case was told to the person served."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlmodel import Field

from chassis.tables import Instant, Sealed, text_of
from services.tasks.tables import Table


class How(StrEnum):
    """By which way the result was told."""

    IN_PERSON = "in_person"
    PHONE = "phone"
    PAPER = "paper"
    MESSAGE = "message"

    @property
    def title_zh(self) -> str:
        """The way on the screen."""
        return {"in_person": "当面", "phone": "电话", "paper": "书面", "message": "手机消息"}[self]


class Reply(Table, table=True):
    """The result of a round was told to the person served: how, when and by whom."""

    __tablename__ = "reply"

    id: UUID = Field(primary_key=True)
    request_id: UUID = Field(foreign_key="service_request.id", index=True)
    round: int
    how: How = Field(sa_type=text_of(How))
    words: bytes | None = Field(sa_type=Sealed)  # what was said
    at: datetime = Field(sa_type=Instant)
    by: UUID
    by_name: str
    post_id: UUID
