"""Who is asked for a grade, who may give one, and who gets to know of it."""

import asyncio
import json
import re
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from tests.feedback.facts import DISTRICT, NOON, VILLAGE, Case, post
from tests.feedback.office import Office

pytestmark = pytest.mark.asyncio

GRADES = ("very_satisfied", "satisfied", "fairly_satisfied", "dissatisfied", "very_dissatisfied")


async def asked(office: Office, person: UUID) -> list[dict[str, object]]:
    answer = await office.get("/invitations", by=person)
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


async def give(office: Office, case: Case, rating: str, *, by: UUID | None = None, nth: int = 0) -> tuple[int, str]:
    """Grade the nth invitation of the person served; the answer's code, and the problem's if it is one."""
    invitation = (await asked(office, case.requester))[nth]
    answer = await office.post(
        f"/invitations/{invitation['id']}/rating",
        by=by or case.requester,
        body={"rating": rating, "reasons": ["attitude"]},
    )
    return answer.status_code, answer.json().get("code", "")


async def test_the_person_served_is_asked_once_for_each_round(office: Office) -> None:
    case = Case()
    await office.hear(*case.up_to_handling())
    await office.hear(*case.up_to_handling())  # as a log may repeat itself, under new ids
    assert [(one["round"], one["stage"]) for one in await asked(office, case.requester)] == [(1, "open")]
    await office.hear(case.handled(of_round=2))
    assert [(one["round"], one["stage"]) for one in await asked(office, case.requester)] == [(2, "open"), (1, "over")]
    assert await asked(office, case.agent) == []


async def test_the_notice_says_who_will_see_a_grade_and_does_not_call_it_anonymous(office: Office) -> None:
    case = Case()
    await office.hear(*case.up_to_handling())
    page = (await office.get("/invitations", by=case.requester)).json()
    invitation = page["items"][0]["id"]
    body = {"rating": "satisfied", "reasons": []}
    kept = (await office.post(f"/invitations/{invitation}/rating", by=case.requester, body=body)).json()
    for notice in (page["notice"], kept["notice"]):
        assert notice == "实名评价：上一级和回访人员可以看到，承办人看不到，但可能猜到是您。"
        assert "匿名" not in notice


@pytest.mark.parametrize("rating", GRADES)
async def test_the_two_bad_grades_alone_are_told_and_never_which_one_it_was(office: Office, rating: str) -> None:
    case = Case()
    await office.hear(*case.up_to_handling())
    assert await give(office, case, rating) == (200, "")
    told = await office.told()
    if rating in {"dissatisfied", "very_dissatisfied"}:
        [(of_type, body)] = told
        assert of_type == "feedback.rating.found_bad.v1"
        assert set(json.loads(body)) == {"request_id", "round", "found_at"}
        assert rating not in body.replace("found_bad", "")
    else:
        assert told == []


async def test_that_money_was_asked_for_is_told_past_the_unit_whatever_the_grade(office: Office) -> None:
    case = Case()
    await office.hear(*case.up_to_handling())
    [invitation] = await asked(office, case.requester)
    body = {"rating": "satisfied", "reasons": ["asked_for_money_or_gifts"]}
    await office.post(f"/invitations/{invitation['id']}/rating", by=case.requester, body=body)
    [(of_type, told)] = await office.told()
    assert of_type == "feedback.rating.named_money.v1"
    assert set(json.loads(told)) == {"request_id", "round", "handler_id", "named_at"}
    choices = (await office.get("/invitations/choices", by=case.requester)).json()["reasons"]
    assert [one["reason"] for one in choices if one["note_zh"]] == [
        "asked_for_money_or_gifts",
        "asked_for_a_certain_grade",
    ]


async def test_a_round_is_rated_once(office: Office) -> None:
    case = Case()
    await office.hear(*case.up_to_handling())
    assert await give(office, case, "dissatisfied") == (200, "")
    assert await give(office, case, "satisfied") == (409, "already-rated")
    assert len(await office.told()) == 1


async def test_the_same_submission_twice_is_one_rating(office: Office) -> None:
    case = Case()
    await office.hear(*case.up_to_handling())
    path = f"/invitations/{(await asked(office, case.requester))[0]['id']}/rating"
    body = {"rating": "dissatisfied", "reasons": ["attitude"]}
    first = await office.post(path, by=case.requester, body=body, key="one-key-for-both")
    second = await office.post(path, by=case.requester, body=body, key="one-key-for-both")
    assert (first.status_code, second.status_code) == (200, 200)
    assert first.json() == second.json()
    assert len(await office.told()) == 1


async def test_a_round_that_gave_way_to_a_newer_one_is_over_and_every_round_is_kept(office: Office) -> None:
    case = Case()
    await office.hear(*case.up_to_handling())
    await office.hear(case.handled(of_round=2))
    assert await give(office, case, "satisfied", nth=1) == (409, "rating-round-over")
    assert await give(office, case, "dissatisfied", nth=0) == (200, "")
    await office.hear(case.handled(of_round=3))
    assert await give(office, case, "very_satisfied", nth=0) == (200, "")
    kept = {one["round"]: (one["stage"], one["rating"]) for one in await asked(office, case.requester)}
    assert kept == {1: ("over", None), 2: ("rated", "dissatisfied"), 3: ("rated", "very_satisfied")}


async def test_an_invitation_of_somebody_else_is_not_found(office: Office) -> None:
    case = Case()
    await office.hear(*case.up_to_handling())
    assert await give(office, case, "satisfied", by=uuid4()) == (404, "not-found")
    assert await give(office, case, "satisfied", by=case.agent) == (404, "not-found")


async def test_the_handler_may_never_rate_not_even_when_served_themselves(office: Office) -> None:
    person = uuid4()
    case = Case(requester=person, agent=person)
    await office.hear(*case.up_to_handling())
    assert await give(office, case, "very_satisfied") == (403, "handler-may-not-rate")
    await office.hear(case.handled(of_round=2, by=uuid4()))  # another did the second round; the first was theirs
    assert await give(office, case, "very_satisfied") == (403, "handler-may-not-rate")


def needed(office: Office, path: str, known: dict[str, str]) -> dict[str, str]:
    """What a reading route must be asked with; of a choice, the first."""
    document = office.mounted.api.openapi()
    asked_with = {}
    for one in document["paths"][path]["get"].get("parameters", []):
        if one["in"] == "query" and one["required"]:
            choice = document["components"]["schemas"].get(one["schema"].get("$ref", "").rpartition("/")[2], {})
            plain = str(uuid4()) if one["schema"].get("format") == "uuid" else str(NOON.year)
            asked_with[one["name"]] = known.get(one["name"]) or choice.get("enum", [plain])[0]
    return asked_with


async def test_no_route_shows_a_grade_to_the_handler(office: Office) -> None:
    case = Case()
    await office.hear(*case.up_to_handling(), post(case.agent, "proxy_agent", at="D-1-1", area=VILLAGE))
    await office.hear(post(case.agent, "secretary", at="D-1-1", area=VILLAGE))
    assert await give(office, case, "very_dissatisfied") == (200, "")
    month = f"{NOON:%Y-%m}"
    where = {"unit": "division", "code": VILLAGE, "month": month}
    reads = {path for path, methods in office.mounted.api.openapi()["paths"].items() if "get" in methods}
    reads -= {"/invitations", "/invitations/choices", "/scorecards", "/scorecards/list", "/scorecards/cases"}
    reads -= {"/public-figures", "/intake", "/reports"}
    asked_at, office.clock.at = office.clock.at, NOON + timedelta(days=40)  # the month is over, and is reported
    report = await office.post("/reports", by=case.agent, body={"unit": "division", "code": VILLAGE, "period": month})
    assert [one["share"] for one in report.json()["indicators"] if one["id"] == "satisfied"] == [
        {
            "indicator": "satisfied",
            "numerator": None,
            "denominator": 1,
            "percent": None,
            "range_zh": None,
            "outside": 0,
            "excluded": 0,
        }
    ]
    there = {"report_id": report.json()["report"]["id"], "day": "2026-11-16"}
    for path in reads:
        address = re.sub(r"\{(\w+)\}", lambda part: there.get(part[1], str(uuid4())), path)
        code = DISTRICT if path == "/accountability-figures" else VILLAGE
        known = where | {"code": code, "district_code": DISTRICT, "division_code": VILLAGE}
        told = await office.get(address, by=case.agent, **needed(office, path, known))
        assert told.status_code in ({200} if "/reports" in path else {200, 403, 404, 409}), path
        assert "very_dissatisfied" not in told.text, path
    office.clock.at = asked_at
    answers = [await office.get("/invitations", by=case.agent), await office.get("/scorecards", by=case.agent, **where)]
    answers.append(await office.get("/scorecards/list", by=case.agent, level="village", month=month))
    answers.append(await office.get("/intake", by=case.agent, code=VILLAGE, month=month))
    answers.append(await office.get("/public-figures", by=case.agent, level="village", month=month))
    for indicator in ("solved", "responded", "silent", "satisfied"):
        for part in ("numerator", "denominator"):
            answer = await office.get("/scorecards/cases", by=case.agent, **where, indicator=indicator, part=part)
            assert answer.json()["items"] == []
            answers.append(answer)
    for answer in answers:
        assert answer.status_code == 200
        assert "very_dissatisfied" not in answer.text
    of_one_grade = [figure for figure in answers[1].json()["unit"]["figures"] if figure["indicator"] == "satisfied"]
    assert of_one_grade == [
        {
            "indicator": "satisfied",
            "numerator": None,
            "denominator": None,
            "percent": None,
            "outside": 0,
            "excluded": 0,
            "beside_zh": "评价率 人数太少，不向承办人显示；到期未评价率 人数太少，不向承办人显示",
        }
    ]
    others = await office.get("/scorecards", by=uuid4(), **where)
    assert {figure["numerator"] for figure in others.json()["unit"]["figures"]} == {0, 1}


async def test_open_invitations_come_first_and_pages_add_up(office: Office) -> None:
    person = uuid4()
    cases = [Case(requester=person) for _ in range(5)]
    for case in cases:
        await office.hear(*case.up_to_handling())
    await office.hear(cases[4].handled(of_round=2), cases[3].handled(of_round=2))
    seen: list[tuple[str, str]] = []
    cursor: dict[str, str] = {}
    while True:
        page = (await office.get("/invitations", by=person, limit=2, **cursor)).json()
        seen += [(one["id"], one["stage"]) for one in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = {"cursor": page["next_cursor"]}
    assert [stage for _, stage in seen] == ["open"] * 5 + ["over"] * 2
    assert len({one for one, _ in seen}) == 7


@pytest.mark.parametrize(
    "body",
    [
        {"rating": "excellent", "reasons": []},
        {"rating": "satisfied", "reasons": ["weather"]},
        {"rating": "satisfied", "reasons": ["attitude", "attitude"]},
        {"rating": "satisfied", "reasons": [], "comment": "谢谢"},
        {"rating": "satisfied\x00", "reasons": []},
        {"rating": None},
        [],
    ],
)
async def test_a_body_of_another_form_is_refused_and_changes_nothing(office: Office, body: object) -> None:
    case = Case()
    await office.hear(*case.up_to_handling())
    invitation = (await asked(office, case.requester))[0]
    answer = await office.post(f"/invitations/{invitation['id']}/rating", by=case.requester, body=body)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
    assert (await asked(office, case.requester))[0]["stage"] == "open"


@pytest.mark.parametrize("cursor", ["", "\x00", "不", "AAAA", "!" * 64, "A" * 300])
async def test_a_cursor_that_no_page_gave_is_refused(office: Office, cursor: str) -> None:
    answer = await office.get("/invitations", by=uuid4(), cursor=cursor)
    assert answer.status_code == 422


async def rated_at_the_same_moment(office: Office) -> None:
    """Two phones of one person grade one round at once: one grade stands, and is told once."""
    case = Case()
    await office.hear(*case.up_to_handling())
    both = await asyncio.gather(give(office, case, "dissatisfied"), give(office, case, "very_dissatisfied"))
    assert sorted(both) == [(200, ""), (409, "already-rated")]
    assert len(await office.told()) == 1


async def test_two_grades_at_the_same_moment_are_one(office: Office) -> None:
    await rated_at_the_same_moment(office)


async def test_two_grades_at_the_same_moment_are_one_on_postgres(office_on_postgres: Office) -> None:
    await rated_at_the_same_moment(office_on_postgres)
