"""Our own side: how the harness starts the profiles and what it asks of them."""

import asyncio
import json
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path

import httpx

from bench.load import Ask
from bench.processes import free_port, running
from bench.sides import Cluster, ColdStart, Embedded, FactPath, PageShape, Servers
from chassis.log.memory import MemoryLog
from chassis.migrations import upgrade
from chassis.postgres import PostgresStore
from chassis.ring import ReadRing, Ring, ring_in
from chassis.settings import DevelopmentSettings, RuleSettings
from chassis.sheets.reading import read_workbook
from chassis.sqlite import SqliteStore
from chassis.store import Store
from profiles import embedded
from profiles.district.generate import generate, write_roster
from profiles.services import NAMES, mount, prepare
from services.members.divisions.actions import list_divisions
from services.members.divisions.reading import WULING, read_divisions
from services.members.imports.actions import import_roster
from services.members.imports.checking import Known, check

SUBMIT = "/api/tasks/requests"
PAGE = "/api/tasks/requests?whose=asked&limit=25"
SYNCHRONOUS = "full"  # of the writer in chassis/sqlite.py
ASKING = 40  # people whose tokens rotate
SEED = 1
TODAY = date(2026, 11, 22)
LIANXIN = [sys.executable, "-m", "profiles.cli"]
KEY = "00" * 32
UNCOUNTED = {"LIANXIN_LIMITS_SCALE": "100000"}  # everything is counted, and nobody counts that far
ENVIRONMENT = {"LIANXIN_DEVELOPMENT": "1", "LIANXIN_VAULT_KEY": KEY, **UNCOUNTED}

# A submit and its dispatch are one transaction, and nobody works on the cases of a bench, so the row stays as it is.
CAUSE = (
    "select id::text, pg_xact_commit_timestamp(xmin) from service_request where pg_xact_commit_timestamp(xmin) >= $1"
)
EFFECT = (
    "select request_id::text, pg_xact_commit_timestamp(xmin) from case_record"
    " where pg_xact_commit_timestamp(xmin) >= $1"
)


class Ours:
    """The profiles of this checkout, as `bench.sides.Sides` describes them."""

    @asynccontextmanager
    async def cluster(self, servers: Servers, workplace: Path) -> AsyncIterator[Cluster]:
        """Start members, tasks, feedback and gateway on these servers, and sign citizens in."""
        databases = {name: servers.database(name) for name in NAMES}
        for name, url in databases.items():
            await asyncio.to_thread(upgrade, name, url)
        await _take_in(PostgresStore(databases["members"]), await self.roster(workplace), ring=one_key)
        ports = {name: free_port() for name in (*NAMES, "gateway")}
        addresses = {f"LIANXIN_UPSTREAM_{name.upper()}": f"http://127.0.0.1:{ports[name]}" for name in NAMES}
        async with AsyncExitStack() as stack:
            pids = []
            for name, port in ports.items():
                process = stack.enter_context(
                    running(
                        [*LIANXIN, "serve", name, "--port", str(port)],
                        log=workplace / f"{name}.log",
                        environment={
                            **ENVIRONMENT,
                            **addresses,
                            "LIANXIN_KAFKA": servers.kafka,
                            "LIANXIN_DATABASE": databases.get(name, ""),
                        },
                    )
                )
                pids.append(process.pid)
            url = f"http://127.0.0.1:{ports['gateway']}"
            await process.answering(f"{url}/health/ready")
            await _until_the_roster_is_known(url)
            people = await _sign_in(url)
            yield Cluster(
                url=url,
                database=databases["tasks"],
                pids=pids,
                submits=_submits(people),
                pages=_pages(people),
                page=_page_of([person for person, _, _ in people]),
                facts=FactPath(
                    outbox="public.outbox", cause=CAUSE, effects_database=databases["feedback"], effect=EFFECT
                ),
            )

    async def signed_in_again(self, cluster: Cluster) -> Cluster:
        """The same cluster with tokens that were given just now."""
        people = await _sign_in(cluster.url)  # the same people, in the same order
        return replace(cluster, submits=_submits(people), pages=_pages(people))

    @asynccontextmanager
    async def embedded(self, workplace: Path) -> AsyncIterator[Embedded]:
        """Start `lianxin up` in an empty folder, and sign citizens in."""
        home, port = workplace / "home", free_port()
        await asyncio.to_thread(embedded.migrate, home)
        store = SqliteStore(embedded.database(home, "members"))
        await _take_in(store, await self.roster(workplace), ring=ring_in(home / "vault.key").read)
        with running(
            [*LIANXIN, "up", "--home", str(home), "--port", str(port)],
            log=workplace / "up.log",
            environment={"LIANXIN_DEVELOPMENT": "1", **UNCOUNTED},
        ) as process:
            url = f"http://127.0.0.1:{port}"
            await process.answering(f"{url}/health/ready")
            await _until_the_roster_is_known(url)
            people = await _sign_in(url)
            yield Embedded(
                url=url,
                file=embedded.database(home, "tasks"),
                synchronous=SYNCHRONOUS,
                pids=[process.pid],
                submits=_submits(people),
            )

    @asynccontextmanager
    async def door(self, upstream: str, workplace: Path) -> AsyncIterator[tuple[str, int]]:
        """`lianxin serve gateway` before one service that stands for all."""
        port = free_port()
        addresses = {f"LIANXIN_UPSTREAM_{name.upper()}": upstream for name in NAMES}
        with running(
            [*LIANXIN, "serve", "gateway", "--port", str(port)],
            log=workplace / "door.log",
            environment={**addresses, **UNCOUNTED},
        ) as process:
            url = f"http://127.0.0.1:{port}"
            await process.answering(f"{url}/health/live")
            yield url, process.pid

    async def cold_start(self, workplace: Path) -> ColdStart:
        """Migrate an empty folder, and say how `lianxin up` is started on it."""
        home, port = workplace / "cold", free_port()
        await asyncio.to_thread(embedded.migrate, home)
        return ColdStart(
            command=[*LIANXIN, "up", "--home", str(home), "--port", str(port)],
            url=f"http://127.0.0.1:{port}/health/live",
            environment={"LIANXIN_DEVELOPMENT": "1"},
        )

    async def roster_database(self, servers: Servers, name: str) -> str:
        """A new database of members with the areas in it."""
        database = servers.database(name)
        await asyncio.to_thread(upgrade, "members", database)
        await _take_in(PostgresStore(database), None, ring=one_key)
        return database

    async def roster(self, workplace: Path) -> Path:
        """The generated roster of the district as a spreadsheet."""
        spreadsheet = workplace / "roster.xlsx"
        if not spreadsheet.exists():
            await asyncio.to_thread(write_roster, spreadsheet, generate(SEED))
        return spreadsheet

    async def import_roster(self, database: str, spreadsheet: Path, workplace: Path) -> float:
        """Import it; the seconds from the opening of the file to the commit."""
        return await _take_in(PostgresStore(database), spreadsheet, ring=one_key, divisions=False)


def one_key() -> Ring:
    """A ring of one key, for services that are measured alone."""
    return Ring.of_one(bytes(32))


async def _take_in(store: Store, spreadsheet: Path | None, *, ring: ReadRing, divisions: bool = True) -> float:
    """Put the areas and a roster into members' database; the seconds that the roster took."""
    mounted = mount(
        "members",
        store=store,
        log=MemoryLog(),
        ring=ring,
        development=DevelopmentSettings(development=True, clock=None),
        rules=RuleSettings(),
    )
    await store.open()
    try:
        await prepare(mounted)
        areas = read_divisions(WULING)
        if divisions:
            async with mounted.sessions() as session:
                await list_divisions(session, areas)
        started = time.perf_counter()
        if spreadsheet is not None:
            known = Known({}, frozenset(area.code for area in areas), {})
            checked = check(read_workbook(spreadsheet), today=TODAY, known=known)
            async with mounted.sessions() as session:
                await import_roster(session, checked)
        return time.perf_counter() - started
    finally:
        await store.close()


async def _sign_in(url: str) -> list[tuple[str, str, str]]:
    """Some people of villages that have an agent: id, area, token."""
    async with httpx.AsyncClient(base_url=url, timeout=30) as client:
        found: list[tuple[str, str, str]] = []
        listed = await client.get("/api/members/sign-in/development/people", params={"role": "grid_worker", "limit": 1})
        role = "grid_worker" if listed.status_code == 200 else "secretary"
        cursor: dict[str, str] = {}
        while len(found) < ASKING:
            page = (
                await client.get(
                    "/api/members/sign-in/development/people", params={"role": role, "limit": 50, **cursor}
                )
            ).json()
            for person in page["items"]:
                if person["division_code"].endswith("000"):
                    continue  # of the township or above: no village
                signed = await client.post(
                    "/api/members/sign-in/development",
                    json={"person_id": person["person_id"], "code": person["code"]},
                )
                found.append((person["person_id"], person["division_code"], signed.json()["access_token"]))
                if len(found) == ASKING:
                    break
            cursor = {"cursor": page["next"]}
        return found


async def _until_the_roster_is_known(url: str) -> None:
    """The import's facts travel after it; a village's agent is needed before anybody asks for one."""
    async with httpx.AsyncClient(base_url=url, timeout=30) as client, asyncio.timeout(120):
        while (await client.get("/health/ready")).status_code != 200:
            await asyncio.sleep(0.2)
    await asyncio.sleep(5)


def _submits(people: Sequence[tuple[str, str, str]]) -> list[Ask]:
    """What they report, in free words, each in their own village."""
    return [
        Ask(
            SUBMIT,
            token=token,
            body=json.dumps(
                {"division_code": division, "kind": "help", "wording": "村口路灯不亮，请帮忙看看"}, ensure_ascii=False
            ),
        )
        for _, division, token in people
    ]


def _pages(people: Sequence[tuple[str, str, str]]) -> list[Ask]:
    """The first page of each one's cases."""
    return [Ask(PAGE, token=token) for _, _, token in people]


def _page_of(requesters: Sequence[object]) -> PageShape:
    """The page of one's cases, for these citizens' person ids."""
    return PageShape(
        tables=("public.service_request",),
        owner="requester_id",
        owners=requesters,
        order=("id",),
        columns=(
            "id",
            "kind",
            "item_code",
            "stage",
            "division_code",
            "submitted_at",
            "finish_due_at",
            "promised_on",
            "round",
        ),
    )
