"""One call to the hotline, from the operator's, the agent's, the supervisor's and the caller's side."""

from datetime import timedelta
from uuid import uuid4

from tests.journeys.village import Village
from tests.town import Json, Person

WORDS = "村小学门口水管漏水，路面结冰，老人摔倒过"


def phone() -> str:
    """A number that nobody has: 199, and digits of chance."""
    return f"199{uuid4().int % 10**8:08d}"


def tracked(village: Village, code: str) -> Json:
    """What the caller sees by their code, without signing in."""
    answer = village.town.client.post(f"{village.town.address}/api/tasks/tracking", json={"code": code})
    assert answer.status_code == 200, answer.text
    found: Json = answer.json()
    return found


def operator_of(village: Village) -> Person:
    """Who takes calls in for the whole county."""
    return village.town.people("county_operator")[0]


def taken_in(village: Village, *, words: str = WORDS) -> tuple[Json, str]:
    """An operator takes a call in from somebody who stands in no register; what was told, and who called."""
    operator, number = operator_of(village), phone()
    assert operator.post("/members/contacts/find", phone=number)["items"] == []
    caller: str = operator.post("/members/contacts", division_code=village.code, phone=number, name="样来电")[
        "person_id"
    ]
    told = operator.post(
        "/tasks/requests",
        division_code=village.code,
        kind="help",
        wording=words,
        channel="hotline",
        requester_id=caller,
    )
    village.town.settle()
    [found] = operator.post("/members/contacts/find", phone=number)["items"]
    assert found["person_id"] == caller
    return told, caller


def test_the_operator_sees_what_helps_while_the_caller_speaks(village: Village) -> None:
    told, caller = taken_in(village)
    asked = {"division_code": village.code, "kind": "help", "requester_id": caller}
    shown = operator_of(village).post("/tasks/intake/suggestions", **asked, words="小学门口水管漏水")
    assert told["id"] in [one["id"] for one in shown["open_cases"]]
    assert told["id"] in [one["request_id"] for one in shown["duplicates"]]
    assert [one["clock"] for one in shown["limits"]].count("finish") == 1
    assert shown["goes_to"]
    errands = operator_of(village).post("/tasks/intake/suggestions", **asked, words="想办老年优待证")
    assert any(one["papers"] for one in errands["items"])


def test_the_call_is_signed_for_contacted_promised_paused_extended_and_answered(village: Village) -> None:
    told, _ = taken_in(village)
    town, agent, path = village.town, village.agent, f"/tasks/requests/{told['id']}"
    if told["named_person"] == village.stand_in.name:
        agent = village.stand_in
    assert agent.post(f"{path}/acceptance")["stage"] == "accepted"
    assert agent.post(f"{path}/contact")["stage"] == "contacted"
    promised = town.now().date() + timedelta(days=2)
    assert agent.post(f"{path}/promise", promised_on=str(promised))["stage"] == "handling"
    seen = tracked(village, told["tracking_code"])
    assert seen["promise"]["first_on"] == str(promised)
    assert seen["promise"]["days_left"] == 2

    paused = agent.post(f"{path}/pause", reason=pause_reason(village), words="等水管配件")
    assert paused["stage"] == "paused"
    town.move(town.now() + timedelta(days=1))
    resumed = agent.post(f"{path}/resume")
    assert resumed["stage"] == "handling"
    assert resumed["finish_due_at"] > paused["finish_due_at"]

    asked = agent.post(f"{path}/extension", days=2, reason="配件还在路上")
    assert agent.refused(f"/tasks/extensions/{asked['id']}/decision", granted=True)[0] in {403, 404}
    assert asked["id"] in [one["id"] for one in village.cadre.get("/tasks/extensions")["items"]]
    granted = village.cadre.post(f"/tasks/extensions/{asked['id']}/decision", granted=True, words="同意")
    assert granted["new_last_day"] == asked["would_be_last_day"]
    seen = tracked(village, told["tracking_code"])
    assert (seen["stage"], seen["promise"]["first_on"]) == ("extended", str(promised))

    assert agent.post(f"{path}/report", note="换了水管，路面已清理", evidence=[])["stage"] == "handled"
    assert agent.post(f"{path}/reply", how="phone", words="已换好")["stage"] == "replied"
    explained = agent.get(f"{path}/clocks")
    assert "paused" in str(explained)


def test_who_has_no_phone_of_their_own_judges_by_call_back_or_by_a_slip(village: Village) -> None:
    cases = []
    for number in range(2):
        told, _ = taken_in(village, words=f"{WORDS}（第 {number} 件）")
        agent = village.agent if told["named_person"] == village.agent.name else village.stand_in
        agent.post(f"/tasks/requests/{told['id']}/answer", words="已经换好")
        assert agent.refused(f"/tasks/requests/{told['id']}/slips")[0] in {403, 404}
        cases.append(told)
    village.town.settle()
    called, given = cases
    desk = village.cadre
    assert called["id"] in str(desk.get("/tasks/call-backs", limit=100))
    said = desk.post(
        f"/tasks/requests/{called['id']}/call-back", reached="answered", round=1, solved="no", presence="no"
    )
    assert (said["stage"], said["solved"]) == ("rectifying", "no")

    slip = desk.post(f"/tasks/requests/{given['id']}/slips")
    code = next(value for name, value in slip.items() if name.endswith("code"))
    answer = village.town.client.post(f"{village.town.address}/api/tasks/slips", json={"code": code, "solved": "yes"})
    assert answer.status_code == 200, answer.text
    again = village.town.client.post(f"{village.town.address}/api/tasks/slips", json={"code": code, "solved": "no"})
    assert again.status_code == 409
    assert tracked(village, given["tracking_code"])["stage"] == "judged"
    wrong = village.town.client.post(
        f"{village.town.address}/api/tasks/slips", json={"code": given["tracking_code"], "solved": "no"}
    )
    assert wrong.status_code in {404, 422}


def test_the_same_matter_of_two_is_one_piece_of_work_with_two_judgements(village: Village) -> None:
    first, second = village.asks(words=WORDS), village.asks(words=WORDS, by=village.neighbour)
    village.town.settle()
    cadre = village.cadre
    alike = cadre.get(f"{first.path}/duplicates")["items"]
    assert second.id in [one["request_id"] for one in alike]
    cadre.post(f"{first.path}/parts", request_ids=[second.id])
    assert second.stage == "merged"
    handler = village.agent if first.told["named_person"] == village.agent.name else village.stand_in
    handler.post(f"{first.path}/answer", words="一次换好")
    village.town.settle()
    assert (first.stage, second.seen_by(village.neighbour)["stage"]) == ("handled", "handled")
    first.judged("yes")
    village.neighbour.post(f"{second.path}/judgement", solved="no", round=1)
    assert first.stage == "judged"
    assert second.seen_by(village.neighbour)["stage"] == "rectifying"


def pause_reason(village: Village) -> str:
    """A reason that the interface offers."""
    document = village.town.client.get(f"{village.town.address}/openapi.json").json()
    reasons: list[str] = document["components"]["schemas"]["tasks_PauseReason"]["enum"]
    return reasons[0]
