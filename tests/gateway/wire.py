"""A client that writes what it likes: for requests that no decent library would send."""

import asyncio
import json
from types import TracebackType
from typing import Any, Self


class Reply:
    """An answer as it came over the wire."""

    def __init__(self, head: bytes, body: bytes) -> None:
        lines = head.decode("latin-1").split("\r\n")
        self.status = int(lines[0].split(" ")[1])
        self.headers = [tuple(line.lower().split(": ", 1)) for line in lines[1:] if line]
        self.body = body

    def json(self) -> Any:
        """Its body."""
        return json.loads(self.body)


class Wire:
    """One connection."""

    def __init__(self, port: int) -> None:
        self._port = port

    async def __aenter__(self) -> Self:
        self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self._port)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.writer.close()

    async def say(self, *pieces: bytes) -> None:
        """Write these bytes."""
        for piece in pieces:
            self.writer.write(piece)
            await self.writer.drain()

    async def hear(self, *, seconds: float = 30.0) -> Reply:
        """Read one whole answer that says its length."""
        async with asyncio.timeout(seconds):
            head = await self.reader.readuntil(b"\r\n\r\n")
            reply = Reply(head.removesuffix(b"\r\n\r\n"), b"")
            length = next((int(value) for name, value in reply.headers if name == "content-length"), 0)
            reply.body = await self.reader.readexactly(length)
        return reply

    async def hear_the_end(self, *, seconds: float = 30.0) -> bytes:
        """Read until the other side closes."""
        async with asyncio.timeout(seconds):
            return await self.reader.read()


def post(path: str, *headers: str, body: bytes = b"") -> bytes:
    """A POST with exactly these headers besides Host."""
    return f"POST {path} HTTP/1.1\r\n".encode() + "\r\n".join(["Host: door", *headers, "", ""]).encode() + body
