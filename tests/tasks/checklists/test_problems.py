"""Problems: of a case, until the citizen says «solved»; of coordination meetings, until the decision is carried out."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.mounting import token
from tests.tasks.checklists.lists import done, organization, plan, post_of, seen
from tests.tasks.conftest import Village

pytestmark = pytest.mark.asyncio


async def paper(village: Village, by: UUID) -> str:
    """A file that proves something."""
    headers = {"authorization": f"Bearer {token(by)}", "idempotency-key": uuid4().hex}
    kept = await village.stand.client.post("/attachments", content=b"%PDF-1.7", headers=headers)
    return str(kept.json()["id"])


async def worked_off(village: Village, holder: dict[str, Any]) -> str:
    """An item of the secretary's or the agent's, done with proof and accepted by the township; its path."""
    path, by = f"/assignments/{holder['assignment_id']}", UUID(holder["person_id"])
    await done(village, f"{path}/pledge", by, promised_on="2026-11-20")
    await done(village, f"{path}/report", by, words="办好了", evidence=[await paper(village, by)])
    await done(village, f"{path}/acceptance", village.people.cadre)
    return path


async def test_a_problem_of_a_case_leaves_its_list_once_the_citizen_says_solved(village: Village) -> None:
    case = await village.handled()
    raised = await done(
        village, f"/requests/{case}/problems", village.people.cadre, title="路灯线路老化", due_on="2026-12-20"
    )
    assert (raised["origin"], raised["origin_id"], raised["evidence"]) == ("case", case, True)
    path = await worked_off(village, raised["holder"])
    early = await village.stand.post(f"{path}/closing-out", by=village.people.cadre)
    assert early.json()["type"].endswith("/signal-not-turned")
    await done(village, f"/requests/{case}/judgement", village.people.villager, solved="yes", round=1)
    assert (await done(village, f"{path}/closing-out", village.people.cadre))["stage"] == "closed_out"


async def test_a_case_that_one_does_not_see_gives_no_problem(village: Village) -> None:
    case = await village.handled()
    for person in (village.people.other_agent, village.people.neighbour):
        answer = await village.stand.post(f"/requests/{case}/problems", by=person, title="x", due_on="2026-12-20")
        assert answer.status_code == 404, answer.text
    own = await village.stand.post(
        f"/requests/{case}/problems", by=village.people.agent, title="x", due_on="2026-12-20"
    )
    assert own.json()["type"].endswith("/may-not-keep-lists")


async def problem(village: Village, title: str) -> dict[str, Any]:
    """A problem of the village, from the county's plan."""
    _, (item, *_) = await plan(village, "推进项目")
    body = {"title": title, "due_on": "2026-12-20", "organization_id": await organization(village, "村支部")}
    return await done(village, f"/checklist-items/{item}/problems", village.people.operator, **body)


async def test_sixteen_meetings_take_up_seventy_two_problems_and_all_of_them_close(village: Village) -> None:
    """Seed 003: 16 meetings, 72 problems."""
    township, cadre = await organization(village, "镇党委"), village.people.cadre
    _, (item, *_) = await plan(village, "推进项目")
    raised, numbers = 0, []
    for number in range(1, 17):
        wanted = 5 if number <= 8 else 4
        first = f"第{raised + 1}个问题"
        body = {"due_on": "2026-12-20", "organization_id": await organization(village, "村支部")}
        await done(village, f"/checklist-items/{item}/problems", village.people.operator, title=first, **body)
        meeting = await done(village, "/coordination-meetings", cadre, organization_id=township, on="2026-11-16")
        path = f"/coordination-meetings/{meeting['id']}"
        for more in range(1, wanted):
            meeting = await done(
                village, f"{path}/problems", cadre, title=f"第{raised + 1 + more}个问题", due_on="2026-12-20"
            )
        raised += wanted
        numbers.append((meeting["number"], len(meeting["agenda"])))
        early = await village.stand.post(f"{path}/holding", by=cadre)
        assert early.json()["type"].endswith("/not-decided-yet")
        for entry in meeting["agenda"]:
            await done(
                village,
                f"{path}/agenda/{entry['id']}/decision",
                cadre,
                title="由村支部落实",
                due_on="2026-12-10",
                organization_id=await organization(village, "村支部"),
                words="会议议定",
            )
        held = await done(village, f"{path}/holding", cadre)
        for entry in held["agenda"]:
            await done(village, f"{await worked_off(village, entry['rectification']['holder'])}/closing-out", cadre)
            holder = entry["problem"]["holder"]
            way = await worked_off(village, holder) if holder["person_id"] != str(cadre) else None
            if way is None:  # the township's own: the county finds it done
                way = f"/assignments/{holder['assignment_id']}"
                await done(village, f"{way}/pledge", cadre, promised_on="2026-11-20")
                await done(village, f"{way}/report", cadre, words="办好了", evidence=[await paper(village, cadre)])
                await done(village, f"{way}/acceptance", village.people.operator)
            await done(village, f"{way}/closing-out", village.people.operator)
    assert numbers == [(n, 5 if n <= 8 else 4) for n in range(1, 17)]
    assert raised == 72
    shown = await seen(village, "/coordination-meetings", cadre, limit=100)
    assert [one["stage"] for one in shown["items"]] == ["held"] * 16
    said = [(await seen(village, f"/coordination-meetings/{one['id']}", cadre))["said_zh"] for one in shown["items"]]
    assert set(said) == {"共 5 个问题，5 个已销号。", "共 4 个问题，4 个已销号。"}
    none = await village.stand.post("/coordination-meetings", by=cadre, organization_id=township, on="2026-11-16")
    assert none.json()["type"].endswith("/no-problems-open")


async def test_what_is_put_off_waits_for_the_next_meeting(village: Village) -> None:
    await problem(village, "缺水泥")
    township, cadre = await organization(village, "镇党委"), village.people.cadre
    ahead = {"organization_id": township, "on": "2026-11-18"}
    meeting = await done(village, "/coordination-meetings", cadre, **ahead)
    path, entry = f"/coordination-meetings/{meeting['id']}", meeting["agenda"][0]
    again = await village.stand.post("/coordination-meetings", by=cadre, **ahead, item_ids=[entry["problem"]["id"]])
    assert again.json()["type"].endswith("/on-agenda-already")
    await done(village, f"{path}/agenda/{entry['id']}/deferral", cadre, words="等资金到位")
    early = await village.stand.post(f"{path}/holding", by=cadre)
    assert early.json()["type"].endswith("/meeting-ahead")
    village.clock.at += timedelta(days=2)
    await done(village, f"{path}/holding", cadre)
    twice = await village.stand.post(f"{path}/agenda/{entry['id']}/deferral", by=cadre, words="再等等")
    assert twice.json()["type"].endswith("/decided-before")
    waiting = await seen(village, f"/coordination-meetings/agenda/{township}", cadre)
    assert [one["title"] for one in waiting["items"]] == ["缺水泥"]
    outside = await village.stand.get(path, by=village.people.agent)
    assert outside.status_code == 404


async def test_decisions_are_in_the_name_of_whoever_was_chosen(village: Village) -> None:
    await problem(village, "缺水泥")
    township, cadre = await organization(village, "镇党委"), village.people.cadre
    meeting = await done(village, "/coordination-meetings", cadre, organization_id=township, on="2026-11-16")
    entry = meeting["agenda"][0]
    decided = await done(
        village,
        f"/coordination-meetings/{meeting['id']}/agenda/{entry['id']}/decision",
        cadre,
        title="代办员联系供货",
        due_on="2026-12-10",
        post_id=await post_of(village, village.people.agent),
    )
    assert decided["agenda"][0]["rectification"]["holder"]["person_id"] == str(village.people.agent)
    graph = await seen(village, f"/checklist-items/{entry['problem']['id']}", cadre)
    assert [one["title"] for one in graph["arisen"]] == ["代办员联系供货"]
