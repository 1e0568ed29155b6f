"""One attempt to ask the person served."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Index
from sqlmodel import Field

from chassis.tables import Instant, Sealed, text_of
from services.tasks.requests.model import Solved
from services.tasks.tables import Table


class Reached(StrEnum):
    """What came of an attempt."""

    ANSWERED = "answered"
    NOT_REACHED = "not_reached"
    WRONG_NUMBER = "wrong_number"
    REFUSED = "refused"  # did not want to say

    @property
    def title_zh(self) -> str:
        """What came of it, on the screen."""
        return _TITLES[self]


_TITLES = {
    Reached.ANSWERED: "本人已回答",
    Reached.NOT_REACHED: "未接通或不在家",
    Reached.WRONG_NUMBER: "号码有误",
    Reached.REFUSED: "本人不愿回答",
}


class CallBack(Table, table=True):
    """One attempt, by voice or visit, of somebody who neither handled the case nor serves its village as an agent."""

    __tablename__ = "call_back"
    __table_args__ = (Index("call_back_case", "request_id", "round", "id"),)

    id: UUID = Field(primary_key=True)
    request_id: UUID = Field(foreign_key="service_request.id")
    round: int
    reached: Reached = Field(sa_type=text_of(Reached))
    solved: Solved | None = Field(sa_type=text_of(Solved))  # what the person served said, if they did
    words: bytes | None = Field(sa_type=Sealed)  # what else they said
    at: datetime = Field(sa_type=Instant)
    by: UUID
    by_name: str
    post_id: UUID
