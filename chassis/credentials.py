"""What the gateway asks `members` about a caller who brings no token, what it is answered, and how both refuse.

A caller signs a request or shows a key; only `members` holds the secrets, so only it can tell whether that is right.
"""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from chassis.problems import Unauthenticated
from chassis.words import Input, Output

ADDRESS = "/internal/actor-tokens"
"""Where `members` is asked; closed at the gateway."""

CLOCK_WINDOW_SECONDS = 300
"""How far the caller's clock may be from ours, either way; own value, no source."""


class CredentialRefused(Unauthenticated):
    """This key, secret or signature is not good, or not any more; which of them is not said."""

    title_zh = "接口密钥或签名不对，或者已停用、已到期：请核对密钥编号、签名方法和有效期，仍不行请联系县级管理员。"


class ClockApart(Unauthenticated):
    """The signature's timestamp is more than five minutes from our clock."""

    title_zh = "签名时间与服务器相差超过五分钟，请校准本机时钟后重新签名。"


class NonceUsed(Unauthenticated):
    """A request with this nonce was taken already; each request needs a nonce of its own."""

    title_zh = "这个随机数已经用过，请换一个新的随机数重新签名后再提交。"


REFUSALS = {refusal.code(): refusal for refusal in (CredentialRefused, ClockApart, NonceUsed)}
"""The refusals by their code, to raise again what the other side raised."""


# No space and no line end is in a request's line or in a digest, so that the lines of a signed text cannot be moved.
_OnTheWire = Annotated[str, Field(max_length=100_000, pattern=r"^[\x21-\xff]*$")]


class SignedCall(Input):
    """A request as its caller signed it; path, query and digest as they came, each byte one character (Latin-1)."""

    kind: Literal["hmac-sha256", "hmac-sm3"]
    key_id: Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
    signature: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    timestamp: Annotated[int, Field(ge=0, lt=10**11)]  # seconds since 1970, UTC
    nonce: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{16,64}$")]
    method: _OnTheWire
    path: _OnTheWire
    query: _OnTheWire
    digest: _OnTheWire  # the value of Content-Digest; empty where there is no body

    def text(self) -> bytes:
        """What is signed: these six, a line each."""
        lines = (self.method, self.path, self.query, str(self.timestamp), self.nonce, self.digest)
        return "\n".join(lines).encode("latin-1")


class ShownKey(Input):
    """A key sent in clear: its id, a point, and its secret."""

    kind: Literal["api-key", "open311"]
    key: Annotated[str, Field(pattern=r"^[0-9a-f]{32}\.[A-Za-z0-9_-]{43}$")]


Credential = Annotated[SignedCall | ShownKey, Field(discriminator="kind")]


class Admission(Output):
    """The token that stands for a credential, and until when (UTC)."""

    access_token: str
    expires_at: datetime
