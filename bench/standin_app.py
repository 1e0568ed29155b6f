"""A small stand-in for ours: six rows for each submit, a page, and a loop that carries facts to another database."""

import asyncio
import contextlib
import json
import os
from collections.abc import AsyncIterator
from uuid import UUID

import asyncpg
import orjson
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from uuid_utils.compat import uuid7

from bench.limits.postgres_app import POOL, no_reset

TABLES = """
create table citizen (id uuid primary key);
create table used_key (citizen_id uuid not null, route text not null, key text not null, answer bytea,
                       primary key (citizen_id, route, key));
create table request (id uuid primary key, village text not null, citizen_id uuid not null references citizen,
                      code_hash bytea not null unique, wanted jsonb not null,
                      accepted_at timestamptz not null default now());
create index on request (citizen_id, id desc);
create table clock (request_id uuid not null references request, kind text not null, due_at timestamptz not null,
                    primary key (request_id, kind));
create table audit (position bigserial primary key, request_id uuid not null, act text not null);
create table outbox (position bigserial primary key, id uuid not null, aggregateid text not null,
                     payload jsonb not null);
"""
EFFECTS = "create table effect (request_id uuid primary key)"
CAUSE = (
    "select request_id::text, pg_xact_commit_timestamp(xmin) from audit"
    " where pg_xact_commit_timestamp(xmin) >= $1 and act = 'submitted'"
)
EFFECT = (
    "select request_id::text, pg_xact_commit_timestamp(xmin) from effect where pg_xact_commit_timestamp(xmin) >= $1"
)
PAGE = "select id, village, accepted_at, wanted from request where citizen_id = $1 order by id desc limit 25"


async def submit(request: Request) -> Response:
    """Six rows by separate statements in one transaction, as the bare side does."""
    body = orjson.loads(await request.body())
    citizen, case = UUID(request.headers["authorization"].removeprefix("Bearer ")), uuid7()
    fact = json.dumps({"request_id": str(case), "village": body["village"]})
    async with request.app.state.pool.acquire() as connection, connection.transaction():
        key = request.headers["idempotency-key"]
        await connection.execute("insert into used_key values ($1, 'submit', $2, $3)", citizen, key, b"accepted")
        await connection.execute(
            "insert into request (id, village, citizen_id, code_hash, wanted) values ($1, $2, $3, $4, $5)",
            case, body["village"], citizen, os.urandom(32), json.dumps(body),
        )  # fmt: skip
        for kind in ("answer", "finish"):
            await connection.execute("insert into clock values ($1, $2, now() + interval '5 days')", case, kind)
        await connection.execute("insert into audit (request_id, act) values ($1, 'submitted')", case)
        await connection.execute(
            "insert into outbox (id, aggregateid, payload) values ($1, $2, $3)", uuid7(), str(case), fact
        )
    request.app.state.wake.set()
    return Response(b'{"accepted":true}', status_code=201, media_type="application/json")


async def page(request: Request) -> Response:
    """The newest 25 of the citizen."""
    citizen = request.headers["authorization"].removeprefix("Bearer ")
    async with request.app.state.pool.acquire() as connection:
        found = await connection.fetch(PAGE, citizen)
    return Response(orjson.dumps({"items": [dict(row) for row in found]}, default=str), media_type="application/json")


async def carry(app: Starlette) -> None:
    """Take facts from the outbox and write their effects, for ever."""
    there = await asyncpg.connect(os.environ["STANDIN_EFFECTS"])
    try:
        while True:
            async with app.state.pool.acquire() as here, here.transaction():
                taken = await here.fetch(
                    "delete from outbox where position in (select position from outbox order by position limit 500)"
                    " returning payload"
                )
                cases = [json.loads(row["payload"])["request_id"] for row in taken]
                await there.execute("insert into effect select unnest($1::uuid[])", cases)
            if not taken:
                app.state.wake.clear()
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(app.state.wake.wait(), 0.5)
    finally:
        await there.close()


async def live(_request: Request) -> Response:
    """Always well."""
    return Response(b"{}", media_type="application/json")


def create_app() -> Starlette:
    """The stand-in on STANDIN_DATABASE and STANDIN_EFFECTS."""

    @contextlib.asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        database = os.environ["STANDIN_DATABASE"]
        async with asyncpg.create_pool(database, min_size=POOL, max_size=POOL, reset=no_reset) as pool:
            app.state.pool, app.state.wake = pool, asyncio.Event()
            carrying = asyncio.create_task(carry(app))
            yield
            carrying.cancel()
            await asyncio.gather(carrying, return_exceptions=True)

    routes = [Route("/requests", submit, methods=["POST"]), Route("/requests", page), Route("/live", live)]
    return Starlette(routes=routes, lifespan=lifespan)
