"""What stands before the services: who asks from where and how often, how much is in hand, and which service rests."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from starlette.types import Scope

from gateway.breaker import Breaker
from gateway.callers import Caller
from gateway.cors import Origins
from gateway.exchange import Exchange
from gateway.origin import Origin, Proxies
from gateway.rates import Kind, Rates, Told
from gateway.room import Room
from gateway.settings import FrontSettings, RateSettings


@dataclass(slots=True)
class Passage:
    """One request on its way through a service, and whether the service failed it; unknown until said."""

    failed: bool | None = None


class Guard:
    """Refuses early and cheaply, so that a flood from some does not reach those whom it should serve."""

    def __init__(self, services: Iterable[str], *, front: FrontSettings, rates: RateSettings) -> None:
        self._proxies = Proxies(front.trusted_proxies)
        self._secure = (
            (b"strict-transport-security", b"max-age=%d" % front.hsts_seconds) if front.hsts_seconds else None
        )
        self.origins = Origins(front.origins)
        self.rates = Rates(rates)
        self.room = Room(most=front.most_at_once, most_each=front.most_at_once_each, most_streams=front.most_streams)
        self.breakers = {service: Breaker() for service in services}

    def origin(self, scope: Scope, exchange: Exchange) -> Origin:
        """Where a request comes from; its answer says what a browser from there has to know."""
        origin = self._proxies.origin(scope)
        if self._secure and origin.scheme == "https":
            exchange.more.append(self._secure)
        exchange.more += self.origins.headers(scope)
        return origin

    async def count_address(self, kind: Kind, origin: Origin, exchange: Exchange) -> None:
        """Count a request by its address. Raises `TooMany`."""
        self._tell(await self.rates.count_address(kind, origin.counted_as), exchange)

    async def count_caller(self, kind: Kind, caller: Caller, exchange: Exchange) -> None:
        """Count it by the person or client, whose own rate is then the one to be told. Raises `TooMany`."""
        self._tell(await self.rates.count_caller(kind, caller), exchange)

    def _tell(self, told: Told, exchange: Exchange) -> None:
        exchange.rate = told.headers
        if told.refusal:
            raise told.refusal

    @contextmanager
    def let_in(self, service: str, exchange: Exchange) -> Iterator[Passage]:
        """A place among the requests in hand, and a way past the breaker. Raises `Busy` or `Resting`."""
        passage = Passage()
        breaker = self.breakers[service]
        exchange.place = self.room.enter(service)
        try:
            probe = breaker.enter()
            try:
                yield passage
            finally:
                breaker.leave(probe=probe, failed=passage.failed)
        finally:
            exchange.place.leave()
