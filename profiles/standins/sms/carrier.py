"""What the carrier knows: its one customer, the templates that it approved, and what it sent."""

import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from chassis.clock import Clock, SystemClock

WINDOW = timedelta(minutes=5)
"""A request signed longer ago, or so far ahead, is refused."""
AN_HOUR = timedelta(hours=1)
AN_HOURS_MOST = 10
"""Texts that one number gets in an hour."""
NUMBER = re.compile(r"1[3-9][0-9]{9}")


class Refusal(Exception):  # turned into an answer
    """A text that was not taken."""

    def __init__(self, refusal: str, *, code: int) -> None:
        super().__init__(refusal)
        self.refusal = refusal
        self.code = code


@dataclass(frozen=True, slots=True)
class Account:
    """The customer and what was approved for it: the slots of each template."""

    key: str = "standin"
    secret: str = "6" * 32
    templates: Mapping[str, frozenset[str]] = field(
        default_factory=lambda: {
            "consent-code": frozenset({"code", "call_back"}),
            "mandate-given": frozenset({"number", "call_back"}),
        }
    )


@dataclass(frozen=True, slots=True)
class Sent:
    """One text that was sent."""

    id: str
    to: str
    template: str
    values: Mapping[str, str]
    at: datetime


class Carrier:
    """Takes texts for one customer and remembers them."""

    def __init__(self, account: Account | None = None, *, clock: Clock | None = None) -> None:
        self.account = account or Account()
        self.sent: list[Sent] = []
        self.blocked: set[str] = set()  # numbers whose holders want no texts
        self.balance = 10_000
        self._clock = clock or SystemClock()
        self._taken: dict[str, str] = {}  # message ids, and the digest of what each was

    def check(self, *, key: str, time: str, signature: str, body: bytes) -> None:
        """Raises `Refusal` for a request that the customer did not sign just now."""
        signed = hmac.new(self.account.secret.encode(), time.encode() + b"\n" + body, hashlib.sha256).hexdigest()
        if key != self.account.key or not hmac.compare_digest(signed.encode(), signature.encode()):
            raise Refusal("bad-signature", code=401)
        if not time.isdigit() or abs(self._clock.now().timestamp() - int(time)) > WINDOW.total_seconds():
            raise Refusal("clock-wrong", code=401)

    def take(self, message_id: str, *, to: str, template: str, values: Mapping[str, str], digest: str) -> None:
        """Send a text; one with an id that was taken before is not sent again. Raises `Refusal`."""
        before = self._taken.get(message_id)
        if before is not None:
            if before != digest:
                raise Refusal("values-refused", code=422)
            return
        slots = self.account.templates.get(template)
        if slots is None:
            raise Refusal("unknown-template", code=422)
        if values.keys() != slots or any(len(value) > 20 for value in values.values()):
            raise Refusal("values-refused", code=422)
        if not NUMBER.fullmatch(to):
            raise Refusal("number-unknown", code=422)
        if to in self.blocked:
            raise Refusal("number-blocked", code=422)
        now = self._clock.now()
        if sum(one.to == to and now - one.at < AN_HOUR for one in self.sent) >= AN_HOURS_MOST:
            raise Refusal("too-often", code=429)
        if self.balance == 0:
            raise Refusal("balance-empty", code=402)
        self.balance -= 1
        self._taken[message_id] = digest
        self.sent.append(Sent(message_id, to, template, dict(values), now))
