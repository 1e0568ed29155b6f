"""A county of the matrix: who asks in each column, what is there, and how a route is called in a column's name."""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from uuid import UUID, uuid4

import httpx
from starlette.types import Message

from contracts.members import AbsenceDeclared
from tests.gateway.authorisation.columns import Row
from tests.mounting import Stand, token

Maker = Callable[[], Awaitable[str]]
NEVER_THERE = {"day": "1999-12-31", "audit_id": str(uuid4())}


@dataclass
class County:
    """A service with life in it: who asks in each column, and how a fresh thing of each kind is made."""

    stand: Stand
    people: dict[str, UUID]
    things: dict[str, str]  # that are there for everybody, such as a post that is held
    makers: dict[str, Maker] = field(default_factory=dict)
    elsewhere: dict[str, str] = field(default_factory=dict)  # things of the right columns, by the part of a path
    absence: AbsenceDeclared | None = None
    _fresh: dict[str, str] = field(default_factory=dict)

    async def thing(self, kind: str) -> str:
        """The id of a thing of a kind that nobody has changed yet."""
        if kind not in self._fresh and kind in self.makers:
            self._fresh[kind] = await self.makers[kind]()
        return self._fresh.get(kind) or (self.things | NEVER_THERE)[kind]

    async def filled(self, said: object) -> object:
        """What a body says, with the things for which its names in braces stand."""
        if isinstance(said, dict):
            return {name: await self.filled(value) for name, value in said.items()}
        if isinstance(said, list):
            return [await self.filled(value) for value in said]
        if isinstance(said, str) and (named := re.fullmatch(r"\{(\w+)\}", said)):
            return await self.thing(named[1])
        return said

    def ids(self) -> list[str]:
        """The kinds of things that stand in an address."""
        return sorted(kind for kind in self.things | self.makers if kind.endswith("_id"))

    def used_up(self) -> None:
        """Something was changed: whatever is asked for next is made anew."""
        self._fresh.clear()

    @asynccontextmanager
    async def acting(self) -> AsyncIterator[None]:
        """While the agent of the village is away, and the stand-in acts for them."""
        if self.absence is None:
            yield
            return
        await self.stand.hear(self.absence.model_copy(update={"ended_at": None}))
        yield
        await self.stand.hear(self.absence)

    async def call(
        self, row: Row, path: str, *, by: str | None, scopes: str = "", body: object = None
    ) -> httpx.Response:
        """Call a row's route in a column's name, without a token for nobody; a client has the scopes that are said."""
        headers = {"idempotency-key": uuid4().hex}
        if by is not None:
            headers["authorization"] = f"Bearer {self._token(by, scopes)}"
        if row.streams:
            return await self._begin(path, headers)
        content = None if row.method == "GET" else json.dumps(body).encode()
        params = {name: str(await self.filled(value)) for name, value in row.query.items()}
        return await self.stand.client.request(
            row.method, path, params=params, headers=headers | {"content-type": "application/json"}, content=content
        )

    async def _begin(self, path: str, headers: dict[str, str]) -> httpx.Response:
        """The head of an answer that has no end: whoever asked leaves once it has come."""
        asked, begun = False, asyncio.Event()
        head: Message = {}

        async def receive() -> Message:
            nonlocal asked
            if asked:
                await begun.wait()
                return {"type": "http.disconnect"}
            asked = True
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: Message) -> None:
            if message["type"] == "http.response.start":
                head.update(message)
            else:
                begun.set()

        scope = {
            "type": "http",
            "http_version": "1.1",
            "method": "GET",
            "scheme": "http",
            "server": ("service", 80),
            "client": ("127.0.0.1", 1),
            "root_path": "",
            "path": path,
            "raw_path": path.encode(),
            "query_string": b"",
            "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        }
        await self.stand.mounted.app(scope, receive, send)
        return httpx.Response(head["status"], headers=head["headers"])

    def _token(self, column: str, scopes: str) -> str:
        person_id = self.people[column]
        if column.startswith("client"):
            return token(person_id, kind="client", sid=str(uuid4()), scope=scopes)
        return token(person_id)
