"""One service on its own for a test: mounted on a real store and a log, its clock in the test's hand."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import cast
from uuid import UUID, uuid4

import asyncpg
import httpx
import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from sqlalchemy import MetaData, create_engine
from sqlalchemy.dialects.postgresql import asyncpg as postgres_dialect
from sqlalchemy.pool import StaticPool
from sqlalchemy.schema import CreateIndex, CreateTable, ExecutableDDLElement

from chassis.clock import real_now
from chassis.identity import TOKEN_LIFE
from chassis.inbox import Patience
from chassis.log import EventLog, Record
from chassis.postgres import PostgresStore
from chassis.secrecy import Vault
from chassis.service import Mounted, Service
from chassis.sqlite import SqliteStore
from chassis.store import Store
from chassis.tables import new_id
from contracts.event import Event
from contracts.members import SigningKeyPublished

KEY = ec.generate_private_key(ec.SECP256R1())
PEM = KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
IMPATIENT = Patience(tries=4, first=timedelta(milliseconds=5), longest=timedelta(milliseconds=50))


class HandClock:
    """A clock that the test moves."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        """Where it was put."""
        return self.at.astimezone(UTC)


def token(person_id: UUID, *, key: ec.EllipticCurvePrivateKey = KEY, kid: str = "test", **claims: object) -> str:
    """A token as `members` signs them."""
    now = real_now()
    said = {
        "iss": "members",
        "aud": "lianxin",
        "sub": str(person_id),
        "iat": now,
        "exp": now + TOKEN_LIFE,
        **claims,
    }
    return jwt.encode(said, key, algorithm="ES256", headers={"kid": kid})


def signing_key() -> SigningKeyPublished:
    """The fact that makes a service take the tokens of `token`."""
    return SigningKeyPublished(kid="test", public_key=PEM, not_after=real_now() + timedelta(days=1))


def record(fact: Event) -> Record:
    """A fact as it lies on the log."""
    return Record(new_id(), fact.type, fact.key, real_now(), fact.model_dump_json())


@dataclass
class Stand:
    """A mounted service, its log and a client that calls its application."""

    mounted: Mounted
    log: EventLog
    client: httpx.AsyncClient

    async def hear(self, *facts: Event) -> None:
        """Put facts on the log and wait until they were taken in."""
        await self.log.append([record(fact) for fact in facts])
        await self.settle()

    async def settle(self, *, seconds: float = 30) -> None:
        """Wait until nothing moves any more."""
        quiet = 0
        async with asyncio.timeout(seconds):
            while quiet < 2:
                quiet = quiet + 1 if (await self.mounted.backlog()).still else 0
                await asyncio.sleep(0.005)

    async def get(self, path: str, *, by: UUID, **query: object) -> httpx.Response:
        """Read as somebody."""
        params = {name: str(value) for name, value in query.items()}
        return await self.client.get(path, params=params, headers={"authorization": f"Bearer {token(by)}"})

    async def post(self, path: str, *, by: UUID, key: str | None = None, **body: object) -> httpx.Response:
        """Change something as somebody, under a key of its own unless one is given."""
        headers = {"authorization": f"Bearer {token(by)}", "idempotency-key": key or uuid4().hex}
        return await self.client.post(path, json=body, headers=headers)

    async def attach(self, *, by: UUID) -> str:
        """A small paper of somebody's that may prove something; its id."""
        headers = {"authorization": f"Bearer {token(by)}", "idempotency-key": uuid4().hex}
        kept = await self.client.post("/attachments", content=b"%PDF-1.7", headers=headers)
        return str(kept.json()["id"])


@cache
def _empty_file(metadata: MetaData) -> bytes:
    """A SQLite database with every table of a service and no row, made once in a process and copied from then on."""
    engine = create_engine("sqlite://", poolclass=StaticPool)
    metadata.create_all(engine)
    with closing(engine.raw_connection()) as raw:
        made = cast(sqlite3.Connection, raw.driver_connection).serialize()
    engine.dispose()
    return made


@cache
def _postgres_script(metadata: MetaData) -> str:
    """The statements for the same, to be sent at once."""
    dialect = postgres_dialect.dialect()
    statements: list[ExecutableDDLElement] = []
    for table in metadata.sorted_tables:
        statements += [CreateTable(table), *map(CreateIndex, table.indexes)]
    return ";\n".join(str(one.compile(dialect=dialect)) for one in statements)


def make_tables(metadata: MetaData, path: Path) -> None:
    """Every table of a service, in a new SQLite file."""
    path.write_bytes(_empty_file(metadata))


async def make_postgres_tables(metadata: MetaData, url: str) -> None:
    """Every table of a service, in an empty PostgreSQL database."""
    connection = await asyncpg.connect(url)
    await connection.execute(_postgres_script(metadata))
    await connection.close()


async def make_store(metadata: MetaData, place: Path | str) -> Store:
    """A store with a service's tables: a SQLite file for a path, PostgreSQL for an address."""
    if isinstance(place, Path):
        make_tables(metadata, place)
        return SqliteStore(place)
    await make_postgres_tables(metadata, place)
    return PostgresStore(place)


@asynccontextmanager
async def standing(
    service: Service,
    place: Path | str,
    *,
    log: EventLog,
    clock: HandClock,
    patience: Patience = IMPATIENT,
    tells: Iterable[Event] = (),
) -> AsyncIterator[Stand]:
    """Mount a service, have it hear the signing key and these facts, and stop it at the end."""
    store = await make_store(service.owns, place)
    mounted = Mounted(service, store=store, log=log, clock=clock, vault=Vault(bytes(32)), patience=patience)
    await log.open()
    await mounted.start()
    transport = httpx.ASGITransport(mounted.app, raise_app_exceptions=True)
    async with httpx.AsyncClient(transport=transport, base_url="http://service") as client:
        stand = Stand(mounted, log, client)
        try:
            await stand.hear(signing_key(), *tells)
            async with asyncio.timeout(30):  # what it does at its start is not to meet a clock that moved since
                await mounted.looked_after.wait()
            yield stand
        finally:
            await mounted.stop()
            await log.close()
