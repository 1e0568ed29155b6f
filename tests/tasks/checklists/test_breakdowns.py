"""What is broken down stands beside what those below wrote themselves, and goes on to every household of a village."""

from datetime import date
from uuid import UUID, uuid4

import pytest

from contracts.members import HouseholdListed, PairingMade
from tests.tasks.checklists.lists import (
    YEAR,
    assignments,
    broken_down,
    done,
    numbers,
    organization,
    plan,
    post_of,
    seen,
)
from tests.tasks.conftest import TOWNSHIP, VILLAGE, Village

pytestmark = pytest.mark.asyncio


async def lists_below(village: Village, plan_id: str) -> dict[str, str]:
    """The lists that came from a plan, by area."""
    found = await seen(village, "/checklists", village.people.operator)
    return {one["division_code"]: one["id"] for one in found["items"] if one["plan_id"] == plan_id}


async def test_a_line_of_the_townships_own_keeps_its_number_and_the_countys_gets_the_next(village: Village) -> None:
    plan_id, _ = await plan(village, "修水渠")
    await broken_down(village, plan_id)
    lists, by = await lists_below(village, plan_id), village.people.operator
    for code, person in ((TOWNSHIP, village.people.cadre), (VILLAGE, village.people.secretary)):
        own = {"title": "自己列的", "due_on": "2027-06-30", "number": "2"}
        await done(village, f"/checklists/{lists[code]}/items", person, **own)
    await done(village, f"/checklists/{plan_id}/items", by, title="装路灯", due_on="2027-06-30", number="2")

    shown = await done(village, f"/checklists/{plan_id}/breakdown/preview", by, level="village")
    there = {one["division_code"]: (one["number"], one["number_there"]) for one in shown["renumbered"]}
    assert there == dict.fromkeys((TOWNSHIP, VILLAGE, "430702100202", "430702100203"), ("2", "2-2"))
    assert "编号" in shown["said_zh"]
    await done(village, f"/checklists/{lists[TOWNSHIP]}/items", village.people.cadre, title="又", due_on="2027-06-30",
               number="2-2")  # fmt: skip
    late = await village.stand.post(f"/checklists/{plan_id}/breakdown", by=by, level="village", token=shown["token"])
    assert late.json()["type"].endswith("/not-this-breakdown")

    written = await broken_down(village, plan_id)
    assert (written["leaves"], written["already_there"]) == (3, 3)
    for code, numbers_there in ((TOWNSHIP, ["1", "2", "2-2", "2-3"]), (VILLAGE, ["1", "2", "2-3"])):
        lines = (await seen(village, f"/checklists/{lists[code]}/items", by))["items"]
        assert sorted(one["number"] for one in lines) == numbers_there
        assert [one["title"] for one in lines if one["number"] == "2"] == ["自己列的"]
    assert await numbers(village, f"/checklists/{plan_id}") == (6, 0, 0, 0, 0, 0, 0, 0)


async def settled(village: Village, *, paired_with: UUID) -> list[UUID]:
    """Three households of the village, the first paired with a post, and one each that ended and of next door."""
    here = [uuid4() for _ in range(3)]
    gone, next_door = uuid4(), uuid4()
    await village.stand.hear(
        *[HouseholdListed(household_id=one, division_code=VILLAGE, ended_on=None) for one in here],
        HouseholdListed(household_id=gone, division_code=VILLAGE, ended_on=date(2026, 11, 1)),
        HouseholdListed(household_id=next_door, division_code="430702100202", ended_on=None),
        PairingMade(
            pairing_id=uuid4(),
            kind="household",
            helper_person_id=None,
            helper_post_id=paired_with,
            helper_organization_id=None,
            household_id=here[0],
            organization_id=None,
            division_code=VILLAGE,
            from_on=date(2026, 1, 1),
            to_on=None,
        ),
    )
    return [*here, gone, next_door]


async def test_every_household_of_a_village_has_its_items_in_its_helpers_name_or_the_villages(village: Village) -> None:
    by, secretary, people = village.people.operator, village.people.secretary, village.people
    helper = UUID(await post_of(village, people.agent))
    households = await settled(village, paired_with=helper)
    body = {"organization_id": await organization(village, "区委"), "kind": "task", "title": "一户一技能", **YEAR}
    plan_id = (await done(village, "/checklists", by, template_code="skill-and-job", **body))["id"]
    await done(village, f"/checklists/{plan_id}/publication", by)
    early = await village.stand.post(f"/checklists/{plan_id}/breakdown/preview", by=by, level="household")
    assert early.json()["type"].endswith("/households-of-one-village")
    assert (await broken_down(village, plan_id, level=None))["level"] == "village"

    path = f"/checklists/{(await lists_below(village, plan_id))[VILLAGE]}"
    shown = await done(village, f"{path}/breakdown/preview", secretary)
    assert (shown["level"], shown["items"], shown["areas"], shown["paired"], shown["leaves"]) == (
        "household",
        5,
        3,
        1,
        15,
    )
    assert {one["household_id"]: one["paired"] for one in shown["shown"]} == {
        str(one): one == households[0] for one in households[:3]
    }
    assert "1 户由结对帮扶人负责，2 户由村（社区）负责人负责" in shown["said_zh"]
    await done(village, f"{path}/breakdown", secretary, token=shown["token"])
    again = await village.stand.post(f"{path}/breakdown/preview", by=secretary)
    assert again.json()["type"].endswith("/nothing-to-break-down")
    assert len(await assignments(village, people.agent)) == 5
    lines = (await seen(village, f"{path}/items", secretary, limit=100))["items"]
    by_number = {one["number"]: one["household_id"] for one in lines if one["household_id"]}
    assert set(by_number) == {f"{item}.{part}" for item in range(1, 6) for part in range(1, 4)}
    assert await numbers(village, f"/checklists/{plan_id}") == (25, 0, 0, 0, 0, 0, 0, 0)  # two villages' and 15

    moved_in = uuid4()
    await village.stand.hear(HouseholdListed(household_id=moved_in, division_code=VILLAGE, ended_on=None))
    later = await done(village, f"{path}/breakdown/preview", secretary)
    assert (later["areas"], later["leaves"], later["already_there"]) == (1, 5, 15)


async def test_parts_are_for_households_of_the_lists_own_area_alone(village: Village) -> None:
    agent = await post_of(village, village.people.agent)
    here, *_, gone, next_door = await settled(village, paired_with=UUID(agent))
    plan_id, _ = await plan(village, "一户一技能")
    await broken_down(village, plan_id, areas=[VILLAGE])
    (mine,) = await assignments(village, village.people.secretary)
    path, by = f"/checklist-items/{mine.item_id}/breakdown", village.people.secretary
    for stranger in (uuid4(), gone, next_door):
        parts = [{"post_id": agent, "household_id": str(one)} for one in (here, stranger)]
        refused = await village.stand.post(path, by=by, parts=parts)
        assert refused.json()["type"].endswith("/no-such-household-here"), refused.text
    made = await village.stand.post(path, by=by, parts=[{"post_id": agent, "household_id": str(here)}])
    assert [one["household_id"] for one in made.json()] == [str(here)]
