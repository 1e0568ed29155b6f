"""Keys with their secrets opened, remembered for a second."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from time import monotonic
from uuid import UUID

from sqlalchemy import bindparam
from sqlalchemy import select as columns
from sqlmodel import col

from chassis.secrecy import Vault, place_of
from chassis.session import Session
from services.members.clients.model import ApiClient, ClientKey, CredentialKind

SECRET_BYTES = 32
NOBODYS = secrets.token_urlsafe(SECRET_BYTES)  # what is compared with where there is no key: no answer comes sooner

KEY = (
    columns(
        col(ClientKey.secret),
        col(ClientKey.kind),
        col(ClientKey.expires_at),
        col(ApiClient.id),
        col(ApiClient.kinds),
        col(ApiClient.scopes),
        col(ApiClient.requests_per_minute),
        col(ApiClient.expires_at),
        col(ApiClient.suspended_at),
        col(ApiClient.changed_at),
    )
    .join_from(ClientKey, ApiClient, col(ApiClient.id) == col(ClientKey.client_id))
    .where(col(ClientKey.id) == bindparam("key"))
)


@dataclass(frozen=True, slots=True)
class OpenedKey:
    """A key with its secret in clear, and what its client is allowed."""

    id: UUID
    secret: str
    kind: CredentialKind
    client_id: UUID
    scopes: frozenset[str]
    requests_per_minute: int
    ends_at: datetime  # the key's end or the client's, whichever is sooner
    allowed: bool  # the client is not suspended, and may use this kind
    changed_at: datetime

    def is_good(self, kind: str, now: datetime) -> bool:
        """Whether it lets its client in by this kind of credential, at a real instant."""
        return self.allowed and self.kind == kind and now < self.ends_at


class Keys:
    """Opened keys, remembered for a second of real time: a client that asks often costs no look-up.

    A key that was ended, or a client that was suspended, is refused within that second by every copy of this service.
    """

    KEPT = 1.0  # seconds
    MOST = 1000

    def __init__(self) -> None:
        self._known: dict[UUID, tuple[float, OpenedKey | None]] = {}

    async def of(self, session: Session, key_id: UUID) -> OpenedKey | None:
        """The key with this id, if there is one."""
        now = monotonic()
        kept = self._known.get(key_id)
        if kept is None or kept[0] < now:
            if len(self._known) >= self.MOST:  # made-up ids must not fill the memory
                self._known.clear()
            kept = self._known[key_id] = now + self.KEPT, await _opened(session, key_id)
        return kept[1]

    def forget(self) -> None:
        """Look again; something was changed here."""
        self._known.clear()


def new_secret() -> str:
    """43 characters of a URL-safe alphabet: 256 bits."""
    return secrets.token_urlsafe(SECRET_BYTES)


def sealed(session: Session, key_id: UUID, secret: str) -> bytes:
    """A secret as it is kept."""
    return session.use(Vault).seal(secret, place=_place(key_id))


async def _opened(session: Session, key_id: UUID) -> OpenedKey | None:
    found = await session.first(KEY, key=key_id)
    if found is None:
        return None
    secret, kind, key_ends, client_id, kinds, scopes, per_minute, client_ends, suspended_at, changed_at = found
    return OpenedKey(
        id=key_id,
        secret=session.use(Vault).open(secret, place=_place(key_id)),
        kind=kind,
        client_id=client_id,
        scopes=frozenset(scopes),
        requests_per_minute=per_minute,
        ends_at=min(key_ends, client_ends),
        allowed=suspended_at is None and kind in kinds,
        changed_at=changed_at,
    )


def _place(key_id: UUID) -> str:
    return place_of("client_key", "secret", key_id)
