"""WeChat's server as we call it: sign-in, the access token, telephone numbers, session keys."""

import hashlib
import hmac
import re
from collections.abc import Mapping

import orjson
import stamina
import structlog
from pydantic import SecretStr

from chassis.outside import Away, LeftAlone, Outside
from services.members.wechat.model import Exchange, PhoneNumber
from services.members.wechat.refusals import (
    TOKEN_OVER,
    LoginCodeOver,
    PhoneCodeOver,
    TokenOver,
    busy,
    problem_of,
    unreadable,
)

WECHAT = "https://api.weixin.qq.com"
TRIES = 3
SYSTEM_BUSY = -1
INVALID_SIGNATURE = 87009
REQUEST_ID = re.compile(r"rid: ?([0-9a-f]{8}(?:-[0-9a-f]{8}){2})")
Json = Mapping[str, object]

log = structlog.get_logger("wechat")


class _OnceMore(Exception):  # it is tried again, and only then refused
    """WeChat did nothing: it could not be reached, or said that it is busy."""


class WeChat:
    """The calls for one mini-program. Each raises a `Problem` that says whether to try again.

    A call is repeated only where WeChat has surely done nothing (no connection, or the code -1): login codes are good
    once, so a call whose answer was lost would come back as refused.
    """

    def __init__(self, outside: Outside, *, app_id: str, secret: SecretStr) -> None:
        self._outside = outside
        self._secret = secret
        self.app_id = app_id

    async def exchange_code(self, code: str) -> Exchange:
        """Who a `wx.login()` code stands for (`auth.code2Session`). Raises `LoginCodeOver` and others."""
        query = {"js_code": code, "grant_type": "authorization_code"} | self._ours("appid")
        told = await self._ask("GET", "/sns/jscode2session", query=query)
        unionid = told.get("unionid")
        return Exchange(
            openid=_text(told, "openid"),
            session_key=_text(told, "session_key"),
            unionid=unionid if isinstance(unionid, str) and unionid else None,
        )

    async def fetch_token(self, *, force: bool) -> tuple[str, int]:
        """The access token and its seconds, which is the same for all who ask; `force` has WeChat make another."""
        said = {"grant_type": "client_credential", "force_refresh": force} | self._ours("appid")
        told = await self._ask("POST", "/cgi-bin/stable_token", body=said)
        seconds = told.get("expires_in")
        if not isinstance(seconds, int) or not 0 < seconds <= 7200:
            raise unreadable()
        return _text(told, "access_token"), seconds

    async def phone_number(self, token: str, code: str, *, openid: str) -> PhoneNumber:
        """The number behind a code of the button `getPhoneNumber`, pressed by this user.

        Raises `PhoneCodeOver`, `TokenOver` and others.
        """
        path, body = "/wxa/business/getuserphonenumber", {"code": code, "openid": openid}
        told = await self._ask("POST", path, query={"access_token": token}, body=body, code_over=PhoneCodeOver)
        found = told.get("phone_info")
        if not isinstance(found, dict):
            raise unreadable()
        mark = found.get("watermark")
        if isinstance(mark, dict) and mark.get("appid") not in {None, self.app_id}:
            raise unreadable()
        country = found.get("countryCode")  # documented as text, seen as a number
        return PhoneNumber(_text(found, "purePhoneNumber"), country=str(country or ""))

    async def session_is_good(self, token: str, *, openid: str, session_key: str) -> bool:
        """Whether a session key is still the user's (`checksession`). Raises `TokenOver` and others."""
        signature = hmac.new(session_key.encode(), b"", hashlib.sha256).hexdigest()
        query = {"access_token": token, "openid": openid, "signature": signature, "sig_method": "hmac_sha256"}
        told = await self._ask("GET", "/wxa/checksession", query=query, tolerates=INVALID_SIGNATURE)
        return told.get("errcode", 0) == 0

    def _ours(self, name: str) -> dict[str, str]:
        return {name: self.app_id, "secret": self._secret.get_secret_value()}

    async def _ask(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str] | None = None,
        body: Json | None = None,
        code_over: type[LoginCodeOver | PhoneCodeOver] = LoginCodeOver,
        tolerates: int = 0,
    ) -> Json:
        try:
            errcode, told = await self._ask_patiently(method, path, query, body)
        except _OnceMore:
            raise busy() from None
        if errcode in {0, tolerates}:
            return told
        if errcode in TOKEN_OVER and query is not None and "access_token" in query:
            raise TokenOver(errcode)
        raise problem_of(errcode, code_over=code_over)

    async def _ask_patiently(
        self, method: str, path: str, query: Mapping[str, str] | None, body: Json | None
    ) -> tuple[int, Json]:
        # A block and no function: stamina's log line of another try would name a function's arguments.
        async for attempt in stamina.retry_context(on=_OnceMore, attempts=TRIES, wait_initial=0.1, wait_max=1.0):
            with attempt:
                return await self._ask_once(method, path, query, body)
        raise AssertionError("unreachable: the last try raises")

    async def _ask_once(
        self, method: str, path: str, query: Mapping[str, str] | None, body: Json | None
    ) -> tuple[int, Json]:
        sent = None if body is None else orjson.dumps(body)  # raw UTF-8, as WeChat wants it
        headers = None if body is None else {"content-type": "application/json"}
        try:
            reply = await self._outside.ask(method, path, query=query, body=sent, headers=headers)
        except Away as away:
            log.warning("away", call=path, reason=str(away))
            if away.sent or isinstance(away, LeftAlone):
                raise busy() from None
            raise _OnceMore from None
        told = _read(reply.body)
        errcode = told.get("errcode", 0)
        if not isinstance(errcode, int):
            raise unreadable()
        if errcode != 0:
            found = REQUEST_ID.search(str(told.get("errmsg", "")))
            log.warning("refused", call=path, errcode=errcode, rid=found[1] if found else None)
        if errcode == SYSTEM_BUSY:
            raise _OnceMore
        return errcode, told


def _read(body: bytes) -> Json:
    """An answer is JSON whatever its content type says: `sns/*` calls it text/plain."""
    try:
        told = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise unreadable() from None
    if not isinstance(told, dict):
        raise unreadable()
    return told


def _text(told: Json, name: str) -> str:
    value = told.get(name)
    if not isinstance(value, str) or not value:
        raise unreadable()
    return value
