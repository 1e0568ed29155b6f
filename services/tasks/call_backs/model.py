"""One attempt to ask the person served."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Index, text
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


ASK_ZH = "评价或者回答的时候，承办人或村干部在不在场？"
"""What whoever calls back asks, and keeps in the person's own words as one of three answers."""


class Presence(StrEnum):
    """Whether the handler or a village cadre was there when the person served judged."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"  # the person does not know, or does not want to say

    @property
    def title_zh(self) -> str:
        """The answer on the screen."""
        return {Presence.YES: "在场", Presence.NO: "不在场", Presence.UNKNOWN: "说不清或不愿说"}[self]


SOMEBODY_THERE = text("presence = 'yes'")

_TITLES = {
    Reached.ANSWERED: "本人已回答",
    Reached.NOT_REACHED: "未接通或不在家",
    Reached.WRONG_NUMBER: "号码有误",
    Reached.REFUSED: "本人不愿回答",
}


class CallBack(Table, table=True):
    """One attempt, by voice or visit, of somebody who neither handled the case nor serves its village as an agent."""

    __tablename__ = "call_back"
    __table_args__ = (
        Index("call_back_case", "request_id", "round", "id"),
        Index("call_back_presence", "presence", "id", sqlite_where=SOMEBODY_THERE, postgresql_where=SOMEBODY_THERE),
    )

    id: UUID = Field(primary_key=True)
    request_id: UUID = Field(foreign_key="service_request.id")
    round: int
    reached: Reached = Field(sa_type=text_of(Reached))
    solved: Solved | None = Field(sa_type=text_of(Solved))  # what the person served said, if they did
    presence: Presence | None = Field(sa_type=text_of(Presence))  # asked of whoever answered
    words: bytes | None = Field(sa_type=Sealed)  # what else they said
    at: datetime = Field(sa_type=Instant)
    by: UUID
    by_name: str
    post_id: UUID
