"""FastAPI with aiosqlite and SQLModel's AsyncSession, as its manual shows: the same rows as objects of a session."""

import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Annotated

from fastapi import Body, Depends, FastAPI
from sqlalchemy import Column as SqlColumn
from sqlalchemy import LargeBinary, event
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.types import BigInteger, Float, Integer, Text, TypeEngine
from sqlmodel import Field, SQLModel
from sqlmodel.ext.asyncio.session import AsyncSession

from bench.rows import Row, Rows

KINDS: dict[type, type[TypeEngine[object]]] = {int: BigInteger, float: Float, bytes: LargeBinary, str: Text}


def model_of(row: Row) -> type[SQLModel]:
    """An SQLModel table for the columns that this row writes.

    Its key is its first unique index, or SQLite's own `rowid` where the file numbers the rows by itself.
    """
    keys = next((index for index in row.unique if index and set(index) <= set(row.names)), ())
    fields: dict[str, object] = {"__tablename__": row.table, "__annotations__": {}}
    for column in row.columns:
        kind = type(column.value) if type(column.value) in KINDS else str
        fields["__annotations__"][column.name] = kind | None  # type: ignore[index]
        fields[column.name] = Field(default=None, sa_column=SqlColumn(KINDS[kind], primary_key=column.name in keys))
    if not keys:
        fields["__annotations__"]["rowid"] = int | None  # type: ignore[index]
        fields["rowid"] = Field(default=None, sa_column=SqlColumn(Integer, primary_key=True))
    return type(SQLModel)(row.table.title().replace("_", ""), (SQLModel,), fields, table=True)


def create_app() -> FastAPI:
    """The application; LIMIT_ROWS, LIMIT_FILE and LIMIT_SYNCHRONOUS say what, where and how safely."""
    rows = Rows.kept(Path(os.environ["LIMIT_ROWS"]))
    models = {table: model_of(row) for table, row in {row.table: row for row in rows.rows}.items()}
    copy = rows.copier()
    engine = create_async_engine(f"sqlite+aiosqlite:///{os.environ['LIMIT_FILE']}", pool_size=8)

    @event.listens_for(engine.sync_engine, "connect")
    def be_as_safe(connection, _record) -> None:  # type: ignore[no-untyped-def]
        cursor = connection.cursor()
        cursor.execute(f"pragma synchronous = {os.environ['LIMIT_SYNCHRONOUS']}")
        cursor.execute("pragma busy_timeout = 10000")
        cursor.close()

    app = FastAPI()

    async def session() -> AsyncIterator[AsyncSession]:
        async with AsyncSession(engine) as opened:
            yield opened

    @app.post("/session", status_code=201)
    async def write(
        session: Annotated[AsyncSession, Depends(session, scope="function")],
        _body: Annotated[dict[str, object], Body()],
    ) -> dict[str, bool]:
        for row, values in zip(rows.rows, copy(), strict=True):
            session.add(models[row.table](**dict(zip(row.names, values, strict=True))))
        await session.commit()
        return {"accepted": True}

    @app.get("/live")
    async def live() -> dict[str, bool]:
        return {}

    return app
