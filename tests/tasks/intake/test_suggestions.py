"""What an operator is shown while they listen and type; on both databases."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import select

from chassis.postgres import PostgresConnection
from chassis.sqlite import SqliteConnection
from chassis.tables import AUDIT, IDEMPOTENCY
from services.tasks.requests.model import ServiceRequest
from services.tasks.roster.model import Post
from tests.mounting import token
from tests.tasks.conftest import MONDAY, VILLAGE, Village

pytestmark = pytest.mark.asyncio

HERE = {"latitude": 29.0315, "longitude": 111.6985, "datum": "wgs84"}
NEAR = {"latitude": 29.0322, "longitude": 111.6978, "datum": "wgs84"}  # in a cell beside it
FAR = {"latitude": 29.0415, "longitude": 111.6985, "datum": "wgs84"}  # a kilometre to the north


async def ask(
    village: Village, who: UUID | None = None, *, by: UUID | None = None, code: int = 200, **said: object
) -> Any:
    """What the cadre of the township is shown, or somebody else."""
    body: dict[str, object] = {"division_code": VILLAGE} | said
    if who is not None:
        body["requester_id"] = str(who)
    headers = {"authorization": f"Bearer {token(by or village.people.cadre)}"}  # and no Idempotency-Key
    answer = await village.stand.client.post("/intake/suggestions", json=body, headers=headers)
    assert answer.status_code == code, answer.text
    return answer.json()


async def test_two_characters_find_the_errand_its_papers_its_limit_and_who_gets_it(village: Village) -> None:
    shown = await ask(village, words="他想问低保")
    assert shown["items"][0]["code"] == "subsistence-allowance"
    assert shown["papers"] == shown["items"][0]["papers"] != []
    assert [one["clock"] for one in shown["limits"]] == ["accept", "finish"]
    assert (shown["goes_to"], shown["goes_to_zh"]) == (["生成proxy_agent"], "将派给生成proxy_agent")
    chosen = await ask(village, item_code="subsistence-allowance")
    assert chosen["limits"][1]["amount_zh"] == shown["items"][0]["legal_time"]
    empty = await ask(village, division_code="430702100203")
    assert (empty["goes_to"], empty["items"], empty["duplicates"]) == ([], [], [])
    assert "乡镇" in empty["goes_to_zh"]


async def test_what_may_be_the_same_is_found_by_place_time_and_words(village: Village) -> None:
    near = (await village.submit(wording="三组路口的路灯不亮了", **HERE))["id"]
    far = (await village.submit(wording="三组路口的路灯不亮了", **FAR))["id"]
    unplaced = (await village.submit(wording="村口路灯不亮"))["id"]
    other = (await village.submit(wording="自来水浑浊", **HERE))["id"]
    shown = await ask(village, words="路灯不亮", place=NEAR)
    found = {one["request_id"]: one for one in shown["duplicates"]}
    assert set(found) == {near, unplaced}, (far, other)
    assert (found[near]["near"], found[near]["likeness"]) == (True, 100)
    assert found[near]["why_zh"] == "地点相近、文字相似 100%"
    in_village = await ask(village, words="路灯不亮")
    assert {one["request_id"] for one in in_village["duplicates"]} == {near, far, unplaced}
    village.clock.at = MONDAY + timedelta(days=31)
    assert (await ask(village, words="路灯不亮"))["duplicates"] == []


async def test_nobody_is_shown_what_they_do_not_reach_nor_complaints_nor_who_stays_unnamed(village: Village) -> None:
    people = village.people
    await village.submit(
        kind="complaint", wording="干部刁难办低保", about_post_id=await _post(village, people.secretary)
    )
    hidden = str((await village.submit(wording="申请低保被拒"))["id"])
    await _set(village, hidden, anonymous=True)
    open_ = str((await village.submit(wording="邻居冒领低保"))["id"])
    shown = await ask(village, words="低保")
    assert [one["request_id"] for one in shown["duplicates"]] == [open_]
    assert (await ask(village, words="低保", by=people.supervisor, code=403))["code"] == "may-not-take-in"
    assert (await ask(village, words="低保", by=people.other_agent, code=403))["code"] == "may-not-take-in"
    assert (await ask(village, words="低保", by=people.villager, code=403))["code"] == "may-not-take-in"


async def test_a_callers_open_cases_leave_out_complaints_the_unnamed_and_what_is_old(village: Village) -> None:
    people = village.people
    old = await village.submit(wording="去年的事")
    village.clock.at = MONDAY + timedelta(days=370)
    await village.submit(kind="complaint", wording="投诉")
    unnamed = str((await village.submit(wording="不愿具名"))["id"])
    await _set(village, unnamed, anonymous=True)
    done = str((await village.submit(wording="问时间"))["id"])
    await village.stand.post(f"/requests/{done}/answer", by=people.agent, words="周一")
    open_ = str((await village.submit(wording="路灯坏了"))["id"])
    shown = await ask(village, people.villager)
    assert [one["id"] for one in shown["open_cases"]] == [open_], old
    assert (await ask(village, people.neighbour))["open_cases"] == []


async def test_nothing_of_what_was_typed_is_kept_and_the_caller_learns_who_looked(village: Village) -> None:
    before = await _rows(village)
    for words in ("低", "低保", "低保怎么办"):
        await ask(village, words=words)
    assert await _rows(village) == before
    for words in ("路", "路灯"):
        await ask(village, village.people.villager, words=words)
    async with village.stand.mounted.sessions() as session:
        looks = await session.all(select(AUDIT.c.about).where(AUDIT.c.action == "look_at_history"))
    assert [str(one) for one in looks] == [str(village.people.villager)]


async def test_it_costs_four_statements_at_most(village: Village) -> None:
    await village.submit(wording="路灯不亮", **HERE)
    said: dict[str, object] = {"words": "路灯不亮", "place": NEAR}
    await ask(village, village.people.villager, **said)  # who is on duty is known from now on
    with counted() as statements:
        shown = await ask(village, village.people.villager, **said)
    assert shown["duplicates"]
    assert shown["open_cases"]
    assert len(statements) <= 4, statements


async def test_a_case_shows_what_may_be_the_same(village: Village) -> None:
    first, second = [str((await village.submit(wording="村口路灯坏了"))["id"]) for _ in range(2)]
    shown = await village.stand.get(f"/requests/{first}/duplicates", by=village.people.cadre)
    assert [one["request_id"] for one in shown.json()["items"]] == [second]
    assert (await village.stand.get(f"/requests/{first}/duplicates", by=village.people.other_agent)).status_code == 404
    merged = await village.stand.post(f"/requests/{first}/parts", by=village.people.cadre, request_ids=[second])
    assert merged.status_code == 200
    shown = await village.stand.get(f"/requests/{first}/duplicates", by=village.people.cadre)
    assert shown.json()["items"] == [], "one that is merged already is not suggested again"


@contextmanager
def counted() -> Iterator[list[str]]:
    """The statements that are read with meanwhile."""
    found: list[str] = []
    kinds: list[Any] = [SqliteConnection, PostgresConnection]
    reads = [kind.read for kind in kinds]

    def counting(read: Any) -> Any:
        async def one(self: object, text: str, parameters: Sequence[object]) -> Any:
            found.append(text)
            return await read(self, text, parameters)

        return one

    for kind, read in zip(kinds, reads, strict=True):
        kind.read = counting(read)
    try:
        yield found
    finally:
        for kind, read in zip(kinds, reads, strict=True):
            kind.read = read


async def _rows(village: Village) -> tuple[int, int]:
    async with village.stand.mounted.sessions() as session:
        return (
            len(await session.all(select(AUDIT.c.id))),
            len(await session.all(select(IDEMPOTENCY.c.key))),
        )


async def _set(village: Village, case: str, **values: object) -> None:
    async with village.stand.mounted.sessions() as session:
        request = await session.get(ServiceRequest, UUID(case), lock=True)
        assert request is not None
        for name, value in values.items():
            setattr(request, name, value)


async def _post(village: Village, person: UUID) -> str:
    async with village.stand.mounted.sessions() as session:
        return str(next(one.id for one in await session.all(select(Post)) if one.person_id == person))
