"""Carry one request to one service and its answer back: the hot path of everything."""

import asyncio
import time
from collections.abc import Mapping

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chassis.problems import Problem, TimedOut, TooLarge, Unauthenticated
from gateway.answers import answer_problem
from gateway.digests import ProvenBody
from gateway.door import Admitted, Door
from gateway.headers import Headers, Names, hand_back, name_request, pass_on
from gateway.limits import Limits
from gateway.record import Record
from gateway.routes import Route, find, public_prefix

LEFT = 499  # what the log says of a caller that did not wait; nobody is sent it


class Forward:
    """Finds the service, checks how the request is framed, and keeps sizes and deadlines while it passes.

    An upstream is an ASGI application, of this process or of another (`gateway.upstreams`).
    """

    def __init__(self, upstreams: Mapping[str, ASGIApp], *, limits: Limits, record: Record) -> None:
        self._upstreams = upstreams
        self._limits = limits
        self._record = record
        self._door = Door(upstreams, seconds=limits.door_seconds)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, with a problem where the service cannot."""
        began = time.perf_counter()
        exchange = Exchange(receive, send, names=name_request(scope["headers"]))
        try:
            await self._carry(scope, exchange)
        except Problem as problem:
            await exchange.refuse(problem, method=scope["method"], linger_seconds=self._limits.linger_seconds)
        finally:
            self._record.add(
                method=scope["method"],
                route=exchange.route.prefix if exchange.route else "",
                service=exchange.route.service if exchange.route else "gateway",
                status=exchange.status,
                seconds=time.perf_counter() - began,
                request_id=exchange.names.request_id.decode(),
                bytes_in=exchange.bytes_in,
                bytes_out=exchange.bytes_out,
                ended=exchange.ended,
            )

    async def _carry(self, scope: Scope, exchange: "Exchange") -> None:
        limits = self._limits
        began = asyncio.get_running_loop().time()
        passing = pass_on(scope["headers"])
        exchange.awaits_body = passing.has_body
        exchange.route, path, raw_path = find(scope)
        exchange.body_limit = limits.upload_bytes if exchange.route.uploads else limits.body_bytes
        if passing.length is not None and passing.length > exchange.body_limit:
            raise TooLarge(limit_bytes=exchange.body_limit)
        admitted = await self._door.admit(scope, passing)
        exchange.prove_body(admitted)
        total = limits.upload_seconds if exchange.route.uploads else limits.total_seconds
        exchange.first_byte_seconds = limits.first_byte_seconds
        exchange.ends_at = began + total
        service = exchange.route.service
        onward = {
            **scope,
            "path": path,
            "raw_path": raw_path,
            "root_path": "",
            "state": {},
            "headers": [
                (b"host", service.encode()),
                *admitted.headers,
                *exchange.names.headers(),
                *_whence(scope, host=passing.host),
                (b"x-deadline-ms", b"%d" % (total * 1000)),
            ],
        }
        wait = total if exchange.awaits_body else min(total, limits.first_byte_seconds)
        try:
            async with asyncio.timeout_at(began + wait) as exchange.deadline:
                await self._upstreams[service](onward, exchange.receive, exchange.send)
        except TimeoutError:
            if not exchange.deadline.expired():
                raise
            raise TimedOut from None
        if exchange.refusal:
            raise exchange.refusal
        if exchange.status == Unauthenticated.status:
            self._door.forget(admitted)


class Exchange:
    """One request and its answer under way: what has passed so far, and when it has to end."""

    deadline: asyncio.Timeout

    def __init__(self, receive: Receive, send: Send, *, names: Names) -> None:
        self._receive = receive
        self._send = send
        self._proven: ProvenBody | None = None
        self.names = names
        self.route: Route | None = None
        self.awaits_body = True  # until the headers were understood
        self.body_limit = 0
        self.first_byte_seconds = 0.0
        self.ends_at = 0.0
        self.refusal: Problem | None = None
        self.started = False
        self.status = LEFT
        self.ended = "left"
        self.bytes_in = 0
        self.bytes_out = 0

    def prove_body(self, admitted: Admitted) -> None:
        """The body has to amount to the digest that was signed, if one was."""
        if admitted.digest:
            self._proven = ProvenBody(self._receive, admitted.digest)

    async def receive(self) -> Message:
        """The service reads on.

        Raises `TooLarge` as soon as more has come than the route takes, `DigestWrong` at the end of a body that is not
        the one that was signed.
        """
        try:
            message = await (self._proven or self._receive)()
        except Problem as refusal:
            self.refusal, self.awaits_body = refusal, False
            raise
        if message["type"] != "http.request":
            return message
        self.bytes_in += len(message.get("body", b""))
        if self.bytes_in > self.body_limit:
            # A framework may turn what is raised here into an answer of its own; ours is the one that counts.
            self.refusal = TooLarge(limit_bytes=self.body_limit)
            raise self.refusal
        if self.awaits_body and not message.get("more_body", False):
            self.awaits_body = False
            if not self.started:
                now = asyncio.get_running_loop().time()
                self.deadline.reschedule(min(now + self.first_byte_seconds, self.ends_at))
        return message

    async def send(self, message: Message) -> None:
        """The service answers."""
        if self.refusal:
            return
        if message["type"] == "http.response.start":
            message["headers"] = self._begin(message["status"], message.get("headers", []))
        else:
            self.bytes_out += len(message.get("body", b""))
            if not message.get("more_body", False):
                self.ended = "whole"
        await self._send(message)

    def _begin(self, status: int, headers: Headers) -> Headers:
        assert self.route
        self.started = True
        self.status = status
        endless = any(name == b"content-type" and value.startswith(b"text/event-stream") for name, value in headers)
        self.deadline.reschedule(None if endless else self.ends_at)
        return hand_back(
            headers,
            names=self.names,
            prefix=public_prefix(self.route.service),
            authority=self.route.service.encode(),
        )

    async def refuse(self, problem: Problem, *, method: str, linger_seconds: float) -> None:
        """Answer with a problem, or break the answer off where it has begun.

        A caller that is still sending may miss an answer if the connection closes under it: what it sends is thrown
        away for a moment, then the connection closes.
        """
        problem = self.refusal or problem
        self.ended = problem.code()
        if self.started:
            return  # the server sees an answer without an end and closes the connection: nobody takes it for whole
        answer = answer_problem(problem, self.names)
        self.status = answer.status
        headers = answer.headers(self.names)
        if self.awaits_body:
            headers.append((b"connection", b"close"))
        body = b"" if method == "HEAD" else answer.body
        await self._send({"type": "http.response.start", "status": answer.status, "headers": headers})
        await self._send({"type": "http.response.body", "body": body, "more_body": self.awaits_body})
        self.bytes_out = len(body)
        if self.awaits_body:
            await self._throw_away(linger_seconds)
            await self._send({"type": "http.response.body", "body": b""})

    async def _throw_away(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                while (await self._receive()).get("more_body", False):
                    pass
        except TimeoutError:
            pass


def _whence(scope: Scope, *, host: bytes) -> Headers:
    """Where the request came from, said by us."""
    client = scope.get("client")
    return [
        (b"x-forwarded-for", client[0].encode() if client else b"unknown"),
        (b"x-forwarded-proto", scope["scheme"].encode()),
        (b"x-forwarded-host", host),
    ]
