"""Lists among many cases, on PostgreSQL: none of their statements looks at more rows than a page has use for."""

import json
from collections.abc import AsyncIterator, Iterator, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import pytest
import pytest_asyncio

from chassis.postgres import SETTINGS, PostgresConnection
from tests.tasks.conftest import VILLAGE, Village, standing_village

pytestmark = pytest.mark.asyncio

CASES = 50_000
LARGE = {"service_request", "search_text", "dispatch", "clock"}
BEGAN = 1_760_000_000_000  # milliseconds since 1970: of the first id
MOST = 600
"""Rows of a large table that one step of a plan may look at: a page of 25, one agent's open cases, what few have."""
PLANS = ("force_custom_plan", "force_generic_plan")
"""The server goes over from the first to the second as it pleases."""

LISTS = {
    "cadre": [
        "/cases",
        "/cases?area=430702100000",
        "/cases?area=430702100202",
        "/cases?order=limit",
        "/cases?open=true",
        "/cases?overdue=true&order=limit",
        "/cases?stage=paused",
        "/cases?stage=returned",
        "/cases?stage=archived&stage=judged",
        "/cases?colour=red",
        "/cases?colour=blue",
        "/cases?item=identity-card",
        "/cases?item=residence-permit",
        "/cases?submitted_from=2026-01-05&submitted_to=2026-01-06",
        "/cases?submitted_from=2026-01-05&submitted_to=2026-01-06&stage=archived",
        "/cases?submitted_to=2025-11-20",
        "/cases?submitted_from=2026-10-01",
        "/cases?person_id={requester}",
        "/cases?handler_id={agent}",
        "/cases?handler_id={nobody}",
        "/cases?text=%E8%B7%AF%E7%81%AF",
        "/cases?text=%E6%B2%A1%E6%9C%89",
        "/requests?whose=below",
        "/requests?whose=working",
        "/requests?whose=helping",
    ],
    "operator": [
        "/cases",
        "/cases?area=430702105000",
        "/cases?colour=red",
        "/cases?stage=returned",
        "/cases?item=residence-permit",
        "/cases?submitted_from=2026-01-05&submitted_to=2026-01-06",
        "/requests?whose=below",
    ],
    "secretary": ["/cases", "/cases?stage=returned", "/cases?order=limit", "/requests?whose=below"],
    "agent": [
        "/cases",
        "/cases?order=limit",
        "/cases?stage=paused",
        "/requests?whose=working",
        "/requests?whose=below",
        "/caseload",
        "/caseload?when=overdue",
    ],
    "other_agent": ["/cases", "/cases?order=limit", "/requests?whose=working", "/caseload"],
    "villager": ["/requests", "/requests?whose=below", "/requests?whose=working", "/cases"],
}

ID = (
    "(lpad(to_hex({base} + i * 600000::bigint), 12, '0') || '7' || left(md5(i::text), 3)"
    " || '8' || right(md5(i::text), 15))"
)
TOWNSHIP = "(430702100000 + i % 10 * 1000)::text"
FRESH = f"i > {CASES} * 0.97"
PERSON = "case when i % 30 = 0 then '{agent}' else md5('agent' || i % 30) end::uuid"


@pytest_asyncio.fixture
async def county(postgres_database: str, tmp_path: Path) -> AsyncIterator[tuple[Village, asyncpg.Connection]]:
    """A village in a county of ten townships with a year of cases, of which three in a hundred are open."""
    async with standing_village(postgres_database, tmp_path) as village:
        case = UUID(str((await village.submit())["id"]))
        connection = await asyncpg.connect(postgres_database, server_settings=SETTINGS)
        try:
            await _fill(connection, village, case)
            yield village, connection
        finally:
            await connection.close()


async def test_no_list_looks_at_more_than_it_has_use_for(
    county: tuple[Village, asyncpg.Connection], monkeypatch: pytest.MonkeyPatch
) -> None:
    village, connection = county
    heard: list[tuple[str, Sequence[object]]] = []
    read = PostgresConnection.read

    async def noting(self: PostgresConnection, text: str, parameters: Sequence[object]) -> Sequence[Sequence[object]]:
        heard.append((text, parameters))
        return await read(self, text, parameters)

    monkeypatch.setattr(PostgresConnection, "read", noting)
    people = village.people
    requester = await connection.fetchval("select requester_id from service_request offset 500 limit 1")
    values = {"agent": people.agent, "nobody": people.villager, "requester": requester}
    wrong, answered = [], {}
    for who, paths in LISTS.items():
        for path in paths:
            heard.clear()
            answer = await village.stand.get(path.format(**values), by=getattr(people, who))
            assert answer.status_code == 200, answer.text
            answered[who, path] = len(answer.json().get("items", ()))
            asked = list(heard)
            wrong += [f"{who} {path}: {found}" for found in [one async for one in _too_much(connection, asked)]]
    assert not wrong, "\n".join(wrong)
    assert answered["cadre", "/cases"] == answered["operator", "/cases"] == answered["secretary", "/cases"] == 25
    assert answered["cadre", "/cases?submitted_to=2025-11-20"] == answered["agent", "/cases"] == 25


async def _too_much(
    connection: asyncpg.Connection, asked: Sequence[tuple[str, Sequence[object]]]
) -> AsyncIterator[str]:
    """The steps of these statements' plans that look at more rows of a large table than they should."""
    for text, parameters in asked:
        if not any(f" {table}" in text for table in LARGE):
            continue
        for mode in PLANS:
            await connection.execute(f"set plan_cache_mode = {mode}")
            plan = await connection.fetchval(f"explain (analyze, format json) {text}", *parameters)
            for step in _steps(json.loads(plan)[0]["Plan"]):
                rows = (step["Actual Rows"] + step.get("Rows Removed by Filter", 0)) * step["Actual Loops"]
                about = step.get("Index Name") or step.get("Relation Name")
                large = step.get("Relation Name") in LARGE or step["Node Type"] in {"Sort", "Bitmap Index Scan"}
                if large and rows > MOST:
                    yield f"{mode}: {step['Node Type']} of {about}: {rows:.0f} rows"


def _steps(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for part in plan.get("Plans", ()):
        yield from _steps(part)


async def _fill(connection: asyncpg.Connection, village: Village, case: UUID) -> None:
    """Copies of one case with a year's lives of their own, and what other tables have of each."""
    organizations = await connection.fetchrow(
        "select min(id::text) filter (where division_code = $1) as village,"
        " min(id::text) filter (where division_code = '430702100202') as other from organization",
        VILLAGE,
    )
    person = PERSON.format(agent=village.people.agent)
    own = {
        "id": f"{ID.format(base=BEGAN)}::uuid",
        "tracking_index": "sha256(i::text::bytea)",
        "requester_id": "md5('requester' || i / 40)::uuid",
        "township_code": TOWNSHIP,
        "division_code": f"left({TOWNSHIP}, 9) || (201 + i / 10 % 2)",
        "organization_id": f"(array['{organizations['village']}', '{organizations['other']}'])[1 + i / 10 % 2]::uuid",
        "working_person_id": f"case when {FRESH} then {person} end",
        "handler_id": f"case when not {FRESH} or i % 5 > 0 then {person} end",
        "stage": f"case when {FRESH} then (array['dispatched', 'accepted', 'handling', 'paused'])[1 + i / 7 % 4]"
        " else (array['archived', 'archived', 'archived', 'judged'])[1 + i / 7 % 4] end",
        "colour": f"case when {FRESH} and i % 67 = 0 then 'red' end",
        "item_code": "case when i % 4 = 0 then 'identity-card' end",
        "submitted_at": "timestamptz '2025-11-16 09:00+08' + i * interval '10 minutes'",
        "finish_due_at": "timestamptz '2025-11-23 09:00+08' + i * interval '10 minutes'",
    }
    of_case = {"request_id": own["id"], "township_code": TOWNSHIP}
    letters = "translate(left(md5(i::text), 10), '0123456789abcdef', 'abcdefghijklmnop')"  # as tokens are
    copied = {
        "service_request": (own, "true"),
        "dispatch": ({"id": "gen_random_uuid()", **of_case}, "true"),
        "clock": ({"id": "gen_random_uuid()", **of_case}, FRESH),
        "search_text": ({**of_case, "tokens": f"case when i % 500 = 0 then t.tokens else {letters} end"}, "true"),
    }
    await connection.execute(
        f"insert into division (code, name, kind, superior_code) select {TOWNSHIP}, '镇', 'township', '430702000000'"
        " from generate_series(1, 9) i"
    )
    for table, (values, which) in copied.items():
        names = await connection.fetch(
            "select column_name as name from information_schema.columns where table_name = $1", table
        )
        kept = [row["name"] for row in names if row["name"] != "position"]
        sources = ", ".join(values.get(name, f't."{name}"') for name in kept)
        quoted = ", ".join(f'"{name}"' for name in kept)
        key = "id" if table == "service_request" else "request_id"
        await connection.execute(
            f"insert into {table} ({quoted}) select {sources} from {table} t, generate_series(1, {CASES}) i"
            f" where t.{key} = '{case}' and {which}"
        )
        await connection.execute(f"vacuum analyze {table}")
