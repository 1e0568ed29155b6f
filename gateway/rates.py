"""How often the same caller may ask: a rate for each kind of request, by address, and by person or client."""

from dataclasses import dataclass
from enum import StrEnum
from math import ceil

from limits import RateLimitItem, RateLimitItemPerMinute, parse

from chassis.problems import TooMany
from gateway.callers import Caller
from gateway.counters import Counters, Memory
from gateway.headers import Headers
from gateway.settings import RateSettings


class Kind(StrEnum):
    """Kinds of requests that are counted apart."""

    READING = "reading"
    CHANGING = "changing"
    UPLOADING = "uploading"
    SIGNING_IN = "signing_in"
    TRACKING = "tracking"


@dataclass(frozen=True, slots=True)
class Rate:
    """A rate under the name that callers see."""

    name: str
    item: RateLimitItem
    policy: bytes

    def headers(self, *, remaining: int, seconds: float) -> Headers:
        """As draft-ietf-httpapi-ratelimit-headers-11 has it."""
        left = b'"%b";r=%d;t=%d' % (self.name.encode(), remaining, ceil(seconds))
        return [(b"ratelimit-policy", self.policy), (b"ratelimit", left)]


class Rates:
    """Counts a request, and refuses it when there were too many."""

    def __init__(self, settings: RateSettings) -> None:
        self._counters = _counters(settings)
        self._address = {kind: _rate(settings, f"{kind}_address") for kind in Kind}
        self._person = {kind: _rate(settings, f"{kind}_caller") for kind in Kind}
        self._scale = settings.scale
        self._client = _rate(settings, "client")
        self._clients: dict[int, Rate] = {}  # by requests a minute; the operator knows few different figures

    async def count_address(self, kind: Kind, address: str) -> "Told":
        """Count a request by where it comes from."""
        return await self._count(self._address[kind], address)

    async def count_caller(self, kind: Kind, caller: Caller) -> "Told":
        """Count it by who asks; a client has the rate that it was registered with."""
        if not caller.is_client:
            rate = self._person[kind]
        elif caller.per_minute is None:
            rate = self._client
        elif caller.per_minute in self._clients:
            rate = self._clients[caller.per_minute]
        else:
            amount = max(1, int(caller.per_minute * self._scale))
            rate = self._clients[caller.per_minute] = _made("client", RateLimitItemPerMinute(amount))
        return await self._count(rate, caller.name)

    async def close(self) -> None:
        """Let go of the counters."""
        await self._counters.close()

    async def _count(self, rate: Rate, name: str) -> "Told":
        counted = await self._counters.count(rate.item, f"{rate.name} {name}")
        headers = rate.headers(remaining=counted.remaining, seconds=counted.seconds)
        if counted.allowed:
            return Told(headers)
        return Told(headers, TooMany(policy=rate.name, retry_after_seconds=max(1, ceil(counted.seconds))))


@dataclass(frozen=True, slots=True)
class Told:
    """What a caller is told of its rate, and the refusal if it was exceeded."""

    headers: Headers
    refusal: TooMany | None = None


def _counters(settings: RateSettings) -> Counters:
    if not settings.store:
        return Memory()
    from gateway.shared_counters import (
        Shared,
    )  # takes a tenth of a second to import; one gateway alone needs none of it

    return Shared.at(settings.store.get_secret_value())


def _rate(settings: RateSettings, field: str) -> Rate:
    said = parse(getattr(settings, field))
    amount = max(1, int(said.amount * settings.scale))
    item = type(said)(amount, said.multiples)
    return _made(field.replace("_", "-"), item)


def _made(name: str, item: RateLimitItem) -> Rate:
    return Rate(name, item, b'"%b";q=%d;w=%d' % (name.encode(), item.amount, item.get_expiry()))
