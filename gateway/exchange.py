"""One request and its answer under way: what has passed so far, and when it has to end."""

import asyncio

from starlette.types import Message, Receive, Send

from chassis.problems import Problem, TooLarge
from gateway.answers import Answer, answer_problem
from gateway.digests import ProvenBody
from gateway.door import Admitted
from gateway.headers import Headers, Names, hand_back
from gateway.limits import Limits
from gateway.room import Place
from gateway.routes import Route, public_prefix

LEFT = 499  # what the log says of a caller that did not wait; nobody is sent it


class Exchange:
    """The messages of one request, in both ways."""

    deadline: asyncio.Timeout

    def __init__(self, receive: Receive, send: Send, *, names: Names, limits: Limits) -> None:
        self._receive = receive
        self._send = send
        self._limits = limits
        self._proven: ProvenBody | None = None
        self.names = names
        self.more: Headers = []  # what the answer says besides, whoever gives it
        self.rate: Headers = []  # and of the rate that was counted last
        self.route: Route | None = None
        self.place: Place | None = None
        self.awaits_caller = False  # a piece of the body is waited for at this moment
        self.awaits_body = True  # until the headers were understood
        self.body_limit = 0
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
        self.awaits_caller = self.awaits_body
        try:
            message = await (self._proven or self._receive)()
        except Problem as refusal:
            self.refusal, self.awaits_body = refusal, False
            raise
        self.awaits_caller = False  # and not if the wait was cut short
        if message["type"] != "http.request":
            return message
        self.bytes_in += len(message.get("body", b""))
        if self.bytes_in > self.body_limit:
            # A framework may turn what is raised here into an answer of its own; ours is the one that counts.
            self.refusal = TooLarge(limit_bytes=self.body_limit)
            raise self.refusal
        if self.awaits_body:
            self.awaits_body = message.get("more_body", False)
            if not self.started:
                self.deadline.reschedule(self.patience())
        return message

    def patience(self) -> float:
        """Until when the next thing has to happen, on the loop's clock: more of the body, or an answer to the whole."""
        limits = self._limits
        seconds = limits.body_idle_seconds if self.awaits_body else limits.first_byte_seconds
        return min(asyncio.get_running_loop().time() + seconds, self.ends_at)

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
        endless = any(name == b"content-type" and value.startswith(b"text/event-stream") for name, value in headers)
        if endless and self.place:
            self.place.stream()
        self.started = True
        self.status = status
        self.deadline.reschedule(None if endless else self.ends_at)
        back = hand_back(
            headers,
            names=self.names,
            prefix=public_prefix(self.route.service),
            authority=self.route.service.encode(),
        )
        return back + self.more + self.rate

    async def give(self, answer: Answer, *, method: str) -> None:
        """Answer whole, by what the gateway itself has to say."""
        self.started, self.status, self.ended = True, answer.status, "whole"
        headers = answer.headers(self.names) + self.more + self.rate
        body = b"" if method == "HEAD" else answer.body
        self.bytes_out = len(body)
        await self._send({"type": "http.response.start", "status": answer.status, "headers": headers})
        await self._send({"type": "http.response.body", "body": body})

    async def refuse(self, problem: Problem, *, method: str, told: Answer | None = None) -> None:
        """Answer with a problem, in a form of its own if one is told, or break the answer off where it has begun.

        A caller that is still sending may miss an answer if the connection closes under it: what it sends is thrown
        away for a moment, then the connection closes.
        """
        problem = self.refusal or problem
        self.ended = problem.code()
        if self.started:
            return  # the server sees an answer without an end and closes the connection: nobody takes it for whole
        answer = told or answer_problem(problem, self.names)
        self.status = answer.status
        headers = answer.headers(self.names) + self.more + self.rate
        if self.awaits_body:
            headers.append((b"connection", b"close"))
        body = b"" if method == "HEAD" else answer.body
        await self._send({"type": "http.response.start", "status": answer.status, "headers": headers})
        await self._send({"type": "http.response.body", "body": body, "more_body": self.awaits_body})
        self.bytes_out = len(body)
        if self.awaits_body:
            await self._throw_away(self._limits.linger_seconds)
            await self._send({"type": "http.response.body", "body": b""})

    async def _throw_away(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                while (await self._receive()).get("more_body", False):
                    pass
        except TimeoutError:
            pass
