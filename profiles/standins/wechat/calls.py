"""The calls around sign-in: codes, session keys, tokens, telephone numbers."""

from collections.abc import Mapping
from dataclasses import dataclass

from profiles.standins.wechat.refusals import Refusal
from profiles.standins.wechat.world import World, new_session_key

Json = dict[str, object]
OK: Json = {"errcode": 0, "errmsg": "ok"}


@dataclass(frozen=True, slots=True)
class Asked:
    """One call: its query, and its body as it was read and as it came."""

    query: Mapping[str, str]
    body: Json
    raw: bytes


def text_in(found: Mapping[str, object], name: str) -> str | None:
    """A field's text; none where it is missing or something else."""
    value = found.get(name)
    return value if isinstance(value, str) else None


def exchange_code(world: World, asked: Asked) -> Json:
    """`sns/jscode2session`: a login code becomes an openid and a session key. Success carries no errcode."""
    world.check_program(asked.query.get("appid"), asked.query.get("secret"), older=True)
    if not asked.query.get("js_code"):
        raise Refusal(41008)
    if asked.query.get("grant_type") != "authorization_code":
        raise Refusal(40002)
    user = world.sign_in(asked.query["js_code"])
    unionid: Json = {"unionid": user.unionid} if world.program.open_platform else {}
    return {"session_key": user.session_key, "openid": user.openid, **unionid}


def check_session(world: World, asked: Asked) -> Json:
    """`wxa/checksession`: whether a session key is still the good one."""
    _signed(world, asked)
    return dict(OK)


def reset_session(world: World, asked: Asked) -> Json:
    """`wxa/resetusersessionkey`: another key that ends when the old one would have."""
    openid = _signed(world, asked)
    user = world.with_openid(openid)
    user.session_key = new_session_key()
    return {**OK, "openid": openid, "session_key": user.session_key}


def fetch_token(world: World, asked: Asked) -> Json:
    """`cgi-bin/token`: a new access token at each call."""
    if asked.query.get("grant_type") != "client_credential":
        raise Refusal(40002)
    world.check_program(asked.query.get("appid"), asked.query.get("secret"))
    text, seconds = world.tokens.fetch(now=world.now)
    return {"access_token": text, "expires_in": seconds}


def fetch_stable_token(world: World, asked: Asked) -> Json:
    """`cgi-bin/stable_token`: the same token until shortly before its end."""
    if text_in(asked.body, "grant_type") != "client_credential":
        raise Refusal(40002)
    world.check_program(text_in(asked.body, "appid"), text_in(asked.body, "secret"))
    text, seconds = world.tokens.fetch_stable(now=world.now, force=asked.body.get("force_refresh") is True)
    return {"access_token": text, "expires_in": seconds}


def tell_phone(world: World, asked: Asked) -> Json:
    """`wxa/business/getuserphonenumber`: a button's code becomes a telephone number. The code is in the body alone."""
    openid = asked.body.get("openid")
    code = world.phone_of(text_in(asked.body, "code") or "", openid=None if openid is None else str(openid))
    abroad = "" if str(code.country) == "86" else f"+{code.country}"
    return {
        **OK,
        "phone_info": {
            "phoneNumber": f"{abroad}{code.phone}",
            "purePhoneNumber": code.phone,
            "countryCode": code.country,
            "watermark": {"timestamp": int(world.now.timestamp()), "appid": world.program.app_id},
        },
    }


def _signed(world: World, asked: Asked) -> str:
    query = asked.query
    openid = query.get("openid", "")
    world.check_session(openid, signature=query.get("signature", ""), method=query.get("sig_method", ""))
    return openid
