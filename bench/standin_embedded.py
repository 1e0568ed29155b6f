"""A small stand-in for the embedded profile: five rows for each submit, committed by the server's own thread."""

import os
import sqlite3
from uuid import uuid4

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

TABLES = """
create table request (id char(32) not null primary key, village varchar not null, code_hash blob not null unique);
create index request_village on request (village, id);
create table clock (request_id char(32) not null references request (id), kind varchar not null, due_at varchar,
                    primary key (request_id, kind));
create table audit (position integer primary key, request_id char(32) not null, act varchar not null);
create table outbox (position integer primary key, id char(32) not null unique, payload text not null);
"""


def create_app() -> Starlette:
    """The stand-in on STANDIN_FILE."""
    connection = sqlite3.connect(os.environ["STANDIN_FILE"], isolation_level=None, timeout=10)
    connection.execute("pragma synchronous = normal")

    async def submit(_request: Request) -> Response:
        case = uuid4()
        connection.execute("begin immediate")
        connection.execute("insert into request values (?, '430702001201', ?)", (case.hex, os.urandom(32)))
        connection.execute("insert into clock values (?, 'answer', '2026-11-30')", (case.hex,))
        for act in ("submitted", "dispatched"):
            connection.execute("insert into audit (request_id, act) values (?, ?)", (case.hex, act))
        fact = f'{{"request_id": "{case}", "note": "it\'s"}}'
        connection.execute("insert into outbox (id, payload) values (?, ?)", (uuid4().hex, fact))
        connection.execute("commit")
        return Response(b"{}", status_code=201, media_type="application/json")

    async def live(_request: Request) -> Response:
        return Response(b"{}", media_type="application/json")

    return Starlette(routes=[Route("/requests", submit, methods=["POST"]), Route("/live", live)])
