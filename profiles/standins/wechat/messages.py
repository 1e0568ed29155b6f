"""The calls that reach people: subscription messages, the check of what they write, the codes they scan."""

import re
from base64 import b64decode
from collections.abc import Mapping
from datetime import timedelta
from uuid import uuid4

from profiles.standins.wechat.calls import OK, Asked, Json, text_in
from profiles.standins.wechat.refusals import Refusal
from profiles.standins.wechat.world import World

RISKY = "违禁样例词"
"""What the stand-in finds risky, in place of WeChat's own list."""
ACTIVE = timedelta(hours=2)
SCENE = re.compile(r"[0-9A-Za-z!#$&'()*+,/:;=?@\-._~]{1,32}")
VALUES = {
    "thing": r".{1,20}",
    "number": r"[0-9]{1,32}",
    "letter": r"[A-Za-z]{1,32}",
    "symbol": r"[^\w\s]{1,5}",
    "character_string": r"[!-~]{1,32}",
    "time": r"([0-9]{4}(-[0-9]{2}-[0-9]{2}|年[0-9]{1,2}月[0-9]{1,2}日) ?)?([0-9]{1,2}:[0-9]{2}(:[0-9]{2})?)?",
    "date": r"[0-9]{4}(-[0-9]{2}-[0-9]{2}|年[0-9]{1,2}月[0-9]{1,2}日)( [0-9]{1,2}:[0-9]{2})?",
    "amount": r"\D?[0-9]{1,10}(\.[0-9]+)?元?",
    "phone_number": r"[0-9+\-() ]{1,17}",
    "car_number": r".{1,8}",
    "name": r"[\u3400-\u9fff]{1,10}|[A-Za-z .]{1,20}",
    "phrase": r"[\u3400-\u9fff]{1,5}",
}
"""What each kind of value may be; a key is a kind and a number."""

# One grey point. What a code looks like is WeChat's affair; that the answer is an image, and no JSON, is ours.
IMAGE = b64decode(
    "/9j/4AAQSkZJRgABAQEASABIAAD/2wBDAP//////////////////////////////////////////////////////////////////////////////////////"
    "wAALCAABAAEBAREA/8QAFAABAAAAAAAAAAAAAAAAAAAACf/EABQQAQAAAAAAAAAAAAAAAAAAAAD/2gAIAQEAAD8AVN//2Q=="
)


def send_message(world: World, asked: Asked) -> Json:
    """`cgi-bin/message/subscribe/send`: one message for each time that the user allowed one."""
    body = asked.body
    user = world.with_openid(body.get("touser"))
    template_id = text_in(body, "template_id") or ""
    keys = world.program.templates.get(template_id)
    if keys is None:
        raise Refusal(40037)
    page = text_in(body, "page")
    if page is not None and page.partition("?")[0] not in world.program.pages:
        raise Refusal(41030)
    values = body.get("data")
    for key in sorted(keys):
        value = values.get(key) if isinstance(values, dict) else None
        said = value.get("value") if isinstance(value, Mapping) else None
        if not isinstance(said, str) or not re.fullmatch(VALUES[key.rstrip("0123456789")], said):
            raise Refusal(47003, f"data.{key}.value invalid")
    if user.accepted.get(template_id, 0) < 1:
        raise Refusal(43101)
    user.accepted[template_id] -= 1
    return {**OK, "msgid": uuid4().int % 10**16}


def check_words(world: World, asked: Asked) -> Json:
    """`wxa/msg_sec_check`, version 2. It looks at the bytes as they came: `\\uXXXX` hides words from it."""
    body = asked.body
    if body.get("version") != 2 or not text_in(body, "content") or len(str(body["content"])) > 2500:
        raise Refusal(47001)
    if body.get("scene") not in {1, 2, 3, 4}:
        raise Refusal(40129)
    user = world.with_openid(body.get("openid"))
    if user.seen_at is None or world.now - user.seen_at > ACTIVE:
        raise Refusal(61010)
    risky = RISKY.encode() in asked.raw
    suggest, label = ("risky", 20006) if risky else ("pass", 100)
    return {
        **OK,
        "trace_id": str(uuid4()),
        "result": {"suggest": suggest, "label": label},
        "detail": [
            {"strategy": "keyword", "errcode": 0},
            {"strategy": "content_model", "errcode": 0, "suggest": suggest, "label": label, "prob": 90},
        ],
    }


def draw_code(world: World, asked: Asked) -> bytes:
    """`wxa/getwxacodeunlimit`: the image of a code for a page."""
    if not SCENE.fullmatch(text_in(asked.body, "scene") or ""):
        raise Refusal(40169)
    page = asked.body.get("page")
    if page is not None and asked.body.get("check_path") is not False and page not in world.program.pages:
        raise Refusal(41030)
    width = asked.body.get("width", 430)
    if not isinstance(width, int) or not 280 <= width <= 1280:
        raise Refusal(47001)
    return IMAGE
