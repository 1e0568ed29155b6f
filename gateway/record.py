"""What the gateway remembers of a request: one line of log and three figures, never an address or a query."""

import structlog
from prometheus_client import CollectorRegistry, Gauge, Histogram, generate_latest

from gateway.guard import Guard

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_BUCKETS = (0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)


class Record:
    """Rate, errors and duration by service, method and class of answer, and the log of requests."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard
        self._registry = CollectorRegistry()
        self._seconds = Histogram(
            "lianxin_gateway_request_seconds",
            "Requests through the gateway, from the first byte in to the last byte out.",
            ("service", "method", "answer"),
            buckets=_BUCKETS,
            registry=self._registry,
        )
        self._breakers = Gauge(
            "lianxin_gateway_breaker",
            "What a service's breaker lets through: 0 all, 1 a few probes, 2 none.",
            ("service",),
            registry=self._registry,
        )
        self._in_hand = Gauge(
            "lianxin_gateway_in_hand", "Requests being worked on at this moment.", ("service",), registry=self._registry
        )
        self._streams = Gauge("lianxin_gateway_streams", "Streams of events that are open.", registry=self._registry)
        self._cells: dict[tuple[str, str, int], Histogram] = {}
        self._log = structlog.get_logger("gateway").bind()

    def add(
        self,
        *,
        method: str,
        route: str,
        service: str,
        status: int,
        seconds: float,
        request_id: str,
        bytes_in: int,
        bytes_out: int,
        ended: str,
    ) -> None:
        """Remember one request. `route` is a prefix of the table; `ended` is `whole`, `left` or a problem's code."""
        self.count(method=method, service=service, status=status, seconds=seconds)
        self._log.info(
            "request",
            method=method,
            route=route,
            service=service,
            status=status,
            ms=round(seconds * 1000, 1),
            request_id=request_id,
            bytes_in=bytes_in,
            bytes_out=bytes_out,
            ended=ended,
        )

    def count(self, *, method: str, service: str, status: int, seconds: float) -> None:
        """Count one request among the figures, and write no line of it: for what nobody may be connected with."""
        self._cell(service, method, status).observe(seconds)

    def expose(self) -> bytes:
        """The figures as Prometheus reads them."""
        for service, breaker in self._guard.breakers.items():
            self._breakers.labels(service).set(breaker.state)
            self._in_hand.labels(service).set(self._guard.room.in_hand[service])
        self._streams.set(self._guard.room.streams)
        return generate_latest(self._registry)

    def _cell(self, service: str, method: str, status: int) -> Histogram:
        key = (service, method, status // 100)
        if key not in self._cells:
            known = method if method in _METHODS else "other"
            self._cells[key] = self._seconds.labels(service, known, f"{status // 100}xx")
        return self._cells[key]
