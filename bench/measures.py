"""The groups of figures: which sides take turns, and on what."""

import pickle
import statistics
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
import asyncpg

from bench import bare
from bench.bare import BareSideFailed
from bench.desk import looking_up
from bench.facts import commit_to_effect, drain
from bench.fill import two_sizes
from bench.load import Ask, BadLoad, drive
from bench.processes import DidNotStart, cpu_seconds, rss_mib, running
from bench.record import NothingWritten, bare_tables, everything, largest_transaction, recording, twin
from bench.record_sqlite import largest_commit, twin_file
from bench.rounds import Metrics, Round, interleave
from bench.rows import Rows
from bench.sides import Cluster, Embedded, NotYet, Servers, Sides
from bench.withdrawals import Withdrawals, promise
from profiles.servers import KafkaServer, PostgresServer

RATE = 100  # facts a second of the latency figure


@dataclass(slots=True)
class Plan:
    """How much is measured: rounds, seconds of load in each, rows of the two tables, facts of a backlog."""

    sides: Sides
    servers: Servers
    workplace: Path
    say: Callable[[str], None]
    rounds: int = 5
    seconds: float = 4.0
    small: int = 20_000
    large: int = 1_000_000
    backlog: int = 20_000
    found: dict[str, object] = field(default_factory=dict)  # what was learnt on the way, for the JSON file
    played: dict[str, list[Round]] = field(default_factory=dict)
    failures: dict[str, str] = field(default_factory=dict)

    async def attempt(self, group: str, measuring: Awaitable[list[Round]]) -> None:
        """Measure one group; one that cannot be measured is said so, and the others go on."""
        try:
            self.played[group] = await measuring
        except (NotYet, BadLoad, BareSideFailed, DidNotStart, NothingWritten) as reason:
            self.failures[group] = f"{type(reason).__name__}: {reason}"


async def measure_cluster(plan: Plan, groups: Sequence[str]) -> None:
    """The figures of the cluster profile: start it once, record one submit, and measure group by group."""
    measures = {"submit": _submit, "facts": _facts, "drain": _drain, "page": _page, "desk": _desk, "suspend": _suspend}
    try:
        async with plan.sides.cluster(plan.servers, plan.workplace) as cluster:
            await submit_once(cluster)  # the first ever also begins the chain of the audit
            async with recording(cluster.database) as connection:
                await submit_once(cluster)
                rows = await largest_transaction(connection)
            plan.found["rows of one submit"] = rows.counted()
            plan.say(f"one submit writes {len(rows.rows)} rows: {rows.counted()}")
            for group in groups:
                plan.say(f"{group}:")
                signed_in = await plan.sides.signed_in_again(cluster)  # a token lives shorter than a long run
                await plan.attempt(group, measures[group](plan, signed_in, rows))
    except (NotYet, BadLoad, DidNotStart, NothingWritten) as reason:
        plan.failures |= {group: f"{type(reason).__name__}: {reason}" for group in groups if group not in plan.played}


async def submit_once(side: Cluster | Embedded) -> None:
    """One submit, whose rows are recorded. Raises `BadLoad` if it was refused."""
    ask = side.submits[0]
    headers = {"Content-Type": "application/json", "Idempotency-Key": f'"{uuid.uuid4().hex}-0"'}
    if ask.token:
        headers["Authorization"] = f"Bearer {ask.token}"
    async with (
        aiohttp.ClientSession() as client,
        client.post(side.url + ask.path, data=ask.body.encode(), headers=headers) as answer,
    ):
        if answer.status >= 400:
            raise BadLoad(f"a submit was refused: {answer.status} {await answer.text()}")


async def _submit(plan: Plan, cluster: Cluster, rows: Rows) -> list[Round]:
    connection = await asyncpg.connect(cluster.database)
    try:
        await bare_tables(connection, list(rows.counted()), schema="bare")
    finally:
        await connection.close()
    twins = rows.moved(lambda table: twin(table, schema="bare"))
    async with bare.postgres_app(cluster.database, twins, plan.workplace) as (url, pid):
        body = cluster.submits[0].body
        sides = {
            "ours": _loaded(plan, cluster.url, list(cluster.submits), list(cluster.pids)),
            "separate": _loaded(plan, url, [Ask("/separate", body=body)], [pid]),
            "single": _loaded(plan, url, [Ask("/single", body=body)], [pid]),
        }
        rounds = await _play(plan, sides)
    await _expect_whole_copies(cluster.database, twins)
    return rounds


async def _expect_whole_copies(database: str, rows: Rows) -> None:
    """The bare side must have written every row of every copy, or it had less to do than ours."""
    connection = await asyncpg.connect(database)
    try:
        copies = {
            table: await connection.fetchval(f"select count(*) from {table}") / each
            for table, each in rows.counted().items()
        }
    finally:
        await connection.close()
    if len(set(copies.values())) != 1 or not min(copies.values()):
        raise BadLoad(f"the bare side did not write whole copies: {copies}")


async def _page(plan: Plan, cluster: Cluster, rows: Rows) -> list[Round]:
    page = cluster.page
    kind = "int" if isinstance(page.owners[0], int) else "text"
    bare_asks = [Ask(f"/page?owner={owner}") for owner in page.owners]
    async with AsyncExitStack() as stack:
        url, pid = await stack.enter_async_context(
            bare.postgres_app(cluster.database, rows, plan.workplace, page=(page.statement(), kind))
        )
        plan.say(f"  filling {plan.small:,} and {plan.large:,} rows")
        plan.found["rows of the page's tables"] = (plan.small, plan.large)
        sizes = await stack.enter_async_context(
            two_sizes(cluster.database, rows, page, small=plan.small, large=plan.large)
        )
        ours = _loaded(plan, cluster.url, list(cluster.pages), list(cluster.pids))
        limit = _loaded(plan, url, bare_asks, [pid])

        def on(schema: str, side: Callable[[], Awaitable[Metrics]]) -> Callable[[], Awaitable[Metrics]]:
            async def turn() -> Metrics:
                await sizes.stand(schema)
                return await side()

            return turn

        sides = {
            "ours_small": on("bench_small", ours),
            "bare_small": on("bench_small", limit),
            "ours_large": on("bench_large", ours),
            "bare_large": on("bench_large", limit),
        }
        await sizes.stand("bench_small")
        for address, asks in ((cluster.url, cluster.pages), (url, bare_asks)):
            await _expect_25(address, asks[0])
        return await _play(plan, sides)


async def _desk(plan: Plan, cluster: Cluster, rows: Rows) -> list[Round]:
    return await looking_up(
        cluster,
        rows,
        small=plan.small,
        large=plan.large,
        seconds=plan.seconds,
        postgres=_postgres(plan),
        play=lambda sides: _play(plan, sides),
    )


async def _expect_25(url: str, ask: Ask) -> None:
    """A page that is not full would be faster than it should be."""
    headers = {"Authorization": f"Bearer {ask.token}"} if ask.token else {}
    async with aiohttp.ClientSession() as client, client.get(url + ask.path, headers=headers) as answer:
        body = await answer.json()
    lists = [part for part in (body.values() if isinstance(body, dict) else [body]) if isinstance(part, list)]
    if answer.status != 200 or not lists or len(lists[0]) != 25:
        raise BadLoad(f"{url}{ask.path}: a page of 25 was expected, and this came: {str(body)[:500]}")


async def _facts(plan: Plan, cluster: Cluster, rows: Rows) -> list[Round]:
    seconds = 3 * plan.seconds  # a p99 of a few hundred facts would be a matter of luck
    size = _payload_size(rows, cluster.facts.outbox)
    plan.found["bytes of a fact"] = size

    async def ours() -> Metrics:
        return await commit_to_effect(
            cluster.url, cluster.submits, cluster.facts, database=cluster.database, rate=RATE, seconds=seconds
        )

    async def pipe() -> Metrics:
        return await bare.kafka_pipe(plan.servers.kafka, count=round(RATE * seconds), rate=RATE, size=size)

    return await _play(plan, {"ours": ours, "bare": pipe})


async def _drain(plan: Plan, cluster: Cluster, rows: Rows) -> list[Round]:
    size = _payload_size(rows, cluster.facts.outbox)

    async def ours() -> Metrics:
        return await drain(rows, cluster.facts, database=cluster.database, count=plan.backlog)

    async def pipe() -> Metrics:
        return await bare.kafka_pipe(plan.servers.kafka, count=plan.backlog * 5, rate=0, size=size)

    return await _play(plan, {"ours": ours, "bare": pipe})


async def _suspend(plan: Plan, cluster: Cluster, _: Rows) -> list[Round]:
    withdrawals = Withdrawals(cluster.url)

    async def ours() -> Metrics:
        return await withdrawals.measure(count=round(10 * plan.seconds))

    return await _play(plan, {"ours": ours, "promise": promise})


def _payload_size(rows: Rows, outbox: str) -> int:
    """The bytes of our facts: the longest text of each outbox row, in the mean."""
    longest = [
        max(len(str(column.value).encode()) for column in row.columns) for row in rows.rows if row.table == outbox
    ]
    if not longest:
        raise BadLoad(f"one submit wrote nothing to {outbox}: see `outbox` in FactPath")
    return round(statistics.mean(longest))


async def measure_import(plan: Plan) -> list[Round]:
    """The roster import: our import's own rows are recorded once, and copied by the limit."""
    spreadsheet = await plan.sides.roster(plan.workplace)
    database = await plan.sides.roster_database(plan.servers, "bench_roster_recorded")
    async with recording(database) as connection:
        await plan.sides.import_roster(database, spreadsheet, plan.workplace)
        tables = await everything(connection)
        await bare_tables(connection, list(tables), schema="bare")
    kept = plan.workplace / "roster.rows"
    kept.write_bytes(pickle.dumps(tables))
    counted = {table: len(records) for table, (_, records) in tables.items()}
    plan.found["rows of the import"] = counted
    plan.say(f"import: {counted}")
    rounds = iter(range(1_000))

    async def ours() -> Metrics:
        fresh = await plan.sides.roster_database(plan.servers, f"bench_roster_{next(rounds)}")
        return {"seconds": await plan.sides.import_roster(fresh, spreadsheet, plan.workplace)}

    async def copy() -> Metrics:
        return await bare.spreadsheet_copy(database, spreadsheet, kept)

    return await _play(plan, {"ours": ours, "copy": copy})


async def measure_embedded(plan: Plan) -> list[Round]:
    """Submits to the embedded profile, one C SQLite thread, and a session on aiosqlite."""
    async with plan.sides.embedded(plan.workplace) as embedded, AsyncExitStack() as stack:
        await submit_once(embedded)
        rows = await largest_commit(embedded.file, lambda: submit_once(embedded))
        plan.found["rows of one embedded submit"] = rows.counted()
        plan.found["synchronous"] = embedded.synchronous
        plan.say(f"embedded: one submit writes {len(rows.rows)} rows: {rows.counted()}")
        files = [
            twin_file(embedded.file, plan.workplace / f"{name}.db", list(rows.counted())) for name in ("thread", "app")
        ]
        url, pid = await stack.enter_async_context(
            bare.session_app(files[1], rows, plan.workplace, synchronous=embedded.synchronous)
        )

        async def thread() -> Metrics:
            return await bare.sqlite_thread(
                files[0], rows, plan.workplace, synchronous=embedded.synchronous, seconds=plan.seconds
            )

        sides = {
            "ours": _loaded(plan, embedded.url, list(embedded.submits), list(embedded.pids)),
            "thread": thread,
            "session": _loaded(plan, url, [Ask("/session", body=embedded.submits[0].body)], [pid]),
        }
        return await _play(plan, sides)


async def measure_start(plan: Plan) -> list[Round]:
    """Cold starts, after one start each that leaves the bytecode behind."""
    ours, least = await plan.sides.cold_start(plan.workplace), bare.cold_start()

    def starting(name: str) -> Callable[[], Awaitable[Metrics]]:
        start = ours if name == "ours" else least

        async def turn() -> Metrics:
            with running(start.command, log=plan.workplace / f"{name}.log", environment=start.environment) as process:
                seconds = await process.answering(start.url)
                return {"seconds": seconds, "rss_mib": rss_mib(process.pid), "cpu_seconds": cpu_seconds(process.pid)}

        return turn

    return await _play(plan, {"ours": starting("ours"), "bare": starting("bare")})


def _loaded(plan: Plan, url: str, asks: list[Ask], pids: list[int]) -> Callable[[], Awaitable[Metrics]]:
    async def turn() -> Metrics:
        return await drive(url, asks, seconds=plan.seconds, watched={"app": pids, "postgres": _postgres(plan)})

    return turn


def _postgres(plan: Plan) -> list[int]:
    return [plan.servers.postgres_pid] if plan.servers.postgres_pid else []


async def _play(plan: Plan, sides: dict[str, Callable[[], Awaitable[Metrics]]]) -> list[Round]:
    """One round that does not count (caches, bytecode, prepared statements), then those that do."""
    await interleave(sides, rounds=1, say=lambda line: plan.say(f"{line} (warming up)"))
    return await interleave(sides, rounds=plan.rounds, say=plan.say)


@asynccontextmanager
async def real_servers(workplace: Path) -> AsyncIterator[Servers]:
    """Durable PostgreSQL that keeps commit times, and one Kafka node, for this run alone."""
    postgres = PostgresServer(workplace / "postgres", durable=True)
    kafka = KafkaServer(workplace / "kafka", heap="512m", session_ms=3000)
    try:
        postgres.start()
        connection = await asyncpg.connect(postgres.url())
        await connection.execute("alter system set track_commit_timestamp = on")
        await connection.close()
        postgres.restart()
        kafka.start()

        pid = int((workplace / "postgres/files/postmaster.pid").read_text(encoding="ascii").split()[0])
        yield Servers(database=postgres.create_database, kafka=kafka.address, postgres_pid=pid)
    finally:
        kafka.stop()
        postgres.stop()
