"""Serving an application over HTTP until somebody says stop, and then ending in good order."""

import asyncio
import gc
import signal
import threading
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager
from socket import socket

import uvicorn
from starlette.types import ASGIApp

from profiles.connections import ConnectionLimits, guarded, sweep


def collect_as_a_server() -> None:
    """What was loaded stays: the collector need not walk it again and again. New things are many and short-lived."""
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)
    gc.enable()


class _Server(uvicorn.Server):
    """Says when it takes connections, and on which port."""

    def __init__(
        self, config: uvicorn.Config, started: Callable[[int], None], ending: Iterable[asyncio.Event] = ()
    ) -> None:
        super().__init__(config)
        self._tell = started
        self._ending = tuple(ending)

    async def startup(self, sockets: list[socket] | None = None) -> None:
        await super().startup(sockets)
        collect_as_a_server()
        self._tell(self.servers[0].sockets[0].getsockname()[1])

    async def on_tick(self, counter: int) -> bool:
        """Ten times a second; once in a second every connection is looked at."""
        if counter % 10 == 0:
            sweep(self.server_state.connections, asyncio.get_running_loop().time())
        return await super().on_tick(counter)

    async def shutdown(self, sockets: list[socket] | None = None) -> None:
        """Have the answers that go on and on end by themselves, before waiting for those that have begun."""
        for ending in self._ending:
            ending.set()
        await super().shutdown(sockets)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Stop at a signal, and leave it at that: uvicorn raises it again, which would end us before our services."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = {sign: signal.signal(sign, self.handle_exit) for sign in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for sign, handler in before.items():
                signal.signal(sign, handler)


async def serve(
    app: ASGIApp,
    *,
    host: str,
    port: int,
    started: Callable[[int], None],
    ending: Iterable[asyncio.Event] = (),
    limits: ConnectionLimits | None = None,
) -> None:
    """Serve until SIGINT or SIGTERM; requests that have begun are answered first. Port 0 takes a free one.

    `started` is told the port once connections are taken; `ending` are set as soon as the end begins.
    """
    await _Server(_config(app, host=host, port=port, limits=limits), started, ending).serve()


@asynccontextmanager
async def serving(app: ASGIApp, *, host: str, port: int) -> AsyncIterator[tuple[int, "asyncio.Task[None]"]]:
    """Serve for the length of a block; gives the port, and the task that ends at SIGINT or SIGTERM."""
    taking = asyncio.get_running_loop().create_future()
    server = _Server(_config(app, host=host, port=port), taking.set_result)
    task = asyncio.create_task(server.serve())
    try:
        yield await taking, task
    finally:
        server.should_exit = True
        await task


def _config(app: ASGIApp, *, host: str, port: int, limits: ConnectionLimits | None = None) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        host=host,
        port=port,
        loop="none",  # the caller's loop runs already
        http=guarded(limits or ConnectionLimits()),
        ws="none",  # nothing here speaks it
        access_log=False,
        log_config=None,
        server_header=False,
        proxy_headers=False,  # whoever calls from loopback could otherwise say that they are somebody else
        timeout_graceful_shutdown=20,
    )
