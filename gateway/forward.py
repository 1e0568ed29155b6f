"""Carry one request to one service and its answer back: the hot path of everything."""

import asyncio
import time
from collections.abc import Mapping

from starlette.types import ASGIApp, Receive, Scope, Send

from chassis.problems import Problem, TimedOut, TooLarge, Unauthenticated, Unavailable
from gateway.callers import Callers
from gateway.door import Door
from gateway.exchange import Exchange
from gateway.guard import Guard
from gateway.headers import Headers, name_request, pass_on, without_caller
from gateway.limits import Limits
from gateway.origin import Origin
from gateway.record import Record
from gateway.refusals import AnswerLost, TooSlow
from gateway.room import Busy
from gateway.routes import find


class Forward:
    """Finds the service, lets in whom the guard and the door let in, and keeps sizes and deadlines while it passes.

    An upstream is an ASGI application, of this process or of another (`gateway.upstreams`).
    """

    def __init__(self, services: Mapping[str, ASGIApp], *, limits: Limits, guard: Guard, record: Record) -> None:
        self._upstreams = services
        self._limits = limits
        self._guard = guard
        self._record = record
        self._door = Door(self._upstreams, seconds=limits.door_seconds)
        self._callers = Callers(self._upstreams.get("members"), seconds=limits.ready_seconds)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, with a problem where the service cannot."""
        began = time.perf_counter()
        exchange = Exchange(receive, send, names=name_request(scope["headers"]), limits=self._limits)
        try:
            await self._carry(scope, exchange)
        except Problem as problem:
            await exchange.refuse(problem, method=scope["method"])
        finally:
            self._remember(scope, exchange, seconds=time.perf_counter() - began)

    def _remember(self, scope: Scope, exchange: Exchange, *, seconds: float) -> None:
        if exchange.route and exchange.route.unlinkable:
            self._record.count(
                method=scope["method"], service=exchange.route.service, status=exchange.status, seconds=seconds
            )
        else:
            self._record.add(
                method=scope["method"],
                route=exchange.route.prefix if exchange.route else "",
                service=exchange.route.service if exchange.route else "gateway",
                status=exchange.status,
                seconds=seconds,
                request_id=exchange.names.request_id.decode(),
                bytes_in=exchange.bytes_in,
                bytes_out=exchange.bytes_out,
                ended=exchange.ended,
            )

    async def _carry(self, scope: Scope, exchange: Exchange) -> None:
        limits = self._limits
        origin = self._guard.origin(scope, exchange)
        passing = pass_on(scope["headers"])
        exchange.awaits_body = passing.has_body
        exchange.route, path, raw_path = find(scope)
        kind = exchange.route.kind_of(scope["method"])
        names_caller = not exchange.route.unlinkable
        if names_caller:
            await self._guard.count_address(kind, origin, exchange)
        else:
            passing, exchange.names = without_caller(passing), name_request(())
        exchange.body_limit = limits.upload_bytes if exchange.route.uploads else limits.body_bytes
        if passing.length is not None and passing.length > exchange.body_limit:
            raise TooLarge(limit_bytes=exchange.body_limit)
        total = limits.upload_seconds if exchange.route.uploads else limits.total_seconds
        exchange.ends_at = asyncio.get_running_loop().time() + total
        admitted = await self._door.admit(scope, passing)
        exchange.prove_body(admitted)
        if caller := await self._callers.name(admitted.headers):
            await self._guard.count_caller(kind, caller, exchange)
        left = exchange.ends_at - asyncio.get_running_loop().time()
        onward = {
            **scope,
            "path": path,
            "raw_path": raw_path,
            "root_path": "",
            "client": scope.get("client") if names_caller else None,
            "state": {},
            "headers": [
                (b"host", exchange.route.service.encode()),
                *admitted.headers,
                *(exchange.names.headers() if names_caller else ()),
                *(_whence(origin, host=passing.host) if names_caller else ()),
                (b"x-deadline-ms", b"%d" % (left * 1000)),
            ],
        }
        await self._ask(onward, exchange, service=exchange.route.service)
        if exchange.status == Unauthenticated.status:
            self._door.forget(admitted)

    async def _ask(self, onward: Scope, exchange: Exchange, *, service: str) -> None:
        """Have the service answer in time, if there is room for one more and it is not resting."""
        with self._guard.let_in(service, exchange) as passage:
            try:
                async with asyncio.timeout_at(exchange.patience()) as exchange.deadline:
                    await self._upstreams[service](onward, exchange.receive, exchange.send)
            except TimeoutError:
                if not exchange.deadline.expired():
                    raise
                if exchange.awaits_caller:
                    raise TooSlow from None
                passage.failed = True
                raise TimedOut from None
            except Busy:
                raise  # too many streams here, which is no fault of the service
            except (Unavailable, AnswerLost):
                passage.failed = True
                raise
            passage.failed = False
            if exchange.refusal:
                raise exchange.refusal


def _whence(origin: Origin, *, host: bytes) -> Headers:
    """Where the request came from, said by us."""
    return [
        (b"x-forwarded-for", origin.address.encode()),
        (b"x-forwarded-proto", origin.scheme.encode()),
        (b"x-forwarded-host", host),
    ]
