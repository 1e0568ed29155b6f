"""The door: whatever credential a caller brings, the service behind sees a token that `members` signed, or none.

A Bearer token passes as it is. A signature or a key is shown to `members`, which alone holds the secrets, and answers
with a token. A key's token is kept until it ends; a signature is checked anew with every request, since only `members`
knows which nonces were used.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256

import orjson
from pydantic import ValidationError
from starlette.types import ASGIApp, Scope

from chassis.clock import real_now
from chassis.credentials import ADDRESS, REFUSALS, Admission, ShownKey, SignedCall
from chassis.problems import Malformed, Problem, Unauthenticated, Unavailable
from gateway.asking import ask
from gateway.digests import Digest, read_digest
from gateway.headers import Headers, Passing

SIGNATURE = frozenset({b"lianxin-key", b"lianxin-timestamp", b"lianxin-nonce", b"lianxin-signature"})
API_KEY = frozenset({b"lianxin-api-key"})

_REFUSED_SECONDS = 2.0  # how long a refused credential is refused again without asking
_REFUSED_AT_MOST = 1000


class SeveralCredentials(Malformed):
    """A request brings one credential: a token, a signature or a key."""

    title_zh = "一次请求只能用一种凭证：访问令牌、签名或接口密钥，请只保留一种。"


class CredentialMalformed(Malformed):
    """The headers of a signature or a key are not complete, or not of the form that they must have."""

    title_zh = "签名或接口密钥的请求头不完整或格式有误，请对照接口文档修改。"


class DigestMissing(Malformed):
    """A signed request that has a body says its digest in one Content-Digest header (sha-256 or sm3)."""

    title_zh = "签名请求带有正文时须附正文摘要（Content-Digest），请补上后重新签名。"


class MembersAway(Unavailable):
    """Nobody can tell just now whether this credential is good; nothing was changed."""

    title_zh = "暂时无法核对凭证，没有办理任何内容，请稍后重试。"


@dataclass(frozen=True, slots=True)
class Admitted:
    """A request that may go on: its headers for the service, and what the credential said."""

    headers: Headers
    admission: Admission | None = None  # of an API client; none for a token, or for nobody
    digest: Digest | None = None  # what the body has to amount to
    mark: bytes = b""  # by which the credential is remembered


class Door:
    """Turns outside credentials into tokens; holds no secret and no signing key."""

    def __init__(self, services: Mapping[str, ASGIApp], *, seconds: float) -> None:
        self._services = services
        self._seconds = seconds
        self._admitted: dict[bytes, Admission] = {}  # by good keys alone, so no longer than the list of clients
        self._refused: dict[bytes, tuple[Problem, float]] = {}

    async def admit(self, scope: Scope, passing: Passing) -> Admitted:
        """Who asks, as a Bearer token.

        Raises `SeveralCredentials`, `CredentialMalformed`, `DigestMissing`, what `members` refuses with, and
        `MembersAway`.
        """
        said = _one_kind(passing) if passing.credentials else {}
        if not said:
            return Admitted(passing.kept)
        if said.keys() == API_KEY:
            digest = None
            admission, mark = await self._learn(_shown("api-key", said[b"lianxin-api-key"].decode("latin-1")))
        else:
            digest = _digest_of(passing)
            admission, mark = await self._learn(_signed(scope, said, digest.header if digest else ""))
        bearer = (b"authorization", b"Bearer " + admission.access_token.encode())
        return Admitted([*passing.kept, bearer], admission, digest, mark)

    async def admit_open311(self, api_key: str) -> Admission:
        """Who asks by the `api_key` of an Open311 form. Raises as `admit` does."""
        admission, _ = await self._learn(_shown("open311", api_key))
        return admission

    def forget_open311(self, api_key: str) -> None:
        """The service refused the token of this key: ask anew next time."""
        asked = _shown("open311", api_key).model_dump_json().encode()
        self._admitted.pop(sha256(asked).digest(), None)

    async def _learn(self, credential: SignedCall | ShownKey) -> tuple[Admission, bytes]:
        """The token for a credential, and the mark by which it is remembered."""
        asked = credential.model_dump_json().encode()
        mark = sha256(asked).digest()
        refused, until = self._refused.get(mark, (None, 0.0))
        if refused is not None and until > time.monotonic():
            raise type(refused)()
        kept = self._admitted.get(mark)
        if kept is not None and kept.expires_at > real_now():
            return kept, mark
        try:
            admission = await self._ask(asked)
        except Unauthenticated as refusal:
            self._remember_refusal(mark, refusal)
            raise
        if isinstance(credential, ShownKey):
            self._admitted[mark] = admission
        return admission, mark

    def forget(self, admitted: Admitted) -> None:
        """The service refused the token: ask anew next time, since the client may have been let in again."""
        self._admitted.pop(admitted.mark, None)

    async def _ask(self, asked: bytes) -> Admission:
        members = self._services.get("members")
        if members is None:
            raise MembersAway()
        try:
            told = await ask(members, ADDRESS, seconds=self._seconds, body=asked)
            if told.status == 200:
                return Admission.model_validate_json(told.body)
            code = orjson.loads(told.body)["code"]
        except (Problem, ValueError, LookupError, TypeError):
            raise MembersAway() from None
        raise REFUSALS.get(code, MembersAway)()

    def _remember_refusal(self, mark: bytes, refusal: Problem) -> None:
        if len(self._refused) >= _REFUSED_AT_MOST:
            self._refused.clear()
        self._refused[mark] = refusal, time.monotonic() + _REFUSED_SECONDS


def _one_kind(passing: Passing) -> dict[bytes, bytes]:
    """The headers of the one credential, if there is any. Raises where there is another, or half of one."""
    given = [(name, value) for name, value in passing.credentials if name in SIGNATURE or name in API_KEY]
    said = dict(given)
    if not said:
        return said
    if any(name == b"authorization" for name, _ in passing.kept) or (said.keys() & SIGNATURE and said.keys() & API_KEY):
        raise SeveralCredentials()
    if len(said) < len(given) or said.keys() not in (SIGNATURE, API_KEY):
        raise CredentialMalformed(headers=sorted(name.decode("latin-1") for name in said))
    return said


def _digest_of(passing: Passing) -> Digest | None:
    """The digest of the body. Raises `DigestMissing` where a body comes without."""
    values = [value for name, value in passing.kept if name == b"content-digest"]
    if not values and not passing.has_body:
        return None
    digest = read_digest(values[0]) if len(values) == 1 else None
    if digest is None:
        raise DigestMissing()
    return digest


def _signed(scope: Scope, said: dict[bytes, bytes], digest: str) -> SignedCall:
    kind, _, signature = said[b"lianxin-signature"].decode("latin-1").partition("=")
    try:
        return SignedCall.model_validate(
            {
                "kind": kind,
                "key_id": said[b"lianxin-key"].decode("latin-1"),
                "signature": signature,
                "timestamp": said[b"lianxin-timestamp"].decode("latin-1"),
                "nonce": said[b"lianxin-nonce"].decode("latin-1"),
                "method": scope["method"],
                "path": scope["raw_path"].decode("latin-1"),
                "query": scope["query_string"].decode("latin-1"),
                "digest": digest,
            }
        )
    except ValidationError as wrong:
        raise CredentialMalformed(fields=sorted({str(one["loc"][0]) for one in wrong.errors()})) from None


def _shown(kind: str, key: str) -> ShownKey:
    try:
        return ShownKey.model_validate({"kind": kind, "key": key})
    except ValidationError:
        raise CredentialMalformed(fields=["key"]) from None
