"""Clients over HTTP, for the operator of the county."""

from datetime import datetime, timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import AwareDatetime, Field, StringConstraints

from chassis.clock import real_now
from chassis.http import Route, SignedIn, Transaction, shown_once
from chassis.paging import Cursor, Limit, cursor_after, place
from chassis.problems import Invalid, NotFound
from chassis.words import PLAIN, Input, Output
from services.members.clients import actions, views
from services.members.clients.actions import IssuedKey
from services.members.clients.model import ApiClient, CredentialKind, Scope
from services.members.clients.policy import areas_operated, check_may_manage
from services.members.clients.views import ClientView
from services.members.paging import cut

router = APIRouter(prefix="/clients", tags=["系统对接"], route_class=Route)

LONGEST_LIFE = timedelta(days=3 * 366)
"""A client is registered for three years at most, then again; own value, no source."""


class ExpiryOutOfRange(Invalid):
    """A client or a key ends in the future, and within three years."""

    title_zh = "有效期应在今天以后三年以内，请修改后重试。"


class NewClient(Input):
    """A system of an organisation, and what it may do."""

    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60, pattern=PLAIN)]
    organization_id: UUID
    scopes: set[Scope] = Field(min_length=1)
    kinds: set[CredentialKind] = Field(min_length=1)
    requests_per_minute: Annotated[int, Field(ge=1, le=6000)] = 60
    expires_at: AwareDatetime


class NewKey(Input):
    """For which kind of credential the key is, and its end; the client's, or a year from now, if none is given."""

    kind: CredentialKind
    expires_at: AwareDatetime | None = None


class Rotation(Input):
    """For which kind of credential a new key is to take the place of the present one."""

    kind: CredentialKind


class IssuedKeyView(Output):
    """A new key. The secret is shown this once: note it down."""

    key_id: str  # 32 hexadecimal digits: `Lianxin-Key`, or OAuth's client_id
    secret: str  # what signatures are made with, or OAuth's client_secret
    api_key: str  # both together, for `Lianxin-Api-Key` and Open311's `api_key`
    kind: CredentialKind
    expires_at: datetime


class ClientPage(Output):
    """Clients, and where the next page begins."""

    items: list[ClientView]
    next: str | None


class KeyEnded(Output):
    """A key has ended; what was given for it is refused everywhere within seconds."""

    ended: bool


@router.post("", status_code=201)
async def register_client(body: NewClient, session: Transaction, actor: SignedIn) -> ClientView:
    """Register a system of an organisation of the county; keys are issued in a second step.

    Refusals: `no-such-organization`, `expiry-out-of-range`.
    """
    client = await actions.register(
        session,
        by=actor,
        organization_id=body.organization_id,
        name=body.name,
        scopes=body.scopes,
        kinds=body.kinds,
        requests_per_minute=body.requests_per_minute,
        expires_at=_in_range(body.expires_at),
    )
    return await views.shown(session, client)


@router.get("")
async def list_clients(session: Transaction, actor: SignedIn, cursor: Cursor = None, limit: Limit = 25) -> ClientPage:
    """The clients of your county, from new to old. Raises `WrongCursor`."""
    areas = [area for _, area in await areas_operated(session, actor)]
    found = await views.clients_within(session, areas, before=place(cursor), most=limit + 1)
    rows, cursor_of_next = cut(found, limit=limit, cursor=lambda client: cursor_after(client.id))
    return ClientPage(items=[await views.shown(session, client) for client in rows], next=cursor_of_next)


@router.get("/{client_id}")
async def show_client(client_id: UUID, session: Transaction, actor: SignedIn) -> ClientView:
    """One client with its keys, which are shown without their secrets."""
    client = await session.get(ApiClient, client_id)
    await check_may_manage(session, actor, client)
    if client is None:
        raise NotFound()
    return await views.shown(session, client)


@router.post("/{client_id}/keys", status_code=201)
@shown_once
async def issue_client_key(client_id: UUID, body: NewKey, session: Transaction, actor: SignedIn) -> IssuedKeyView:
    """Give a client a key; of one kind it has two at most. Refusals: `kind-not-allowed`, `two-live-keys`."""
    ends = None if body.expires_at is None else _in_range(body.expires_at)
    return _issued(await actions.issue_key(session, client_id, by=actor, kind=body.kind, expires_at=ends))


@router.post("/{client_id}/rotation", status_code=201)
@shown_once
async def rotate_client_key(client_id: UUID, body: Rotation, session: Transaction, actor: SignedIn) -> IssuedKeyView:
    """Give a client a new key; the one in use is good for seven more days. Refusals: `kind-not-allowed`."""
    return _issued(await actions.rotate(session, client_id, by=actor, kind=body.kind))


@router.post("/{client_id}/keys/{key_id}/end")
async def end_client_key(client_id: UUID, key_id: UUID, session: Transaction, actor: SignedIn) -> KeyEnded:
    """Refuse a key from now on."""
    await actions.end_key(session, client_id, key_id, by=actor)
    return KeyEnded(ended=True)


@router.post("/{client_id}/suspension")
async def suspend_client(client_id: UUID, session: Transaction, actor: SignedIn) -> ClientView:
    """Refuse a client and all its tokens everywhere, within seconds. Refusals: `already-suspended`."""
    return await views.shown(session, await actions.suspend(session, client_id, by=actor))


@router.post("/{client_id}/resumption")
async def resume_client(client_id: UUID, session: Transaction, actor: SignedIn) -> ClientView:
    """Let a client in again. Refusals: `not-suspended`, `just-suspended`."""
    return await views.shown(session, await actions.resume(session, client_id, by=actor))


def _in_range(expires_at: datetime) -> datetime:
    now = real_now()
    if not now < expires_at <= now + LONGEST_LIFE:
        raise ExpiryOutOfRange()
    return expires_at


def _issued(issued: IssuedKey) -> IssuedKeyView:
    key_id = issued.key.id.hex
    return IssuedKeyView(
        key_id=key_id,
        secret=issued.secret,
        api_key=f"{key_id}.{issued.secret}",
        kind=issued.key.kind,
        expires_at=issued.key.expires_at,
    )
