"""Reading clients and their keys; never a secret."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, or_
from sqlmodel import col, select

from chassis.divisions import span_of, township_of
from chassis.session import Session
from chassis.words import Output
from services.members.clients.actions import KEYS
from services.members.clients.model import ApiClient, ClientKey, CredentialKind
from services.members.organizations.model import NoSuchOrganization, Organization

WIDEST = 4  # areas of one operator that a list is cut to

_within = [
    col(ApiClient.township_code).between(bindparam(f"first_township_{n}"), bindparam(f"last_township_{n}"))
    & col(ApiClient.division_code).between(bindparam(f"first_{n}"), bindparam(f"last_{n}"))
    for n in range(WIDEST)
]
WITHIN = (
    select(ApiClient)
    .where(or_(*_within), col(ApiClient.id) < bindparam("before"))
    .order_by(col(ApiClient.id).desc())
    .limit(bindparam("most"))
)
OF_CODE = select(Organization.id).where(col(Organization.code) == bindparam("code"))
EVERY = select(ApiClient).order_by(col(ApiClient.id))


class KeyView(Output):
    """A key without its secret; all instants in UTC."""

    id: UUID
    kind: CredentialKind
    kind_zh: str
    issued_at: datetime
    expires_at: datetime


class ClientView(Output):
    """A client as its operator sees it; all instants in UTC."""

    id: UUID
    name: str
    organization_id: UUID
    division_code: str
    scopes: list[str]
    kinds: list[str]
    requests_per_minute: int
    expires_at: datetime
    suspended_at: datetime | None
    keys: list[KeyView]


async def clients_within(session: Session, areas: Sequence[str], *, before: UUID, most: int) -> list[ApiClient]:
    """The clients of an operator's areas, the newest first, older than one."""
    given: dict[str, object] = {}
    for n in range(WIDEST):
        first, last = span_of(areas[min(n, len(areas) - 1)])
        given |= {f"first_{n}": first, f"last_{n}": last}
        given |= {f"first_township_{n}": township_of(first), f"last_township_{n}": township_of(last)}
    return await session.all(WITHIN, **given, before=before, most=most)


async def every_client(session: Session) -> list[ApiClient]:
    """All clients, for the operator at the machine."""
    return await session.all(EVERY)


async def organization_of_code(session: Session, code: str) -> UUID:
    """The organisation with this code. Raises `NoSuchOrganization`."""
    found = await session.first(OF_CODE, code=code)
    if found is None:
        raise NoSuchOrganization()
    return found


async def shown(session: Session, client: ApiClient) -> ClientView:
    """A client with its keys, ended ones too, from old to new."""
    return ClientView(
        id=client.id,
        name=client.name,
        organization_id=client.organization_id,
        division_code=client.division_code,
        scopes=client.scopes,
        kinds=client.kinds,
        requests_per_minute=client.requests_per_minute,
        expires_at=client.expires_at,
        suspended_at=client.suspended_at,
        keys=[_key(key) for key in await session.all(KEYS, client=client.id)],
    )


def _key(key: ClientKey) -> KeyView:
    return KeyView(id=key.id, kind=key.kind, kind_zh=key.kind.zh, issued_at=key.issued_at, expires_at=key.expires_at)
