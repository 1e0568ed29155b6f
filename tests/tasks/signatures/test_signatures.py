"""Every way of accepting a case is signed, and anybody who sees it can check that the text is still the same."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from chassis.secrecy import Vault
from contracts.members import PersonErased
from services.tasks.requests.model import ServiceRequest
from services.tasks.requests.signing import promise_of, text_of
from services.tasks.requests.views import wording_place
from tests.tasks.conftest import Village

pytestmark = pytest.mark.asyncio


async def checked(village: Village, case: object) -> list[dict[str, Any]]:
    """The signatures as the villager sees them."""
    answer = await village.stand.get(f"/requests/{case}/signatures", by=village.people.villager)
    assert answer.status_code == 200, answer.text
    return list(answer.json()["items"])


async def test_a_promise_is_signed_with_its_date_and_its_rules(village: Village) -> None:
    case = (await village.submit())["id"]
    assert await checked(village, case) == []
    told = await village.stand.post(f"/requests/{case}/promise", by=village.people.agent, promised_on="2026-11-18")
    (signed,) = await checked(village, case)
    given = told.json()["signature"]
    assert {name: signed[name] for name in ("person_id", "post_id", "signed_at", "text_digest", "rule_version")} == {
        name: given[name] for name in ("person_id", "post_id", "signed_at", "text_digest", "rule_version")
    }
    assert (signed["fits"], signed["promise_zh"]) == (True, "承诺于 2026-11-18 前办结")


async def test_an_answer_on_the_spot_is_signed(village: Village) -> None:
    case = (await village.submit())["id"]
    await village.stand.post(f"/requests/{case}/answer", by=village.people.agent, words="已办")
    (signed,) = await checked(village, case)
    assert (signed["fits"], signed["promise_zh"]) == (True, "当场答复")


@pytest.mark.parametrize("changed", ["its words", "its errand", "the day that was promised"])
async def test_a_text_that_was_changed_behind_the_signature_no_longer_fits(village: Village, changed: str) -> None:
    item = {"item_code": "senior-certificate", "kind": None}
    case = UUID(str((await village.submit(**item))["id"]))
    await village.stand.post(f"/requests/{case}/promise", by=village.people.agent, promised_on="2026-11-18")
    async with village.stand.mounted.sessions() as session:
        request = await session.get(ServiceRequest, case, lock=True)
        assert request is not None
        if changed == "its words":
            request.wording = session.use(Vault).seal("另一件事", place=wording_place(case))
        elif changed == "its errand":
            request.item_code = "temporary-aid"
        else:
            request.promised_on = request.promised_on and request.promised_on.replace(day=28)
    (signed,) = await checked(village, case)
    expected = changed == "the day that was promised"  # the day of the signature is its own, whatever the case says
    assert signed["fits"] is expected
    assert ("不一致" in signed["fits_zh"]) is not expected


async def test_what_was_erased_no_longer_fits_and_says_why(village: Village) -> None:
    case = (await village.submit())["id"]
    await village.stand.post(f"/requests/{case}/answer", by=village.people.agent, words="已办")
    await village.stand.hear(PersonErased(person_id=village.people.villager, erased_at=village.clock.now()))
    (signed,) = await checked(village, case)
    assert (signed["fits"], "清除" in signed["fits_zh"]) == (False, True)


async def test_three_ways_of_accepting_are_three_texts() -> None:
    said = {
        promise_of(on, answered=answered) for on, answered in ((None, True), (None, False), (date(2026, 11, 18), True))
    }
    texts = {text_of(UUID(int=1), title="求助", wording="路灯", promise=promise, rule_version="1") for promise in said}
    assert len(texts) == 3


async def test_signatures_are_there_for_those_who_see_the_case(village: Village) -> None:
    case = (await village.submit())["id"]
    for person, code in (
        (village.people.neighbour, 404),
        (village.people.other_agent, 404),
        (village.people.cadre, 200),
    ):
        answer = await village.stand.get(f"/requests/{case}/signatures", by=person)
        assert answer.status_code == code
