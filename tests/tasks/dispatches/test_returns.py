"""Returning a wrong dispatch, who may have it next, and the chair who ends the to and fro."""

from itertools import chain
from uuid import UUID

import pytest

from services.tasks.requests.stages import LIFECYCLE, Stage
from tests.tasks.conftest import TOWNSHIP, VILLAGE, Village
from tests.tasks.dispatches.offices import (
    ROWS,
    Office,
    chair,
    colleague,
    department,
    give_back,
    given,
    holder,
    notices,
    send,
)
from tests.tasks.duties.lists import entry, in_force


async def thrice(village: Village, case: str) -> list[Office]:
    """Three have it in turn and give it back; the second and the third are returned."""
    found = [await colleague(village), await colleague(village)]
    assert (await give_back(village, case, village.people.agent))["stage"] == "returned"
    for office in found:
        sent = await send(village, case, village.people.cadre, office.post)
        assert sent["status"] == 200, sent
        await give_back(village, case, office.person)
    return found


async def difficult(village: Village) -> tuple[str, Office, list[Office]]:
    """A case before its chair: its id, the chair, and two of those who gave it back."""
    case, secretary = str((await village.submit())["id"]), await chair(village)
    return case, secretary, await thrice(village, case)


@pytest.mark.asyncio
async def test_a_return_says_why_to_those_in_office_and_its_code_to_the_requester(village: Village) -> None:
    case = (await village.submit())["id"]
    back = await give_back(village, case, village.people.agent, reason="张三家的私事", code="not_our_area")
    assert back["stage"] == "returned"
    (one,) = (await given(village, case, by=village.people.cadre))["items"]
    assert (one["return_code_zh"], one["return_reason"]) == ("不在本辖区", "张三家的私事")
    seen = await given(village, case)
    assert (seen["items"][0]["return_code"], seen["items"][0]["return_reason"]) == ("not_our_area", None)
    assert (seen["transfers"], seen["waiting_zh"]) == (1, "承办人认为派错，已退回，正在重新指派；不会退给群众。")


@pytest.mark.asyncio
async def test_it_does_not_go_back_to_somebody_who_returned_it(village: Village) -> None:
    case = (await village.submit())["id"]
    (first,) = (await given(village, case))["items"]
    await give_back(village, case, village.people.agent)
    again = await send(village, case, village.people.cadre, first["post_id"])
    assert (again["status"], again["code"]) == (409, "returned-it-already")
    other = await colleague(village)
    assert (await send(village, case, village.people.cadre, other.post))["stage"] == "dispatched"


@pytest.mark.asyncio
async def test_what_was_taken_back_is_refused_downward_with_the_line(village: Village) -> None:
    office = await department(village)
    await in_force(village, ROWS)
    case = (await village.submit(wording="违建"))["id"]
    await give_back(village, case, office.person)
    assert await notices(village, village.people.operator, case) == ["returned"]  # no township oversees a department
    line = {"number": "收回-1", "name": "违法建设处罚", "department": "应急局"}
    for post in (await colleague(village), await holder(village, "township_cadre", "镇党委", "430702100000")):
        refused = await send(village, case, village.people.operator, post.post)
        assert (refused["status"], refused["code"]) == (409, "taken-back-by-the-county")
        assert {name: refused[name] for name in line} == line
    other = await department(village, "城管局")
    assert (await send(village, case, village.people.operator, other.post))["stage"] == "dispatched"


@pytest.mark.asyncio
async def test_a_dispatch_may_name_another_line_of_the_list_in_force(village: Village) -> None:
    await in_force(village, ROWS)
    case = (await village.submit(wording="路灯"))["id"]
    await give_back(village, case, village.people.agent)
    taken, cooperating = await entry(village, "违法建设处罚"), await entry(village, "秸秆禁烧")
    other, cadre = await colleague(village), village.people.cadre
    refused = await send(village, case, cadre, other.post, duty_entry_id=str(taken.id))
    assert refused["code"] == "taken-back-by-the-county"
    unknown = await send(village, case, cadre, other.post, duty_entry_id=str(other.post))
    assert (unknown["status"], unknown["code"]) == (422, "no-such-duty")
    assert (await send(village, case, cadre, other.post, duty_entry_id=str(cooperating.id)))["status"] == 200
    last = (await given(village, case))["items"][-1]
    assert (last["duty"]["name"], last["way"]) == ("秸秆禁烧", "by_hand")


@pytest.mark.asyncio
async def test_the_third_return_lays_it_before_the_chair_who_binds_even_one_who_returned_it(village: Village) -> None:
    case, secretary, others = await difficult(village)
    seen = await given(village, case)
    assert (seen["transfers"], seen["waiting_zh"]) == (3, "多次退回或职责不清，已交负责人裁定。")
    shown = (await village.stand.get(f"/requests/{case}", by=village.people.villager)).json()
    assert (shown["stage"], shown["stage_zh"]) == ("difficult", "疑难事项，由负责人协调")
    assert await notices(village, secretary.person, case) == ["difficult"]
    over = await send(village, case, village.people.cadre, others[0].post)
    assert (over["status"], over["code"]) == (403, "for-the-chair")
    bound = await send(village, case, secretary.person, others[0].post)
    assert bound["stage"] == "dispatched"
    again = await give_back(village, case, others[0].person)
    assert (again["status"], again["code"]) == (409, "bound-by-the-chair")
    last = await given(village, case)
    assert (last["binding"], last["items"][-1]["way"]) == (True, "by_chair")
    promised = await village.stand.post(f"/requests/{case}/promise", by=others[0].person, promised_on="2026-11-18")
    assert promised.status_code == 200, promised.text


@pytest.mark.asyncio
async def test_a_chair_takes_it_up_with_a_signature_and_finishes_it(village: Village) -> None:
    case, secretary, others = await difficult(village)
    path = f"/requests/{case}/take-up"
    for somebody in (others[0].person, village.people.cadre):
        refused = await village.stand.post(path, by=somebody, promised_on="2026-11-18")
        assert refused.status_code in {403, 404}
    late = await village.stand.post(path, by=secretary.person, promised_on="2027-06-01")
    assert (late.status_code, late.json()["code"]) == (409, "promise-too-late")
    taken = await village.stand.post(path, by=secretary.person, promised_on="2026-11-18")
    assert (taken.status_code, taken.json()["stage"]) == (200, "handling"), taken.text
    last = (await given(village, case))["items"][-1]
    assert (last["person_id"], last["way"]) == (str(secretary.person), "taken_up")
    signed = (await village.stand.get(f"/requests/{case}/signatures", by=village.people.villager)).json()["items"]
    assert [(one["person_id"], one["fits"]) for one in signed] == [(str(secretary.person), True)]
    done = await village.stand.post(f"/requests/{case}/report", by=secretary.person, note="已协调解决")
    assert (done.status_code, done.json()["stage"]) == (200, "handled"), done.text
    await village.stand.settle()
    (accepted,) = village.told("tasks.request.accepted.v1")
    assert accepted["accepted_by"] == str(secretary.person)


@pytest.mark.asyncio
async def test_after_its_limit_a_chair_still_promises_a_date(village: Village) -> None:
    case, secretary, _ = await difficult(village)
    village.clock.at = village.clock.at.replace(month=12)
    taken = await village.stand.post(f"/requests/{case}/take-up", by=secretary.person, promised_on="2026-12-18")
    assert taken.status_code == 200, taken.text


@pytest.mark.asyncio
async def test_what_two_departments_of_the_county_return_lies_before_the_chair_over_both(village: Village) -> None:
    secretary = await chair(village)
    offices = [await department(village, name) for name in ("应急局", "城管局", "市监局")]
    await in_force(village, ROWS)
    case = str((await village.submit(wording="违建"))["id"])
    operator = village.people.operator
    for office, following in zip(offices, [*offices[1:], None], strict=True):
        assert (await give_back(village, case, office.person))["status"] == 200
        if following:
            assert (await send(village, case, operator, following.post))["status"] == 200
    assert await notices(village, secretary.person, case) == []  # a township's chair binds no department
    assert await notices(village, village.people.supervisor, case) == ["difficult"]
    bound = await send(village, case, village.people.supervisor, offices[0].post)
    assert bound["stage"] == "dispatched"


@pytest.mark.asyncio
async def test_a_chair_decides_who_has_what_two_departments_claim(village: Village) -> None:
    secretary, office = await chair(village), await department(village, "城管局")
    await in_force(village, ROWS)
    case = (await village.submit(wording="燃气有味道"))["id"]
    line = await entry(village, "燃气检查")
    bound = await send(village, case, secretary.person, office.post, duty_entry_id=str(line.id))
    assert bound["stage"] == "dispatched"
    assert (await give_back(village, case, office.person))["code"] == "bound-by-the-chair"


@pytest.mark.asyncio
async def test_a_complaint_that_comes_back_is_decided_above_whom_it_is_about(village: Village) -> None:
    subject = await holder(village, "proxy_agent", "村支部", VILLAGE)
    watching = await holder(village, "supervisor", "镇党委", TOWNSHIP)
    body = {"kind": "complaint", "wording": "态度恶劣", "about_post_id": str(subject.post)}
    case = str((await village.submit(**body))["id"])
    (first,) = (await given(village, case, by=watching.person))["items"]
    assert (first["way"], first["person_id"]) == ("supervision", str(watching.person))
    assert "绕过本人" in first["why_zh"]
    path = f"/requests/{case}/dispatches"
    assert (await village.stand.get(path, by=subject.person)).status_code == 404
    refused = await village.stand.post(f"/requests/{case}/helpers", by=watching.person, post_id=str(subject.post))
    assert refused.json()["code"] == "nobody-to-help"
    for _ in range(3):
        others = await holder(village, "supervisor", "镇党委", TOWNSHIP)
        holding = (await given(village, case, by=village.people.supervisor))["items"][-1]["person_id"]
        await give_back(village, case, UUID(holding))
        if (await given(village, case, by=village.people.supervisor))["transfers"] < 3:
            sent = await send(village, case, village.people.supervisor, others.post)
            assert sent["status"] == 200, sent
    assert (await village.stand.get(path, by=subject.person)).status_code == 404
    assert await notices(village, others.person, case) == [
        "difficult"
    ]  # who had not given it back, and not the township's secretary
    assert await notices(village, subject.person, case) == []


WITH_NOBODY = {Stage.RECEIVED, Stage.RETURNED, Stage.DIFFICULT}


def test_no_move_closes_a_case_as_not_ours() -> None:
    """From where nobody has it a case goes to somebody, or with the same matter of others; and to its end through
    «handled» alone, of which the person served is asked."""
    pairs = ((stage, name) for stage in Stage for name in LIFECYCLE.moves if LIFECYCLE.allows(name, stage))
    moves = [(stage, name, LIFECYCLE.after(name, stage)) for stage, name in pairs]
    onward = {stage: {end for start, _, end in moves if start is stage} for stage in Stage}
    for stage in WITH_NOBODY:
        assert onward[stage] <= {Stage.DISPATCHED, Stage.HANDLING, Stage.HANDLED, Stage.MERGED, Stage.DIFFICULT}
    assert {end for start, name, end in moves if name == "return"} == {Stage.RETURNED}
    reached = {Stage.RECEIVED}
    while more := set(chain.from_iterable(onward[one] for one in reached - {Stage.HANDLED})) - reached:
        reached |= more
    assert reached.isdisjoint({Stage.REPLIED, Stage.CALL_BACK, Stage.JUDGED, Stage.ARCHIVED, Stage.APPEALED})


@pytest.mark.asyncio
async def test_somebody_away_is_no_reason_for_a_chair_to_wait(village: Village) -> None:
    """Where the township has no secretary in office, the next head answers; the case is never with nobody."""
    case = str((await village.submit())["id"])
    await thrice(village, case)
    assert await notices(village, village.people.cadre, case) != []
    bound = await send(village, case, village.people.cadre, (await colleague(village)).post)
    assert bound["stage"] == "dispatched"
