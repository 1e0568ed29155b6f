"""The screens as one more service behind the gateway: it asks the others at once, and owns nothing."""

import asyncio
from collections.abc import Mapping
from hashlib import sha256
from uuid import UUID

import orjson
from starlette.types import ASGIApp, Receive, Scope, Send

from chassis.problems import MethodNotTaken, NotFound, Problem
from gateway.answers import PROBLEM, Answer, answer_problem, send_answer
from gateway.asking import Services, Told
from gateway.breaker import Breaker
from gateway.headers import Headers, name_request
from gateway.json import Document, Json, is_object
from gateway.screens.agent_day import AGENT_DAY
from gateway.screens.case import CASE
from gateway.screens.document import document_of
from gateway.screens.fitting import fitted
from gateway.screens.home import HOME
from gateway.screens.overview import OVERVIEW
from gateway.screens.screen import Part, Screen

SCREENS = (HOME, AGENT_DAY, CASE, OVERVIEW)

_PASSED_ON = frozenset({b"authorization", b"x-forwarded-for", b"x-request-id", b"traceparent"})
_REFUSED = 400
_NOT_FOR_THEM = frozenset({403, 404})
_OUR_FAULT = 500


class PartRefused(Exception):  # carries the service's own problem to the caller
    """The part without which there is no screen was refused."""

    def __init__(self, told: Told) -> None:
        super().__init__(told.status)
        self.told = told


class Screens:
    """Answers `GET /home`, `/agent-day`, `/cases/{id}` and `/overview`, each composed from several services.

    Every part has the same time. What does not come by then, or from a service that rests, is left out and named
    under `missing` with a sentence for the phone; the rest is shown. At most 20 kB, with an ETag.
    """

    def __init__(self, services: Mapping[str, ASGIApp], *, breakers: Mapping[str, Breaker], seconds: float) -> None:
        """`seconds` is what each part has."""
        self._services = Services(services, breakers, seconds)
        self._document = orjson.dumps(document_of(SCREENS))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request of the gateway's."""
        del receive
        names = name_request(scope["headers"])
        try:
            answer = await self._answer(scope)
        except PartRefused as refused:
            answer = Answer(refused.told.body, PROBLEM, refused.told.status)
        except Problem as problem:
            answer = answer_problem(problem, names)
        await send_answer(answer, names, send, method=scope["method"])

    async def _answer(self, scope: Scope) -> Answer:
        if scope["path"] == "/openapi.json":
            return Answer(self._document)
        screen, about = find(scope["path"])
        if scope["method"] not in {"GET", "HEAD"}:
            raise MethodNotTaken
        said = [header for header in scope["headers"] if header[0] in _PASSED_ON]
        parts = await asyncio.gather(*(self._part(part, about, said) for part in screen.parts))
        body = fitted(screen, dict(zip(screen.parts, parts, strict=True)), about=about)
        tag = b'"%b"' % sha256(body).hexdigest()[:32].encode()
        more = ((b"etag", tag), (b"cache-control", b"private, no-cache"))
        if _held(scope["headers"], tag):
            return Answer(b"", status=304, more=more)
        return Answer(body, more=more)

    async def _part(self, part: Part, about: str, said: Headers) -> Document | Problem | None:
        """A part's answer; none where it is not for the caller, a problem where it did not come."""
        try:
            path, query = (one.replace("{id}", about) for one in (part.path, part.query))
            told = await self._services.ask(part.service, path, query=query, said=said)
            answer: Json = orjson.loads(told.body) if told.status < _REFUSED else None
        except (Problem, orjson.JSONDecodeError) as away:
            return away if isinstance(away, Problem) else Problem()
        if told.status >= _OUR_FAULT:
            return Problem()
        if told.status >= _REFUSED and (part.is_main or told.status not in _NOT_FOR_THEM):
            raise PartRefused(told)
        return answer if is_object(answer) else None


def find(path: str) -> tuple[Screen, str]:
    """The screen of an address, and the id in it. Raises `NotFound`."""
    for screen in SCREENS:
        head, _, tail = screen.path.partition("{id}")
        if not tail and "{id}" in screen.path and path.startswith(head):
            try:
                return screen, str(UUID(path.removeprefix(head)))
            except ValueError:
                break
        if path == screen.path:
            return screen, ""
    raise NotFound


def _held(headers: Headers, tag: bytes) -> bool:
    """Whether the caller holds this very answer; a tag that was weakened on the way counts (RFC 9110, 13.1.2)."""
    asked = b",".join(value for name, value in headers if name == b"if-none-match")
    return any(one.strip().removeprefix(b"W/") in (tag, b"*") for one in asked.split(b","))
