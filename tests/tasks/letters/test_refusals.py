"""Whoever does not sign a letter says why; those above answer or change it, and all stays with the version."""

from typing import Any
from uuid import UUID

import pytest

from tests.tasks.conftest import Village
from tests.tasks.letters.writing import digest_in, letter_of, line, sign

pytestmark = pytest.mark.asyncio

WHY = "三项都要村里出钱，村里没有这笔钱"
ANSWER = "经费已由县里安排，见第三号预算"


async def said(village: Village, shown: dict[str, Any], move: str, by: UUID, **words: str) -> Any:
    return await village.stand.post(f"/letters/{shown['letter']['id']}/{move}", by=by, **words)


async def refused(village: Village, shown: dict[str, Any]) -> Any:
    return await said(village, shown, "refusal", village.people.secretary, words=WHY, text_digest=digest_in(shown))


async def kinds(village: Village, person: UUID) -> list[str]:
    return [one["kind"] for one in (await village.stand.get("/notices", by=person)).json()["items"]]


async def test_a_refusal_is_answered_and_both_stay_with_the_version(village: Village) -> None:
    people = village.people
    shown = await letter_of(village)
    told = (await refused(village, shown)).json()
    assert told["letter"]["stage"] == "refused"
    assert (told["versions"][0]["refusal"]["words"], told["versions"][0]["refusal"]["answer"]) == (WHY, None)
    assert "letter_refused" in await kinds(village, people.cadre)
    for stage in ("refused", "unsigned"):
        listed = (await village.stand.get("/letters", by=people.cadre, stage=stage)).json()["items"]
        assert [one["id"] for one in listed] == [shown["letter"]["id"]]
    answered = (await said(village, shown, "refusal/answer", people.cadre, words=ANSWER)).json()
    assert answered["letter"]["stage"] == "made"
    refusal = answered["versions"][0]["refusal"]
    assert (refusal["words"], refusal["answer"], refusal["answered_by_name"]) == (WHY, ANSWER, "生成township_cadre")
    assert "letter_refusal_answered" in await kinds(village, people.secretary)
    assert (await refused(village, shown)).json()["code"] == "letter-refused-already"
    signed = (await sign(village, shown)).json()
    assert signed["letter"]["stage"] == "signed"
    assert signed["versions"][0]["refusal"]["says_zh"] == "责任人曾拒签，后已签署。"
    assert (await refused(village, shown)).json()["code"] == "not-allowed-now"


async def test_other_items_answer_a_refusal_and_the_new_version_can_be_refused_too(village: Village) -> None:
    people = village.people
    shown = await letter_of(village)
    assert (await refused(village, shown)).status_code == 200
    changed = await said(village, shown, "versions", people.cadre, lines=[line(1)])  # type: ignore[arg-type]
    assert changed.status_code == 201, changed.text
    new, old = changed.json()["versions"]
    assert (new["stage"], new["refusal"]) == ("made", None)
    assert (old["stage"], old["refusal"]["words"], old["refusal"]["answer"]) == ("replaced", WHY, None)
    assert "请看新版" in old["refusal"]["says_zh"]
    assert (await refused(village, shown)).json()["code"] == "not-this-text"
    assert (await refused(village, changed.json())).status_code == 200
    assert (await sign(village, changed.json())).status_code == 200, "who thinks better of it signs"


async def test_nobody_refuses_for_somebody_else_and_nobody_answers_themselves(village: Village) -> None:
    people = village.people
    shown = await letter_of(village)
    digest = digest_in(shown)
    early = await said(village, shown, "refusal/answer", people.cadre, words=ANSWER)
    assert early.json()["code"] == "not-allowed-now"
    for by, code in ((people.cadre, "may-not-refuse-letter"), (people.agent, "not-found")):
        answer = await said(village, shown, "refusal", by, words=WHY, text_digest=digest)
        assert answer.json()["code"] == code
    await refused(village, shown)
    for by, code in ((people.secretary, "may-not-answer-refusal"), (people.other_agent, "not-found")):
        assert (await said(village, shown, "refusal/answer", by, words=ANSWER)).json()["code"] == code
