"""How the gateway reaches the services, over the network or in this process: all that the profiles differ in here."""

from collections.abc import Awaitable, Callable, Mapping

from starlette.types import ASGIApp

from gateway.network import Line


class Upstreams:
    """The services by name, each an ASGI application."""

    def __init__(self, services: Mapping[str, ASGIApp], *, close: Callable[[], Awaitable[None]] | None = None) -> None:
        self.services = services
        self._close = close

    async def close(self) -> None:
        """Let go of every connection."""
        if self._close:
            await self._close()


def over_network(addresses: Mapping[str, str], *, connect_seconds: float = 1.0) -> Upstreams:
    """Each service at its address, such as `http://tasks:8000`; connections are shared and kept."""
    lines = {name: Line(address, connect_seconds=connect_seconds) for name, address in addresses.items()}

    async def close() -> None:
        for line in lines.values():
            await line.close()

    return Upstreams(lines, close=close)


def in_process(services: Mapping[str, ASGIApp]) -> Upstreams:
    """Each service as the application that it is; whoever made them also starts and stops them."""
    return Upstreams(services)
