"""The service on a store of its own, with somebody to tell it facts and people to call it."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID, uuid4

import httpx
import jwt
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from sqlalchemy import create_engine
from sqlalchemy.ext.asyncio import create_async_engine

from chassis.clock import real_now
from chassis.identity import AUDIENCE, ISSUER
from chassis.inbox import Patience
from chassis.log.memory import MemoryLog
from chassis.postgres import PostgresStore
from chassis.secrecy import Vault
from chassis.service import Mounted
from chassis.sqlite import SqliteStore
from chassis.store import Store
from contracts.event import Event
from contracts.members import SigningKeyPublished
from services.feedback.app import build
from services.feedback.ballots.box import Box
from services.feedback.ballots.work import Work
from services.feedback.national_ratings.actions import NationalRatings
from services.feedback.tables import Table
from tests.feedback.facts import NOON, areas, on_the_log, organizations

Fact = TypeVar("Fact", bound=Event)
KEY = generate_private_key(SECP256R1())
AT_ONCE = Patience(first=timedelta(0), longest=timedelta(0))


class StandingClock:
    """Domain time that moves when it is told to."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        """The instant that was set, in UTC."""
        return self.at


class Office:
    """One mounted service and the ways to it."""

    def __init__(self, store: Store, national: NationalRatings | None = None) -> None:
        self.clock = StandingClock(NOON + timedelta(days=2))
        service = build(box=Box(wait_seconds=0), work=Work(most_tries=50), national=national)
        self.mounted = Mounted(
            service, store=store, log=MemoryLog(), clock=self.clock, vault=Vault(bytes(32)), patience=AT_ONCE
        )

    async def hear(self, *facts: Event) -> None:
        """Take facts in as they come off the log, then try again what waited."""
        await self.mounted.inbox.take(on_the_log(facts))
        await self.mounted.inbox.retry()

    async def get(self, path: str, *, by: UUID, **query: str | int) -> httpx.Response:
        """Ask as a person."""
        return await self._call("GET", path, by, params=query)

    async def post(
        self, path: str, *, by: UUID, body: object, key: str | None = None, beside: Sequence[UUID] = ()
    ) -> httpx.Response:
        """Change something as a person, perhaps on a device that others in office use."""
        headers = {"Idempotency-Key": key or str(uuid4()), "Authorization": f"Bearer {token(by, beside=beside)}"}
        return await self._call("POST", path, by, json=body, headers=headers)

    async def send(self, request: dict[str, Any], *, by: UUID) -> httpx.Response:
        """Send what a generator of requests made up (the arguments of `requests.request`)."""
        url, headers, _ = request.pop("url"), request.pop("headers"), request.pop("cookies")
        body = request.pop("data", None)
        if body is not None:
            request["content"] = body
        sent = {name: value for name, value in headers.items() if name.isascii() and str(value).isascii()}
        return await self._call(
            request.pop("method"), url, by, headers={"Idempotency-Key": str(uuid4()), **sent}, **request
        )

    async def told(self) -> list[tuple[str, str]]:
        """Type and body of every fact that waits in the outbox."""
        outbox = Table.metadata.tables["outbox"]
        async with self.mounted.sessions() as session:
            return await session.all(outbox.select().with_only_columns(outbox.c.type, outbox.c.payload))

    async def told_of(self, kind: type[Fact]) -> list[Fact]:
        """The facts of one kind among them."""
        return [kind.read(body) for found, body in await self.told() if found == kind.type]

    async def _call(self, method: str, path: str, by: UUID, **how: Any) -> httpx.Response:
        transport = httpx.ASGITransport(app=self.mounted.app)
        headers = {"Authorization": f"Bearer {token(by)}", **how.pop("headers", {})}
        async with httpx.AsyncClient(transport=transport, base_url="http://feedback") as client:
            return await client.request(method, path, headers=headers, **how)


def token(person: UUID, *, beside: Sequence[UUID] = ()) -> str:
    """A token as `members` would sign it."""
    now = real_now()
    claims = {
        "sub": str(person),
        "iss": ISSUER,
        "aud": AUDIENCE,
        "iat": now,
        "exp": now + timedelta(minutes=5),
        "beside": [str(one) for one in beside],
    }
    return jwt.encode(claims, KEY, algorithm="ES256", headers={"kid": "test"})


def signing_key() -> SigningKeyPublished:
    """The fact by which the service learns to check those tokens."""
    pem = KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    return SigningKeyPublished(kid="test", public_key=pem, not_after=datetime(2100, 1, 1, tzinfo=UTC))


@asynccontextmanager
async def sqlite_office(folder: Path, *, national: NationalRatings | None = None) -> AsyncIterator[Office]:
    """An office on a fresh SQLite file."""
    path = folder / f"{uuid4().hex}.db"
    engine = create_engine(f"sqlite:///{path}")
    Table.metadata.create_all(engine)
    engine.dispose()
    async with _opened(SqliteStore(path), national) as office:
        yield office


@asynccontextmanager
async def postgres_office(url: str, *, national: NationalRatings | None = None) -> AsyncIterator[Office]:
    """An office on an empty PostgreSQL database."""
    engine = create_async_engine(url.replace("postgresql://", "postgresql+asyncpg://"))
    async with engine.begin() as connection:
        await connection.run_sync(Table.metadata.create_all)
    await engine.dispose()
    async with _opened(PostgresStore(url), national) as office:
        yield office


@asynccontextmanager
async def _opened(store: Store, national: NationalRatings | None = None) -> AsyncIterator[Office]:
    office = Office(store, national)
    await store.open()
    try:
        await office.hear(signing_key(), *areas(), *organizations())
        yield office
    finally:
        await store.close()
