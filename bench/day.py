"""A busy county: 70 requests a minute with agents, judgements and desks in proportion, and how long each route takes.

`python -m bench.day --minutes 5` starts the cluster profile on a Kafka and a PostgreSQL of its own. The load is an
open loop: each request begins at its own time, whether the one before was answered or not, and its time is counted
from then. Nothing is promised of these figures; they say how it feels, at p50, p95 and p99.
"""

import argparse
import asyncio
import json
import random
import statistics
import sys
import tempfile
import time
import uuid
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp

from bench.desk import PEOPLE
from bench.load import BadLoad
from bench.measures import real_servers
from bench.ours import Ours

A_MINUTE = 70  # requests
RESULT = Path(__file__).with_name("results") / "day.json"
AGENTS_READ = 3  # lists an agent looks at for each request
SOLVED = {"yes": 0.9, "no": 0.1}
JUDGES = 0.8  # of those who were served say whether it was solved, and grade it
DESK_LOOKS = 2  # lists, searches and overviews of desks for each request
FOLLOWS = 2  # times that a requester looks at home, at their case, or by code


@dataclass
class Taken:
    """How long each route took, in milliseconds, and what was refused."""

    ms: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    refused: list[str] = field(default_factory=list)


class Person:
    """Somebody with a token, who calls through the gateway."""

    def __init__(self, http: aiohttp.ClientSession, taken: Taken, *, person_id: str, name: str, token: str) -> None:
        self.id, self.name = person_id, name
        self._http, self._taken, self._token = http, taken, token

    async def ask(self, route: str, path: str, body: dict[str, object] | None = None) -> dict[str, object]:
        """Call once; the time counts under the route's name."""
        headers = {"authorization": f"Bearer {self._token}", "idempotency-key": uuid.uuid4().hex}
        began = time.perf_counter()
        method = "GET" if body is None else "POST"
        async with self._http.request(method, path, json=body, headers=headers) as answer:
            told = await answer.read()
        self._taken.ms[f"{method} {route}"].append((time.perf_counter() - began) * 1000)
        if answer.status >= 400:
            self._taken.refused.append(f"{method} {route}: {answer.status} {told[:200].decode(errors='replace')}")
            return {}
        found: dict[str, object] = json.loads(told)
        return found


@dataclass
class Village:
    """Whoever plays in one village."""

    code: str
    citizens: list[Person]
    agents: dict[str, Person]  # by name, as the requester is told it
    cadre: Person


async def _request(village: Village, draw: random.Random) -> None:
    """One request from its first word to the grade, and what its people look at meanwhile."""
    citizen = draw.choice(village.citizens)
    asked: dict[str, object] = {"division_code": village.code, "kind": "help", "wording": "村口路灯不亮，请来看看"}
    told = await citizen.ask("/tasks/requests", "/api/tasks/requests", asked)
    agent = village.agents.get(str(told.get("named_person")))
    if agent is None:
        return
    case = f"/api/tasks/requests/{told['id']}"
    for _ in range(FOLLOWS):
        await citizen.ask("/screens/home", "/api/screens/home")
    await citizen.ask("/tasks/tracking", "/api/tasks/tracking", {"code": told["tracking_code"]})
    for _ in range(AGENTS_READ):
        await agent.ask("/screens/agent-day", "/api/screens/agent-day")
    await agent.ask("/screens/cases/{id}", f"/api/screens/cases/{told['id']}")
    await agent.ask("/tasks/requests/{id}/answer", f"{case}/answer", {"words": "当场答复，已经换好"})
    area = f"area={village.code[:9]}000"
    for _ in range(DESK_LOOKS):
        await village.cadre.ask("/tasks/cases", f"/api/tasks/cases?{area}&open=true")
        await village.cadre.ask("/tasks/cases?text", f"/api/tasks/cases?{area}&text=%E8%B7%AF%E7%81%AF")
        await village.cadre.ask("/screens/overview", "/api/screens/overview")
    if draw.random() > JUDGES:
        return
    [solved] = draw.choices(list(SOLVED), list(SOLVED.values()))
    await citizen.ask("/tasks/requests/{id}/judgement", f"{case}/judgement", {"solved": solved, "round": 1})
    page = await citizen.ask("/feedback/invitations", f"/api/feedback/invitations?request_id={told['id']}")
    for one in page.get("items", []):  # type: ignore[attr-defined]
        rating = f"/api/feedback/invitations/{one['id']}/rating"
        await citizen.ask("/feedback/invitations/{id}/rating", rating, {"rating": "satisfied", "reasons": []})


async def _play(villages: list[Village], *, minutes: float, say: Callable[[str], None]) -> None:
    """Begin requests at random instants, 70 a minute in the mean, and wait for those that have begun."""
    draw = random.Random(1)
    loop = asyncio.get_running_loop()
    begins, ends = loop.time(), loop.time() + minutes * 60
    playing: set[asyncio.Task[None]] = set()
    at, said = begins, begins
    while (at := at + draw.expovariate(A_MINUTE / 60)) < ends:
        await asyncio.sleep(max(0.0, at - loop.time()))
        task = asyncio.create_task(_request(draw.choice(villages), draw))
        playing.add(task)
        task.add_done_callback(playing.discard)
        if at - said > 30:
            said = at
            say(f"  {at - begins:.0f} s of {minutes * 60:.0f}, {len(playing)} requests under way")
    await asyncio.gather(*playing)


async def _villages(http: aiohttp.ClientSession, taken: Taken, *, wanted: int) -> list[Village]:
    """Villages with agents, citizens and a cadre, all signed in."""

    async def people(role: str, area: str, most: int) -> list[Person]:
        query = {"role": role, "division_code": area, "limit": str(most)}
        async with http.get(PEOPLE, params=query) as answer:
            listed = (await answer.json())["items"]
        found = []
        for one in listed:
            body = {"person_id": one["person_id"], "code": one["code"]}
            async with http.post("/api/members/sign-in/development", json=body) as answer:
                token = (await answer.json())["access_token"]
            found.append(Person(http, taken, person_id=one["person_id"], name=one["name"], token=token))
        return found

    async with http.get(PEOPLE, params={"role": "proxy_agent", "limit": "100"}) as answer:
        codes = sorted({one["division_code"] for one in (await answer.json())["items"]})[:wanted]
    found = []
    for code in codes:
        agents = [*await people("proxy_agent", code, 5), *await people("stand_in", code, 5)]
        [cadre, *_] = await people("township_cadre", f"{code[:9]}000", 1)
        officials = {agent.id for agent in agents}
        asking = await people("secretary", code, 5)
        citizens = [one for one in asking if one.id not in officials]  # the bench's roster has nobody else
        if citizens:
            found.append(Village(code, citizens, {agent.name: agent for agent in agents}, cadre))
    return found


async def _measure(minutes: float) -> Taken:
    taken = Taken()
    with tempfile.TemporaryDirectory(prefix="lianxin-day-", ignore_cleanup_errors=True) as made:
        workplace = Path(made)
        workplace.chmod(0o755)
        sides = Ours()
        async with (
            real_servers(workplace) as servers,
            sides.cluster(servers, workplace) as cluster,
            aiohttp.ClientSession(cluster.url, timeout=aiohttp.ClientTimeout(60)) as http,
        ):
            villages = await _villages(http, taken, wanted=20)
            await _play(villages, minutes=minutes, say=lambda line: print(line, flush=True))
    return taken


def main() -> int:
    """Play and print; 1 if anything was refused."""
    parser = argparse.ArgumentParser(prog="python -m bench.day", description=__doc__)
    parser.add_argument("--minutes", type=float, default=5.0)
    asked = parser.parse_args()
    if not 0 < asked.minutes <= 14:
        parser.error("at most 14 minutes: a token lives no longer")
    try:
        taken = asyncio.run(_measure(asked.minutes))
    except BadLoad as wrong:
        print(wrong, file=sys.stderr)
        return 2
    table = {route: _spread(times) for route, times in sorted(taken.ms.items())}
    print(f"{'route':42} {'calls':>6} {'p50':>7} {'p95':>7} {'p99':>7}  ms")
    for route, row in table.items():
        print(f"{route:42} {row['calls']:6.0f} {row['p50']:7.1f} {row['p95']:7.1f} {row['p99']:7.1f}")
    for line in taken.refused[:20]:
        print(f"REFUSED {line}", file=sys.stderr)
    RESULT.write_text(json.dumps({"minutes": asked.minutes, "a_minute": A_MINUTE, "ms": table}, indent=2) + "\n")
    print(f"written: {RESULT}")
    return 1 if taken.refused else 0


def _spread(times: list[float]) -> dict[str, float]:
    cuts = statistics.quantiles(times, n=100, method="inclusive") if len(times) > 1 else times * 99
    return {"calls": len(times), "p50": round(cuts[49], 1), "p95": round(cuts[94], 1), "p99": round(cuts[98], 1)}


if __name__ == "__main__":
    sys.exit(main())
