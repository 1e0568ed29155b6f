"""A group is led and staffed by posts, its turns are planned and handed over, and nobody attends anything."""

from typing import Any

import pytest

from services.tasks.stationings.api import TurnView
from tests.tasks.conftest import Village
from tests.tasks.groups.setting_up import group_of, plan
from tests.tasks.letters.writing import post_of

pytestmark = pytest.mark.asyncio


async def test_a_group_is_set_up_from_above_and_seen_by_its_members(village: Village) -> None:
    people = village.people
    shown = await group_of(village)
    path = f"/groups/{shown['group']['id']}"
    assert [(one["post_zh"], one["leads"]) for one in shown["members"]] == [("书记", True), ("代办员", False)]
    for person, code in ((people.agent, 200), (people.cadre, 200), (people.other_agent, 404), (people.villager, 404)):
        assert (await village.stand.get(path, by=person)).status_code == code
    listed = [(await village.stand.get("/groups", by=one)).json() for one in (people.agent, people.other_agent)]
    assert [len(one["items"]) for one in listed] == [1, 0]
    assert "还没有工作组" in listed[1]["hint_zh"]
    body = {"leader_post_id": await post_of(village, people.agent)}
    refused = await village.stand.post(f"{path}/members", by=people.agent, **body)
    assert refused.json()["code"] == "may-not-set-up-groups"
    changed = (await village.stand.post(f"{path}/members", by=people.cadre, **body)).json()
    assert [(one["post_zh"], one["leads"], one["left_at"] is None) for one in changed["members"]] == [
        ("书记", False, False),
        ("代办员", True, True),
    ]
    await village.stand.post(f"{path}/end", by=people.cadre)
    village.clock.at = village.clock.at.replace(day=17)
    over = await village.stand.post(f"{path}/members", by=people.cadre, **body)
    assert over.json()["code"] == "group-is-over"


async def test_turns_are_planned_without_meeting_and_handed_over_to_the_next(village: Village) -> None:
    people = village.people
    shown = await group_of(village)
    made = await plan(
        village, shown, (people.agent, "2026-11-16", "2026-11-17"), (people.secretary, "2026-11-18", "2026-11-20")
    )
    assert made.status_code == 201, made.text
    first, second = made.json()["items"]
    for turn, code in (
        ((people.agent, "2026-11-17", "2026-11-18"), "turns-meet"),
        ((people.agent, "2026-11-20", "2026-11-21"), "outside-the-group"),
        ((people.cadre, "2026-11-16", "2026-11-16"), "not-in-the-group"),
    ):
        assert (await plan(village, shown, turn)).json()["code"] == code
    assert (await plan(village, shown, (people.agent, "2026-11-16", "2026-11-16"), by=people.agent)).status_code == 403

    async def move(turn: dict[str, Any], name: str, by: Any, **body: object) -> Any:
        return (await village.stand.post(f"/stationings/{turn['id']}/{name}", by=by, **body)).json()

    assert (await move(first, "taking-over", people.secretary))["code"] == "not-allowed-now"
    assert (await move(first, "hand-over", people.secretary, words="路灯已修"))["code"] == "not-your-turn"
    assert (await move(first, "hand-over", people.agent, words="路灯已修，沟渠未清"))["stage"] == "handed_over"
    told = (await village.stand.get("/notices", by=people.secretary)).json()["items"]
    assert "turn_handed_over" in [one["kind"] for one in told]
    assert (await move(first, "taking-over", people.agent))["code"] == "not-your-turn"
    taken = await move(first, "taking-over", people.secretary)
    assert (taken["stage"], taken["words"]) == ("taken_over", "路灯已修，沟渠未清")
    assert (await move(second, "cancellation", people.secretary))["stage"] == "cancelled"


def _names_of_attendance() -> set[str]:
    return {"latitude", "longitude", "check_in", "checked_in_at", "arrived_at", "present", "attendance"}


async def test_a_turn_holds_neither_attendance_nor_whereabouts() -> None:
    assert _names_of_attendance().isdisjoint(TurnView.model_fields)
