"""Pairings: within the bounds, told at once, handed over whole, and seen by those whom they concern."""

import asyncio
from datetime import date
from uuid import UUID

import pytest

from contracts.members import HouseholdPeopled, PairingEnded, PairingMade
from services.members.pairings.model import FITTING, LIFECYCLE, EndReason, Pairing, PairingStage
from services.members.words import PairingKind
from tests.members.pairings.county import HOUSEHOLDS, Township
from tests.members.village import TOWNSHIP, VILLAGE

pytestmark = pytest.mark.asyncio


async def test_a_person_answers_for_as_many_households_as_the_rule_allows_and_no_more(anywhere: Township) -> None:
    made = [await anywhere.pair("党员甲", code) for code in HOUSEHOLDS[:3]]
    assert [one.status_code for one in made] == [201, 201, 201]
    refused = await anywhere.pair("党员甲", "H4")
    assert (refused.status_code, refused.json()["code"]) == (409, "too-many-households")
    assert (refused.json()["most"], refused.json()["held"]) == (3, 3)
    assert (await anywhere.pair("党员乙", "H4")).status_code == 201


async def test_two_at_once_cannot_pass_the_bound_together(anywhere: Township) -> None:
    for code in HOUSEHOLDS[:2]:
        await anywhere.pair("党员甲", code)
    both = await asyncio.gather(*(anywhere.pair("党员甲", code) for code in HOUSEHOLDS[2:4]))
    assert sorted(one.status_code for one in both) == [201, 409]


async def test_a_village_has_as_many_departments_as_the_rule_allows(there: Township) -> None:
    made = [await there.stand_by(f"B{n}") for n in range(1, 6)]
    assert {one.status_code for one in made} == {201}
    assert (await there.stand_by("B6")).json()["code"] == "too-many-departments"
    assert (await there.stand_by("B1")).json()["code"] == "paired-already"


async def test_what_is_made_and_ended_is_told_with_ids_alone(there: Township) -> None:
    made = (await there.pair("党员甲", "H1")).json()
    ended = await there.post(f"/pairings/{made['id']}/end", on="2026-12-31", reason="goal_reached")
    assert ended.json()["stage"] == "ended"
    told = await there.office.told()
    by_type = {one.type: one.body for one in told}
    fact = PairingMade.read(by_type[PairingMade.type])
    assert (fact.pairing_id, fact.household_id) == (UUID(made["id"]), there.households["H1"])
    assert (fact.helper_person_id, fact.division_code) == (there.people["党员甲"], VILLAGE)
    assert PairingEnded.read(by_type[PairingEnded.type]).to_on == date(2026, 12, 31)
    peopled = HouseholdPeopled.read(by_type[HouseholdPeopled.type])
    assert peopled.person_ids == (there.heads["户主甲"],)
    assert "户主" not in "".join(one.body for one in told)


async def test_each_kind_has_the_ends_that_fit_it_and_no_others(there: Township) -> None:
    person, organization = there.people["党员甲"], there.organizations["B1"]
    helpers = {"person": {"person_id": str(person)}, "organization": {"organization_id": str(organization)}}
    helped = {
        "household": {"household_id": str(there.households["H1"])},
        "village": {"division_code": VILLAGE},
        "organization": {"organization_id": str(there.organizations["A2"])},
    }
    for kind, (may_help, may_be_helped) in FITTING.items():
        for helper, who in helpers.items():
            for end, whom in helped.items():
                answer = await there.post("/pairings", kind=kind.value, helper=who, **whom)
                fits = helper in may_help and end in may_be_helped
                assert answer.status_code == (201 if fits else 422), (kind, helper, end, answer.text)
                if not fits:
                    assert answer.json()["code"] == "ends-do-not-fit"


async def test_when_a_post_ends_everything_answered_for_by_it_is_handed_over_at_once(anywhere: Township) -> None:
    there = anywhere
    post = str(there.posts["代办员"])
    helper = {"person_id": str(there.people["代办员"]), "post_id": post}
    for code in HOUSEHOLDS[:3]:
        assert (await there.pair("代办员", code, helper=helper)).status_code == 201
    ended = await there.post(f"/posts/{post}/end", by="县管理员", to_on="2026-11-16")
    assert ended.status_code == 200, ended.text
    left = (await there.get("/pairings/gaps", by="乡镇干部", division_code=TOWNSHIP, gap="helper_left")).json()
    assert len(left["items"]) == 3
    body = {"from_post_id": post, "to_post_id": str(there.posts["接任干部"]), "on": "2026-11-16"}
    done = await there.post("/pairings/hand-overs", **body)
    assert (done.status_code, len(done.json()["items"])) == (200, 3), done.text
    lines = (await there.get("/pairings", by="乡镇干部", person_id=there.people["代办员"])).json()["items"]
    assert {(one["stage"], one["to_on"]) for one in lines} == {("handed_over", "2026-11-15")}
    own = (await there.get("/pairings", by="接任干部")).json()["items"]
    assert {one["id"] for one in own} == {one["succeeded_by"] for one in lines}
    left = (await there.get("/pairings/gaps", by="乡镇干部", division_code=TOWNSHIP, gap="helper_left")).json()
    assert left["items"] == []
    told = {one.type for one in await there.office.told()}
    assert {PairingMade.type, PairingEnded.type} <= told


async def test_a_hand_over_that_passes_the_bound_leaves_everything_as_it_was(there: Township) -> None:
    post = str(there.posts["代办员"])
    helper = {"person_id": str(there.people["代办员"]), "post_id": post}
    for code in HOUSEHOLDS[:2]:
        await there.pair("代办员", code, helper=helper)
    for code in HOUSEHOLDS[2:4]:
        await there.pair("接任干部", code)
    body = {"from_post_id": post, "to_post_id": str(there.posts["接任干部"]), "on": "2026-11-16"}
    assert (await there.post("/pairings/hand-overs", **body)).json()["code"] == "too-many-households"
    lines = (await there.get("/pairings", by="代办员")).json()["items"]
    assert {one["stage"] for one in lines} == {"running"}


async def test_a_household_sees_who_answers_for_it_and_neighbours_do_not(there: Township) -> None:
    made = (await there.pair("党员甲", "H1")).json()["id"]
    own = await there.get("/pairings", by="户主甲", household_id=there.households["H1"])
    assert [one["helper_name"] for one in own.json()["items"]] == ["党员甲"]
    assert own.json()["items"][0]["head_masked"] == "户**"
    for path, query in ((f"/pairings/{made}", {}), ("/pairings", {"household_id": there.households["H1"]})):
        assert (await there.get(path, by="户主乙", **query)).status_code == 404
        assert (await there.get(path, by="户主甲", **query)).status_code == 200
    assert (await there.get("/pairings", by="户主乙", person_id=there.people["党员甲"])).json()["items"] == []


async def test_only_the_township_and_the_county_pair(there: Township) -> None:
    codes = {by: (await there.pair("党员甲", "H1", by=by)).status_code for by in ("代办员", "书记", "户主甲", "党员甲")}
    assert set(codes.values()) == {403}
    assert (await there.pair("党员甲", "H1", by="县管理员")).status_code == 201


@pytest.mark.parametrize("stage", list(PairingStage))
@pytest.mark.parametrize("move", LIFECYCLE.moves)
async def test_every_move_from_every_stage_is_as_the_table_says(move: str, stage: PairingStage) -> None:
    pairing = Pairing(
        id=UUID(int=1),
        township_code=TOWNSHIP,
        division_code=VILLAGE,
        kind=PairingKind.HOUSEHOLD,
        helper_person_id=UUID(int=2),
        helper_post_id=None,
        helper_organization_id=None,
        household_id=UUID(int=3),
        organization_id=None,
        from_on=date(2026, 1, 1),
        to_on=None,
        stage=stage,
        end_reason=None,
        succeeded_by=None,
        made_at=None,
    )
    moves = {
        "end": lambda: pairing.end(date(2026, 12, 1), EndReason.GOAL_REACHED),
        "hand_over": lambda: pairing.hand_over(date(2026, 12, 1), UUID(int=4)),
    }
    if LIFECYCLE.allows(move, stage):
        assert moves[move]().pairing_id == pairing.id
    else:
        with pytest.raises(Exception, match="not-allowed-now"):
            moves[move]()
        assert pairing.stage is stage
