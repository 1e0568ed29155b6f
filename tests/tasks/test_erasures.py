"""Of the cases of an erased person nothing is left but what was done, by whom and when."""

from uuid import UUID

import pytest
from sqlalchemy import Column
from sqlalchemy import Table as Rows

from chassis.clock import real_now
from chassis.tables import Sealed
from contracts.members import PersonErased
from services.tasks.tables import Table
from tests.tasks.conftest import Village
from tests.tasks.rectifications.mending import plan

pytestmark = pytest.mark.asyncio


async def sealed_values(village: Village, case: str) -> dict[str, int]:
    """How many sealed values each table still holds of a case."""
    counts = dict[str, int]()
    for table in Table.metadata.sorted_tables:
        columns = [column for column in table.columns if isinstance(column.type, Sealed)]
        of_case = _case_of(table)
        if columns and of_case is not None:
            async with village.stand.mounted.sessions() as session:
                rows = await session.all(table.select().where(of_case == UUID(case)))
            names = [column.name for column in table.columns]
            counts[table.name] = sum(bool(row[names.index(column.name)]) for row in rows for column in columns)
    return counts


def _case_of(table: Rows) -> Column[object] | None:
    return table.c.id if table.name == "service_request" else table.c.get("request_id")


async def test_words_files_readings_and_notices_go_and_the_facts_of_the_case_stay(village: Village) -> None:
    people = village.people
    case = await village.handled()
    assert (
        await village.stand.post(f"/requests/{case}/judgement", by=people.villager, solved="no", round=1)
    ).is_success
    (mending,) = (await village.stand.get("/rectifications", by=people.secretary)).json()["items"]
    planned = await plan(village, mending["id"], by=people.secretary)
    assert planned.is_success
    assert (await village.stand.get(f"/requests/{case}", by=people.agent)).json()["wording"] == "路灯坏了𠮷"
    assert sum((await sealed_values(village, case)).values()) == 3

    for _ in range(2):  # a fact may come twice
        await village.stand.hear(PersonErased(person_id=people.villager, erased_at=real_now()))

    assert sum((await sealed_values(village, case)).values()) == 0
    seen = (await village.stand.get(f"/requests/{case}", by=people.agent)).json()
    assert (seen["wording"], seen["stage"], seen["solved"]) == (None, "rectifying", "no")
    assert len(seen["history"]) >= 5
    assert (await village.stand.get("/notices", by=people.villager)).json()["items"] == []
    readings = (await village.stand.get(f"/requests/{case}/readings", by=people.villager)).json()["items"]
    assert len(readings) == 1  # the look after the erasure


async def test_the_cases_of_others_keep_their_words(village: Village) -> None:
    case = await village.handled()
    before = await sealed_values(village, case)
    await village.stand.hear(PersonErased(person_id=village.people.neighbour, erased_at=real_now()))
    assert await sealed_values(village, case) == before


async def test_the_words_of_orders_interim_replies_and_urgencies_go_too(village: Village) -> None:
    people, post = village.people, village.stand.post
    case = str((await village.submit(kind="complaint"))["id"])
    for act, by, body in (
        ("promise", people.agent, {"promised_on": "2026-11-20"}),
        ("interim-reply", people.agent, {"words": "已联系王大爷的儿子"}),
        ("orders", people.supervisor, {"words": "请尽快处理王大爷的事"}),
        ("urgency", people.cadre, {"urgency": "utilities", "reason": "王大爷家停水"}),
    ):
        done = await post(f"/requests/{case}/{act}", by=by, **body)
        assert done.is_success, (act, done.text)
    before = await sealed_values(village, case)
    assert [before[table] for table in ("interim_reply", "expedite_step", "urgency_change")] == [1, 1, 1]
    await village.stand.hear(PersonErased(person_id=people.villager, erased_at=real_now()))
    assert set((await sealed_values(village, case)).values()) == {0}
    replies = (await village.stand.get(f"/requests/{case}/interim-replies", by=people.agent)).json()["items"]
    assert [one["words"] for one in replies] == [None]
