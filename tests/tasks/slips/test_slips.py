"""A slip's one-time code is good for one answer about one round, and comes from nobody who handled the case."""

from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlmodel import select

from chassis.tables import AUDIT
from services.tasks.requests.model import Judgement
from services.tasks.slips.codes import RANDOM_DIGITS, new_code, plain
from services.tasks.slips.model import Slip
from tests.tasks.conftest import Village
from tests.tasks.rectifications.mending import put_right

pytestmark = pytest.mark.asyncio


async def printed(village: Village, case: str, *, by: str = "cadre") -> dict[str, Any]:
    """A desk prints a slip."""
    answer = await village.stand.post(f"/requests/{case}/slips", by=getattr(village.people, by))
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def say(village: Village, code: object, solved: str = "yes") -> httpx.Response:
    """Somebody holds the paper, and is not signed in."""
    return await village.stand.client.post("/slips", json={"code": code, "solved": solved})


async def stage(village: Village, case: str) -> str:
    """How far the case has come."""
    shown = await village.stand.get(f"/requests/{case}", by=village.people.villager)
    return str(shown.json()["stage"])


async def test_codes_have_fourteen_random_digits_and_a_check_digit() -> None:
    code = new_code()
    assert len(plain(code)) == RANDOM_DIGITS + 1 == 15
    assert code.count("-") == 2


async def test_the_answer_is_kept_as_the_requesters_own_by_slip(village: Village) -> None:
    case = await village.handled()
    slip = await printed(village, case)
    told = await say(village, slip["code"])
    assert told.status_code == 200, told.text
    assert set(told.json()) == {"solved", "solved_zh", "says_zh"}  # nothing of the case
    assert await stage(village, case) == "judged"
    async with village.stand.mounted.sessions() as session:
        (kept,) = await session.all(select(Judgement))
        rows = await session.all(select(AUDIT.c.action, AUDIT.c.actor_id, AUDIT.c.about))
    assert (kept.by, kept.source.value, kept.taken_by) == (village.people.villager, "slip", None)
    assert ("answer_by_slip", None, case) in rows


async def test_not_solved_by_slip_opens_a_rectification(village: Village) -> None:
    case = await village.handled()
    told = await say(village, (await printed(village, case))["code"], "no")
    assert "整改" in told.json()["says_zh"]
    assert await stage(village, case) == "rectifying"


async def test_a_slip_answers_once_and_the_same_again_changes_nothing(village: Village) -> None:
    case = await village.handled()
    code = (await printed(village, case))["code"]
    assert [(await say(village, code)).status_code for _ in range(2)] == [200, 200]
    other = await say(village, code, "no")
    assert (other.status_code, other.json()["code"]) == (409, "slip-used")
    async with village.stand.mounted.sessions() as session:
        assert len(await session.all(select(Judgement))) == 1


async def test_a_slip_ends_with_its_days_with_a_newer_slip_and_with_its_round(village: Village) -> None:
    case = await village.handled()
    first = await printed(village, case)
    second = await printed(village, case)
    assert (await say(village, first["code"])).json()["code"] == "slip-over"
    await village.stand.post(f"/requests/{case}/judgement", by=village.people.villager, solved="no", round=1)
    mending = (await village.stand.get("/rectifications", by=village.people.secretary)).json()["items"][0]["id"]
    await put_right(village, mending, by=village.people.secretary, verifier=village.people.cadre)
    assert (await say(village, second["code"])).json()["code"] == "slip-over"
    third = await printed(village, case)
    assert third["round"] == 2
    village.clock.at += timedelta(days=31)
    assert (await say(village, third["code"])).json()["code"] == "slip-over"


@pytest.mark.parametrize(("by", "code"), [("agent", "had-a-part-in-it"), ("secretary", "not-at-a-call-back-desk")])
async def test_neither_handler_nor_agent_prints_one(village: Village, by: str, code: str) -> None:
    case = await village.handled()
    refused = await village.stand.post(f"/requests/{case}/slips", by=getattr(village.people, by))
    assert (refused.status_code, refused.json()["code"]) == (403, code)


async def test_there_is_nothing_to_be_judged_before_it_was_handled(village: Village) -> None:
    case = str((await village.submit())["id"])
    refused = await village.stand.post(f"/requests/{case}/slips", by=village.people.cadre)
    assert (refused.status_code, refused.json()["code"]) == (409, "not-allowed-now")


async def test_a_tracking_code_never_judges_and_a_slip_never_tracks(village: Village) -> None:
    made = await village.submit()
    await village.stand.post(f"/requests/{made['id']}/answer", by=village.people.agent, words="已办")
    slip = await printed(village, str(made["id"]))
    refused = await say(village, made["tracking_code"])
    assert (refused.status_code, refused.json()["code"]) == (422, "wrong-slip-code")
    shortened = str(made["tracking_code"]).replace("-", "")[:15]
    assert (await say(village, shortened)).status_code in {404, 422}
    tracked = await village.stand.client.post("/tracking", json={"code": slip["code"]})
    assert tracked.status_code == 422
    assert await stage(village, str(made["id"])) == "handled"


async def test_a_code_that_nobody_printed_is_not_there_and_a_wrong_digit_is_told(village: Village) -> None:
    assert (await say(village, new_code())).status_code == 404
    right = plain(new_code())
    wrong = ("1" if right[0] != "1" else "2") + right[1:]
    assert (await say(village, wrong)).json()["code"] == "wrong-slip-code"


async def test_the_code_is_kept_as_a_digest_and_shown_once(village: Village) -> None:
    case = await village.handled()
    first = await village.stand.post(f"/requests/{case}/slips", by=village.people.cadre, key="one")
    again = await village.stand.post(f"/requests/{case}/slips", by=village.people.cadre, key="one")
    assert (again.status_code, again.json()["code"]) == (409, "already-shown")
    async with village.stand.mounted.sessions() as session:
        (slip,) = await session.all(select(Slip))
    digits = plain(first.json()["code"])
    assert digits.encode() not in slip.code_index
    assert len(slip.code_index) == 32
