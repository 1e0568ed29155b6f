"""Desk views: kept, changed, ordered and let go of by whose they are; shared by who answers for an organisation."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlmodel import select

from services.tasks.desk_views.model import MOST, DeskView
from services.tasks.roster.model import Organization
from tests.tasks.conftest import TOWNSHIP, VILLAGE, Village

pytestmark = pytest.mark.asyncio


async def keep(village: Village, by: UUID, name: str, *, code: int = 201, **said: object) -> dict[str, Any]:
    answer = await village.stand.post("/desk-views", by=by, name=name, **({"cut": {}} | said))
    assert answer.status_code == code, answer.text
    return dict(answer.json())


async def names(village: Village, by: UUID) -> list[str]:
    return [one["name"] for one in (await village.stand.get("/desk-views", by=by)).json()["items"]]


async def organizations(village: Village) -> dict[str, UUID]:
    async with village.stand.mounted.sessions() as session:
        return {one.division_code: one.id for one in await session.all(select(Organization))}


async def test_a_view_keeps_its_filter_and_gives_the_list_again(village: Village) -> None:
    case = (await village.submit(wording="低保没发"))["id"]
    await village.submit(wording="路灯坏了")
    cadre = village.people.cadre
    kept = await keep(
        village, cadre, "低保", cut={"text": "低保", "open": True, "stage": ["dispatched"]}, order="limit"
    )
    (shown,) = (await village.stand.get("/desk-views", by=cadre)).json()["items"]
    assert (shown["id"], shown["order"], shown["mine"]) == (kept["id"], "limit", True)
    cut = {name: value for name, value in shown["cut"].items() if value not in (None, [], False)}
    assert cut == {"text": "低保", "open": True, "stage": ["dispatched"]}
    found = await village.stand.get("/cases", by=cadre, text="低保", open="true", stage="dispatched", order="limit")
    assert [one["id"] for one in found.json()["items"]] == [case]


async def test_it_is_sealed(village: Village) -> None:
    await keep(village, village.people.cadre, "张三的事", cut={"text": "低保"})
    async with village.stand.mounted.sessions() as session:
        (row,) = await session.all(select(DeskView))
    assert "张三".encode() not in row.name
    assert "低保".encode() not in row.cut


async def test_it_is_changed_ordered_and_removed_by_whose_it_is(village: Village) -> None:
    cadre, other = village.people.cadre, village.people.secretary
    ids = [(await keep(village, cadre, name))["id"] for name in ("一", "二", "三")]
    assert await names(village, cadre) == ["一", "二", "三"]
    ordered = await village.stand.post("/desk-views/order", by=cadre, ids=[ids[2], ids[0], ids[1]])
    assert [one["name"] for one in ordered.json()["items"]] == ["三", "一", "二"]
    for wrong in ([], ids[:2], [*ids[:2], ids[0]], [*ids[:2], str(uuid4())]):
        refused = await village.stand.post("/desk-views/order", by=cadre, ids=wrong)
        assert (refused.status_code, refused.json()["code"]) == (422, "not-these-views")
    changed = await village.stand.post(f"/desk-views/{ids[0]}", by=cadre, name="改", cut={"overdue": True})
    assert changed.json()["cut"]["overdue"] is True
    assert await names(village, cadre) == ["三", "改", "二"]
    for path, body in ((f"/desk-views/{ids[0]}", {"name": "x", "cut": {}}), (f"/desk-views/{ids[0]}/removal", {})):
        assert (await village.stand.post(path, by=other, **body)).status_code == 404
    assert (await village.stand.post(f"/desk-views/{ids[0]}/removal", by=cadre)).status_code == 200
    assert await names(village, cadre) == ["三", "二"]
    assert await names(village, other) == []


async def test_an_organisation_shares_what_its_head_gives_it(village: Village) -> None:
    at = await organizations(village)
    agent, secretary = village.people.agent, village.people.secretary
    assert (await keep(village, agent, "私自", code=403, organization_id=str(at[VILLAGE])))["code"] == "may-not-share"
    refused = await keep(village, secretary, "越级", code=403, organization_id=str(at[TOWNSHIP]))
    assert refused["code"] == "may-not-share"
    shared = await keep(village, secretary, "本村待办", cut={"open": True}, organization_id=str(at[VILLAGE]))
    (seen,) = (await village.stand.get("/desk-views", by=agent)).json()["items"]
    assert (seen["name"], seen["mine"], seen["organization_id"]) == ("本村待办", False, str(at[VILLAGE]))
    assert await names(village, village.people.other_agent) == []
    assert (await village.stand.post(f"/desk-views/{shared['id']}/removal", by=agent)).status_code == 404
    body = {"name": "本村待办", "cut": {}}
    assert (await village.stand.post(f"/desk-views/{shared['id']}", by=secretary, **body)).status_code == 200
    assert await names(village, agent) == []  # no longer shared


async def test_who_holds_no_post_keeps_none_and_nobody_more_than_fifty(village: Village) -> None:
    assert (await keep(village, village.people.villager, "我的", code=403))["code"] == "no-desk"
    for n in range(MOST):
        await keep(village, village.people.cadre, str(n))
    assert (await keep(village, village.people.cadre, "多", code=409))["code"] == "too-many-views"


@pytest.mark.parametrize(
    "cut", [{"text": ""}, {"stage": ["nowhere"]}, {"whose": "all"}, {"area": "1"}, {"due_from": "2026-11-16T09:00:00"}]
)
async def test_a_filter_that_no_list_takes_is_not_kept(village: Village, cut: dict[str, object]) -> None:
    assert (await keep(village, village.people.cadre, "错", code=422, cut=cut))["code"] == "invalid"
