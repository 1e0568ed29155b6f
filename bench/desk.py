"""What a desk and a citizen look up where there are many cases: a list, a search and a tracking code at two sizes."""

import json
import uuid
from collections.abc import Awaitable, Callable

import asyncpg
import httpx

from bench.fill import two_sizes
from bench.load import Ask, BadLoad, drive
from bench.record import twin
from bench.rounds import Metrics
from bench.rows import Rows
from bench.sides import Cluster, PageShape

TABLES = ("public.service_request", "public.clock", "public.dispatch", "public.search_text")
SMALL, LARGE = "bench_small", "bench_large"
FOUND = 200
"""So many cases have the words that are searched for, at either size; what the others say occurs nowhere else."""
PEOPLE = "/api/members/sign-in/development/people"

Turn = Callable[[], Awaitable[Metrics]]


async def looking_up(
    cluster: Cluster,
    rows: Rows,
    *,
    small: int,
    large: int,
    seconds: float,
    postgres: list[int],
    play: Callable[[dict[str, Turn]], Awaitable[list[dict[str, Metrics]]]],
) -> list[dict[str, Metrics]]:
    """Rates of the three at both sizes, in the same rounds, as a cadre of the township and as somebody with a code.

    `postgres` are the server's processes, whose processor time tells more than a rate where others use the machine.
    """
    village = json.loads(cluster.submits[0].body)["division_code"]
    code, case = await _one_more(cluster)
    shape = PageShape(
        tables=TABLES,
        owner="requester_id",
        owners=cluster.page.owners,
        order=("id",),
        columns=cluster.page.columns,
        varied=await _lives(cluster.database, village[:9]),
    )
    async with two_sizes(cluster.database, rows, shape, small=small, large=large) as sizes:
        for schema, count in ((SMALL, small), (LARGE, large)):
            await _make_real(cluster.database, schema, case, count=count)
        cadre = await _signed_in(cluster.url, village[:9] + "000")
        area = f"area={village[:9]}000"
        asks = {
            "list": Ask(f"/api/tasks/cases?{area}&limit=25", token=cadre),
            "search": Ask(f"/api/tasks/cases?{area}&text=%E8%B7%AF%E7%81%AF&limit=25", token=cadre),
            "tracking": Ask("/api/tasks/tracking", body=json.dumps({"code": code})),
        }

        def on(schema: str, ask: Ask) -> Turn:
            async def turn() -> Metrics:
                await sizes.stand(schema)
                return await drive(
                    cluster.url, [ask], seconds=seconds, watched={"app": list(cluster.pids), "postgres": postgres}
                )

            return turn

        sides = {
            f"{name}_{size}": on(schema, ask)
            for name, ask in asks.items()
            for size, schema in (("small", SMALL), ("large", LARGE))
        }
        for schema in (SMALL, LARGE):
            await sizes.stand(schema)
            await _expect_answers(cluster.url, asks)
        return await play(sides)


async def _lives(database: str, township: str) -> dict[str, str]:
    """What became of the copies: those of a township's years, each in a village with its organisation and agent.

    One in thirty is open, the newest ones; a copy of one fresh case a million times would be a million cases in the
    hands of one agent, which no statistics of a real table would say.
    """
    connection = await asyncpg.connect(database)
    try:
        agents = await connection.fetch(
            "select distinct on (division_code) division_code as code, organization_id as organization,"
            " person_id as person from post where kind = 'proxy_agent' and division_code like $1 || '%'",
            township,
        )
    finally:
        await connection.close()

    def of_agent(name: str) -> str:
        listed = ", ".join(f"'{agent[name]}'" for agent in agents)
        return f"(array[{listed}])[1 + i % {len(agents)}]"

    fresh = "i > {count} - {count} / 30"
    return {
        "division_code": of_agent("code"),
        "organization_id": of_agent("organization"),
        "working_organization_id": of_agent("organization"),
        "working_person_id": f"case when {fresh} then {of_agent('person')} end",
        "handler_id": f"case when not ({fresh}) or i % 5 > 0 then {of_agent('person')} end",
        "stage": f"case when {fresh}"
        " then (array['dispatched', 'accepted', 'handling', 'handling', 'paused'])[1 + i % 5]"
        " else (array['archived', 'archived', 'archived', 'judged', 'handled'])[1 + i / 7 % 5] end",
        "colour": f"case when {fresh} and i % 11 = 0 then 'yellow' when {fresh} and i % 67 = 0 then 'red' end",
        "item_code": "case when i % 4 = 0 then 'identity-card' end",
        "submitted_at": "now() - ({count} - i) * interval '100 seconds'",
        "finish_due_at": "now() - ({count} - i) * interval '100 seconds' + interval '7 days'",
    }


async def _one_more(cluster: Cluster) -> tuple[str, uuid.UUID]:
    """Submit once more; the tracking code and the id."""
    ask = cluster.submits[0]
    headers = {"authorization": f"Bearer {ask.token}", "idempotency-key": uuid.uuid4().hex}
    async with httpx.AsyncClient(base_url=cluster.url, timeout=30) as client:
        answer = await client.post(
            ask.path, content=ask.body.encode(), headers=headers | {"content-type": "application/json"}
        )
    if answer.status_code != 201:
        raise BadLoad(f"a submit was refused: {answer.status_code} {answer.text}")
    told = answer.json()
    return told["tracking_code"], uuid.UUID(told["id"])


async def _signed_in(url: str, township: str) -> str:
    """A token of a cadre of this township."""
    async with httpx.AsyncClient(base_url=url, timeout=30) as client:
        page = await client.get(PEOPLE, params={"role": "township_cadre", "division_code": township, "limit": 1})
        [person] = page.json()["items"]
        body = {"person_id": person["person_id"], "code": person["code"]}
        signed = await client.post("/api/members/sign-in/development", json=body)
    token: str = signed.json()["access_token"]
    return token


async def _make_real(database: str, schema: str, case: uuid.UUID, *, count: int) -> None:
    """The tracked case stands among the copies, and few of these have the words that are searched for."""
    connection = await asyncpg.connect(database, command_timeout=900)
    try:
        words = twin("public.search_text", schema=schema)
        await connection.execute(
            f"update {words} set tokens = (select string_agg(substr(md5(request_id::text || n), 1, 8), ' ')"
            f" from generate_series(1, 12) n) where position % {count // FOUND} <> 0"
        )
        for table in TABLES:
            column = "id" if table.endswith("service_request") else "request_id"
            await connection.execute(
                f"insert into {twin(table, schema=schema)} select * from {table} where {column} = $1", case
            )
            await connection.execute(f"vacuum analyze {twin(table, schema=schema)}")
    finally:
        await connection.close()


async def _expect_answers(url: str, asks: dict[str, Ask]) -> None:
    """A list that is not full, or a code that is not found, would be faster than it should be."""
    async with httpx.AsyncClient(base_url=url, timeout=60) as client:
        for name, ask in asks.items():
            headers = {"authorization": f"Bearer {ask.token}"} if ask.token else {}
            if ask.body:
                answer = await client.post(ask.path, content=ask.body, headers={"content-type": "application/json"})
            else:
                answer = await client.get(ask.path, headers=headers)
            told = answer.json()
            if answer.status_code != 200 or ("items" in told and len(told["items"]) != 25):
                raise BadLoad(f"{name}: {answer.status_code} {answer.text[:300]}")
