"""A session, and the access of the person whose it is."""

from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from sqlmodel import Field

from chassis.tables import Instant, text_of
from services.members.tables import Table

IDLE_LIFE = timedelta(days=30)
"""A session ends when its refresh token was not used for so long (real time)."""
LONGEST_LIFE = timedelta(days=180)
"""A session ends so long after the sign-in, however much it is used (real time)."""
MOST_SESSIONS = 20
"""Sessions that a person may have at once; one more ends the one that was used longest ago."""


class Method(StrEnum):
    """How a person signed in."""

    DEVELOPMENT = "development"
    WECHAT = "wechat"
    PASSWORD = "password"  # the name of a way of signing in
    SINGLE_SIGN_ON = "single_sign_on"

    @property
    def zh(self) -> str:
        """What the list of one's devices says."""
        return _ZH[self]


_ZH = {
    Method.DEVELOPMENT: "开发登录",
    Method.WECHAT: "微信登录",
    Method.PASSWORD: "密码登录",
    Method.SINGLE_SIGN_ON: "统一身份认证",
}


class Access(Table, table=True):
    """Whether a person may sign in at all. Whoever gives that person a token, or takes access away, holds this row."""

    __tablename__ = "access"

    person_id: UUID = Field(primary_key=True)
    withdrawn_at: datetime | None = Field(sa_type=Instant)  # real time


class DeviceSession(Table, table=True):
    """One person signed in on one device. Its refresh tokens follow one another; only the newest is good.

    All instants are real time.
    """

    __tablename__ = "device_session"

    id: UUID = Field(primary_key=True)
    person_id: UUID = Field(index=True)
    method: Method = Field(sa_type=text_of(Method))
    device: str = Field(max_length=80)
    opened_at: datetime = Field(sa_type=Instant)
    used_at: datetime = Field(sa_type=Instant)  # when tokens were last given out
    expires_at: datetime = Field(sa_type=Instant)
    ended_at: datetime | None = Field(sa_type=Instant)
    turn: int  # of the newest refresh token: 0 for the first
    newest: bytes  # its digest

    def is_over(self, now: datetime) -> bool:
        """Whether no more tokens are given out in it (`now` in real time)."""
        return self.ended_at is not None or self.expires_at <= now
