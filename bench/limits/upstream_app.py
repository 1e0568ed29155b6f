"""The service behind every door that is measured: a small answer to anything, and the public keys of the tokens."""

import os
from pathlib import Path

from starlette.types import Receive, Scope, Send

KEYS = Path(os.environ["LIMIT_KEYS"]).read_bytes()
ITEM = b'{"id":"019aab3e-7b5e-7000-8000-%012d","kind":"help","stage":"promised","division_code":"430702100201"}'
PAGE = b'{"items":[' + b",".join(ITEM % number for number in range(8)) + b'],"next":null}'  # 0.8 KB
DONE = b'{"id":"019aab3e-7b5e-7000-8000-000000000001","stage":"submitted"}'


async def answer(scope: Scope, receive: Receive, send: Send) -> None:
    """A page for a GET, a receipt for a POST."""
    if scope["type"] != "http":
        return
    more = True
    while more:
        more = (await receive()).get("more_body", False)
    body, code = (PAGE, 200) if scope["method"] == "GET" else (DONE, 201)
    if scope["path"] == "/jwks":
        body = KEYS
    headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": code, "headers": headers})
    await send({"type": "http.response.body", "body": body})
