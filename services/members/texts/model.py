"""A text message on its way to a person's telephone."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field

from chassis.lifecycle import Lifecycle
from chassis.tables import Instant, Sealed, text_of
from services.members.tables import Table
from services.members.words import Word

MOST_TRIES = 6
LEASE = timedelta(minutes=1)
"""For so long a copy of this service has a text to itself; longer than a call takes (real time, as all here)."""
FIRST_PAUSE = timedelta(seconds=5)
LONGEST_PAUSE = timedelta(minutes=10)
TO_SEND = text("next_at IS NOT NULL")

SLOTS = {
    "code": re.compile(r"[0-9]{6}"),
    "number": re.compile(r"[0-9A-Z]{4,12}"),
    "call_back": re.compile(r"[0-9-]{3,20}"),
}
"""All that a text may hold, and of what form: a one-time code, a short number, and whom to call back."""


class TextKind(Word):
    """What a text is for; each kind has one template at the carrier."""

    CONSENT_CODE = "consent_code", "委托验证码"
    MANDATE_GIVEN = "mandate_given", "委托生效提醒"


class TextStage(Word):
    """How far a text has come."""

    WAITING = "waiting", "等待发送"
    SENT = "sent", "已发送"
    REFUSED = "refused", "无法发送"
    GIVEN_UP = "given_up", "未能送出"


LIFECYCLE = Lifecycle(
    {
        "send": ({TextStage.WAITING}, TextStage.SENT),
        "refuse": ({TextStage.WAITING}, TextStage.REFUSED),
        "give_up": ({TextStage.WAITING}, TextStage.GIVEN_UP),
    }
)


@dataclass(frozen=True, slots=True)
class Message:
    """One text as the carrier is to send it. The same id again is the same text, and is sent once."""

    id: UUID
    to: str = field(repr=False)
    kind: TextKind
    values: Mapping[str, str] = field(repr=False)


class TextRefused(Exception):  # the loop that sends notes it
    """The carrier did not take a text; `again` says whether trying again may help, and after how long."""

    def __init__(self, code: str, *, again: bool, after: timedelta | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.again = again
        self.after = after


class Sender(Protocol):
    """Whoever carries texts."""

    async def send(self, message: Message) -> None:
        """Hand one over. Raises `TextRefused`."""


@dataclass(frozen=True, slots=True)
class Texts:
    """What the service sends texts by, if it sends any; and whom people call back."""

    sender: Sender | None
    call_back: str


class TextMessage(Table, table=True):
    """One text to one person about one thing; there is never a second about the same. All instants are real time.

    The number is looked up when it is sent. What it says is kept sealed, and only until it was sent.
    """

    __tablename__ = "text_message"
    __table_args__ = (
        UniqueConstraint("about", name="text_message_about"),
        Index("text_message_next", "next_at", postgresql_where=TO_SEND, sqlite_where=TO_SEND),
        Index("text_message_person", "person_id", "queued_at"),
    )

    id: UUID = Field(primary_key=True)
    person_id: UUID
    kind: TextKind = Field(sa_type=text_of(TextKind))
    about: UUID
    values: bytes | None = Field(sa_type=Sealed)
    queued_at: datetime = Field(sa_type=Instant)
    good_until: datetime = Field(sa_type=Instant)  # later it would only confuse
    stage: TextStage = Field(sa_type=text_of(TextStage))
    attempts: int
    next_at: datetime | None = Field(sa_type=Instant)  # none once there is nothing more to do
    sent_at: datetime | None = Field(sa_type=Instant)
    refusal: str | None = Field(max_length=64)  # the last one's code

    def begin(self, *, at: datetime) -> bool:
        """Take it in hand, so that no other copy does meanwhile; false if there is nothing to do now."""
        if self.next_at is None or self.next_at > at:
            return False
        if at >= self.good_until or self.attempts >= MOST_TRIES:
            self._end("give_up", self.refusal or "too-late")
            return False
        self.attempts += 1
        self.next_at = at + LEASE
        return True

    def sent(self, *, at: datetime) -> None:
        """The carrier took it."""
        self._end("send", None)
        self.sent_at = at

    def refused(self, why: TextRefused, *, at: datetime) -> None:
        """The carrier did not take it: try again later, or never."""
        if not why.again:
            self._end("refuse", why.code)
        elif self.attempts >= MOST_TRIES:
            self._end("give_up", why.code)
        else:
            pause = min(FIRST_PAUSE * 2 ** (self.attempts - 1), LONGEST_PAUSE)
            self.refusal, self.next_at = why.code, at + max(pause, why.after or pause)

    def _end(self, move: str, refusal: str | None) -> None:
        self.stage = LIFECYCLE.after(move, self.stage)
        self.refusal, self.next_at, self.values = refusal, None, None
