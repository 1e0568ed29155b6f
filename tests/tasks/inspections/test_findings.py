"""A finding from the unit's and the inspectors' side; interviews; and orders about a finding."""

from datetime import timedelta

import pytest

from tests.tasks.groups.setting_up import group_of
from tests.tasks.inspections.conftest import Inspected
from tests.tasks.inspections.going_out import paper, visited
from tests.tasks.warnings.telling import at, move, pass_through

pytestmark = pytest.mark.asyncio


async def test_a_unit_owns_what_was_found_puts_it_right_and_another_strikes_it_off(inspected: Inspected) -> None:
    people = inspected.village.people
    _, finding = await visited(inspected)
    path = f"/findings/{finding}"
    [told] = await inspected.notices(people.secretary, "finding_raised")
    assert told["about_id"] == finding
    assert [one["id"] for one in (await inspected.got("/findings", people.secretary, whose="unit"))["items"]] == [
        finding
    ]
    assert (await inspected.done(f"{path}/feedback", people.cadre, 403, owned=True))["code"] == "not-of-the-unit"
    owned = await inspected.done(f"{path}/feedback", people.secretary, owned=True)
    [given] = (await inspected.got("/assignments", people.secretary))["items"]  # it is on the unit's problem list
    assert (given["item_id"], given["title"]) == (owned["problem_id"], "支部党员大会未按季召开")
    refused = await inspected.done(f"{path}/report", people.secretary, 409, words="已补开")
    assert refused["code"] == "evidence-missing"
    proof = await paper(inspected, by=people.secretary)
    done = await inspected.done(f"{path}/report", people.secretary, words="已补开", files=[proof])
    assert (done["stage"], done["files"]) == ("reported", [proof])
    await inspected.got(f"/attachments/{proof}", people.cadre)  # whoever sees the finding sees its proof
    await inspected.got(f"/attachments/{proof}", people.other_agent, 404)
    said = {"put_right": True, "words": "材料属实"}
    for who in (inspected.inspector, people.supervisor, people.secretary):  # finder; finder's unit; the unit itself
        assert (await inspected.done(f"{path}/closing", who, 403, **said))["code"] == "may-not-close-out"
    back = await inspected.done(f"{path}/closing", people.cadre, put_right=False, words="照片看不清")
    assert back["stage"] == "owned"
    assert await inspected.notices(people.secretary, "finding_returned")
    await inspected.done(f"{path}/report", people.secretary, words="已重拍", files=[proof])
    done = await inspected.done(f"{path}/closing", people.cadre, **said)
    assert (done["stage"], done["stage_zh"]) == ("closed", "已销号")
    assert [one["what_zh"][-4:] for one in done["steps"]][-1] == "复核销号"
    assert (await inspected.got("/findings", people.cadre))["items"] == []
    assert len((await inspected.got("/findings", people.cadre, closed=True))["items"]) == 1
    await inspected.got(path, people.other_agent, 404)


async def test_the_problem_of_a_finding_is_struck_off_by_the_findings_proof_and_not_before(
    inspected: Inspected,
) -> None:
    people = inspected.village.people
    _, finding = await visited(inspected)
    await inspected.done(f"/findings/{finding}/feedback", people.secretary, owned=True)
    [given] = (await inspected.got("/assignments", people.secretary))["items"]
    line = f"/assignments/{given['id']}"
    await inspected.done(f"{line}/pledge", people.secretary, promised_on="2026-11-18")
    done = await inspected.done(f"{line}/report", people.secretary, words="已补开")  # no file: the finding has it
    assert (done["stage"], done["evidence"]) == ("reported", False)
    await inspected.done(f"{line}/acceptance", people.cadre)
    early = await inspected.done(f"{line}/closing-out", people.cadre, 409)
    assert early["code"] == "finding-not-struck-off"
    proof = await paper(inspected, by=people.secretary)
    await inspected.done(f"/findings/{finding}/report", people.secretary, words="已补开", files=[proof])
    await inspected.done(f"/findings/{finding}/closing", people.cadre, put_right=True, words="材料属实")
    assert (await inspected.done(f"{line}/closing-out", people.cadre))["stage"] == "closed_out"


async def test_what_a_unit_contests_is_decided_above_and_not_by_the_finder(inspected: Inspected) -> None:
    people = inspected.village.people
    _, finding = await visited(inspected)
    path = f"/findings/{finding}"
    assert (await inspected.done(f"{path}/feedback", people.secretary, 422, owned=False))["code"] == "words-missing"
    await inspected.done(f"{path}/feedback", people.secretary, owned=False, words="会开过，记录在党员活动室")
    said = {"upheld": False, "words": "核对无误，撤回"}
    assert (await inspected.done(f"{path}/ruling", inspected.inspector, 403, **said))["code"] == "may-not-rule"
    done = await inspected.done(f"{path}/ruling", people.cadre, **said)
    assert done["stage"] == "withdrawn"
    assert (await inspected.done(f"{path}/ruling", people.cadre, 409, **said))["code"] == "not-allowed-now"


async def test_silence_of_a_unit_is_told_to_who_answers_above_it(inspected: Inspected) -> None:
    people = inspected.village.people
    await visited(inspected)
    await move(inspected.village, at("2026-11-23 23:59"))
    assert await inspected.notices(inspected.inspector, "finding_late") == []
    await move(inspected.village, at("2026-11-24 00:00"))  # five working days after the day of the visit
    assert len(await inspected.notices(inspected.inspector, "finding_late")) == 1
    assert (await inspected.got("/findings", people.secretary, whose="unit"))["items"][0]["stage"] == "raised"


async def test_an_interview_ends_in_a_promise_and_the_promise_in_a_word(inspected: Inspected) -> None:
    people = inspected.village.people
    _, finding = await visited(inspected)
    said = {"finding_ids": [finding], "meets_on": "2026-11-18", "reason": "连续两个季度未开会"}
    assert (await inspected.done("/interviews", people.secretary, 403, **said))["code"] == "may-not-interview"
    past = said | {"meets_on": "2026-11-15"}
    assert (await inspected.done("/interviews", people.cadre, 422, **past))["code"] == "meeting-in-the-past"
    called = await inspected.done("/interviews", people.cadre, **said)
    path = f"/interviews/{called['id']}"
    assert (called["stage"], called["finding_ids"]) == ("called", [finding])
    mine = (await inspected.got("/interviews", people.secretary, whose="mine"))["items"]
    assert [one["id"] for one in mine] == [called["id"]]
    assert await inspected.notices(people.secretary, "interview_called")
    held = {"held_on": "2026-11-16", "promise": "本周内补开并公示", "promised_on": "2026-11-20"}
    early = held | {"promised_on": "2026-11-15"}
    assert (await inspected.done(f"{path}/record", people.cadre, 422, **early))["code"] == "promise-out-of-order"
    assert (await inspected.done(f"{path}/record", people.secretary, 403, **held))["code"] == "may-not-interview"
    await inspected.done(f"{path}/record", people.cadre, **held)
    kept, broken = {"kept": True, "words": "已补开"}, {"kept": False, "words": "没有补开"}
    assert (await inspected.done(f"{path}/outcome", people.cadre, 409, **broken))["code"] == "not-allowed-now"
    await move(inspected.village, at("2026-11-20 23:59"))
    assert await inspected.notices(people.cadre, "interview_late") == []
    await move(inspected.village, at("2026-11-21 00:00"))
    assert len(await inspected.notices(people.cadre, "interview_late")) == 1
    assert (await inspected.got(path, people.secretary))["stage"] == "late"
    assert (await inspected.done(f"{path}/outcome", people.secretary, 403, **kept))["code"] == "may-not-interview"
    done = await inspected.done(f"{path}/outcome", people.cadre, **broken)
    assert (done["stage"], done["promise"], done["outcome"]) == ("broken", "本周内补开并公示", "没有补开")
    await inspected.got(path, people.other_agent, 404)
    again = await inspected.done("/interviews", people.cadre, **said | {"meets_on": "2026-11-23"})
    off = await inspected.done(f"/interviews/{again['id']}/calling-off", people.cadre, words="另行安排")
    assert off["stage"] == "called_off"
    assert (await inspected.got("/interviews", people.cadre))["items"] == []


async def test_a_groups_page_leads_to_the_interviews_of_its_members(inspected: Inspected) -> None:
    people = inspected.village.people
    before = {"finding_ids": [(await visited(inspected))[1]], "meets_on": "2026-11-18", "reason": "连续两个季度未开会"}
    early = await inspected.done("/interviews", people.cadre, **before)
    inspected.village.clock.at += timedelta(minutes=1)
    group = await group_of(inspected.village, to_on="2026-11-17")
    path = group["interviews"]
    assert (await inspected.got(path, people.cadre))["items"] == []  # the secretary was called before they led it
    inspected.village.clock.at += timedelta(minutes=1)
    called = await inspected.done("/interviews", people.cadre, **before)
    await inspected.done(f"/interviews/{called['id']}/calling-off", people.cadre, words="已整改")
    for person, found in ((people.cadre, [called["id"]]), (people.secretary, [called["id"]]), (people.agent, [])):
        assert [one["id"] for one in (await inspected.got(path, person))["items"]] == found
    await inspected.got(path, people.other_agent, 404)
    await move(inspected.village, at("2026-11-18 09:00"))
    late = await inspected.done("/interviews", people.cadre, **before)
    told = await inspected.got(path, people.cadre)
    assert [one["id"] for one in told["items"]] == [called["id"]]  # the group was over
    assert {early["id"], late["id"]} < {
        one["id"] for one in (await inspected.got("/interviews", people.cadre, over="true"))["items"]
    }


async def test_a_finding_under_an_order_is_one_matter_raised_and_closed_like_a_case(
    inspected: Inspected,
) -> None:
    people = inspected.village.people
    _, finding = await visited(inspected)
    path = f"/findings/{finding}"
    assert (await inspected.done(f"{path}/orders", people.cadre, 403, words="请整改"))["code"] == "may-not-issue"
    order = await inspected.done(f"{path}/orders", people.supervisor, words="请限期整改")
    assert (order["finding_id"], order["request_id"], order["colour"]) == (finding, None, "blue")
    again = await inspected.done(f"{path}/orders", people.supervisor, words="仍未反馈")
    assert (again["id"], again["colour"]) == (order["id"], "orange")  # one matter, one order
    for person, whose in ((people.secretary, "addressed"), (people.supervisor, "issued"), (people.cadre, "below")):
        listed = (await inspected.got("/orders", person, whose=whose))["items"]
        assert [one["id"] for one in listed] == [order["id"]], whose
    [told] = await inspected.notices(people.secretary, "order_raised")
    assert (told["about_id"], told["request_id"]) == (finding, None)
    await inspected.got(f"/orders/{order['id']}", people.other_agent, 404)
    await inspected.done(f"/orders/{order['id']}/reply", people.secretary, words="马上改", promised_on="2026-11-17")
    await pass_through(inspected.village, at("2026-11-18 00:00"))
    assert (await inspected.got(f"/orders/{order['id']}", people.secretary))["colour"] == "red"  # not kept
    await inspected.done(f"{path}/feedback", people.secretary, owned=True)
    proof = await paper(inspected, by=people.secretary)
    await inspected.done(f"{path}/report", people.secretary, words="已改", files=[proof])
    await inspected.done(f"{path}/closing", people.cadre, put_right=True, words="属实")
    closed = await inspected.got(f"/orders/{order['id']}", people.secretary)
    assert closed["stage"] == "closed"
    refused = await inspected.done(f"{path}/orders", people.supervisor, 409, words="再督办")
    assert refused["code"] == "nothing-to-expedite"
