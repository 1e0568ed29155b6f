"""Interim replies: a word to the requester before the case is done, and a reminder where there was none for long."""

from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest

from contracts.members import AbsenceDeclared
from tests.tasks.conftest import VILLAGE, Village
from tests.tasks.warnings.telling import at, notices, pass_through, told
from tests.tasks.warnings.test_ladder import holds, post_of

pytestmark = pytest.mark.asyncio

WORDS = "配件已订，周五到货𠮷"


async def promised(village: Village, **body: object) -> str:
    """A complaint, which has ten days, that was signed for."""
    case = str((await village.submit(kind="complaint", **body))["id"])
    done = await village.stand.post(f"/requests/{case}/promise", by=village.people.agent, promised_on="2026-11-25")
    assert done.status_code == 200, done.text
    return case


async def reply(village: Village, case: str, *, by: UUID) -> int:
    """Somebody writes to the requester; the code."""
    return (await village.stand.post(f"/requests/{case}/interim-reply", by=by, words=WORDS)).status_code


async def test_whoever_has_the_case_tells_the_requester_how_it_stands(village: Village) -> None:
    people, case = village.people, await promised(village)
    assert await reply(village, case, by=people.agent) == 201
    assert "interim_reply" in await told(village, people.villager, case)
    for person in (people.villager, people.secretary):
        [shown] = (await village.stand.get(f"/requests/{case}/interim-replies", by=person)).json()["items"]
        assert (shown["words"], shown["by_name"]) == (WORDS, "生成proxy_agent")
    story = (await village.stand.get(f"/requests/{case}", by=people.villager)).json()["history"]
    assert "生成proxy_agent作阶段性答复" in [entry["what_zh"] for entry in story]


async def test_nobody_else_does(village: Village) -> None:
    people, case = village.people, await promised(village)
    assert await reply(village, case, by=people.secretary) == 403
    assert await reply(village, case, by=people.villager) == 403
    assert await reply(village, case, by=people.other_agent) == 404
    assert (await village.stand.get(f"/requests/{case}/interim-replies", by=people.other_agent)).status_code == 404
    empty = (await village.stand.get(f"/requests/{case}/interim-replies", by=people.villager)).json()
    assert empty == {"items": [], "title_zh": "还没有阶段性答复。"}


async def test_what_is_done_gets_its_result_and_no_interim_reply(village: Village) -> None:
    case = await promised(village)
    await village.stand.post(f"/requests/{case}/report", by=village.people.agent, note="已修")
    assert await reply(village, case, by=village.people.agent) in {403, 409}


async def test_one_is_due_after_so_long_without_a_word_and_again_after_as_long(village: Village) -> None:
    people, case = village.people, await promised(village)
    await pass_through(village, at("2026-11-21 23:59"), step=timedelta(hours=12))
    assert "interim_due" not in await told(village, people.agent, case)  # five natural days are not over
    await pass_through(village, at("2026-11-23 09:00"), step=timedelta(hours=12))  # they end at the weekend
    assert (await told(village, people.agent, case)).count("interim_due") == 1
    assert await reply(village, case, by=people.agent) == 201
    await pass_through(village, at("2026-11-25 09:00"), step=timedelta(hours=12))
    assert (await told(village, people.agent, case)).count("interim_due") == 1


async def test_nothing_is_due_of_what_is_done_in_time(village: Village) -> None:
    people, case = village.people, await promised(village)
    await village.stand.post(f"/requests/{case}/report", by=people.agent, note="已修")
    await pass_through(village, at("2026-11-27 09:00"), step=timedelta(hours=12))
    assert "interim_due" not in await told(village, people.agent, case)


async def test_whoever_acts_for_the_agent_writes_it_and_says_for_whom(village: Village) -> None:
    people, case = village.people, await promised(village)
    deputy = await holds(village, "stand_in", "村支部", VILLAGE)
    agent, acting = await post_of(village, people.agent), await post_of(village, deputy)
    await village.stand.hear(
        AbsenceDeclared(
            absence_id=uuid4(),
            post_id=agent.id,
            person_id=people.agent,
            organization_id=agent.organization_id,
            stand_in_post_id=acting.id,
            stand_in_person_id=deputy,
            from_on=date(2026, 11, 16),
            to_on=date(2026, 11, 20),
            ended_at=None,
        )
    )
    assert await reply(village, case, by=deputy) == 201
    [shown] = (await village.stand.get(f"/requests/{case}/interim-replies", by=people.villager)).json()["items"]
    assert (shown["by_name"], shown["acting_for_name"]) == ("新任stand_in", "生成proxy_agent")
    assert len(await notices(village, people.villager)) == 1
