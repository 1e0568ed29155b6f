"""A platform of a province, by the protocol of docs/subsystems/national-ratings.md, that trusts nobody."""

import hashlib
import hmac
import json
import re
import time
from dataclasses import dataclass, field
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

KEY, SECRET = "county-1", "7" * 32
WINDOW = 300  # seconds
REQUIRED = {"projNo", "serviceCode", "serviceName", "regionCode", "transactionTime", "satisfaction", "evaluateChannel"}
INSTANT = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d")


@dataclass
class Province:
    """What the platform holds, what it was asked, and what is to go wrong next."""

    services: set[str] = field(default_factory=lambda: {"430702-ID-01"})
    held: dict[str, tuple[int, str]] = field(default_factory=dict)  # by id: version, and digest of the fields
    fields: dict[str, dict[str, str]] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)  # address, headers, body
    troubles: list[str] = field(default_factory=list)

    def app(self) -> Starlette:
        """The platform over HTTP."""
        return Starlette(routes=[Route("/evaluations", self._take, methods=["POST"])])

    async def _take(self, request: Request) -> Response:
        body = await request.body()
        self.asked.append((str(request.url), dict(request.headers), body))
        trouble = self.troubles.pop(0) if self.troubles else None
        if trouble in {"down", "garbled", "silence"}:
            return await self._fail(trouble, request)
        said, at = request.headers, request.headers.get("x-ratings-time", "")
        signed = hmac.new(SECRET.encode(), at.encode() + b"\n" + body, hashlib.sha256).hexdigest()
        if said.get("x-ratings-key") != KEY or not hmac.compare_digest(signed, said.get("x-ratings-signature", "")):
            return JSONResponse({"refusal": "bad-signature"}, 401)
        if abs(time.time() - int(at)) > WINDOW:
            return JSONResponse({"refusal": "clock-wrong"}, 401)
        results = [self._one(one) for one in json.loads(body)["evaluations"]]
        if trouble == "lost":  # all was taken, and nobody hears of it
            return PlainTextResponse("Bad Gateway", 502)
        if trouble == "half":
            results = results[:1]
        return JSONResponse({"results": results})

    async def _fail(self, trouble: str, request: Request) -> Response:
        if trouble == "silence":
            await request.receive()  # nothing more comes but the news that the caller has left
        return PlainTextResponse("<html>维护中</html>", 502 if trouble == "down" else 200)

    def _one(self, said: dict[str, Any]) -> dict[str, object]:
        found, fields = str(said["id"]), said["fields"]
        digest = hashlib.sha256(json.dumps(fields, sort_keys=True).encode()).hexdigest()
        refusal = None
        if not {name for name, value in fields.items() if value} >= REQUIRED:
            refusal = "field-missing"
        elif not (INSTANT.fullmatch(fields["transactionTime"]) and fields["satisfaction"] in "12345"):
            refusal = "field-wrong"
        elif fields["serviceCode"] not in self.services:
            refusal = "unknown-service"
        elif self.held.get(found, (said["version"], digest)) != (said["version"], digest):
            refusal = "altered"
        if refusal:
            return {"id": found, "refusal": refusal}
        self.held[found] = (said["version"], digest)
        self.fields[found] = fields
        return {"id": found, "taken": True, "receipt": f"R-{found[:8]}"}
