"""Letting clients in: a signature, a key or a client's secret for a token that every service takes."""

import hmac
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from uuid import UUID

from sqlalchemy import bindparam
from sqlalchemy import select as columns
from sqlmodel import col

from chassis import audit
from chassis.clock import real_now
from chassis.credentials import (
    CLOCK_WINDOW_SECONDS,
    Admission,
    ClockApart,
    CredentialRefused,
    ShownKey,
    SignedCall,
)
from chassis.identity import TOKEN_LIFE
from chassis.plans import table_of
from chassis.session import Session
from services.members.accounts.keys import Signer
from services.members.clients import signatures
from services.members.clients.keys import NOBODYS, Keys, OpenedKey
from services.members.clients.model import UsedNonce

WINDOW = timedelta(seconds=CLOCK_WINDOW_SECONDS)
CLOCKS_DIFFER = timedelta(minutes=1)
"""What the clocks of two copies of this service may differ by."""
LEAST_LEFT = TOKEN_LIFE / 3
"""A token that ends sooner is not given again."""

OVER = columns(col(UsedNonce.id)).where(col(UsedNonce.expires_at) < bindparam("now")).limit(1000)


class Minted:
    """Tokens that were given for keys, to be given again: services know them already, and signing costs more."""

    MOST = 1000

    def __init__(self) -> None:
        self._kept: dict[UUID, tuple[datetime, Admission]] = {}

    async def for_key(self, session: Session, key: OpenedKey) -> Admission:
        """A token that stands for this key, as its client stands now. Raises `NoSigningKey`."""
        now = real_now()
        changed_at, admission = self._kept.get(key.id, (None, None))
        if admission is None or changed_at != key.changed_at or admission.expires_at - now < LEAST_LEFT:
            await session.flush()  # a nonce that was used before is refused here, and nothing is signed for it
            admission = Admission(
                access_token=await mint(session, key, scopes=key.scopes),
                expires_at=min(now + TOKEN_LIFE, key.ends_at),
            )
            if len(self._kept) >= self.MOST:
                self._kept.clear()
            self._kept[key.id] = key.changed_at, admission
        return admission


async def admit(session: Session, credential: SignedCall | ShownKey) -> Admission:
    """The token for a credential.

    Raises `CredentialRefused`, whatever of it is not good, and for a good signature `ClockApart`. A nonce that was used
    before is refused at the commit, with `AlreadyThere`.
    """
    if isinstance(credential, SignedCall):
        key = await session.use(Keys).of(session, UUID(credential.key_id))
        secret = key.secret if key else NOBODYS
        right = signatures.is_right(secret, credential.text(), kind=credential.kind, signature=credential.signature)
    else:
        key_id, _, shown = credential.key.partition(".")
        key = await session.use(Keys).of(session, UUID(key_id))
        right = proves(key, shown)
    now = real_now()
    if key is None or not right or not key.is_good(credential.kind, now):
        raise CredentialRefused()
    if isinstance(credential, SignedCall):
        signed_at = datetime.fromtimestamp(credential.timestamp, UTC)
        if abs(signed_at - now) > WINDOW:
            raise ClockApart()
        used = sha256(key.id.bytes + credential.nonce.encode()).digest()
        session.add(UsedNonce(id=used, expires_at=signed_at + WINDOW + CLOCKS_DIFFER))
    return await session.use(Minted).for_key(session, key)


def proves(key: OpenedKey | None, shown: str) -> bool:
    """Whether a secret that was shown is this key's, found out in constant time; of no key it takes as long."""
    return hmac.compare_digest((key.secret if key else NOBODYS).encode(), shown.encode())


async def mint(session: Session, key: OpenedKey, *, scopes: frozenset[str]) -> str:
    """A new token for a key, of its scopes or fewer; recorded. Raises `NoSigningKey`."""
    token = await session.use(Signer).token(
        session, key.client_id, session_id=key.id, scopes=scopes, requests_per_minute=key.requests_per_minute
    )
    audit.record(session, actor_id=key.client_id, action="admit_client", about=key.id, reason=key.kind.value)
    return token


async def forget_old_nonces(session: Session) -> int:
    """Take away nonces whose timestamps could not be taken again; returns how many."""
    over = [used for (used,) in await session.all(OVER, now=real_now())]
    if over:
        session.erase(table_of(UsedNonce), *over)
    return len(over)
