"""What an ID token has to be before it is believed (OpenID Connect Core 1.0, section 3.1.3.7)."""

import hmac
from collections.abc import Mapping, Sequence
from datetime import timedelta

import jwt
import structlog

from chassis.clock import real_now
from services.members.single_sign_on.refusals import IdentityNotTrusted

ALGORITHMS = frozenset({"RS256", "PS256", "ES256"})
"""Signatures by a key that the provider alone holds: never «none», never one made with a secret that we hold too."""
CLOCKS_DIFFER = timedelta(seconds=60)
OLDEST = timedelta(minutes=10)

Claims = Mapping[str, object]

log = structlog.get_logger("single_sign_on")


class UnknownKey(Exception):  # the provider's keys are fetched again, once
    """The token names a key that is not among these."""


def check_id_token(
    token: str, keys: Sequence[Mapping[str, object]], *, issuer: str, client_id: str, nonce: str
) -> Claims:
    """What the provider says of the one who signs in, to us, now, and in answer to this very sign-in.

    Raises `UnknownKey`, or `IdentityNotTrusted` for everything else; why goes to the log and to nobody else.
    """
    try:
        head = jwt.get_unverified_header(token)
        if head.get("alg") not in ALGORITHMS:
            raise jwt.InvalidAlgorithmError
        key = _key(keys, kid=head.get("kid"), algorithm=str(head["alg"]))
        claims: Claims = jwt.decode(
            token,
            key,
            algorithms=[str(head["alg"])],
            audience=client_id,
            issuer=issuer,
            leeway=CLOCKS_DIFFER,
            options={"require": ["iss", "sub", "aud", "exp", "iat", "nonce"]},
        )
    except jwt.PyJWTError as wrong:
        raise _not_trusted(type(wrong).__name__) from wrong
    audience, party = claims["aud"], claims.get("azp")
    if party not in ({client_id} if isinstance(audience, list) and len(audience) > 1 else {client_id, None}):
        raise _not_trusted("azp")
    if not hmac.compare_digest(str(claims["nonce"]).encode(), nonce.encode()):
        raise _not_trusted("nonce")
    issued = claims["iat"]
    if (
        not isinstance(issued, int | float)
        or real_now().timestamp() - issued > (OLDEST + CLOCKS_DIFFER).total_seconds()
    ):
        raise _not_trusted("iat")
    return claims


def _key(keys: Sequence[Mapping[str, object]], *, kid: object, algorithm: str) -> jwt.PyJWK:
    """The provider's key of this name; a token that names none is taken for the one key that there is."""
    fitting = [one for one in keys if (kid is None or one.get("kid") == kid) and one.get("use") in {None, "sig"}]
    fitting = [one for one in fitting if one.get("alg") in {None, algorithm}]
    if len(fitting) != 1:
        raise UnknownKey
    return jwt.PyJWK(dict(fitting[0]), algorithm=algorithm)


def _not_trusted(why: str) -> IdentityNotTrusted:
    log.warning("not_trusted", why=why)
    return IdentityNotTrusted()
