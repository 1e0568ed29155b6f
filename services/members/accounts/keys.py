"""Signing keys and tokens: each key is told of before it signs, sealed at rest, and followed by another."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
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

from chassis import audit
from chassis.clock import real_now
from chassis.identity import AUDIENCE, ISSUER, TOKEN_LIFE
from chassis.problems import NotFound, Unavailable
from chassis.secrecy import Vault, place_of
from chassis.session import Session
from chassis.tables import VERIFICATION_KEY, new_id
from contracts.members import SigningKeyPublished, SigningKeyWithdrawn
from services.members.accounts.model import SigningKey

SIGNING = timedelta(days=30)
"""A key that has signed for so long is followed by another (real time)."""
HEARING = timedelta(minutes=10)
"""A new key is told of so long before it signs; a service that has not heard by then refuses its tokens."""
KEY_LIFE = timedelta(days=60)
"""A key ends after so long even if none follows: a service that no longer hears believes it no longer than this."""
CLOCKS_DIFFER = timedelta(minutes=1)

GOOD = columns(col(SigningKey.kid), col(SigningKey.public_key)).where(col(SigningKey.not_after) > bindparam("now"))
KNOWN = columns(
    col(SigningKey.kid), col(SigningKey.turn), col(SigningKey.signs_from), col(SigningKey.not_after)
).order_by(col(SigningKey.turn).desc())
SIGNS = (
    columns(col(SigningKey.kid), col(SigningKey.private_key))
    .where(col(SigningKey.signs_from) <= bindparam("now"), col(SigningKey.not_after) > bindparam("ends"))
    .order_by(col(SigningKey.turn).desc())
    .limit(1)
)
NEWEST = select(SigningKey).order_by(col(SigningKey.turn).desc()).limit(1)
LASTING = (
    select(SigningKey)
    .where(col(SigningKey.not_after) > bindparam("now"))
    .order_by(col(SigningKey.turn))
    .with_for_update()
)


class NoSigningKey(Unavailable):
    """This service has no signing key yet; it makes one as it starts."""

    title_zh = "系统正在启动，请稍候片刻再登录。"


class NoSuchKey(NotFound):
    """No key that is still good has this id."""

    title_zh = "没有这个编号的有效密钥，请用 lianxin keys list 核对。"


class Signer:
    """Signs tokens, and what is said to everybody.

    Which key it is its turn is looked up each time, so that no copy of this service goes on with a withdrawn one; the
    opened key stays in memory, since opening it takes longer than signing.
    """

    def __init__(self) -> None:
        self._held: tuple[str, EllipticCurvePrivateKey] | None = None

    async def token(
        self,
        session: Session,
        subject_id: UUID,
        *,
        session_id: UUID,
        scopes: frozenset[str] | None = None,
        requests_per_minute: int | None = None,
        beside: Sequence[UUID] = (),
    ) -> str:
        """A token (ES256) that says who asks. Raises `NoSigningKey`.

        For a person it says nothing of what they may do, but who else in office uses their device (`beside`). For a
        client, `scopes` say what it was allowed, `requests_per_minute` tells the gateway how much, and `session_id` is
        the id of its key.
        """
        now = real_now()
        kid, key = await self._in_turn(session)
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
            claims |= {"kind": "client", "scope": " ".join(sorted(scopes)), "rate": requests_per_minute}
        if beside:
            claims["beside"] = [str(one) for one in beside]
        return jwt.encode(claims, key, algorithm="ES256", headers={"kid": kid})

    async def statement(self, session: Session, said: Mapping[str, object], *, kind: str) -> str:
        """What this service says to everybody, signed (JWS, ES256), of a kind that is no token. Raises `NoSigningKey`.

        `said` names an audience of its own, so that nobody takes it for a token.
        """
        kid, key = await self._in_turn(session)
        return jwt.encode(dict(said), key, algorithm="ES256", headers={"kid": kid, "typ": kind})

    async def _in_turn(self, session: Session) -> tuple[str, EllipticCurvePrivateKey]:
        now = real_now()
        turn = await session.first(SIGNS, now=now, ends=now + TOKEN_LIFE)
        if turn is None:
            raise NoSigningKey()
        kid, sealed = turn
        if self._held is None or self._held[0] != kid:
            self._held = kid, _opened(session.use(Vault), kid, sealed)
        return self._held


@dataclass(frozen=True, slots=True)
class KeyStands:
    """How a key stands, for the operator."""

    kid: str
    signs_from: datetime
    not_after: datetime


async def keys_of(session: Session) -> list[KeyStands]:
    """Every key there ever was, the newest first."""
    return [KeyStands(kid, signs_from, not_after) for kid, _, signs_from, not_after in await session.all(KNOWN)]


async def keep_keys_turning(session: Session) -> int:
    """Make the first key, or the next one when the newest has signed for its time; returns how many were made.

    Of two processes that make the first at once, the second is refused at its commit with `AlreadyThere`.
    """
    now = real_now()
    turn = await _next_turn(session)  # before it is decided: a key that comes meanwhile takes this one's turn
    lasting = await session.all(LASTING, now=now + TOKEN_LIFE)
    if not lasting:
        await _add_key(session, turn, signs_from=now)
    elif lasting[-1].signs_from <= now - SIGNING:
        await _add_key(session, turn, signs_from=now + HEARING)
    else:
        return 0
    return 1


async def rotate(session: Session, *, hearing: timedelta = HEARING) -> str:
    """Have another key sign after the time that services are given to hear of it; returns its id.

    Each older key is good until the last token that it signs has ended.
    """
    kid = await _add_key(session, await _next_turn(session), signs_from=real_now() + hearing)
    audit.record(session, actor_id=None, action="rotate_signing_key", about=kid)
    return kid


async def withdraw_key(session: Session, kid: str) -> None:
    """Have every service refuse what this key signed, from now on; another key signs at once. Raises `NoSuchKey`."""
    now = real_now()
    lasting = await session.all(LASTING, now=now)
    withdrawn = next((key for key in lasting if key.kid == kid), None)
    if withdrawn is None:
        raise NoSuchKey()
    signs = any(
        key.signs_from <= now and key.not_after > now + HEARING + TOKEN_LIFE for key in lasting if key is not withdrawn
    )
    newest = lasting[-1]
    if withdrawn is not newest and not signs:
        newest.signs_from = now  # sooner than was meant
    withdrawn.not_after = now
    session.alter(VERIFICATION_KEY, kid, {"not_after": now})
    session.publish(SigningKeyWithdrawn(kid=kid, withdrawn_at=now))
    audit.record(session, actor_id=None, action="withdraw_signing_key", about=kid)
    if withdrawn is newest:
        await _add_key(session, await _next_turn(session), signs_from=now + HEARING if signs else now)


async def _next_turn(session: Session) -> int:
    newest = await session.first(NEWEST)
    return newest.turn + 1 if newest else 1


async def _add_key(session: Session, turn: int, *, signs_from: datetime) -> str:
    """Make a key and tell of it; those before it end with the last token that they sign."""
    ends = signs_from + TOKEN_LIFE + CLOCKS_DIFFER
    for older in await session.all(LASTING, now=real_now()):
        if older.not_after > ends:
            older.not_after = ends
            session.alter(VERIFICATION_KEY, older.kid, {"not_after": ends})
            session.publish(_published(older))
    pair = generate_private_key(SECP256R1())
    private = pair.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    kid = new_id().hex
    made = SigningKey(
        kid=kid,
        turn=turn,
        private_key=session.use(Vault).seal_bytes(private, place=_place(kid)),
        public_key=pair.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode(),
        signs_from=signs_from,
        not_after=signs_from + KEY_LIFE,
    )
    session.add(made)
    session.insert(VERIFICATION_KEY, {"kid": kid, "public_key": made.public_key, "not_after": made.not_after})
    session.publish(_published(made))
    return kid


def _published(key: SigningKey) -> SigningKeyPublished:
    return SigningKeyPublished(kid=key.kid, public_key=key.public_key, not_after=key.not_after)


def _opened(vault: Vault, kid: str, sealed: bytes) -> EllipticCurvePrivateKey:
    key = load_der_private_key(vault.open_bytes(sealed, place=_place(kid)), password=None)
    assert isinstance(key, EllipticCurvePrivateKey)
    return key


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
