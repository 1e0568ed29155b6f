"""The façade whole: which address is which call, and how each is answered."""

import asyncio
import re
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from hashlib import sha256
from urllib.parse import urlencode

from starlette.types import ASGIApp, Receive, Scope, Send

from chassis.problems import MethodNotTaken, Problem, TooLarge
from gateway.answers import Answer
from gateway.exchange import Exchange
from gateway.guard import Guard
from gateway.headers import name_request, pass_on
from gateway.limits import Limits
from gateway.open311 import answers
from gateway.open311.arguments import of_form, of_query
from gateway.open311.asked import Asked
from gateway.open311.inside import Inside
from gateway.open311.refusals import FormUnreadable, NothingHere, Refused, told_by
from gateway.open311.shapes import Tree, write
from gateway.rates import Kind
from gateway.record import Record
from gateway.refusals import TooSlow
from gateway.settings import FrontSettings

PREFIX = "/open311/"
CONTACT = ("phone", "email")
REPORT = (
    *("jurisdiction_id", "service_code", "lat", "long", "address_string", "address_id"),
    *("description", "media_url", "account_id", "device_id"),
)
LISTING = (
    *("jurisdiction_id", "service_request_id", "service_code", "start_date", "end_date"),
    *("status", "page", "page_size"),
)
UPDATE = ("jurisdiction_id", "service_request_id", "update_id", "updated_datetime", "status", "description")

_HOST = re.compile(rb"[A-Za-z0-9.:\[\]-]{1,255}")
_SOON, _LATER = 60, 300  # seconds for which anybody may keep what is public

Call = Callable[[Asked], Awaitable[Answer]]


class Open311:
    """Answers everything under `/open311/`, refusals too, in the form that the address ends in."""

    def __init__(
        self,
        services: Mapping[str, ASGIApp],
        *,
        limits: Limits,
        guard: Guard,
        record: Record,
        front: FrontSettings,
        production: bool,
    ) -> None:
        self._limits = limits
        self._guard = guard
        self._record = record
        self._front = front
        self._production = production
        self._inside = Inside(services, limits=limits, guard=guard)
        self._reading: dict[str, Call] = {
            "discovery": self._discovery,
            "services": self._services,
            "requests": self._requests,
            "tokens": self._token,
            "servicerequestupdates": self._updates,
        }
        self._changing: dict[str, Call] = {"requests": self._report, "servicerequestupdates": self._update}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        began = time.perf_counter()
        exchange = Exchange(receive, send, names=name_request(scope["headers"]), limits=self._limits)
        asked = Asked.of(scope, exchange)
        try:
            await self._begin(asked)
            if asked.what == "media" and asked.reads:
                await self._inside.picture(asked, send)
            else:
                await exchange.give(await self._answer(asked), method=asked.method)
        except Problem as problem:
            refused = told_by(exchange.refusal or problem)
            await exchange.refuse(problem, method=asked.method, told=_refusal(refused, asked))
        finally:
            for file in asked.arguments.files:
                await file.close()
            self._record.add(
                method=asked.method,
                route=PREFIX,
                service="gateway",
                status=exchange.status,
                seconds=time.perf_counter() - began,
                request_id=exchange.names.request_id.decode(),
                bytes_in=exchange.bytes_in,
                bytes_out=exchange.bytes_out,
                ended=exchange.ended,
            )

    async def _begin(self, asked: Asked) -> None:
        """See where it comes from, how often and how much, and read its arguments.

        Raises `TooMany`, `TooLarge`, `TooSlow`, `FormUnreadable`, `ArgumentTwice`.
        """
        exchange, limits = asked.exchange, self._limits
        asked.origin = self._guard.origin(asked.scope, exchange)
        passing = pass_on(asked.scope["headers"])
        exchange.awaits_body = passing.has_body
        uploads = asked.kind is Kind.UPLOADING
        exchange.body_limit = limits.upload_bytes if uploads else limits.body_bytes
        total = limits.upload_seconds if uploads else limits.total_seconds
        exchange.ends_at = asyncio.get_running_loop().time() + total
        await self._guard.count_address(asked.kind, asked.origin, exchange)
        if passing.length is not None and passing.length > exchange.body_limit:
            raise TooLarge(limit_bytes=exchange.body_limit)
        host = passing.host if _HOST.fullmatch(passing.host) else b"localhost"
        asked.base = self._front.public_address.rstrip("/") or f"{asked.origin.scheme}://{host.decode()}"
        asked.arguments = of_query(asked.scope["query_string"])
        if asked.method == "POST" and asked.what in self._changing and asked.id is None:
            try:
                async with asyncio.timeout_at(exchange.patience()) as exchange.deadline:
                    await of_form(asked.content_type, _pieces(exchange), asked.arguments)
            except TimeoutError:
                raise TooSlow from None

    async def _answer(self, asked: Asked) -> Answer:
        if not asked.what:
            raise NothingHere()
        call = self._reading.get(asked.what) if asked.reads else None
        if asked.method == "POST" and asked.id is None:
            call = self._changing.get(asked.what)
        if call is None:
            raise MethodNotTaken()
        return await call(asked)

    # — reading —

    async def _discovery(self, asked: Asked) -> Answer:
        tree = answers.discovery(self._front, asked.base, production=self._production)
        return _shown(asked, "discovery", tree, seconds=_LATER)

    async def _services(self, asked: Asked) -> Answer:
        query = urlencode(asked.arguments.named("jurisdiction_id"))
        if asked.id:
            told = await self._inside.tasks(asked, f"/services/{asked.id}", query=query)
            return _shown(asked, "service_definition", answers.definition(told), seconds=_LATER)
        told = await self._inside.tasks(asked, "/services", query=query)
        return _shown(asked, "services", answers.items(told), seconds=_LATER)

    async def _requests(self, asked: Asked) -> Answer:
        if asked.id:
            query = urlencode(asked.arguments.named("jurisdiction_id"))
            found = [await self._inside.tasks(asked, f"/requests/{asked.id}", query=query)]
        else:
            query = urlencode(asked.arguments.named(*LISTING))
            found = answers.items(await self._inside.tasks(asked, "/requests", query=query))
        return _shown(asked, "service_requests", [answers.request(one, asked.base) for one in found], seconds=_SOON)

    async def _token(self, asked: Asked) -> Answer:
        told = await self._inside.tasks(asked, "/tokens", body={"token": asked.id})
        tree: Tree = [{"service_request_id": str(told["service_request_id"]), "token": asked.id}]
        return _shown(asked, "service_requests", tree, seconds=0)

    async def _updates(self, asked: Asked) -> Answer:
        query = urlencode(asked.arguments.named(*LISTING))
        found = answers.items(await self._inside.tasks(asked, "/updates", query=query))
        return _shown(asked, "service_request_updates", [answers.update(one) for one in found], seconds=_SOON)

    # — changing —

    async def _report(self, asked: Asked) -> Answer:
        bearer = await self._inside.let_in(asked)
        said = asked.arguments.said
        body: dict[str, object] = {**asked.arguments.named(*REPORT), "attributes": asked.arguments.attributes}
        if any(name in said for name in CONTACT):
            body["requester_id"] = await self._contact(asked, bearer)
        told = await self._inside.tasks(asked, "/requests", body=body, bearer=bearer)
        more = ""
        if asked.arguments.files and not told["files"]:
            more = await self._attach(asked, str(told["request_id"]), bearer)
        tree = answers.received(told, account_id=said.get("account_id"), more=more)
        status = 200 if told["repeated"] else 201
        return Answer(write("service_requests", tree, asked.format), asked.format.media_type, status)

    async def _update(self, asked: Asked) -> Answer:
        bearer = await self._inside.let_in(asked)
        told = await self._inside.tasks(asked, "/updates", body=asked.arguments.named(*UPDATE), bearer=bearer)
        tree: Tree = [{"update_id": str(told["update_id"])}]
        return Answer(write("service_request_updates", tree, asked.format), asked.format.media_type)

    async def _contact(self, asked: Asked, bearer: bytes) -> str:
        """Who reports it, by the id under which `members` knows them: names and numbers go nowhere else."""
        said = asked.arguments.said
        area = await self._inside.tasks(asked, "/area", bearer=bearer)
        name = "".join(said.get(part, "") for part in ("last_name", "first_name"))
        known = {"phone": said.get("phone"), "email": said.get("email"), "name": name}
        body = {"division_code": area["division_code"]} | {key: value for key, value in known.items() if value}
        return str((await self._inside.members(asked, "/contacts", body=body, bearer=bearer))["person_id"])

    async def _attach(self, asked: Asked, request_id: str, bearer: bytes) -> str:
        """Hand the files on; what is not taken is said, and the report stands all the same."""
        taken, files = 0, [content for file in asked.arguments.files if (content := await file.read())]
        for content in files:
            try:
                await self._inside.tasks(asked, f"/requests/{request_id}/media", raw=content, bearer=bearer)
                taken += 1
            except Refused:
                continue
        left = len(files) - taken
        wrong = f"有 {left} 个附件未能收下：请改用不超过 10 MB 的 JPEG 或 PNG 照片。" if left else ""
        return f"收下 {taken} 个附件。{wrong}"


async def _pieces(exchange: Exchange) -> AsyncGenerator[bytes, None]:
    """A body as it comes. Raises what `Exchange.receive` does, and `FormUnreadable` for one that breaks off."""
    more = True
    while more:
        message = await exchange.receive()
        if message["type"] != "http.request":
            raise FormUnreadable()
        if piece := message.get("body", b""):
            yield piece
        more = message.get("more_body", False)


def _shown(asked: Asked, root: str, tree: Tree, *, seconds: int) -> Answer:
    """What anybody may read, with a tag by which it need not be sent again."""
    body = write(root, tree, asked.format)
    if not seconds:
        return Answer(body, asked.format.media_type)
    tag = b'"%b"' % sha256(body).hexdigest()[:32].encode()
    more = ((b"etag", tag), (b"cache-control", b"public, max-age=%d" % seconds))
    held = b",".join(value for name, value in asked.scope["headers"] if name == b"if-none-match").split(b",")
    if any(one.strip().removeprefix(b"W/") in {tag, b"*"} for one in held):
        return Answer(b"", asked.format.media_type, 304, more)
    return Answer(body, asked.format.media_type, more=more)


def _refusal(refused: Refused, asked: Asked) -> Answer:
    tree: Tree = [{"code": refused.outside, "description": refused.description}]
    more = ((b"retry-after", b"%d" % refused.wait),) if refused.wait else ()
    if refused.outside == MethodNotTaken.status:
        more = (*more, (b"allow", b"GET, HEAD, POST"))
    return Answer(write("errors", tree, asked.format), asked.format.media_type, refused.outside, more)
