"""Breaking a plan down: preview and write of 20,160 assignments, against a bare COPY of the same rows.

`python -m bench.lists` starts a durable PostgreSQL of its own. A county of 19 townships and 168 villages is laid out,
and a plan of 120 items goes down to every village; in turns with it the rows that one such breakdown wrote, of all
tables, are copied into empty twins with the same indexes. The ratio is of whole seconds from the preview's first
statement to the commit of the write, and of those of the copy. Beside it stands the ratio to a copy into twins that
have the foreign keys of our tables, too: the difference is what the database takes to look each of them up.
"""

import argparse
import asyncio
import json
import statistics
import sys
import tempfile
import time
from datetime import date
from pathlib import Path
from uuid import UUID, uuid4

import asyncpg

from bench.ours import one_key
from bench.record import bare_tables, everything, recording, twin
from chassis.identity import Actor
from chassis.log.memory import MemoryLog
from chassis.migrations import upgrade
from chassis.postgres import PostgresStore
from chassis.service import Mounted
from chassis.settings import DevelopmentSettings, RuleSettings
from profiles.servers import PostgresServer
from profiles.services import mount
from profiles.serving import collect_as_a_server
from services.tasks.breakdowns import actions
from services.tasks.breakdowns.planning import plan
from services.tasks.checklists import actions as lists
from services.tasks.checklists.model import ChecklistKind, Level
from services.tasks.roster.model import Division, Organization, Post

ITEMS, TOWNSHIPS, VILLAGES = 120, 19, 168
COUNTY = "430702000000"
BEGINS, ENDS = date(2026, 1, 1), date(2030, 12, 31)
MUST, AIM = 3.0, 2.0
RESULT = Path(__file__).with_name("results") / "lists.json"


async def _lay_out(mounted: Mounted) -> tuple[Actor, UUID]:
    """A county with somebody in office everywhere; its operator, and its organisation."""
    operator, county = Actor(uuid4()), uuid4()
    async with mounted.sessions() as session:

        def area(code: str, kind: str, superior: str | None, unit: UUID, *, above: UUID | None) -> None:
            post, person = ("county_operator", operator.person_id) if superior is None else ("secretary", uuid4())
            session.add(
                Division(code=code, name=code, kind=kind, superior_code=superior),
                Organization(id=unit, code=code, name=code, tier="committee", superior_id=above, division_code=code),
                Post(
                    id=uuid4(),
                    person_id=person,
                    name="生成岗位",
                    kind=post,
                    organization_id=unit,
                    division_code=code,
                    from_on=BEGINS,
                    to_on=None,
                    ended_at=None,
                ),
            )

        area(COUNTY, "district", None, county, above=None)
        for n in range(TOWNSHIPS):
            code, unit = f"430702{100 + n}000", uuid4()
            area(code, "township", COUNTY, unit, above=county)
            for place in range(n, VILLAGES, TOWNSHIPS):
                area(f"{code[:9]}{200 + place // TOWNSHIPS}", "village", code, uuid4(), above=unit)
    return operator, county


async def _plan(mounted: Mounted, operator: Actor, county: UUID) -> UUID:
    """A published plan; its id."""
    async with mounted.sessions() as session:
        made = await lists.make(
            session,
            by=operator,
            kind=ChecklistKind.TASK,
            title="年度计划",
            organization_id=county,
            from_on=BEGINS,
            to_on=ENDS,
        )
        items = [
            lists.item_of(made, lists.NewItem(title=f"第{n}项", due_on=ENDS), position=n, number=str(n))
            for n in range(1, ITEMS + 1)
        ]
        await lists.set_on(session, made, items, by=operator.person_id)
        made.move("publish")
    return made.id


async def _break_down(mounted: Mounted, operator: Actor, plan_id: UUID) -> float:
    """Preview, then write; the seconds of both."""
    asked = {"level": Level.VILLAGE, "item_ids": (), "areas": (), "due_on": None}
    began = time.perf_counter()
    async with mounted.sessions() as session:
        checklist = await lists.locked(session, plan_id, by=operator)
        shown = (await plan(session, checklist, **asked)).token  # type: ignore[arg-type]
    async with mounted.sessions() as session:
        checklist = await actions.locked(session, plan_id, by=operator)
        found = await plan(session, checklist, **asked)  # type: ignore[arg-type]
        if found.token != shown:
            raise SystemExit("what is written is not what was shown")
        written = await actions.carry_out(session, checklist, found, by=operator.person_id)
    took = time.perf_counter() - began
    if written != ITEMS * VILLAGES:
        raise SystemExit(f"{written} assignments, not {ITEMS * VILLAGES}")
    return took


async def _copy(
    connection: asyncpg.Connection, tables: dict[str, tuple[tuple[str, ...], list]], *, schema: str
) -> float:
    """The same rows, copied into empty twins."""
    twins = {table: twin(table, schema=schema) for table in tables}
    await connection.execute(f"truncate {', '.join(twins.values())}")
    began = time.perf_counter()
    async with connection.transaction():
        for table, (names, records) in tables.items():
            schema, _, name = twins[table].partition(".")
            await connection.copy_records_to_table(name.strip('"'), schema_name=schema, records=records, columns=names)
    return time.perf_counter() - began


async def _measure(database: str, *, rounds: int) -> dict[str, object]:
    await asyncio.to_thread(upgrade, "tasks", database)
    store = PostgresStore(database)
    mounted = mount(
        "tasks",
        store=store,
        log=MemoryLog(),
        ring=one_key,
        development=DevelopmentSettings(development=True, clock=None),
        rules=RuleSettings(),
    )
    await store.open()
    try:
        operator, county = await _lay_out(mounted)
        collect_as_a_server()
        async with recording(database) as connection:
            await _break_down(mounted, operator, await _plan(mounted, operator, county))
            tables = {
                table: rows for table, rows in (await everything(connection)).items() if table != "public.division"
            }
            # One statement wrote the plan and its lines: what all others refer to need not have been noted first.
            tables = dict(sorted(tables.items(), key=lambda table: table[0] != "public.checklist"))
            await bare_tables(connection, list(tables), schema="bare", foreign_keys=False)
            await bare_tables(connection, list(tables), schema="keyed")
        connection = await asyncpg.connect(database)
        took: dict[str, list[float]] = {"ours": [], "copy": [], "keyed": []}
        for number in range(rounds + 1):  # the first warms up
            ours = await _break_down(mounted, operator, await _plan(mounted, operator, county))
            copied = await _copy(connection, tables, schema="bare")
            keyed = await _copy(connection, tables, schema="keyed")
            told = f"ours {ours:.2f} s, copy {copied:.2f} s, with keys {keyed:.2f} s"
            print(f"  {number}/{rounds}: {told}, ratios {ours / copied:.2f} and {ours / keyed:.2f}", flush=True)
            if number:
                for side, seconds in (("ours", ours), ("copy", copied), ("keyed", keyed)):
                    took[side].append(seconds)
        await connection.close()
    finally:
        await store.close()
    ratios = {
        side: statistics.median(ours / copied for ours, copied in zip(took["ours"], took[side], strict=True))
        for side in ("copy", "keyed")
    }
    return {
        "rows": {table: len(records) for table, (_, records) in tables.items()},
        "seconds": {side: statistics.median(values) for side, values in took.items()},
        "ratio": ratios["copy"],
        "ratio_with_keys": ratios["keyed"],
    }


def main() -> int:
    """Measure, print and write; 1 where the ratio is past what it must be."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="lianxin-bench-", ignore_cleanup_errors=True) as made:
        workplace = Path(made)
        workplace.chmod(0o755)  # PostgreSQL runs as another account and has to enter
        server = PostgresServer(workplace / "postgres", durable=True)
        try:
            server.start()
            found = asyncio.run(_measure(server.create_database("bench_lists"), rounds=asked.rounds))
        finally:
            server.stop()
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps(found, ensure_ascii=False, indent=1), encoding="utf-8")
    print(json.dumps(found, ensure_ascii=False))
    print(f"ratio {found['ratio']:.2f}: must be at most {MUST}, aims at {AIM}; written: {RESULT}")
    return int(float(str(found["ratio"])) > MUST)


if __name__ == "__main__":
    sys.exit(main())
