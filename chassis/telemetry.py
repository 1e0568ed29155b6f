"""What a service tells its operators: JSON log lines, and figures for Prometheus."""

import logging
import sys
import time
from dataclasses import dataclass

import orjson
import structlog
from prometheus_client import CollectorRegistry, Gauge, Histogram, generate_latest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)


def log_as_json(*, level: str = "INFO") -> None:
    """Write every log line as one JSON object to standard error. Nothing logs a body, a query or a path with ids."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(serializer=orjson.dumps),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(getattr(logging, level)),
        logger_factory=structlog.BytesLoggerFactory(file=sys.stderr.buffer),
        cache_logger_on_first_use=True,
    )


@dataclass(frozen=True, slots=True)
class Backlog:
    """What a service has still to do; all noughts when nothing moves."""

    outbox: int
    lag: int
    waiting: int
    parked: int
    overdue: int

    @property
    def still(self) -> bool:
        """Whether nothing is on its way. What is parked moves only by an operator's hand."""
        return not (self.outbox or self.lag or self.waiting or self.overdue)


class Figures:
    """One service's figures: rate, errors and duration of requests, and its backlog."""

    def __init__(self, service: str) -> None:
        self._service = service
        self._registry = CollectorRegistry()
        self.seconds = Histogram(
            "lianxin_request_seconds",
            "Requests, from the headers in to the last byte out.",
            ("service", "action", "code"),
            buckets=BUCKETS,
            registry=self._registry,
        )
        self._backlog = Gauge(
            "lianxin_backlog", "Facts and timers still to be dealt with.", ("service", "kind"), registry=self._registry
        )

    def expose(self, backlog: Backlog) -> bytes:
        """Everything as Prometheus reads it."""
        for kind in ("outbox", "lag", "waiting", "parked", "overdue"):
            self._backlog.labels(self._service, kind).set(getattr(backlog, kind))
        return generate_latest(self._registry)


class Measured:
    """Wraps a service's application: one figure and one log line a request, by the route's name, never by its path.

    Of a route that is marked `unlinkable` (`chassis.http`) there is the figure alone.
    """

    def __init__(self, app: ASGIApp, figures: Figures, service: str) -> None:
        self._app = app
        self._figures = figures
        self._service = service
        self._log = structlog.get_logger(service)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and note how it ended."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        code, answered = 500, False

        async def noting(message: Message) -> None:
            nonlocal code, answered
            if message["type"] == "http.response.start":
                code, answered = message["status"], True
            await send(message)

        started = time.perf_counter()
        try:
            await self._app(scope, receive, noting)
        except Exception:  # answered and logged by its kind; the server would print its values too
            if not answered:
                raise
        finally:
            seconds = time.perf_counter() - started
            route = scope.get("route")
            action = route.name if route is not None else "-"
            self._figures.seconds.labels(self._service, action, code).observe(seconds)
            if not getattr(getattr(route, "endpoint", None), "unlinkable", False):
                headers = dict(scope["headers"])
                self._log.info(
                    "request",
                    action=action,
                    code=code,
                    ms=round(seconds * 1000, 2),
                    request_id=headers.get(b"x-request-id", b"-").decode("latin-1"),
                    trace=headers.get(b"traceparent", b"-").decode("latin-1"),
                )
