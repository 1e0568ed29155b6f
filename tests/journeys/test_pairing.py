"""Somebody answers for a household and visits it; what it needs is a case, and it has its word on the entry."""

from datetime import timedelta
from uuid import uuid4

from profiles.programs import await_true
from tests.journeys.village import Village
from tests.town import Person


def household_of(village: Village, person: Person) -> str:
    """The household of a villager, found among those for which nobody answers yet."""
    gaps = village.cadre.get("/members/pairings/gaps", division_code=village.code, gap="household_without", limit=100)[
        "items"
    ]
    return next(
        one["about"]
        for one in gaps
        if person.call("GET", "/members/pairings", query={"household_id": one["about"]}).status_code == 200
    )


def test_a_household_is_paired_visited_and_heard(village: Village) -> None:
    town, villager, visitor, cadre = village.town, village.citizen, village.secretary, village.cadre
    home, today = household_of(village, villager), town.now().date()
    made = cadre.post("/members/pairings", kind="household", helper={"person_id": visitor.id}, household_id=home)
    town.settle()
    assert [one["helper_person_id"] for one in villager.get("/members/pairings", own_household=True)["items"]] == [
        visitor.id
    ]
    due = visitor.get("/tasks/visits/coverage")["items"]
    assert home in [one["household_id"] for one in due]

    # In the house, without a line: sent in twice later, and once more from a copy that was changed in between.
    visit, said = str(uuid4()), f"想给老人办一张爱心卡{uuid4().hex}"
    body = {
        "household_id": home,
        "visited_on": str(today),
        "leave": {"by": villager.id, "way": "spoken"},
        "needs": [{"kind": "help", "words": said}],
    }
    first, again = (visitor.call("PUT", f"/tasks/visits/{visit}", body=body) for _ in range(2))
    assert (first.status_code, first.json()) == (again.status_code, again.json()) == (201, first.json())
    changed = visitor.call("PUT", f"/tasks/visits/{visit}", body={**body, "visited_on": str(today - timedelta(days=1))})
    assert (changed.status_code, changed.json()["differs"]) == (409, ["visited_on"])
    town.settle()

    [need] = villager.get(f"/tasks/visits/{visit}")["needs"]
    assert need["words"] == said
    case = villager.get(f"/tasks/requests/{need['request_id']}")
    assert case["channel_zh"] == "走访记录"
    asked = villager.get("/tasks/requests", limit=100)["items"]
    assert [one["id"] for one in asked].count(need["request_id"]) == 1
    assert home not in [one["household_id"] for one in visitor.get("/tasks/visits/coverage")["items"]]
    assert village.neighbour.call("GET", f"/tasks/visits/{visit}").status_code == 404

    villager.post(f"/tasks/visits/{visit}/contest", words="卡已经办好了")
    town.settle()
    assert visitor.refused(f"/tasks/visits/{visit}/contest/answer", upheld=True, words="是")[1] == "visitors-own"
    cadre.post(f"/tasks/visits/{visit}/contest/answer", upheld=True, words="已核对，确已办好")
    whole = villager.get(f"/tasks/visits/{visit}")
    assert (whole["visit"]["stage"], whole["needs"][0]["words"]) == ("answered", said)
    assert whole["contests"][0]["answer"] == "已核对，确已办好"
    assert said not in "\n".join([*town.facts(), town.logs(), town.kept()])

    after = cadre.post(f"/members/pairings/{made['id']}/hand-over", helper={"person_id": cadre.id}, on=str(today))
    town.settle()
    own = villager.get("/members/pairings", own_household=True)["items"]
    assert {one["id"]: one["stage"] for one in own} == {made["id"]: "handed_over", after["id"]: "running"}


def test_an_aid_file_is_posted_decided_by_two_and_in_force(village: Village) -> None:
    town, villager, cadre = village.town, village.citizen, village.cadre
    home = household_of(village, villager)
    file = village.secretary.post("/members/aid-files", household_id=home, reason="disaster")["id"]
    village.secretary.post(f"/members/aid-files/{file}/notice")
    posted = town.client.get(f"{town.address}/api/members/aid-notices", params={"division_code": village.code})
    [line] = posted.json()["items"]
    assert (line["id"], "*" in line["head_masked"]) == (file, True)
    assert "disaster" not in posted.text
    objection = village.neighbour.post(f"/members/aid-files/{file}/objections", words="请再核实收入")
    cadre.post(f"/members/aid-files/objections/{objection['id']}/answer", upheld=False, words="已入户核实")
    town.move(town.now() + timedelta(days=8))
    path = f"/members/aid-files/{file}"
    await_true(
        lambda: villager.get(path)["file"]["stage"] == "deciding",
        seconds=30,
        what="the notice is over",
        log=town.directory / "up.log",
    )
    proposed = cadre.post(f"{path}/decision", decision="take_in", reason="conditions_met")
    confirm = f"/members/proposals/{proposed['proposal_id']}/confirmation"
    assert cadre.refused(confirm)[1] == "same-person"
    town.people("county_operator")[0].post(confirm)
    whole = villager.get(path)
    assert whole["file"]["stage"] == "in_force"
    assert [one["move"] for one in whole["steps"]] == ["identify", "post", "close_notice", "take_in"]
