"""Left out of scores: a reason, a second person, and a public count; on both databases."""

from typing import Any

import pytest
from sqlmodel import select

from services.tasks.roster.model import Post
from tests.tasks.conftest import DISTRICT, VILLAGE, Village

pytestmark = pytest.mark.asyncio
WHY: dict[str, object] = {"reason": "outside_law", "words": "所提要求没有政策依据，已书面答复"}


async def figures(village: Village, division: str = VILLAGE, month: str = "2026-11") -> dict[str, Any]:
    """As anybody sees them, without a token."""
    shown = await village.stand.client.get("/exclusions/figures", params={"division": division, "month": month})
    assert shown.status_code == 200, shown.text
    return dict(shown.json())


async def put_forward(village: Village, case: str, what: str = "exclusion", **body: object) -> str:
    """The cadre proposes."""
    made = await village.stand.post(f"/requests/{case}/{what}", by=village.people.cadre, **(body or WHY))
    assert made.status_code == 201, made.text
    return f"/proposals/{made.json()['proposal_id']}"


async def test_one_proposes_another_confirms_and_everybody_can_count_it(village: Village) -> None:
    people, stand, case = village.people, village.stand, await village.handled()
    proposal = await put_forward(village, case)
    assert (await figures(village))["total"] == 0
    assert (await stand.post(f"{proposal}/confirmation", by=people.cadre)).json()["code"] == "same-person"
    assert (await stand.post(f"{proposal}/confirmation", by=people.agent)).status_code == 404
    waiting = (await stand.get("/proposals", by=people.supervisor)).json()["items"]
    assert [(one["about"], one["reason"], one["words"]) for one in waiting] == [(case, WHY["reason"], WHY["words"])]
    done = await stand.post(f"{proposal}/confirmation", by=people.supervisor)
    assert done.status_code == 200, done.text
    await stand.settle()
    (told,) = village.told("tasks.request.excluded.v1")
    assert (told["request_id"], told["reason"]) == (case, "outside_law")
    for division in (VILLAGE, DISTRICT):
        shown = await figures(village, division)
        (line,) = shown["items"]
        assert (shown["total"], line["count"], line["reason_zh"]) == (1, 1, "诉求超出法律政策规定")
        assert (line["division_code"], line["organization"]) == (VILLAGE, "村支部")
        assert shown["says_zh"] == "2026-11 提交的事项中有 1 件经两人确认不计入考核。"
    assert (await figures(village, month="2026-10"))["total"] == 0
    assert (await figures(village, "430702100202"))["total"] == 0
    judged = await stand.post(f"/requests/{case}/judgement", by=people.villager, solved="no", round=1)
    assert judged.status_code == 200, "it goes its way, and is judged"
    again = await stand.post(f"/requests/{case}/exclusion", by=people.cadre, **WHY)
    assert again.json()["code"] == "left-out-already"


async def test_it_counts_again_by_two_persons_too(village: Village) -> None:
    people, stand, case = village.people, village.stand, await village.handled()
    early = await stand.post(f"/requests/{case}/inclusion", by=people.cadre, words="应当计入")
    assert early.json()["code"] == "left-out-already"
    await stand.post(f"{await put_forward(village, case)}/confirmation", by=people.supervisor)
    back = await put_forward(village, case, "inclusion", words="应当计入")
    assert (await stand.post(f"{back}/confirmation", by=people.operator)).status_code == 200
    await stand.settle()
    assert [one["request_id"] for one in village.told("tasks.request.included.v1")] == [case]
    assert (await figures(village))["total"] == 0


async def test_a_refused_proposal_changes_nothing(village: Village) -> None:
    case = await village.handled()
    proposal = await put_forward(village, case)
    assert (await village.stand.post(f"{proposal}/refusal", by=village.people.operator)).status_code == 200
    assert (await figures(village))["total"] == 0
    confirmed = await village.stand.post(f"{proposal}/confirmation", by=village.people.supervisor)
    assert confirmed.json()["code"] == "proposal-over"


async def test_who_has_the_case_neither_proposes_nor_confirms(village: Village) -> None:
    people, stand, case = village.people, village.stand, await village.handled()
    refused = await stand.post(f"/requests/{case}/exclusion", by=people.agent, **WHY)
    assert refused.json()["code"] == "may-not-leave-out"
    async with stand.mounted.sessions() as session:
        posts = {one.person_id: one.id for one in await session.all(select(Post))}
    given = str((await village.submit())["id"])
    await stand.post(f"/requests/{given}/return", by=people.agent, reason="不归我管")
    dispatched = await stand.post(f"/requests/{given}/dispatch", by=people.cadre, post_id=str(posts[people.supervisor]))
    assert dispatched.status_code == 200, dispatched.text
    made = await stand.post(f"/requests/{given}/exclusion", by=people.operator, **WHY)
    assert made.status_code == 201, made.text
    confirmed = await stand.post(f"/proposals/{made.json()['proposal_id']}/confirmation", by=people.supervisor)
    assert confirmed.status_code == 404
    assert (await figures(village))["total"] == 0
