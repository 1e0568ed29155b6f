"""The two kinds of access token, which know nothing of each other."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from profiles.standins.wechat.quotas import Quota
from profiles.standins.wechat.refusals import Refusal

LIFE = timedelta(seconds=7200)
OVERLAP = timedelta(minutes=5)
"""For so long the token before the newest still works."""
FORCED_APART = timedelta(seconds=30)
FORCED_A_DAY = 20


@dataclass(slots=True)
class Token:
    """One token, and how it ends."""

    text: str
    ends_at: datetime
    replaced_at: datetime | None = None  # from then on it is «not latest»


class Tokens:
    """What `cgi-bin/token` and `cgi-bin/stable_token` have given out."""

    def __init__(self) -> None:
        self._given: dict[str, Token] = {}
        self._plain: Token | None = None
        self._stable: Token | None = None
        self._forced_at: datetime | None = None
        self._stable_calls = Quota(minute=10_000, day=500_000)
        self._forced = Quota(day=FORCED_A_DAY)

    def fetch(self, *, now: datetime) -> tuple[str, int]:
        """A new token and its seconds; the one before works for five minutes more."""
        if self._plain is not None:
            self._plain.replaced_at = now + OVERLAP
        self._plain = self._make(now)
        return self._plain.text, int(LIFE.total_seconds())

    def fetch_stable(self, *, now: datetime, force: bool) -> tuple[str, int]:
        """The same token until five minutes before its end, then a new one; `force` ends the old at once.

        Raises `Refusal` beyond a quota, which forced calls have one of their own of.
        """
        self._stable_calls.take("stable", now=now)
        if force:
            if self._forced_at is not None and now - self._forced_at < FORCED_APART:
                raise Refusal(45011)
            self._forced.take("forced", now=now)
            self._forced_at = now
            if self._stable is not None:
                self._stable.replaced_at = now
        if force or self._stable is None or self._stable.ends_at - now <= OVERLAP:
            self._stable = self._make(now)
        return self._stable.text, int((self._stable.ends_at - now).total_seconds())

    def check(self, text: str | None, *, now: datetime) -> None:
        """Raises `Refusal` for a token that does not work now."""
        if not text:
            raise Refusal(41001)
        token = self._given.get(text)
        if token is None:
            raise Refusal(40014)
        if token.ends_at <= now:
            raise Refusal(42001)
        if token.replaced_at is not None and token.replaced_at <= now:
            raise Refusal(40001)

    def _make(self, now: datetime) -> Token:
        token = Token(secrets.token_urlsafe(102), now + LIFE)  # 136 characters; as many as 512 are announced
        self._given[token.text] = token
        return token
