"""Signing keys and tokens: made at the first start, sealed at rest, published to all who check."""

from datetime import datetime, timedelta
from uuid import UUID

import jwt
from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP256R1,
    EllipticCurvePrivateKey,
    EllipticCurvePublicKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_der_private_key,
    load_pem_public_key,
)
from jwt.algorithms import ECAlgorithm
from sqlalchemy import bindparam
from sqlalchemy import select as columns
from sqlmodel import col, select

from chassis.clock import real_now
from chassis.identity import AUDIENCE, ISSUER, TOKEN_LIFE
from chassis.problems import Unavailable
from chassis.secrecy import Vault, place_of
from chassis.session import Session
from chassis.tables import VERIFICATION_KEY, new_id
from contracts.members import SigningKeyPublished
from services.members.accounts.model import SigningKey

KEY_LIFE = timedelta(days=400)
KEY_SPARE = timedelta(days=30)
"""A key that ends sooner than this is followed by a new one at the next start."""

GOOD = columns(col(SigningKey.kid), col(SigningKey.public_key)).where(col(SigningKey.not_after) > bindparam("now"))
NEWEST = select(SigningKey).order_by(col(SigningKey.turn).desc()).limit(1)


class NoSigningKey(Unavailable):
    """This service has no signing key yet; it makes one as it starts."""

    title_zh = "系统正在启动，请稍候片刻再登录。"


class Signer:
    """Signs tokens; keeps the newest key in memory, since opening it takes longer than signing."""

    def __init__(self) -> None:
        self._held: tuple[str, EllipticCurvePrivateKey, datetime] | None = None

    async def token(
        self, session: Session, subject_id: UUID, *, session_id: UUID, scopes: frozenset[str] | None = None
    ) -> str:
        """A token (ES256) that says who asks. Raises `NoSigningKey`.

        For a person it says nothing of what they may do. For a client, `scopes` say what it was allowed, and
        `session_id` is the id of its key.
        """
        now = real_now()
        if self._held is None or now + TOKEN_LIFE > self._held[2]:
            self._held = await _newest(session)
        kid, key, _ = self._held
        claims = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": str(subject_id),
            "sid": str(session_id),
            "iat": now.timestamp(),  # to the microsecond: a token given right after a withdrawal is good
            "exp": now + TOKEN_LIFE,
            "jti": new_id().hex,
        }
        if scopes is not None:
            claims |= {"kind": "client", "scope": " ".join(sorted(scopes))}
        return jwt.encode(claims, key, algorithm="ES256", headers={"kid": kid})


async def _newest(session: Session) -> tuple[str, EllipticCurvePrivateKey, datetime]:
    newest = await session.first(NEWEST)
    if newest is None or newest.not_after < real_now() + TOKEN_LIFE:
        raise NoSigningKey()
    opened = session.use(Vault).open_bytes(newest.private_key, place=_place(newest.kid))
    key = load_der_private_key(opened, password=None)
    assert isinstance(key, EllipticCurvePrivateKey)
    return newest.kid, key, newest.not_after


async def make_key_if_none(session: Session) -> None:
    """Make and publish a signing key unless one is there that lasts.

    Of two processes that do this at once, the second is refused at its commit with `AlreadyThere`.
    """
    newest = await session.first(NEWEST)
    if newest is not None and newest.not_after > real_now() + KEY_SPARE:
        return
    pair = generate_private_key(SECP256R1())
    kid, ends = new_id().hex, real_now() + KEY_LIFE
    private = pair.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    public = pair.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    session.add(
        SigningKey(
            kid=kid,
            turn=newest.turn + 1 if newest else 1,
            private_key=session.use(Vault).seal_bytes(private, place=_place(kid)),
            public_key=public,
            not_after=ends,
        )
    )
    session.insert(VERIFICATION_KEY, {"kid": kid, "public_key": public, "not_after": ends})
    session.publish(SigningKeyPublished(kid=kid, public_key=public, not_after=ends))


async def current_keys(session: Session) -> list[dict[str, str]]:
    """The public keys that are good now, each as a JSON web key."""
    keys = []
    for kid, pem in await session.all(GOOD, now=real_now()):
        public = load_pem_public_key(pem.encode())
        assert isinstance(public, EllipticCurvePublicKey)
        keys.append(ECAlgorithm.to_jwk(public, as_dict=True) | {"kid": kid, "alg": "ES256", "use": "sig"})
    return keys


def _place(kid: str) -> str:
    return place_of("signing_key", "private_key", kid)
