"""Every call answers in the shapes that WeChat documents or was seen to answer in, whichever client asks."""

import hmac
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from hashlib import sha256

import httpx
import pytest

from profiles.standins.wechat import World, create_app
from profiles.standins.wechat.app import CALLS
from profiles.standins.wechat.messages import RISKY
from tests.standins.wechat.conftest import NOW, Json, Wire

pytestmark = pytest.mark.asyncio

RID = re.compile(r" rid: [0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8}$")
PHONE = "15400012345"
VALUES = {"thing1": {"value": "路灯报修"}, "time2": {"value": "2026-11-22 17:25"}, "phrase3": {"value": "已办结"}}
Ask = Callable[[Wire], Awaitable[Json]]


async def signed(wire: Wire, **instead: str) -> dict[str, object]:
    """What `checksession` is asked with for a user who has signed in."""
    told = await wire.session(wire.world.login("张样"))
    proof = hmac.new(str(told["session_key"]).encode(), b"", sha256).hexdigest()
    asked = {"openid": told["openid"], "signature": proof, "sig_method": "hmac_sha256"}
    return {"access_token": await wire.token(), **asked, **instead}


async def message(wire: Wire, *, accepted: bool = True, **instead: object) -> Json:
    """A subscription message to a user who allowed one."""
    if accepted:
        wire.world.accept("张样", "progress-template")
    body = {"touser": wire.world.user("张样").openid, "template_id": "progress-template", "data": VALUES}
    return await wire.post("/cgi-bin/message/subscribe/send", await wire.token(), **body | instead)


async def words(wire: Wire, *, seen: bool = True, **instead: object) -> Json:
    """A check of words of a user who was here just now."""
    if seen:
        wire.world.sign_in(wire.world.login("张样"))
    body = {"version": 2, "openid": wire.world.user("张样").openid, "scene": 2, "content": "路灯不亮"}
    return await wire.post("/wxa/msg_sec_check", await wire.token(), **body | instead)


async def phone(wire: Wire, **instead: object) -> Json:
    """A telephone number of the user who pressed the button."""
    body = {"code": wire.world.give_phone("张样", PHONE), "openid": wire.world.user("张样").openid}
    return await wire.post("/wxa/business/getuserphonenumber", await wire.token(), **body | instead)


async def check(wire: Wire, **instead: str) -> Json:
    """Whether the session of a user who has just signed in is good."""
    return await wire.get("/wxa/checksession", **await signed(wire, **instead))


async def reset(wire: Wire) -> Json:
    """Another key for it."""
    return await wire.get("/wxa/resetusersessionkey", **await signed(wire))


GOOD: dict[str, tuple[Ask, dict[str, object]]] = {
    "jscode2session": (
        lambda wire: wire.session(wire.world.login("张样")),
        {"openid": str, "session_key": str, "unionid": str},
    ),
    "checksession": (check, {"errcode": 0, "errmsg": "ok"}),
    "resetusersessionkey": (reset, {"errcode": 0, "errmsg": "ok", "openid": str, "session_key": str}),
    "stable_token": (lambda wire: wire.stable(), {"access_token": str, "expires_in": 7200}),
    "token": (
        lambda wire: wire.get("/cgi-bin/token", grant_type="client_credential", **wire.ours),
        {"access_token": str, "expires_in": 7200},
    ),
    "getuserphonenumber": (
        phone,
        {
            "errcode": 0,
            "errmsg": "ok",
            "phone_info": {
                "phoneNumber": PHONE,
                "purePhoneNumber": PHONE,
                "countryCode": "86",
                "watermark": {"timestamp": int(NOW.timestamp()), "appid": "wx00000000000000aa"},
            },
        },
    ),
    "subscribe/send": (message, {"errcode": 0, "errmsg": "ok", "msgid": int}),
    "msg_sec_check": (
        words,
        {
            "errcode": 0,
            "errmsg": "ok",
            "trace_id": str,
            "result": {"suggest": "pass", "label": 100},
            "detail": [
                {"strategy": "keyword", "errcode": 0},
                {"strategy": "content_model", "errcode": 0, "suggest": "pass", "label": 100, "prob": int},
            ],
        },
    ),
}


def fits(told: object, shape: object) -> bool:
    """Whether an answer has exactly the fields of a shape; a type stands for any value of it."""
    if isinstance(shape, type):
        return isinstance(told, shape)
    if isinstance(shape, dict):
        return (
            isinstance(told, dict)
            and told.keys() == shape.keys()
            and all(fits(told[name], shape[name]) for name in shape)
        )
    if isinstance(shape, list):
        return isinstance(told, list) and len(told) == len(shape) and all(map(fits, told, shape))
    return told == shape


@pytest.mark.parametrize("call", GOOD)
async def test_a_call_that_succeeds_answers_in_its_shape(wire: Wire, call: str) -> None:
    ask, shape = GOOD[call]
    told = await ask(wire)
    assert fits(told, shape), told


async def used_code(wire: Wire) -> Json:
    code = wire.world.login("张样")
    await wire.session(code)
    return await wire.session(code)


async def late_code(wire: Wire) -> Json:
    code = wire.world.login("张样")
    wire.wait(300)
    return await wire.session(code)


async def blocked(wire: Wire) -> Json:
    wire.world.user("张样").blocked = True
    return await wire.session(wire.world.login("张样"))


async def too_often(wire: Wire) -> Json:
    for _ in range(100):
        assert "openid" in await wire.session(wire.world.login("张样"))
    return await wire.session(wire.world.login("张样"))


def sign_in_with(**instead: str) -> Ask:
    """A sign-in that leaves something out or says it wrong."""

    async def ask(wire: Wire) -> Json:
        query = {"js_code": wire.world.login("张样"), "grant_type": "authorization_code", **wire.ours, **instead}
        return await wire.get("/sns/jscode2session", **query)

    return ask


async def another_users_phone(wire: Wire) -> Json:
    return await phone(wire, openid=wire.world.user("李样").openid)


async def phone_code_in_the_query(wire: Wire) -> Json:
    query = {"access_token": await wire.token(), "code": wire.world.give_phone("张样", PHONE)}
    return (await wire.client.post("/wxa/business/getuserphonenumber", params=query, json={})).json()  # type: ignore[no-any-return]


async def session_over(wire: Wire) -> Json:
    query = await signed(wire)
    wire.wait(3 * 86_400)
    return await wire.get("/wxa/checksession", **query | {"access_token": await wire.token()})


async def replaced_key(wire: Wire) -> Json:
    query = await signed(wire)
    await wire.session(wire.world.login("张样"))
    return await wire.get("/wxa/checksession", **query)


async def inactive(wire: Wire) -> Json:
    wire.world.sign_in(wire.world.login("张样"))
    wire.wait(7201)
    return await words(wire, seen=False)


async def raw(wire: Wire, path: str, content: bytes, kind: str = "application/json") -> Json:
    answer = await wire.client.post(
        path, params={"access_token": await wire.token()}, content=content, headers={"content-type": kind}
    )
    assert answer.status_code == 200
    return answer.json()  # type: ignore[no-any-return]


def value(key: str, text: str) -> Ask:
    """A message with one value that breaks the rule of its kind."""
    return lambda wire: message(wire, data=VALUES | {key: {"value": text}})


def picture(**body: object) -> Ask:
    """A code to scan."""

    async def ask(wire: Wire) -> Json:
        return await wire.post("/wxa/getwxacodeunlimit", await wire.token(), **body)

    return ask


@dataclass(frozen=True)
class Bad:
    """A call that is refused, and the code."""

    errcode: int
    ask: Ask


BAD = {
    "a code of nobody": Bad(40029, lambda wire: wire.session("never-given")),
    "a code for the telephone": Bad(40029, lambda wire: wire.session(wire.world.give_phone("张样", PHONE))),
    "a used code": Bad(40163, used_code),
    "a code of five minutes ago": Bad(40029, late_code),
    "a user at risk": Bad(40226, blocked),
    "a user who comes too often": Bad(45011, too_often),
    "no app id": Bad(41002, sign_in_with(appid="")),
    "no secret": Bad(41004, sign_in_with(secret="")),
    "no code": Bad(41008, sign_in_with(js_code="")),
    "a malformed app id": Bad(40013, sign_in_with(appid="mine")),
    "another's app id": Bad(40029, sign_in_with(appid="wx00000000000000bb")),
    "another's secret": Bad(40125, sign_in_with(secret="6" * 32)),
    "another grant": Bad(40002, sign_in_with(grant_type="password")),
    "a token without a grant": Bad(40002, lambda wire: wire.get("/cgi-bin/token", **wire.ours)),
    "a token with another's app id": Bad(
        40013,
        lambda wire: wire.get(
            "/cgi-bin/token", **{**wire.ours, "appid": "wx00000000000000bb", "grant_type": "client_credential"}
        ),
    ),
    "a stable token by GET": Bad(43002, lambda wire: wire.get("/cgi-bin/stable_token")),
    "a number without a token": Bad(41001, lambda wire: wire.post("/wxa/business/getuserphonenumber", code="x")),
    "a number with a token of nobody": Bad(
        40014, lambda wire: wire.post("/wxa/business/getuserphonenumber", "never-given", code="x")
    ),
    "a number by GET": Bad(43002, lambda wire: wire.get("/wxa/business/getuserphonenumber")),
    "a number by no code": Bad(40029, lambda wire: phone(wire, code=None)),
    "a number by a login code": Bad(40029, lambda wire: phone(wire, code=wire.world.login("张样"))),
    "another user's number": Bad(40029, another_users_phone),
    "a number by a code in the query": Bad(40029, phone_code_in_the_query),
    "a body that is missing": Bad(44002, lambda wire: raw(wire, "/wxa/msg_sec_check", b"")),
    "a body that is a form": Bad(
        47001, lambda wire: raw(wire, "/wxa/msg_sec_check", b"version=2", "application/x-www-form-urlencoded")
    ),
    "a body that is a list": Bad(47001, lambda wire: raw(wire, "/wxa/msg_sec_check", b"[]")),
    "a session with a wrong signature": Bad(87009, lambda wire: check(wire, signature="00")),
    "a session signed in another way": Bad(87008, lambda wire: check(wire, sig_method="md5")),
    "a session that is over": Bad(87009, session_over),
    "a session that another took the place of": Bad(87009, replaced_key),
    "a message to nobody": Bad(40003, lambda wire: message(wire, touser="nobody")),
    "a message of no template": Bad(40037, lambda wire: message(wire, template_id="none")),
    "a message to no page": Bad(41030, lambda wire: message(wire, page="pages/none")),
    "a message that was not allowed": Bad(43101, lambda wire: message(wire, accepted=False)),
    "a thing of 21 characters": Bad(47003, value("thing1", "字" * 21)),
    "a time of no form": Bad(47003, value("time2", "tomorrow")),
    "a phrase of six": Bad(47003, value("phrase3", "已经办结完毕")),
    "words by GET": Bad(43302, lambda wire: wire.get("/wxa/msg_sec_check")),
    "words in no scene": Bad(40129, lambda wire: words(wire, scene=5)),
    "words of nobody": Bad(40003, lambda wire: words(wire, openid="nobody")),
    "words of two hours ago": Bad(61010, inactive),
    "a scene of 33 characters": Bad(40169, picture(scene="a" * 33)),
    "a scene in Chinese": Bad(40169, picture(scene="村")),
    "a page that is not published": Bad(41030, picture(scene="a", page="pages/none")),
    "a page with a stroke before it": Bad(41030, picture(scene="a", page="/pages/index/index")),
}


@pytest.mark.parametrize("what", BAD)
async def test_a_call_that_is_refused_says_why_with_http_200_and_a_request_id(wire: Wire, what: str) -> None:
    told = await BAD[what].ask(wire)
    assert told.keys() == {"errcode", "errmsg"}
    assert told["errcode"] == BAD[what].errcode, told
    assert RID.search(str(told["errmsg"])), told
    assert f" rid: {int(wire.clock.at.timestamp()):08x}-" in str(told["errmsg"])


async def test_a_value_that_breaks_its_rule_is_named(wire: Wire) -> None:
    told = await message(wire, data=VALUES | {"thing1": {"value": ""}})
    assert str(told["errmsg"]).startswith("argument invalid! data.thing1.value invalid rid: ")


@pytest.mark.parametrize("path", CALLS)
async def test_only_what_sns_answers_calls_itself_plain_text(world: World, path: str) -> None:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(create_app(world)), base_url="http://wechat") as client:
        kind = (await client.request(CALLS[path].method, path)).headers["content-type"]
    assert kind.startswith("text/plain") if path.startswith("/sns/") else kind == "application/json; encoding=utf-8"


async def test_risky_words_are_found_only_in_raw_utf_8(wire: Wire) -> None:
    found = await words(wire, content=f"这是{RISKY}")
    assert found["result"] == {"suggest": "risky", "label": 20006}
    body = f'{{"version":2,"scene":2,"openid":"{wire.world.user("张样").openid}","content":"%s"}}'
    escaped = body % RISKY.encode("unicode-escape").decode()
    assert (await raw(wire, "/wxa/msg_sec_check", escaped.encode()))["result"] == {"suggest": "pass", "label": 100}
    assert (await raw(wire, "/wxa/msg_sec_check", (body % RISKY).encode()))["result"] != {
        "suggest": "pass",
        "label": 100,
    }


async def test_the_country_of_a_number_may_come_as_a_number(wire: Wire) -> None:
    code = wire.world.give_phone("张样", "91234567", country=852)
    told = await wire.post("/wxa/business/getuserphonenumber", await wire.token(), code=code)
    assert told["phone_info"] == {
        "phoneNumber": "+85291234567",
        "purePhoneNumber": "91234567",
        "countryCode": 852,
        "watermark": {"timestamp": int(NOW.timestamp()), "appid": wire.world.program.app_id},
    }
