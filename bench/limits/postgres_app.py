"""Bare Starlette and asyncpg: given rows in one transaction by separate statements or by one; a page by keyset."""

import contextlib
import json
import os
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import orjson
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bench.rows import Rows, separate_statements, single_statement

POOL = 8


async def no_reset(_connection: asyncpg.Connection) -> None:
    """Nothing here sets session state, so a connection needs no cleaning."""


def create_app() -> Starlette:
    """The application; what to write and to read stands in LIMIT_ROWS, LIMIT_PAGE and LIMIT_DATABASE."""
    rows = Rows.kept(Path(os.environ["LIMIT_ROWS"]))
    page_statement, owner_type = json.loads(os.environ.get("LIMIT_PAGE", '["select 1 where $1 = 0", "int"]'))
    separate, single, copy = separate_statements(rows), single_statement(rows), rows.copier()

    async def write_separately(request: Request) -> Response:
        orjson.loads(await request.body())
        async with request.app.state.pool.acquire() as connection, connection.transaction():
            for statement, values in zip(separate, copy(), strict=True):
                await connection.execute(statement, *values)
        return Response(b'{"accepted":true}', status_code=201, media_type="application/json")

    async def write_at_once(request: Request) -> Response:
        orjson.loads(await request.body())
        values = [value for row in copy() for value in row]
        async with request.app.state.pool.acquire() as connection:
            await connection.execute(single, *values)
        return Response(b'{"accepted":true}', status_code=201, media_type="application/json")

    async def read_page(request: Request) -> Response:
        owner: str | int = request.query_params["owner"]
        async with request.app.state.pool.acquire() as connection:
            found = await connection.fetch(page_statement, int(owner) if owner_type == "int" else owner)
        shown = orjson.dumps({"items": [dict(row) for row in found]}, default=str)
        return Response(shown, media_type="application/json")

    async def live(_request: Request) -> Response:
        return Response(b"{}", media_type="application/json")

    @contextlib.asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        database = os.environ["LIMIT_DATABASE"]
        async with asyncpg.create_pool(database, min_size=POOL, max_size=POOL, reset=no_reset) as pool:
            app.state.pool = pool
            yield

    routes = [
        Route("/separate", write_separately, methods=["POST"]),
        Route("/single", write_at_once, methods=["POST"]),
        Route("/page", read_page),
        Route("/live", live),
    ]
    return Starlette(routes=routes, lifespan=lifespan)
