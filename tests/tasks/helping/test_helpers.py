"""Helpers see a case and add to it; whoever leads answers it, and nobody else finishes it."""

import pytest

from tests.tasks.conftest import VILLAGE, Village
from tests.tasks.dispatches.offices import ROWS, colleague, department, holder, notices
from tests.tasks.duties.lists import in_force

pytestmark = pytest.mark.asyncio


async def cooperating(village: Village) -> tuple[str, dict[str, object]]:
    """A case that a department leads, and with which the village's agent helps; its id, and the department."""
    office = await department(village)
    await in_force(village, ROWS)
    return str((await village.submit(wording="有人烧秸秆"))["id"]), vars(office)


async def test_a_helper_sees_the_case_adds_a_note_and_cannot_finish_it(village: Village) -> None:
    case, office = await cooperating(village)
    stand, agent = village.stand, village.people.agent
    path = f"/requests/{case}"
    assert (await stand.get(path, by=agent)).status_code == 200
    listed = await stand.get("/requests", by=agent, whose="helping")
    assert [one["id"] for one in listed.json()["items"]] == [case]
    assert (await stand.get("/requests", by=agent, whose="working")).json()["items"] == []
    for what, body in (
        ("promise", {"promised_on": "2026-11-18"}),
        ("answer", {"words": "已办"}),
        ("return", {"reason": "不归我管"}),
        ("report", {"note": "已办"}),
    ):
        refused = await stand.post(f"{path}/{what}", by=agent, **body)
        assert refused.json()["code"] in {"not-yours", "not-allowed-now"}, (what, refused.text)
    added = await stand.post(f"{path}/helpers/notes", by=agent, words="现场已劝阻，火已灭")
    assert (added.status_code, added.json()["notes"][0]["words"]) == (201, "现场已劝阻，火已灭"), added.text
    assert "helped" in await notices(village, office["person"], case)  # type: ignore[arg-type]
    shown = (await stand.get(f"{path}/helpers", by=village.people.villager)).json()["items"]
    assert [note["words"] for note in shown[0]["notes"]] == ["现场已劝阻，火已灭"]
    answered = await stand.post(f"{path}/answer", by=office["person"], words="已处理")  # type: ignore[arg-type]
    assert answered.status_code == 200, answered.text


async def test_whoever_leads_asks_and_releases_and_then_the_helper_sees_no_more(village: Village) -> None:
    case = (await village.submit())["id"]
    stand, agent, other = village.stand, village.people.agent, village.people.other_agent
    path = f"/requests/{case}"
    assert (await stand.get(path, by=other)).status_code == 404
    empty = (await stand.get(f"{path}/helpers", by=agent)).json()
    assert (empty["items"], empty["hint_zh"]) == ([], "没有人协办；主办人可以请其他在岗人员协办。")
    post = str(village.people.other_agent_post)
    asked = await stand.post(f"{path}/helpers", by=agent, post_id=post)
    assert asked.status_code == 201, asked.text
    assert (await stand.get(path, by=other)).status_code == 200
    twice = await stand.post(f"{path}/helpers", by=agent, post_id=post)
    assert (twice.status_code, twice.json()["code"]) == (409, "helps-already")
    mine = await stand.post(f"{path}/helpers", by=other, post_id=post)
    assert (mine.status_code, mine.json()["code"]) == (403, "may-not-ask-for-help")
    helper = asked.json()["id"]
    released = await stand.post(f"{path}/helpers/{helper}/release", by=village.people.cadre)
    assert released.json()["released_at"] is not None
    assert (await stand.get(path, by=other)).status_code == 404
    late = await stand.post(f"{path}/helpers/notes", by=other, words="还有")
    assert late.status_code == 404
    again = await stand.post(f"{path}/helpers", by=agent, post_id=post)
    assert again.status_code == 201  # who was released can be asked anew


async def test_whoever_leads_adds_no_note_as_a_helper(village: Village) -> None:
    case = (await village.submit())["id"]
    refused = await village.stand.post(f"/requests/{case}/helpers/notes", by=village.people.agent, words="说明")
    assert (refused.status_code, refused.json()["code"]) == (403, "not-a-helper")


async def test_no_township_or_village_is_asked_to_help_with_what_was_taken_back(village: Village) -> None:
    office = await department(village)
    await in_force(village, ROWS)
    case = (await village.submit(wording="违建"))["id"]
    agent, other = await colleague(village), await department(village, "城管局")
    path = f"/requests/{case}/helpers"
    refused = await village.stand.post(path, by=office.person, post_id=str(agent.post))
    assert (refused.status_code, refused.json()["code"]) == (409, "taken-back-by-the-county")
    assert (await village.stand.post(path, by=office.person, post_id=str(other.post))).status_code == 201


async def test_neither_the_requester_nor_a_vacant_post_is_asked_to_help(village: Village) -> None:
    worker = await holder(village, "grid_worker", "村支部", VILLAGE)
    asked = {"division_code": VILLAGE, "kind": "help", "wording": "路灯坏了"}
    case = (await village.stand.post("/requests", by=worker.person, **asked)).json()["id"]
    for post in (worker.post, worker.person):
        refused = await village.stand.post(f"/requests/{case}/helpers", by=village.people.agent, post_id=str(post))
        assert (refused.status_code, refused.json()["code"]) == (409, "nobody-to-help")


async def test_with_what_is_over_nobody_helps_any_more(village: Village) -> None:
    case = await village.handled()
    stand, people = village.stand, village.people
    await stand.post(f"/requests/{case}/judgement", by=people.villager, solved="yes", round=1)
    refused = await stand.post(f"/requests/{case}/helpers", by=people.cadre, post_id=str(people.other_agent_post))
    assert (refused.status_code, refused.json()["code"]) == (409, "not-allowed-now")
