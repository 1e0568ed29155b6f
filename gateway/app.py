"""The gateway whole, on one page: what it forwards and what it answers itself."""

from collections.abc import Awaitable, Callable

from starlette.types import ASGIApp, Receive, Scope, Send

from chassis.problems import MethodNotTaken, NotFound, Problem
from chassis.settings import DevelopmentSettings
from gateway import health, pages
from gateway.answers import Answer, answer_problem, send_answer
from gateway.compression import Compressed, squeezed
from gateway.forward import Forward
from gateway.guard import Guard
from gateway.headers import name_request
from gateway.limits import Limits
from gateway.open311.app import PREFIX, Open311
from gateway.openapi import Documentation
from gateway.origin import from_inside
from gateway.public.app import PublicPages
from gateway.record import Record
from gateway.routes import PAGES, SCREENS, public_prefix
from gateway.screens.app import Screens
from gateway.settings import FrontSettings, RateSettings
from gateway.upstreams import Upstreams

_FORWARDED = ("/api/", public_prefix(PAGES))
_METRICS = b"text/plain; version=0.0.4; charset=utf-8"


def create_app(
    upstreams: Upstreams,
    *,
    limits: Limits | None = None,
    front: FrontSettings | None = None,
    rates: RateSettings | None = None,
) -> ASGIApp:
    """The gateway as an ASGI application; its lifespan closes what it opened. Settings not given are read."""
    front = front or FrontSettings()
    guard = Guard([*upstreams.services, SCREENS, PAGES], front=front, rates=rates or RateSettings())
    return Compressed(Gateway(upstreams, limits=limits or Limits(), guard=guard, front=front))


class Gateway:
    """Everything under `/api/` and `/public` is forwarded; the other pages can only be read."""

    def __init__(self, upstreams: Upstreams, *, limits: Limits, guard: Guard, front: FrontSettings) -> None:
        services = upstreams.services
        record = Record(guard)
        screens = Screens(services, breakers=guard.breakers, seconds=limits.screen_seconds)
        answering: dict[str, ASGIApp] = {**services, SCREENS: screens}
        public = PublicPages(services, breakers=guard.breakers, seconds=limits.screen_seconds)
        documentation = Documentation(answering, seconds=limits.document_seconds)
        self._upstreams = upstreams
        self._guard = guard
        self._forward = Forward({**answering, PAGES: public}, limits=limits, guard=guard, record=record)
        self._open311 = Open311(
            services,
            limits=limits,
            guard=guard,
            record=record,
            front=front,
            production=not DevelopmentSettings().development,
        )
        self._pages: dict[str, Callable[[], Awaitable[Answer]]] = {
            "/": _still(pages.answer_front),
            "/docs": _still(pages.answer_docs),
            "/docs/start.js": _still(pages.answer_start),
            "/docs/swagger-ui-bundle.js": _still(pages.answer_bundle),
            "/docs/swagger-ui.css": _still(pages.answer_style),
            "/health": _still(health.answer_live),
            "/health/live": _still(health.answer_live),
            "/health/ready": health.Readiness(services, seconds=limits.ready_seconds).answer,
            "/metrics": _still(lambda: Answer(record.expose(), _METRICS)),
            "/openapi.json": lambda: _document(documentation),
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request; a web socket is refused, since no service offers one."""
        if scope["type"] == "http":
            if preflight := self._guard.origins.answer_preflight(scope):
                await send_answer(preflight, name_request(scope["headers"]), send, method="OPTIONS")
            elif scope["path"].startswith(_FORWARDED):
                await self._forward(scope, receive, send)
            elif scope["path"].startswith(PREFIX):
                await self._open311(scope, receive, send)
            else:
                await self._show(scope, send)
        elif scope["type"] == "lifespan":
            await self._live(receive, send)
        else:
            await send({"type": "websocket.close", "code": 1008})

    async def _show(self, scope: Scope, send: Send) -> None:
        names = name_request(scope["headers"])
        method = scope["method"]
        try:
            page = self._pages.get(scope["path"])
            if page is None or (scope["path"] == "/metrics" and not from_inside(scope)):
                raise NotFound
            if method not in {"GET", "HEAD"}:
                raise MethodNotTaken
            answer = squeezed(await page(), scope)
        except Problem as problem:
            answer = answer_problem(problem, names)
        await send_answer(answer, names, send, method=method)

    async def _live(self, receive: Receive, send: Send) -> None:
        while (await receive())["type"] != "lifespan.shutdown":
            await send({"type": "lifespan.startup.complete"})
        await self._upstreams.close()
        await self._guard.rates.close()
        await send({"type": "lifespan.shutdown.complete"})


def _still(answer: Callable[[], Answer]) -> Callable[[], Awaitable[Answer]]:
    async def page() -> Answer:
        return answer()

    return page


async def _document(documentation: Documentation) -> Answer:
    return Answer(await documentation.document())
