"""The least that forwards: raw ASGI and aiohttp's client, with nothing checked, counted or written down."""

import os

import aiohttp
from starlette.types import Receive, Scope, Send

UPSTREAM = os.environ["LIMIT_UPSTREAM"]
_client: aiohttp.ClientSession | None = None


async def forward(scope: Scope, receive: Receive, send: Send) -> None:
    """One request to the upstream and its answer back."""
    global _client  # noqa: PLW0603  # the least there is: one client for the process
    if scope["type"] != "http":
        return
    if _client is None:
        _client = aiohttp.ClientSession(auto_decompress=False, cookie_jar=aiohttp.DummyCookieJar())
    body = (await receive())["body"]
    headers = {name.decode(): value.decode() for name, value in scope["headers"] if name != b"host"}
    async with _client.request(
        scope["method"], UPSTREAM + scope["path"], data=body or None, headers=headers, allow_redirects=False
    ) as answer:
        whole = await answer.read()
        passed = [(name, value) for name, value in answer.raw_headers if name.lower() in {b"content-type", b"etag"}]
        passed.append((b"content-length", b"%d" % len(whole)))
        await send({"type": "http.response.start", "status": answer.status, "headers": passed})
    await send({"type": "http.response.body", "body": whole})
