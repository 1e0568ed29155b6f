"""Tokens for clients over HTTP: asked for by the gateway, or by the client itself as OAuth 2 has it (RFC 6749)."""

import re
from base64 import b64decode
from collections.abc import Callable, Coroutine
from typing import Any
from urllib.parse import parse_qsl, unquote_plus
from uuid import UUID

import orjson
from fastapi import APIRouter, Request
from fastapi.responses import Response

from chassis.clock import real_now
from chassis.credentials import ADDRESS, Admission, Credential, NonceUsed
from chassis.http import Route, Transaction, public
from chassis.identity import TOKEN_LIFE
from chassis.plans import table_of
from chassis.session import AlreadyThere, Session
from services.members.clients.admission import admit, mint, proves
from services.members.clients.keys import Keys, OpenedKey
from services.members.clients.model import CredentialKind, UsedNonce

FORM = "application/x-www-form-urlencoded"
KEY_ID = re.compile(r"[0-9a-f]{32}")
LONGEST = 4096  # bytes of a form
GIVEN = {
    "access_token": {"type": "string"},
    "token_type": {"const": "Bearer"},
    "expires_in": {"type": "integer", "description": "秒"},
    "scope": {"type": "string", "examples": ["requests.send"]},
}
REFUSED = {
    "error": {"enum": ["invalid_request", "invalid_client", "invalid_scope", "unsupported_grant_type"]},
    "error_description": {"type": "string"},
}


def _said(properties: dict[str, Any]) -> dict[str, Any]:
    """An answer of this form, for the OpenAPI document."""
    schema = {"type": "object", "required": list(properties), "properties": properties, "additionalProperties": False}
    return {"application/json": {"schema": schema}}


class OnceOnly(Route):
    """A route that is refused when its nonce turns out, at the commit, to have been used before."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler that FastAPI calls for each request."""
        inner = super().get_route_handler()

        async def answer(request: Request) -> Response:
            try:
                return await inner(request)
            except AlreadyThere as there:
                if there.table != table_of(UsedNonce).name:
                    raise
                raise NonceUsed() from there

        return answer


class OAuthRefused(Exception):  # rendered as RFC 6749, section 5.2, has it, and not as a problem
    """A token request that is refused, by the RFC's code."""

    def __init__(self, error: str, says: str) -> None:
        super().__init__(error)
        self.error = error
        self.says = says


router = APIRouter(tags=["系统对接"], route_class=OnceOnly)


@router.post(ADDRESS, response_model=Admission, include_in_schema=False)
@public
async def admit_client(body: Credential, session: Transaction) -> Admission:
    """A token for what a caller signed or showed; asked by the gateway, which closes this address to everybody else.

    It is public because what is asked about is the credential itself. Refusals: `credential-refused`, `clock-apart`,
    `nonce-used`.
    """
    return await admit(session, body)


@router.post(
    "/oauth/token",
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                FORM: {
                    "schema": {
                        "type": "object",
                        "required": ["grant_type"],
                        "properties": {
                            "grant_type": {"type": "string", "enum": ["client_credentials"]},
                            "scope": {"type": "string", "description": "以空格分隔；不填为全部"},
                            "client_id": {"type": "string", "description": "密钥编号；也可用 HTTP Basic"},
                            "client_secret": {"type": "string"},
                        },
                        "examples": [{"grant_type": "client_credentials", "scope": "requests.send"}],
                    }
                }
            },
        },
        "responses": {
            "200": {"description": "RFC 6749 第 5.1 节的令牌", "content": _said(GIVEN)},
            "400": {"description": "RFC 6749 第 5.2 节的错误", "content": _said(REFUSED)},
            "401": {"description": "客户端编号或密钥不对", "content": _said(REFUSED)},
        },
    },
)
@public
async def give_token(request: Request, session: Transaction) -> Response:
    """A token for a client's own id and secret (OAuth 2 client credentials); good for 15 minutes."""
    try:
        said = await _form(request)
        if said.get("grant_type") != "client_credentials":
            raise OAuthRefused(*_GRANT if "grant_type" in said else ("invalid_request", "grant_type is missing"))
        key = await _client(session, request, said)
        scopes = _scopes(key, said.get("scope"))
    except OAuthRefused as refused:
        return _refuse(refused)
    token: dict[str, str | int] = {
        "access_token": await mint(session, key, scopes=scopes),
        "token_type": "Bearer",
        "expires_in": int(TOKEN_LIFE.total_seconds()),
        "scope": " ".join(sorted(scopes)),
    }
    return _json(200, token)


_GRANT = ("unsupported_grant_type", "only client_credentials is given")


async def _form(request: Request) -> dict[str, str]:
    """The form's fields, each given once."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != FORM:
        raise OAuthRefused("invalid_request", f"the body is to be {FORM}")
    body = await request.body()
    try:
        pairs = parse_qsl(body[: LONGEST + 1].decode("ascii"), errors="strict", max_num_fields=20)
    except ValueError:
        raise OAuthRefused("invalid_request", "the form cannot be read") from None
    said = dict(pairs)
    if len(body) > LONGEST or len(said) < len(pairs):
        raise OAuthRefused("invalid_request", "the form is too long, or has a field twice")
    return said


async def _client(session: Session, request: Request, said: dict[str, str]) -> OpenedKey:
    """The key that a client proved, by HTTP Basic or in the form; by both is refused (section 2.3)."""
    authorization = request.headers.get("authorization")
    if authorization is None:
        key_id, secret = said.get("client_id", ""), said.get("client_secret", "")
    elif "client_secret" in said:
        raise OAuthRefused("invalid_request", "one way of authentication, not two")
    else:
        key_id, secret = _basic(authorization)
    key = await session.use(Keys).of(session, UUID(key_id)) if KEY_ID.fullmatch(key_id) else None
    if not proves(key, secret) or key is None or not key.is_good(CredentialKind.OAUTH, real_now()):
        raise OAuthRefused("invalid_client", "unknown client, or wrong secret")
    return key


def _basic(authorization: str) -> tuple[str, str]:
    scheme, _, encoded = authorization.partition(" ")
    try:
        key_id, _, secret = b64decode(encoded, validate=True).decode().partition(":")
    except ValueError:
        scheme, key_id, secret = "", "", ""
    return (unquote_plus(key_id), unquote_plus(secret)) if scheme.lower() == "basic" else ("", "")


def _scopes(key: OpenedKey, asked: str | None) -> frozenset[str]:
    scopes = key.scopes if asked is None else frozenset(asked.split())
    if not scopes or not scopes <= key.scopes:
        raise OAuthRefused("invalid_scope", "this client was not given that scope")
    return scopes


def _refuse(refused: OAuthRefused) -> Response:
    unknown = refused.error == "invalid_client"
    answer = _json(401 if unknown else 400, {"error": refused.error, "error_description": refused.says})
    if unknown:
        answer.headers["WWW-Authenticate"] = 'Basic realm="lianxin"'
    return answer


def _json(code: int, body: dict[str, str | int]) -> Response:
    headers = {"Cache-Control": "no-store", "Pragma": "no-cache"}
    return Response(orjson.dumps(body), code, headers, "application/json")
