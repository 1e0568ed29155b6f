"""What is held about a person: every row of theirs, sealed values opened, as data and as a page to read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from html import escape
from uuid import UUID

from cryptography.exceptions import InvalidTag
from fastapi import APIRouter
from fastapi.responses import HTMLResponse
from pydantic import JsonValue
from sqlalchemy import Column, Select, Table, bindparam, or_, select
from sqlmodel import SQLModel

from chassis.clock import SHANGHAI, real_now
from chassis.http import Route, SignedIn, Transaction
from chassis.plans import table_of
from chassis.secrecy import Vault, place_of
from chassis.session import Session
from chassis.tables import AUDIT, Digest, Sealed
from chassis.words import Output

MOST = 10_000  # rows of one table

ACTS = (
    select(AUDIT.c.at, AUDIT.c.actor_id, AUDIT.c.action, AUDIT.c.about, AUDIT.c.reason)
    .where(or_(AUDIT.c.actor_id == bindparam("person"), AUDIT.c.about == bindparam("named")))
    .order_by(AUDIT.c.at)
    .limit(MOST)
)


@dataclass(frozen=True, slots=True)
class Held:
    """A table with rows about persons, by the column that names the person.

    Where the rows hang on those of another table, `whose` names the column that leads there, and `of` that table and
    its column with the person. What proves and opens (digests, and the columns in `hidden`) is not for reading.
    """

    model: type[SQLModel]
    title_zh: str
    whose: str
    of: tuple[type[SQLModel], str] | None = None
    hidden: frozenset[str] = frozenset()

    @property
    def columns(self) -> list[Column[object]]:
        """What is shown of a row."""
        return [
            column
            for column in table_of(self.model).columns
            if column.name not in self.hidden and not isinstance(column.type, Digest)
        ]


class Section(Output):
    """The rows of one table about the person."""

    name: str
    title_zh: str
    rows: list[dict[str, JsonValue]]


class Export(Output):
    """All that one service holds about one person."""

    service: str
    person_id: UUID
    made_at: datetime
    sections: list[Section]


class Holdings:
    """All tables of one service with rows about persons; among what the service uses."""

    def __init__(self, service: str, *held: Held) -> None:
        self.service = service
        self.held = held
        self._statements = [(one, _statement(one)) for one in held]

    async def about(self, session: Session, person_id: UUID) -> Export:
        """Everything about one person, and what the audit says that they did or that was done to them."""
        sections = [
            Section(
                name=table_of(held.model).name,
                title_zh=held.title_zh,
                rows=[await _shown(session, held, row) for row in await session.all(statement, person=person_id)],
            )
            for held, statement in self._statements
        ]
        names = ("at", "actor_id", "action", "about", "reason")
        acts = await session.all(ACTS, person=person_id, named=str(person_id))
        rows = [{name: _plain(value) for name, value in zip(names, act, strict=True)} for act in acts]
        sections.append(Section(name="audit", title_zh="操作记录", rows=rows))
        return Export(service=self.service, person_id=person_id, made_at=real_now(), sections=sections)


def _statement(held: Held) -> Select[*tuple[object, ...]]:
    table = table_of(held.model)
    whose = table.c[held.whose]
    if held.of is None:
        chosen = whose == bindparam("person")
    else:
        parent = table_of(held.of[0])
        (key,) = parent.primary_key
        chosen = whose.in_(select(key).where(parent.c[held.of[1]] == bindparam("person")))
    (own,) = table.primary_key
    return select(own, *held.columns).where(chosen).order_by(own).limit(MOST)


async def _shown(session: Session, held: Held, row: Sequence[object]) -> dict[str, JsonValue]:
    key, *values = row
    table, shown = table_of(held.model), dict[str, JsonValue]()
    for column, value in zip(held.columns, values, strict=True):
        if isinstance(column.type, Sealed):
            shown[column.name] = await _opened(session, table, column, key, value)
        else:
            shown[column.name] = _plain(value)
    return shown


async def _opened(session: Session, table: Table, column: Column[object], key: object, value: object) -> str | None:
    """A sealed value in clear; none where there is none, or nothing opens it any more."""
    if not isinstance(value, bytes) or not value or not isinstance(key, UUID | bytes | str):
        return None
    place, vault, kind = place_of(table.name, column.name, key), session.use(Vault), column.type
    try:
        if isinstance(kind, Sealed) and kind.salted_in is not None:
            salts = table.metadata.tables[kind.salted_in]
            salt = await session.first(select(salts.c.salt).where(salts.c.id == key))
            return None if salt is None else vault.person(salt[0]).open(value, place=place)
        return vault.open(value, place=place)
    except (InvalidTag, UnicodeDecodeError):
        return None


def _plain(value: object) -> JsonValue:
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, list):
        return [str(one) for one in value]
    return value.isoformat() if isinstance(value, date) else str(value)


def routes(holdings: Holdings) -> APIRouter:
    """The routes by which a person has what one service holds about them."""
    router = APIRouter(prefix="/me/export", tags=["个人信息"], route_class=Route)

    @router.get("")
    async def export(session: Transaction, actor: SignedIn) -> Export:
        """All that is held about you here, in clear, as data."""
        return await holdings.about(session, actor.person_id)

    @router.get("/page", response_class=HTMLResponse)
    async def export_page(session: Transaction, actor: SignedIn) -> HTMLResponse:
        """The same as a page to read, print or keep."""
        text = page([await holdings.about(session, actor.person_id)])
        return HTMLResponse(text, headers={"Content-Security-Policy": POLICY, "Cache-Control": "no-store"})

    return router


POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
STYLE = (
    "body{font:16px/1.6 sans-serif;margin:2em auto;max-width:60em;padding:0 1em}"
    "table{border-collapse:collapse;width:100%;margin-bottom:2em}"
    "th,td{border:1px solid #bbb;padding:.3em .6em;text-align:left;vertical-align:top;word-break:break-word}"
    "th{width:14em;font-weight:normal;color:#555}"
)


def page(exports: Sequence[Export]) -> str:
    """A page that stands by itself: nothing is fetched from elsewhere, nothing runs."""
    parts = [
        "<!doctype html><html lang='zh-CN'><head><meta charset='utf-8'>",
        f"<meta name='viewport' content='width=device-width'><title>我的个人信息</title><style>{STYLE}</style></head>",
        "<body><h1>系统中有关您的全部信息</h1>",
        "<p>本页含有您的身份信息，请妥善保管。信息有误的，请联系所在村（社区）；要求删除的，请在“我的”页面提出。</p>",
    ]
    for export in exports:
        made_at = export.made_at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")
        parts.append(f"<h2>{escape(SERVICES.get(export.service, export.service))}（{made_at}）</h2>")
        for section in export.sections:
            parts.append(f"<h3>{escape(section.title_zh)}：{len(section.rows)} 条</h3>")
            parts.extend(map(_table, section.rows))
    return "".join([*parts, "</body></html>"])


SERVICES = {"members": "党员与组织", "tasks": "诉求与办理", "feedback": "评价与考核"}


def _table(row: Mapping[str, JsonValue]) -> str:
    lines = (f"<tr><th>{escape(name)}</th><td>{escape(_said(value))}</td></tr>" for name, value in row.items())
    return f"<table>{''.join(lines)}</table>"


def _said(value: JsonValue) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list):
        return "、".join(map(str, value))
    return "—" if value is None else str(value)
