"""How WeChat refuses: HTTP 200, a code, and a text that ends in a request id."""

import base64
import os
from datetime import datetime

TEXTS = {
    -1: "system error",
    40001: "invalid credential, access_token is invalid or not latest",
    40002: "invalid grant_type",
    40003: "invalid openid",
    40013: "invalid appid",
    40014: "invalid access_token",
    40029: "invalid code",
    40037: "invalid template_id",
    40125: "invalid appsecret",
    40129: "invalid scene",
    40163: "code been used",
    40164: "invalid ip not in whitelist",
    40169: "invalid length for scene, or the data is not json string",
    40226: "code blocked",
    40243: "secret frozen",
    41001: "access_token missing",
    41002: "appid missing",
    41004: "appsecret missing",
    41008: "missing code",
    41030: "invalid page",
    42001: "access_token expired",
    43001: "require GET method",
    43002: "require POST method",
    43101: "user refuse to accept the msg",
    43302: "invalid method",
    44002: "empty post data",
    45009: "reach max api daily quota limit",
    45011: "api minute-quota reach limit, mustslower, retry next minute",
    47001: "data format error",
    47003: "argument invalid!",
    48001: "api unauthorized",
    50004: "api is forbidden",
    50007: "account is frozen",
    61010: "code is expired",
    87008: "invalid sig_method",
    87009: "invalid signature",
    89503: "ip needs the administrator's confirmation",
}


class Refusal(Exception):  # an answer, not a failure
    """The call is answered with a code."""

    def __init__(self, errcode: int, more: str = "") -> None:
        super().__init__(errcode)
        self.errcode = errcode
        self.more = more

    def body(self, *, now: datetime, older: bool) -> dict[str, object]:
        """The answer; `older` calls (`sns/*`) carry a hint beside the request id."""
        text = f"{TEXTS.get(self.errcode, 'refused')}{f' {self.more}' if self.more else ''}"
        hint = f" hint: [{base64.urlsafe_b64encode(os.urandom(12)).decode()}]" if older else ""
        return {"errcode": self.errcode, "errmsg": f"{text}{hint} rid: {request_id(now)}"}


def request_id(now: datetime) -> str:
    """Three groups of eight hexadecimal digits, the first of them the second of the call."""
    return f"{int(now.timestamp()):08x}-{os.urandom(4).hex()}-{os.urandom(4).hex()}"
