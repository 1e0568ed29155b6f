"""The whole loop once around: asked, promised, handled, found wanting, put right by others' proof, graded better."""

from datetime import date, timedelta

from tests.journeys.village import Village


def test_a_request_goes_all_the_way_round_to_a_line_on_the_scorecard(village: Village) -> None:
    case = village.asks("identity-card")
    village.town.settle()
    assert case.told["named_person"] == village.agent.name
    assert [limit["clock"] for limit in case.told["limits"]] == ["finish", "accept"]
    tracked = village.town.client.post(
        f"{village.town.address}/api/tasks/tracking", json={"code": case.told["tracking_code"]}
    ).json()
    assert (tracked["stage"], tracked["post"]["kind_zh"]) == ("dispatched", "代办员")
    assert [line["id"] for line in village.agent.get("/tasks/requests", whose="working")["items"]] == [case.id]

    signature = case.promised(days=3)["signature"]
    assert signature["person_id"] == village.agent.id
    assert signature["promised_on"] == str(village.town.now().date() + timedelta(days=3))
    assert len(signature["text_digest"]) == 64
    assert "不是" in signature["legal_note_zh"]

    village.town.move(village.town.now() + timedelta(days=1))
    case.reported()
    village.town.settle()
    assert case.stage == "handled"
    case.judged("no")
    case.graded("very_dissatisfied", "efficiency")
    assert case.stage == "rectifying"
    [opened] = case.rectifications()
    assert (opened["round"], opened["responsible_id"], opened["stage"]) == (1, village.secretary.id, "opened")
    assert [limit["clock"] for limit in case.seen_by(village.citizen)["limits"]].count("finish") == 1

    case.rectified(responsible=village.secretary, verifier=village.township_secretary)
    assert case.seen_by(village.citizen)["round"] == 2
    case.judged("yes", round_=2)
    case.graded("satisfied", round_=2)
    assert case.stage == "judged"
    assert len(case.rectifications()) == 1
    assert len(case.facts("rectification.opened")) == 1
    assert village.scorecard(by=village.citizen) == {
        "promise_kept": (1, 1),
        "accepted": (1, 1),
        "contacted": (0, 0),  # a date was promised at once
        "on_time": (1, 1),
        "solved": (1, 1),
        "responded": (1, 1),
        "silent": (0, 1),
        "satisfied": (1, 1),
        "rectified": (1, 1),
        "redone": (1, 1),
        "six_team": (1, 1),
        "six_backbone": (0, 1),
        "six_place": (0, 1),
        "six_ways": (0, 1),
        "six_rules": (1, 1),
        "six_results": (1, 1),
    }


def test_a_bad_grade_before_the_answer_joins_the_same_rectification(village: Village) -> None:
    case = village.asks("senior-certificate").handled()
    case.graded("dissatisfied")
    assert case.stage == "rectifying"
    case.judged("partly")
    village.town.settle()
    assert len(case.rectifications()) == 1
    assert len(case.facts("rectification.opened")) == 1


def test_after_a_second_bad_round_the_next_organisation_up_owns_it(village: Village) -> None:
    case = village.asks(words="水渠堵了").handled()
    case.judged("no")
    case.rectified(responsible=village.secretary, verifier=village.township_secretary)
    case.judged("no", round_=2)
    case.graded("very_dissatisfied", round_=2)
    first, second = case.rectifications()
    assert first["organization_id"] != second["organization_id"]
    assert (second["round"], second["responsible_id"]) == (2, village.township_secretary.id)
    case.rectified(responsible=village.township_secretary, verifier=village.district_secretary)
    assert case.seen_by(village.citizen)["round"] == 3


def test_whoever_did_the_work_cannot_verify_it(village: Village) -> None:
    case = village.asks(words="垃圾没人收").handled()
    case.judged("no")
    path = f"/tasks/rectifications/{case.rectifications()[0]['id']}"
    village.secretary.post(f"{path}/plan", words="明天收", ground="simple")
    village.secretary.post(f"{path}/report", words="收了", evidence=[village.secretary.attaches()])
    assert village.agent.refused(f"{path}/verification", put_right=True)[0] in {403, 404}
    assert village.secretary.refused(f"{path}/verification", put_right=True)[0] in {403, 404}
    assert village.citizen.refused(f"{path}/verification", put_right=True)[0] == 404
    assert case.seen_by(village.citizen)["round"] == 1


def test_a_wrong_dispatch_goes_to_somebody_else_and_never_back_to_the_citizen(village: Village) -> None:
    case = village.asks(words="想问低保怎么办")
    village.agent.post(f"{case.path}/return", reason="不属于我负责")
    assert case.stage == "returned"
    assert village.agent.refused(f"{case.path}/promise", promised_on=str(village.town.now().date()))[0] == 404
    told = [notice for notice in village.cadre.get("/tasks/notices")["items"] if notice["request_id"] == case.id]
    assert [notice["kind"] for notice in told] == ["returned"]
    assert case.id not in {notice["request_id"] for notice in village.citizen.get("/tasks/notices")["items"]}

    posts = village.cadre.get("/members/posts", division_code=village.code)["items"]
    post = next(post for post in posts if post["kind"] == "stand_in")
    village.cadre.post(f"{case.path}/dispatch", post_id=post["post_id"])
    assert case.seen_by(village.citizen)["named_person"] == village.stand_in.name
    village.stand_in.post(f"{case.path}/promise", promised_on=str(village.town.now().date()))
    assert case.stage == "handling"


def test_an_answer_on_the_spot_is_asked_about_at_once(village: Village) -> None:
    case = village.asks(words="合作医疗几号开始缴费")
    signed = village.agent.post(f"{case.path}/answer", words="每年九月一日开始")
    assert signed["signature"]["promised_on"] is None
    village.town.settle()
    assert case.stage == "handled"
    assert case.invitation()["stage"] == "open"
    case.judged("yes")
    assert case.stage == "judged"


def test_whoever_is_served_and_whoever_handled_it_is_known_for_credentials_and_not_in_which_case(
    village: Village,
) -> None:
    case = village.asks("identity-card").handled()
    village.town.settle()
    for person, part in ((village.citizen, "served"), (village.agent, "handler")):
        kept = {section["name"]: section["rows"] for section in person.get("/members/me/export")["sections"]}
        found = [one for one in kept["participation"] if one["part"] == part]
        assert village.code in {one["division_code"] for one in found}
        assert case.id not in str(kept["participation"])
    assert village.citizen.get("/members/credentials")["items"] == []  # no cell is open


def test_a_promise_is_held_to_the_limit_of_the_rule(village: Village) -> None:
    case = village.asks(words="路面有坑")
    last = date.fromisoformat(case.told["limits"][0]["last_day"])
    assert last == village.town.now().date() + timedelta(days=5)  # C5: help within 5 natural days
    late, code = village.agent.refused(f"{case.path}/promise", promised_on=str(last + timedelta(days=1)))
    assert (late, code) == (409, "promise-too-late")
    past = village.agent.refused(f"{case.path}/promise", promised_on=str(village.town.now().date() - timedelta(days=1)))
    assert past[1] == "promise-in-the-past"
    assert village.agent.post(f"{case.path}/promise", promised_on=str(last))["stage"] == "handling"


def test_a_round_is_graded_once(village: Village) -> None:
    case = village.asks("work-permit").handled()
    case.graded("satisfied")
    path = f"/feedback/invitations/{case.invitation()['id']}/rating"
    assert case.citizen.refused(path, rating="very_dissatisfied", reasons=[]) == (409, "already-rated")


def test_a_repeated_submission_is_one_request(village: Village) -> None:
    body = {"division_code": village.code, "kind": "help", "wording": "水管漏水"}
    first = village.citizen.post("/tasks/requests", key="once", **body)
    assert village.citizen.post("/tasks/requests", key="once", **body) == first
    other = village.citizen.call("POST", "/tasks/requests", key="once", body={**body, "wording": "电线断了"})
    assert (other.status_code, other.json()["type"].rpartition("/")[2]) == (422, "key-reused")
    assert len(village.citizen.get("/tasks/requests")["items"]) == 1


def test_an_errand_whose_rule_asks_for_evidence_is_not_done_without_it(village: Village) -> None:
    case = village.asks("benefit-payment")
    case.promised()
    done = {"note": "已发放", "evidence": []}
    assert village.agent.refused(f"{case.path}/report", **done) == (409, "evidence-missing")
    assert case.stage == "handling"
    sent = village.town.client.post(
        f"{village.town.address}/api/tasks/attachments",
        content=b"%PDF-1.7 receipt",
        headers={
            "authorization": f"Bearer {village.agent.token}",
            "idempotency-key": case.id,
            "content-type": "application/pdf",
        },
    )
    village.agent.post(f"{case.path}/report", note="已发放", evidence=[sent.json()["id"]])
    assert case.stage == "handled"
