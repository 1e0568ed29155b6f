"""Visits by a form: checked, taken in once under the phone's id, counted, and never of one's own unit."""

from typing import Any
from uuid import uuid1, uuid4

import pytest
from pydantic import ValidationError

from services.tasks.inspections.questions import Question, faults
from tests.tasks.inspections.conftest import Inspected
from tests.tasks.inspections.going_out import ANSWERS, QUESTIONS, form, found, paper, send, team, unit, visited

pytestmark = pytest.mark.asyncio


async def test_what_was_filled_without_a_line_comes_in_once(inspected: Inspected) -> None:
    body, _ = await visited(inspected)
    supervisor = inspected.village.people.supervisor
    visit, other = str(uuid4()), body | {"findings": [found()], "answers": ANSWERS | {"members": 24}}
    first = await send(inspected, other, by=inspected.inspector, visit=visit)
    assert await send(inspected, other, by=inspected.inspector, visit=visit) == first
    changed = other | {"answers": ANSWERS | {"members": 25}}
    refused = await send(inspected, changed, by=inspected.inspector, visit=visit, expected=409)
    assert (refused["code"], refused["differs"]) == ("recorded-differently", ["answers"])
    assert refused["given"] != refused["held"]
    shown = await inspected.got(f"/inspections/{visit}", supervisor)
    assert {one["code"]: one["answer"] for one in shown["answers"]}["members"] == 24
    assert (shown["form_version"], len(shown["finding_ids"])) == (1, 1)
    assert len((await inspected.got("/inspections", supervisor, plan_id=body["plan_id"]))["items"]) == 2
    counted = await inspected.got(f"/inspection-plans/{body['plan_id']}/coverage", supervisor)
    assert counted["visited"] == 1  # two visits of one unit are one unit


async def test_the_page_of_coverage_names_what_is_missing(inspected: Inspected) -> None:
    plan, record = await inspected.drawn()
    supervisor = inspected.village.people.supervisor
    body = {"plan_id": plan, "team_id": await team(inspected), "form_id": await form(inspected)}
    body |= {"visited_on": "2026-11-16", "answers": ANSWERS}
    for code in record["drawn"][:15]:
        await send(inspected, body | {"organization_id": await unit(inspected, plan, code)}, by=inspected.inspector)
    left = (await inspected.got(f"/inspection-plans/{plan}/units", supervisor, only="missing"))["items"]
    assert [one["code"] for one in left] == record["drawn"][15:]
    counted = await inspected.got(f"/inspection-plans/{plan}/coverage", supervisor)
    assert (counted["missing"], counted["share"]) == (1, 75)
    spare = next(one["code"] for one in record["units"] if one["code"] not in record["drawn"])
    await send(inspected, body | {"organization_id": await unit(inspected, plan, spare)}, by=inspected.inspector)
    counted = await inspected.got(f"/inspection-plans/{plan}/coverage", supervisor)
    assert (counted["visited"], counted["missing"]) == (16, 1)  # another unit does not stand for a drawn one
    last = await unit(inspected, plan, record["drawn"][15])
    await send(inspected, body | {"organization_id": last}, by=inspected.inspector)
    counted = await inspected.got(f"/inspection-plans/{plan}/coverage", supervisor)
    assert (counted["missing"], "已达到要求" in counted["says_zh"]) == (0, True)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"answers": {"members": 3}}, "answers-wrong"),
        ({"answers": ANSWERS | {"how": "还行"}}, "answers-wrong"),
        ({"answers": ANSWERS | {"unknown": True}}, "answers-wrong"),
        ({"visited_on": "2026-11-15"}, "visit-outside-period"),
        ({"visited_on": "2026-11-17"}, "visit-outside-period"),
        ({"organization_id": str(uuid4())}, "not-a-unit"),
        ({"form_id": str(uuid4())}, "no-such-form"),
        ({"findings": [found(due_on="2026-11-15")]}, "due-too-early"),
        ({"findings": [found(files=[str(uuid4())])]}, "no-such-attachment"),
    ],
)
async def test_what_does_not_fit_is_refused_whole(inspected: Inspected, change: dict[str, Any], code: str) -> None:
    body, _ = await visited(inspected)
    refused = await send(inspected, body | {"findings": []} | change, by=inspected.inspector, expected=422)
    assert refused["code"] == code
    listed = await inspected.got("/inspections", inspected.inspector)
    assert len(listed["items"]) == 1


async def test_who_goes_out_and_where(inspected: Inspected) -> None:
    body, finding = await visited(inspected)
    people = inspected.village.people
    refused = await send(inspected, body | {"findings": []}, by=people.supervisor, expected=403)
    assert refused["code"] == "not-in-the-team"
    refused = await send(inspected, body | {"findings": [found(id=finding)]}, by=inspected.inspector, expected=409)
    assert refused["code"] == "finding-there"
    refused = await send(inspected, body, by=inspected.inspector, visit=str(uuid1()), expected=422)
    assert refused["code"] == "id-not-random"
    own = inspected.village.people.other_agent
    mixed = await team(inspected, people.other_agent_post)
    next_door = body | {"team_id": mixed, "findings": []}
    next_door["organization_id"] = await unit(inspected, body["plan_id"], "邻村支部")
    refused = await send(inspected, next_door, by=own, expected=403)
    assert refused["code"] == "own-unit"
    await inspected.done(f"/inspection-teams/{mixed}/disbanding", people.supervisor)
    refused = await send(inspected, next_door, by=inspected.inspector, expected=403)
    assert refused["code"] == "not-in-the-team"
    await inspected.got(f"/inspections/{uuid4()}", people.supervisor, 404)


async def test_a_form_is_versions_and_what_was_filled_keeps_its_own(inspected: Inspected) -> None:
    supervisor = inspected.village.people.supervisor
    first, second = await form(inspected), await form(inspected, questions=QUESTIONS[:2])
    shown = [await inspected.got(f"/inspection-forms/{one}", supervisor) for one in (first, second)]
    assert [one["version"] for one in shown] == [1, 2]
    assert [len(one["questions"]) for one in shown] == [7, 2]
    body = {"organization_id": str(inspected.township), "code": "x", "title": "重复", "questions": QUESTIONS[:1] * 2}
    assert (await inspected.done("/inspection-forms", supervisor, 422, **body))["code"] == "question-twice"
    kept = await paper(inspected, by=inspected.inspector)
    asked = [question for question in map(Question.model_validate, QUESTIONS) if question.code == "papers"]
    assert faults(asked, {"papers": [kept]}) == []
    with pytest.raises(ValidationError, match="理由"):
        Question.model_validate({"code": "p", "kind": "files", "title": "合影", "required": True})
