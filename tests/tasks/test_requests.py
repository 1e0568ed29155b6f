"""From a request to the answer «was it solved?», through the service's own routes, on both databases."""

import asyncio
from datetime import timedelta
from uuid import uuid4

import pytest

from contracts.feedback import RatingFoundBad
from tests.tasks.conftest import VILLAGE, Village
from tests.tasks.rectifications.mending import plan, put_right
from tests.tasks.warnings.telling import move, told

pytestmark = pytest.mark.asyncio


async def test_a_request_is_answered_with_a_code_a_named_person_and_its_limits(village: Village) -> None:
    made = await village.submit()
    assert made["named_person"] == "生成proxy_agent"
    assert len(str(made["tracking_code"]).replace("-", "")) == 17
    limits = {limit["clock"]: limit for limit in made["limits"]}  # type: ignore[attr-defined]
    assert limits["accept"]["due_at"] == "2026-11-16T03:00:00Z"  # two hours
    assert limits["finish"]["last_day"] == "2026-11-21"  # five natural days
    assert [fact["turn"] for fact in village.told("tasks.request.dispatched.v1")] in ([1], [])  # relayed or on its way


async def test_the_tracking_code_shows_how_far_it_has_come_and_is_kept_nowhere_in_clear(village: Village) -> None:
    made = await village.submit()
    answer = await village.stand.client.post("/tracking", json={"code": made["tracking_code"]})
    assert answer.json()["stage"] == "dispatched"
    wrong = str(made["tracking_code"])
    wrong = ("1" if wrong[0] != "1" else "2") + wrong[1:]
    refused = await village.stand.client.post("/tracking", json={"code": wrong})
    assert (refused.status_code, refused.json()["code"]) == (422, "wrong-tracking-code")


async def test_a_promise_is_signed_for_and_may_not_pass_the_limit(village: Village) -> None:
    case = (await village.submit())["id"]
    agent = village.people.agent
    late = await village.stand.post(f"/requests/{case}/promise", by=agent, promised_on="2026-11-22")
    assert (late.status_code, late.json()["code"], late.json()["latest"]) == (409, "promise-too-late", "2026-11-21")
    past = await village.stand.post(f"/requests/{case}/promise", by=agent, promised_on="2026-11-15")
    assert past.json()["code"] == "promise-in-the-past"
    signed = await village.stand.post(f"/requests/{case}/promise", by=agent, promised_on="2026-11-21")
    assert signed.json()["stage"] == "handling"
    signature = signed.json()["signature"]
    assert signature["person_id"] == str(agent)
    assert len(signature["text_digest"]) == 64
    assert "不是" in signature["legal_note_zh"]
    again = await village.stand.post(f"/requests/{case}/promise", by=agent, promised_on="2026-11-20")
    assert again.json()["code"] == "not-allowed-now"


async def test_nobody_but_the_named_person_signs(village: Village) -> None:
    case = (await village.submit())["id"]
    stranger = await village.stand.post(f"/requests/{case}/promise", by=uuid4(), promised_on="2026-11-18")
    assert stranger.status_code == 404
    above = await village.stand.post(f"/requests/{case}/promise", by=village.people.cadre, promised_on="2026-11-18")
    assert (above.status_code, above.json()["code"]) == (403, "not-yours")


async def test_a_wrong_dispatch_goes_to_the_township_and_on_to_somebody_else(village: Village) -> None:
    case, people = (await village.submit())["id"], village.people
    back = await village.stand.post(f"/requests/{case}/return", by=people.agent, reason="是邻村的路灯")
    assert back.json()["stage"] == "returned"
    waiting = await village.stand.get("/notices", by=people.cadre)
    assert [n["kind"] for n in waiting.json()["items"]] == ["returned"]
    refused = await village.stand.post(
        f"/requests/{case}/dispatch", by=people.villager, post_id=str(people.other_agent_post)
    )
    assert refused.json()["code"] == "may-not-dispatch"
    sent = await village.stand.post(f"/requests/{case}/dispatch", by=people.cadre, post_id=str(people.other_agent_post))
    assert sent.json()["stage"] == "dispatched"
    listed = await village.stand.get("/requests", by=people.other_agent, whose="working")
    assert [line["id"] for line in listed.json()["items"]] == [case]


async def test_a_village_without_an_agent_keeps_the_request_for_the_township(village: Village) -> None:
    made = await village.submit(division_code="430702100203")
    assert (made["stage"], made["named_person"]) == ("received", None)
    sent = await village.stand.post(
        f"/requests/{made['id']}/dispatch", by=village.people.cadre, post_id=str(village.people.other_agent_post)
    )
    assert sent.json()["stage"] == "dispatched"


async def test_evidence_is_asked_only_where_the_errand_asks(village: Village) -> None:
    made = await village.submit(item_code="medical-reimbursement", kind=None, wording=None)
    case, agent = made["id"], village.people.agent
    await village.stand.post(f"/requests/{case}/promise", by=agent, promised_on="2026-11-18")
    bare = await village.stand.post(f"/requests/{case}/report", by=agent, note="已报销")
    assert bare.json()["code"] == "evidence-missing"
    from tests.mounting import token

    headers = {"authorization": f"Bearer {token(agent)}", "idempotency-key": uuid4().hex}
    text = await village.stand.client.post("/attachments", content=b"hello", headers=headers)
    assert text.status_code == 415
    kept = await village.stand.client.post("/attachments", content=b"%PDF-1.7 rest", headers=headers)
    assert kept.status_code == 201, kept.text
    done = await village.stand.post(f"/requests/{case}/report", by=agent, note="已报销", evidence=[kept.json()["id"]])
    assert done.json()["stage"] == "handled"


async def test_not_solved_opens_a_rectification_that_somebody_else_verifies(village: Village) -> None:
    case, people = await village.handled(), village.people
    notyou = await village.stand.post(f"/requests/{case}/judgement", by=people.agent, solved="yes", round=1)
    assert notyou.json()["code"] == "not-your-request"
    said = await village.stand.post(f"/requests/{case}/judgement", by=people.villager, solved="no", round=1)
    assert said.json()["stage"] == "rectifying"
    mine = (await village.stand.get("/rectifications", by=people.secretary)).json()["items"]
    assert [one["request_id"] for one in mine] == [case]
    path = f"/rectifications/{mine[0]['id']}"
    paper = await village.stand.attach(by=people.secretary)
    done = {"words": "修好了", "evidence": [paper]}
    early = await village.stand.post(f"{path}/report", by=people.secretary, **done)
    assert early.json()["code"] == "not-allowed-now"
    assert (await plan(village, mine[0]["id"], by=people.secretary)).status_code == 200
    bare = await village.stand.post(f"{path}/report", by=people.secretary, words="修好了")
    assert bare.json()["code"] == "evidence-missing"
    assert (await village.stand.post(f"{path}/report", by=people.secretary, **done)).status_code == 200
    own = await village.stand.post(f"{path}/verification", by=people.secretary, put_right=True)
    assert own.status_code in {403, 404}
    found = await village.stand.post(f"{path}/verification", by=people.cadre, put_right=True)
    assert found.json()["stage"] == "verified"
    whole = (await village.stand.get(f"/requests/{case}", by=people.villager)).json()
    assert (whole["stage"], whole["round"], whole["solved"]) == ("handled", 2, None)
    over = await village.stand.post(f"/requests/{case}/judgement", by=people.villager, solved="yes", round=1)
    assert over.json()["code"] == "round-over"
    good = await village.stand.post(f"/requests/{case}/judgement", by=people.villager, solved="yes", round=2)
    assert good.json()["stage"] == "judged"
    story = [e["what_zh"] for e in (await village.stand.get(f"/requests/{case}", by=people.villager)).json()["history"]]
    assert [entry for entry in story if entry.startswith("群众回答")] == [
        "群众回答：未解决（第 1 轮）",
        "群众回答：已解决（第 2 轮）",
    ]


async def test_a_bad_grade_joins_the_rectification_that_not_solved_opened(village: Village) -> None:
    case = await village.handled()
    await village.stand.post(f"/requests/{case}/judgement", by=village.people.villager, solved="partly", round=1)
    await village.stand.hear(RatingFoundBad(request_id=case, round=1, found_at=village.clock.now()))  # type: ignore[arg-type]
    whole = (await village.stand.get(f"/requests/{case}", by=village.people.villager)).json()
    assert len(whole["rectifications"]) == 1


async def test_the_second_rectification_belongs_one_level_up(village: Village) -> None:
    case, people = await village.handled(), village.people
    for round_, owner in ((1, people.secretary), (2, people.cadre)):
        await village.stand.hear(RatingFoundBad(request_id=case, round=round_, found_at=village.clock.now()))  # type: ignore[arg-type]
        mine = (await village.stand.get("/rectifications", by=owner)).json()["items"]
        assert [one["round"] for one in mine] == [round_], round_
        await put_right(village, mine[0]["id"], by=owner, verifier=people.supervisor)


async def test_a_missed_limit_warns_is_noted_at_its_minute_and_climbs_once(village: Village) -> None:
    case, people = str((await village.submit())["id"]), village.people
    await move(village, timedelta(hours=1, minutes=31))  # three quarters of two hours
    await move(village, timedelta(minutes=15))
    assert await told(village, people.agent, case) == ["warning", "dispatched"]
    await move(village, timedelta(minutes=45))
    missed = [fact for fact in village.told("tasks.limit.missed.v1") if fact["request_id"] == case]
    assert [(fact["clock"], fact["level"], fact["due_at"]) for fact in missed] == [
        ("accept", 1, "2026-11-16T03:00:00Z")
    ]
    await move(village, timedelta(minutes=15))
    assert await told(village, people.cadre, case) == ["missed"]
    assert await told(village, people.agent, case) == ["missed", "warning", "dispatched"]


async def test_a_repeated_submission_is_one_request_with_one_answer(village: Village) -> None:
    body = {"division_code": VILLAGE, "kind": "help", "wording": "同一件事"}
    first = await village.stand.post("/requests", by=village.people.villager, key="same", **body)
    second = await village.stand.post("/requests", by=village.people.villager, key="same", **body)
    assert first.json() == second.json()
    assert second.headers["idempotency-replayed"] == "true"
    other = await village.stand.post(
        "/requests", by=village.people.villager, key="same", **(body | {"wording": "另一件"})
    )
    assert (other.status_code, other.json()["code"]) == (422, "key-reused")
    listed = await village.stand.get("/requests", by=village.people.villager)
    assert len(listed.json()["items"]) == 1


async def test_a_repeated_move_is_answered_as_the_first_was(village: Village) -> None:
    case = (await village.submit())["id"]
    path = f"/requests/{case}/promise"
    first = await village.stand.post(path, by=village.people.agent, key="k", promised_on="2026-11-18")
    second = await village.stand.post(path, by=village.people.agent, key="k", promised_on="2026-11-18")
    assert first.json() == second.json()


async def test_two_at_once_with_one_key_do_it_once(village: Village) -> None:
    body = {"division_code": VILLAGE, "kind": "help", "wording": "同时"}
    answers = await asyncio.gather(
        *(village.stand.post("/requests", by=village.people.villager, key="race", **body) for _ in range(5))
    )
    assert sorted({a.status_code for a in answers}) in ([201, 409], [201])
    assert {a.json()["code"] for a in answers if a.status_code == 409} <= {"still-running"}
    listed = await village.stand.get("/requests", by=village.people.villager)
    assert len(listed.json()["items"]) == 1


async def test_pages_follow_each_other_without_a_gap(village: Village) -> None:
    made = [(await village.submit())["id"] for _ in range(5)]
    seen: list[str] = []
    cursor = {}
    while True:
        page = (await village.stand.get("/requests", by=village.people.villager, limit=2, **cursor)).json()
        seen += [line["id"] for line in page["items"]]
        if page["next"] is None:
            break
        cursor = {"cursor": page["next"]}
    assert seen == made[::-1]
    bad = await village.stand.get("/requests", by=village.people.villager, cursor="!!")
    assert bad.json()["code"] == "wrong-cursor"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"division_code": "430702999999"}, "no-such-division"),
        ({"division_code": "4307"}, "invalid"),
        ({"kind": None, "wording": None}, "nothing-asked"),
        ({"item_code": "no-such"}, "no-such-item"),
        ({"wording": "a\x00b"}, "invalid"),
        ({"wording": "长" * 2001}, "invalid"),
        ({"surprise": 1}, "invalid"),
        ({"channel": "hotline"}, "may-not-send-in-for-others"),
    ],
)
async def test_bad_input_is_refused_with_a_stable_code_and_nothing_is_kept(
    village: Village, body: dict[str, object], code: str
) -> None:
    asked = {"division_code": VILLAGE, "kind": "help", "wording": "事"} | body
    answer = await village.stand.post("/requests", by=village.people.villager, **asked)
    assert answer.json()["code"] == code
    assert answer.json()["title_zh"]
    assert answer.headers["content-type"] == "application/problem+json"
    assert (await village.stand.get("/requests", by=village.people.villager)).json()["items"] == []
