"""The stand-in over HTTP, with the quirks that a client has to live with."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Literal

import orjson
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from profiles.standins.wechat import calls, messages
from profiles.standins.wechat.calls import Asked, Json
from profiles.standins.wechat.quotas import Quota
from profiles.standins.wechat.refusals import Refusal
from profiles.standins.wechat.world import World

EVERY_METHOD = ["GET", "POST", "PUT", "PATCH", "DELETE"]
Name = Annotated[str, Field(min_length=1, max_length=40)]


@dataclass(frozen=True, slots=True)
class Call:
    """One call: by which method, whether with an access token, how often, and what answers it."""

    method: str
    answer: Callable[[World, Asked], Json | bytes]
    token: bool = True
    quota: tuple[int | None, int | None] = (None, None)  # a minute, a day
    wrong_method: int = 43002


CALLS = {
    "/sns/jscode2session": Call("GET", calls.exchange_code, token=False, wrong_method=43001),
    "/wxa/checksession": Call("GET", calls.check_session, wrong_method=43001),
    "/wxa/resetusersessionkey": Call("GET", calls.reset_session, quota=(60_000, None), wrong_method=43001),
    "/cgi-bin/token": Call("GET", calls.fetch_token, token=False, wrong_method=43001),
    "/cgi-bin/stable_token": Call("POST", calls.fetch_stable_token, token=False),
    "/wxa/business/getuserphonenumber": Call("POST", calls.tell_phone),
    "/cgi-bin/message/subscribe/send": Call("POST", messages.send_message),
    "/wxa/msg_sec_check": Call("POST", messages.check_words, quota=(4_000, 2_000_000), wrong_method=43302),
    "/wxa/getwxacodeunlimit": Call("POST", messages.draw_code, quota=(5_000, None)),
}


class Phone(BaseModel):
    """What somebody does on their phone; users are known by names that are made up."""

    model_config = ConfigDict(extra="forbid")

    name: Name
    phone: Annotated[str, Field(pattern=r"^[0-9]{5,15}$")] | None = None
    country: Annotated[str, Field(pattern=r"^[0-9]{1,4}$")] | int = "86"
    template_id: str | None = None


class Trouble(BaseModel):
    """What the next calls of one address meet instead of an answer."""

    model_config = ConfigDict(extra="forbid")

    path: str
    kind: Literal["errcode", "text", "html", "failure", "silence", "empty"]
    errcode: int = -1
    times: int = 1


class _StandIn:
    def __init__(self, world: World) -> None:
        self.world = world
        self._quotas = {path: Quota(minute=call.quota[0], day=call.quota[1]) for path, call in CALLS.items()}
        self._troubles: list[Trouble] = []

    def make_trouble(self, trouble: Trouble) -> None:
        self._troubles += [trouble] * trouble.times

    async def answer(self, request: Request) -> Response:
        path = request.url.path
        call, older = CALLS[path], path.startswith("/sns/")
        raw = await request.body()
        trouble = next((one for one in self._troubles if one.path == path), None)
        try:
            if trouble is not None:
                self._troubles.remove(trouble)
                if trouble.kind != "errcode":
                    return await _troubled(trouble, request)
                raise Refusal(trouble.errcode)
            if request.method != call.method:
                raise Refusal(call.wrong_method)
            if call.token:
                self.world.tokens.check(request.query_params.get("access_token"), now=self.world.now)
            self._quotas[path].take(path, now=self.world.now)
            body = _read(raw) if call.method == "POST" else {}
            told = call.answer(self.world, Asked(dict(request.query_params), body, raw))
        except Refusal as refusal:
            told = refusal.body(now=self.world.now, older=older)
        if isinstance(told, bytes):
            return Response(told, media_type="image/jpeg")
        kind = "text/plain" if older else "application/json; encoding=utf-8"
        return Response(orjson.dumps(told), headers={"content-type": kind})


def _read(raw: bytes) -> Json:
    """A body is JSON, whatever its content type says."""
    if not raw.strip():
        raise Refusal(44002)
    try:
        body = orjson.loads(raw)
    except orjson.JSONDecodeError as wrong:
        raise Refusal(47001) from wrong
    if not isinstance(body, dict):
        raise Refusal(47001)
    return body


async def _troubled(trouble: Trouble, request: Request) -> Response:
    if trouble.kind == "silence":
        await request.receive()  # after the body nothing comes but the news that the caller has left
    if trouble.kind == "failure":
        return PlainTextResponse("Bad Gateway", 502)
    if trouble.kind == "html":
        return Response("<html>系统维护中</html>", media_type="text/html")
    return Response(b"" if trouble.kind == "empty" else b"busy", media_type="text/plain")


def create_app(world: World) -> Starlette:
    """The stand-in as an ASGI application."""
    standin = _StandIn(world)

    async def login(request: Request) -> Response:
        """`wx.login()` of a made-up user."""
        asked = Phone.model_validate_json(await request.body())
        return JSONResponse({"code": world.login(asked.name), "openid": world.user(asked.name).openid})

    async def phone(request: Request) -> Response:
        """The button `getPhoneNumber`."""
        asked = Phone.model_validate_json(await request.body())
        return JSONResponse({"code": world.give_phone(asked.name, asked.phone or "", country=asked.country)})

    async def popup(request: Request) -> Response:
        """The popup that allows one message."""
        asked = Phone.model_validate_json(await request.body())
        world.accept(asked.name, asked.template_id or "")
        return JSONResponse({"accepted": world.user(asked.name).accepted})

    async def trouble(request: Request) -> Response:
        """Have the next calls of an address go wrong."""
        standin.make_trouble(Trouble.model_validate_json(await request.body()))
        return JSONResponse({})

    async def unreadable(_: Request, error: Exception) -> Response:
        return JSONResponse({"detail": type(error).__name__}, 422)

    return Starlette(
        routes=[
            *(Route(path, standin.answer, methods=EVERY_METHOD) for path in CALLS),
            Route("/standin/login", login, methods=["POST"]),
            Route("/standin/phone", phone, methods=["POST"]),
            Route("/standin/popup", popup, methods=["POST"]),
            Route("/standin/trouble", trouble, methods=["POST"]),
        ],
        exception_handlers={ValidationError: unreadable},
    )
