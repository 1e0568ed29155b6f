"""A stand-in on a port of its own, for clients that are not asynchronous and for programs of their own."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from starlette.types import ASGIApp

from profiles.serving import serving


@contextmanager
def served(app: ASGIApp) -> Iterator[str]:
    """Serve in a thread for the length of a block; gives the `http://…`."""
    stop, started, ports = threading.Event(), threading.Event(), list[int]()

    async def main() -> None:
        async with serving(app, host="127.0.0.1", port=0) as (port, _):
            ports.append(port)
            started.set()
            await asyncio.to_thread(stop.wait)

    thread = threading.Thread(target=asyncio.run, args=(main(),), name="stand-in", daemon=True)
    thread.start()
    try:
        assert started.wait(60), "the stand-in did not start"
        yield f"http://127.0.0.1:{ports[0]}"
    finally:
        stop.set()
        thread.join(60)
