"""The county's identity provider as we call it: its discovery document, its keys, code for token, who somebody is."""

import asyncio
import time
from base64 import b64encode
from collections.abc import Mapping, Sequence
from urllib.parse import quote_plus, urlencode

import orjson
from pydantic import BaseModel, ValidationError

from chassis.outside import Away, Outside, Reply
from chassis.settings import SingleSignOnSettings
from services.members.single_sign_on.attempts import Attempt, s256
from services.members.single_sign_on.id_token import Claims, UnknownKey, check_id_token
from services.members.single_sign_on.refusals import (
    IdentityNotTrusted,
    ProviderAway,
    ProviderRefusesUs,
    ProviderUnreadable,
    SignOnOver,
    SingleSignOnNotSetUp,
)

KEPT = 3600.0  # seconds for which the discovery document is believed
KEYS_REST = 10.0  # seconds in which keys are fetched no second time, whatever tokens name
PHONE = "phone_number"
FORM = {"content-type": "application/x-www-form-urlencoded", "accept": "application/json"}


class Metadata(BaseModel):
    """What we need of a discovery document (OpenID Connect Discovery 1.0, section 3)."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str | None = None
    token_endpoint_auth_methods_supported: list[str] = ["client_secret_basic"]
    authorization_response_iss_parameter_supported: bool = False


class Provider:
    """The provider of the settings. Every refusal is a problem that says what else to do."""

    def __init__(self, settings: SingleSignOnSettings) -> None:
        self.settings = settings
        self._servers: dict[str, Outside] = {}
        self._metadata: tuple[Metadata, float] | None = None
        self._keys: tuple[Sequence[Mapping[str, object]], float] = ([], -KEYS_REST)
        self._fetching = asyncio.Lock()

    @property
    def issuer(self) -> str:
        """By what name the provider goes. Raises `SingleSignOnNotSetUp`."""
        if self.settings.issuer is None:
            raise SingleSignOnNotSetUp()
        return self.settings.issuer

    async def authorization_address(self, attempt: Attempt) -> str:
        """Where the browser goes to sign in (authorization code with PKCE, RFC 7636). Raises `ProviderAway`, …"""
        metadata = await self.metadata()
        query = {
            "response_type": "code",
            "client_id": self.settings.client_id,
            "redirect_uri": self.settings.redirect,
            "scope": self.settings.scope,
            "state": attempt.state,
            "nonce": attempt.nonce,
            "code_challenge": s256(attempt.verifier),
            "code_challenge_method": "S256",
        }
        joint = "&" if "?" in metadata.authorization_endpoint else "?"
        return f"{metadata.authorization_endpoint}{joint}{urlencode(query)}"

    async def check_speaker(self, issuer: str | None) -> None:
        """Whether the way back names the provider that was asked (RFC 9207). Raises `IdentityNotTrusted`."""
        metadata = await self.metadata()
        unnamed = issuer is None and not metadata.authorization_response_iss_parameter_supported
        if issuer != metadata.issuer and not unnamed:
            raise IdentityNotTrusted()

    async def claims_of(self, attempt: Attempt, code: str) -> Claims:
        """Who signed in, for the code that the browser brought back.

        Raises `SignOnOver` for a code that is used or over, `IdentityNotTrusted`, `ProviderAway`, `ProviderRefusesUs`,
        `ProviderUnreadable`.
        """
        metadata = await self.metadata()
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.settings.redirect,
            "code_verifier": attempt.verifier,
        }
        headers = dict(FORM)
        self._say_who_we_are(metadata, form, headers)
        reply = await self._ask("POST", metadata.token_endpoint, body=urlencode(form).encode(), headers=headers)
        told = _read(reply)
        if reply.code != 200:
            raise SignOnOver() if told.get("error") == "invalid_grant" else ProviderRefusesUs()
        claims = await self._checked(_text(told, "id_token"), attempt, metadata)
        wanted = {self.settings.subject_claim} | ({PHONE} if self.settings.binds_by_phone else set())
        if metadata.userinfo_endpoint is None or wanted <= claims.keys():
            return claims
        return await self._more(claims, _text(told, "access_token"), metadata.userinfo_endpoint)

    def _say_who_we_are(self, metadata: Metadata, form: dict[str, str], headers: dict[str, str]) -> None:
        """Name this client to the token endpoint, with its secret if it has one (RFC 6749, section 2.3.1)."""
        ours, secret = self.settings.client_id, self.settings.client_secret
        if secret is not None and "client_secret_basic" in metadata.token_endpoint_auth_methods_supported:
            pair = f"{quote_plus(ours)}:{quote_plus(secret.get_secret_value())}"
            headers["authorization"] = f"Basic {b64encode(pair.encode()).decode()}"
            return
        form["client_id"] = ours
        if secret is not None:
            form["client_secret"] = secret.get_secret_value()

    async def metadata(self) -> Metadata:
        """The discovery document, fetched anew each hour."""
        issuer = self.issuer
        async with self._fetching:
            if self._metadata is None or time.monotonic() - self._metadata[1] > KEPT:
                reply = await self._ask("GET", f"{issuer.rstrip('/')}/.well-known/openid-configuration")
                try:
                    found = Metadata.model_validate(_read(reply))
                except ValidationError as wrong:
                    raise ProviderUnreadable() from wrong
                if found.issuer != issuer:
                    raise ProviderRefusesUs()
                self._metadata = found, time.monotonic()
            return self._metadata[0]

    async def _checked(self, token: str, attempt: Attempt, metadata: Metadata) -> Claims:
        """The claims of an ID token; a key that is not known may have come after the last look."""
        given = {"issuer": metadata.issuer, "client_id": self.settings.client_id, "nonce": attempt.nonce}
        try:
            return check_id_token(token, self._keys[0], **given)
        except UnknownKey:
            try:
                return check_id_token(token, await self._new_keys(metadata), **given)
            except UnknownKey as wrong:
                raise IdentityNotTrusted() from wrong

    async def _new_keys(self, metadata: Metadata) -> Sequence[Mapping[str, object]]:
        async with self._fetching:
            if time.monotonic() - self._keys[1] >= KEYS_REST:
                keys = _read(await self._ask("GET", metadata.jwks_uri)).get("keys")
                if not isinstance(keys, list):
                    raise ProviderUnreadable()
                self._keys = [key for key in keys if isinstance(key, dict)], time.monotonic()
            return self._keys[0]

    async def _more(self, claims: Claims, access_token: str, endpoint: str) -> Claims:
        """What the provider says beside the ID token, if it is of the same subject (Core, section 5.3.2)."""
        reply = await self._ask("GET", endpoint, headers={"authorization": f"Bearer {access_token}"})
        told = _read(reply)
        if reply.code != 200 or told.get("sub") != claims["sub"]:
            raise IdentityNotTrusted()
        return {**told, **claims}

    async def _ask(
        self, method: str, address: str, *, body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> Reply:
        try:
            if address not in self._servers:
                self._servers[address] = Outside(address, seconds=self.settings.seconds)
            return await self._servers[address].ask(method, "", body=body, headers=headers)
        except Away as away:
            raise ProviderAway() from away


def _read(reply: Reply) -> Mapping[str, object]:
    try:
        told = orjson.loads(reply.body)
    except orjson.JSONDecodeError as wrong:
        raise ProviderUnreadable() from wrong
    if not isinstance(told, dict):
        raise ProviderUnreadable()
    return told


def _text(told: Mapping[str, object], name: str) -> str:
    found = told.get(name)
    if not isinstance(found, str):
        raise ProviderUnreadable()
    return found
