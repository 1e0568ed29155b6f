"""A session: one person signed in on one device."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel import Field

from chassis.tables import Digest, Instant, text_of
from contracts.members import AccessWithdrawn
from services.members.tables import Table
from services.members.words import Word

IDLE_LIFE = timedelta(days=30)
"""A session ends when its refresh token was not used for so long (real time)."""
LONGEST_LIFE = timedelta(days=180)
"""A session ends so long after the sign-in, however much it is used (real time)."""
MOST_SESSIONS = 20
"""Sessions that a person may have at once; one more ends the one that was used longest ago."""


class Method(Word):
    """How a person signed in."""

    DEVELOPMENT = "development", "开发登录"
    WECHAT = "wechat", "微信登录"
    PASSWORD = "password", "密码登录"
    SINGLE_SIGN_ON = "single_sign_on", "统一身份认证"


class DeviceSession(Table, table=True):
    """One person signed in on one device. Its refresh tokens follow one another; only the newest is good.

    All instants are real time.
    """

    __tablename__ = "device_session"

    id: UUID = Field(primary_key=True)
    person_id: UUID = Field(index=True)
    method: Method = Field(sa_type=text_of(Method))
    second_factor: bool  # whether one was shown as it was opened
    device: str = Field(max_length=80)  # what it is called when it is shown to the person
    opened_at: datetime = Field(sa_type=Instant)
    used_at: datetime = Field(sa_type=Instant)  # when tokens were last given out
    expires_at: datetime = Field(sa_type=Instant)
    ended_at: datetime | None = Field(sa_type=Instant)
    mark: bytes | None = Field(sa_type=Digest)  # of the device, where it sent a key of its own
    turn: int  # of the newest refresh token: 0 for the first
    newest: bytes = Field(sa_type=Digest)

    def is_over(self, now: datetime) -> bool:
        """Whether no more tokens are given out in it."""
        return self.ended_at is not None or self.expires_at <= now

    def end(self, now: datetime) -> list[AccessWithdrawn]:
        """Give out no more tokens in it, and have those that were given refused; nothing if it is over."""
        if self.is_over(now):
            return []
        self.ended_at = now
        return [AccessWithdrawn(subject_id=self.person_id, session_id=self.id, before=now)]

    def go_on(self, now: datetime, *, turn: int, newest: bytes) -> None:
        """Tokens were given out: the next refresh token stands in the place of the last."""
        self.used_at, self.turn, self.newest = now, turn, newest
        self.expires_at = min(now + IDLE_LIFE, self.opened_at + LONGEST_LIFE)
