"""A grade or a cell that is not real counts for no score once two persons above say so; nobody learns who graded."""

from typing import Any
from uuid import UUID

import httpx
import pytest

from tests.tasks.checklists.test_problems import paper
from tests.tasks.conftest import DISTRICT, Village
from tests.tasks.rectifications.test_grounds import wanting
from tests.tasks.unit_rectifications.test_by_cells import below, opened, struck_off, worked_off

pytestmark = pytest.mark.asyncio


async def contested(village: Village, mending: str, *, by: UUID, reason: str = "untrue") -> httpx.Response:
    """Somebody contests the grade behind a rectification."""
    path = f"/rectifications/{mending}/contest"
    said = {"reason": reason, "words": "与办理记录不符", "evidence": [await paper(village, by)]}
    return await village.stand.post(path, by=by, **said)


async def found(village: Village, contest: object, *, upheld: bool, first: str, second: str) -> httpx.Response:
    """One proposes what is to be found, another confirms it."""
    people = village.people
    path = f"/contests/{contest}/finding"
    proposed = await village.stand.post(path, by=getattr(people, first), upheld=upheld, words="已核对")
    if proposed.status_code != 201:
        return proposed
    confirming = f"/proposals/{proposed.json()['proposal_id']}/confirmation"
    answer = await village.stand.post(confirming, by=getattr(people, second))
    await village.stand.settle()
    return answer


async def figures(village: Village) -> list[tuple[Any, ...]]:
    """What everybody can count."""
    query = {"division": DISTRICT, "month": "2026-11"}
    told = (await village.stand.client.get("/contests/figures", params=query)).json()
    return [(one["organization"], one["about"], one["stage"], one["count"]) for one in told["items"]]


async def test_a_grade_found_unreal_by_two_counts_no_more_and_is_put_right_all_the_same(village: Village) -> None:
    people = village.people
    case, mending = await wanting(village)
    assert (await contested(village, mending, by=people.villager)).status_code == 404
    assert (await contested(village, mending, by=people.agent, reason="stuffing")).json()[
        "code"
    ] == "nothing-to-contest"
    made = (await contested(village, mending, by=people.agent)).json()
    assert (await contested(village, mending, by=people.secretary)).json()["code"] == "contested-already"
    assert str(people.villager) not in str(made)
    assert [one["id"] for one in (await village.stand.get("/contests", by=people.cadre)).json()["items"]] == [
        made["id"]
    ]
    assert (await village.stand.get("/contests", by=people.other_agent)).json()["items"] == []

    assert (await found(village, made["id"], upheld=True, first="agent", second="operator")).status_code == 403
    assert (await found(village, made["id"], upheld=True, first="operator", second="operator")).status_code == 403
    assert await figures(village) == [("村支部", "grade", "open", 1)]
    assert (await found(village, made["id"], upheld=True, first="cadre", second="supervisor")).status_code == 200
    assert await figures(village) == [("村支部", "grade", "upheld", 1)]
    [fact] = village.told("tasks.grade.set_aside.v1")
    assert (fact["request_id"], fact["round"]) == (case, 1)
    (mine,) = (await village.stand.get("/contests", by=people.agent, mine=True)).json()["items"]
    assert mine["stage_zh"] == "异议成立，不计入考核"
    shown = (await village.stand.get(f"/requests/{case}", by=people.villager)).json()
    assert shown["stage"] == "rectifying"


async def test_what_not_solved_opened_is_contested_by_nobody_and_a_dismissed_grade_counts(village: Village) -> None:
    people = village.people
    case = await village.handled()
    await village.stand.post(f"/requests/{case}/judgement", by=people.villager, solved="no", round=1)
    shown = (await village.stand.get(f"/requests/{case}", by=people.villager)).json()
    refused = await contested(village, shown["rectifications"][0]["id"], by=people.agent)
    assert (refused.status_code, refused.json()["code"]) == (409, "nothing-to-contest")
    _, mending = await wanting(village)
    made = (await contested(village, mending, by=people.agent)).json()
    assert (await found(village, made["id"], upheld=False, first="cadre", second="operator")).status_code == 200
    assert await figures(village) == [("村支部", "grade", "dismissed", 1)]
    assert village.told("tasks.grade.set_aside.v1") == []


async def test_a_stuffed_cell_counts_no_more_and_its_unit_may_strike_off(village: Village) -> None:
    people, cell = village.people, below(village, month=9)
    await village.stand.hear(cell)
    path = f"/unit-rectifications/{cell.cell_id}/contest"
    said = {"reason": "stuffing", "words": "一人投了许多票"}
    assert (await village.stand.post(path, by=people.agent, **said)).status_code == 404
    made = (await village.stand.post(path, by=people.secretary, **said)).json()
    [item] = await opened(village, cell)
    working = await worked_off(village, item, by=people.cadre)
    assert await struck_off(village, working) == "next-cell-not-above-line"
    assert (await found(village, made["id"], upheld=True, first="cadre", second="supervisor")).status_code == 200
    assert [one["cell_id"] for one in village.told("tasks.cell.set_aside.v1")] == [str(cell.cell_id)]
    assert await figures(village) == [("村支部", "cell", "upheld", 1)]
    assert await struck_off(village, working) == "closed_out"
