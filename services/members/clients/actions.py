"""Registering clients, giving them keys and taking these away, suspending a client and letting it in again."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis import audit
from chassis.clock import real_now
from chassis.divisions import township_of
from chassis.identity import Actor
from chassis.problems import Conflict, NotAllowedNow, NotFound
from chassis.session import Session
from chassis.tables import new_id
from contracts.members import AccessWithdrawn
from services.members.clients.keys import Keys, new_secret, sealed
from services.members.clients.model import LIVE_KEYS, ApiClient, ClientKey, CredentialKind, Scope
from services.members.clients.policy import check_may_manage
from services.members.organizations.model import NoSuchOrganization, Organization

KEY_LIFE = timedelta(days=365)
"""A key is good for so long, and never longer than its client (real time); own value, no source."""
OVERLAP = timedelta(days=7)
"""How long the older key lives on after a rotation, so that the new one can be put in its place."""
CLOCKS_DIFFER = timedelta(seconds=5)
"""What the clocks of two copies of this service may differ by, and how long one may go on by what it knew."""

KEYS = select(ClientKey).where(col(ClientKey.client_id) == bindparam("client")).order_by(col(ClientKey.id))
LIVE = KEYS.where(col(ClientKey.kind) == bindparam("kind"), col(ClientKey.expires_at) > bindparam("now"))
LIVE_LOCKED = LIVE.with_for_update()


class KindNotAllowed(Conflict):
    """This client was not allowed this kind of credential."""

    title_zh = "该系统没有开通这种凭证，请改用已开通的凭证，或重新登记。"


class TwoLiveKeys(Conflict):
    """A client has at most two keys of one kind at a time; end one first, or rotate."""

    title_zh = "同一种密钥最多同时有两个有效，请先停用一个，或使用轮换。"


class AlreadySuspended(NotAllowedNow):
    """This client is suspended already."""

    title_zh = "该系统已经暂停，无需重复办理。"


class NotSuspended(NotAllowedNow):
    """This client is not suspended."""

    title_zh = "该系统没有暂停，无需恢复。"


class JustSuspended(NotAllowedNow):
    """The suspension is still on its way to all services; let the client in again in some seconds."""

    title_zh = "暂停刚刚生效，请几秒后再恢复。"


@dataclass(frozen=True, slots=True)
class IssuedKey:
    """A new key, with the secret that is shown this once."""

    key: ClientKey
    secret: str


async def register(
    session: Session,
    *,
    by: Actor | None,
    organization_id: UUID,
    name: str,
    scopes: set[Scope],
    kinds: set[CredentialKind],
    requests_per_minute: int,
    expires_at: datetime,
) -> ApiClient:
    """Enter a client, which has no key yet. `by` is none for the operator at the machine.

    Raises `Forbidden`, `NoSuchOrganization`, or `NotFound` for one of another county.
    """
    organization = await session.get(Organization, organization_id)
    if by is not None:
        await check_may_manage(session, by, organization)
    if organization is None:
        raise NoSuchOrganization()
    client = ApiClient(
        id=new_id(),
        township_code=township_of(organization.division_code),
        division_code=organization.division_code,
        organization_id=organization.id,
        name=name,
        scopes=sorted(scopes),
        kinds=sorted(kinds),
        requests_per_minute=requests_per_minute,
        expires_at=expires_at,
        suspended_at=None,
        changed_at=real_now(),
    )
    session.add(client)
    session.publish(client.registered())
    if by is None:
        audit.record(session, actor_id=None, action="register_client", about=client.id)
    return client


async def issue_key(
    session: Session, client_id: UUID, *, by: Actor | None, kind: CredentialKind, expires_at: datetime | None = None
) -> IssuedKey:
    """Give a client a key. Raises `NotFound`, `KindNotAllowed`, `TwoLiveKeys`."""
    client = await _locked(session, client_id, by=by)
    live = await session.all(LIVE, client=client_id, kind=kind, now=real_now())
    if len(live) >= LIVE_KEYS:
        raise TwoLiveKeys()
    return _issued(session, client, kind=kind, expires_at=expires_at, by=by)


async def rotate(session: Session, client_id: UUID, *, by: Actor | None, kind: CredentialKind) -> IssuedKey:
    """Give a client a new key; the newest of the others lives on for seven days, and the rest ends now.

    Raises `NotFound`, `KindNotAllowed`.
    """
    client, now = await _locked(session, client_id, by=by), real_now()
    live = await session.all(LIVE_LOCKED, client=client_id, kind=kind, now=now)
    for oldest in live[:-1]:
        _end(session, oldest, now)
    for newest in live[-1:]:
        newest.expires_at = min(newest.expires_at, now + OVERLAP)
    return _issued(session, client, kind=kind, expires_at=None, by=by)


async def end_key(session: Session, client_id: UUID, key_id: UUID, *, by: Actor | None) -> None:
    """Refuse a key from now on, and the tokens that were given for it. A second time changes nothing.

    Raises `NotFound`.
    """
    await _locked(session, client_id, by=by)
    key = await session.get(ClientKey, key_id, lock=True)
    if key is None or key.client_id != client_id:
        raise NotFound()
    now = real_now()
    if key.expires_at > now:
        _end(session, key, now)
        _record(session, "end_client_key", key_id, by=by)


async def suspend(session: Session, client_id: UUID, *, by: Actor | None) -> ApiClient:
    """Refuse a client and all its tokens, everywhere and at once. Raises `NotFound`, `AlreadySuspended`."""
    client, now = await _locked(session, client_id, by=by), real_now()
    if client.suspended_at is not None:
        raise AlreadySuspended()
    client.suspended_at = client.changed_at = now
    session.publish(AccessWithdrawn(subject_id=client_id, session_id=None, before=now + CLOCKS_DIFFER))
    session.use(Keys).forget()
    _record(session, "suspend_client", client_id, by=by)
    return client


async def resume(session: Session, client_id: UUID, *, by: Actor | None) -> ApiClient:
    """Let a client in again. Raises `NotFound`, `NotSuspended`, `JustSuspended`."""
    client, now = await _locked(session, client_id, by=by), real_now()
    if client.suspended_at is None:
        raise NotSuspended()
    if now <= client.suspended_at + CLOCKS_DIFFER:
        raise JustSuspended()
    client.suspended_at, client.changed_at = None, now
    session.use(Keys).forget()
    _record(session, "resume_client", client_id, by=by)
    return client


async def _locked(session: Session, client_id: UUID, *, by: Actor | None) -> ApiClient:
    client = await session.get(ApiClient, client_id, lock=True)
    if by is not None:
        await check_may_manage(session, by, client)
    if client is None:
        raise NotFound()
    return client


def _issued(
    session: Session, client: ApiClient, *, kind: CredentialKind, expires_at: datetime | None, by: Actor | None
) -> IssuedKey:
    if kind not in client.kinds:
        raise KindNotAllowed()
    now, secret, key_id = real_now(), new_secret(), new_id()
    key = ClientKey(
        id=key_id,
        client_id=client.id,
        kind=kind,
        secret=sealed(session, key_id, secret),
        issued_at=now,
        expires_at=min(expires_at or now + KEY_LIFE, client.expires_at),
    )
    session.add(key)
    session.use(Keys).forget()
    _record(session, "issue_client_key", key_id, by=by)
    return IssuedKey(key, secret)


def _end(session: Session, key: ClientKey, now: datetime) -> None:
    key.expires_at = now
    session.use(Keys).forget()
    session.publish(AccessWithdrawn(subject_id=key.client_id, session_id=key.id, before=now))


def _record(session: Session, action: str, about: UUID, *, by: Actor | None) -> None:
    """What the operator does over HTTP is recorded by its route."""
    if by is None:
        audit.record(session, actor_id=None, action=action, about=about)
