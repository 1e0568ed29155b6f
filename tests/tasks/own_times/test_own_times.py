"""What somebody in office usually needs for an errand stands beside its legal time; so do a case's dates."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import select

from services.tasks.catalogue.model import Catalogue
from services.tasks.roster.model import Post
from tests.tasks.conftest import TOWNSHIP, VILLAGE, Village
from tests.tasks.dispatches.offices import held, holder

pytestmark = pytest.mark.asyncio
ITEM = "senior-certificate"  # five working days by law


async def post_of(village: Village, person: UUID) -> Post:
    """The post that a person holds."""
    async with village.stand.mounted.sessions() as session:
        return next(one for one in await session.all(select(Post)) if one.person_id == person)


async def declare(village: Village, person: UUID, days: int, item: str = ITEM) -> Any:
    """Somebody says how long they usually need."""
    post = await post_of(village, person)
    return await village.stand.post(
        "/catalogue/promises", by=person, post_id=str(post.id), item_code=item, own_days=days
    )


async def offered(village: Village, code: str | None = VILLAGE) -> dict[str, Any]:
    """The errand as everybody sees it in the catalogue of a village."""
    answer = await village.stand.client.get("/catalogue", params={"division_code": code} if code else {})
    assert answer.status_code == 200, answer.text
    return next(dict(one) for one in answer.json()["items"] if one["code"] == ITEM)


async def test_it_stands_beside_the_legal_time_in_the_catalogue_of_the_village(village: Village) -> None:
    assert (await declare(village, village.people.agent, 3)).status_code == 201
    assert (await declare(village, village.people.cadre, 4)).status_code == 201
    item = await offered(village)
    assert item["legal_time"] == "5个工作日"
    assert [(one["own_days"], one["post_kind"]) for one in item["own_times"]] == [
        (3, "proxy_agent"),
        (4, "township_cadre"),
    ]
    assert item["own_times"][0]["said_zh"] == "生成proxy_agent承诺一般 3 个工作日办结（法定 5个工作日）"
    other = await offered(village, "430702100202")
    assert [one["post_kind"] for one in other["own_times"]] == ["township_cadre"]  # of the township, for its villages
    assert (await offered(village, None))["own_times"] == []


async def test_it_is_said_anew_and_taken_back(village: Village) -> None:
    first = await declare(village, village.people.agent, 3)
    again = await declare(village, village.people.agent, 3)
    assert again.json()["id"] == first.json()["id"]
    shorter = await declare(village, village.people.agent, 2)
    assert [one["own_days"] for one in (await offered(village))["own_times"]] == [2]
    path = f"/catalogue/promises/{shorter.json()['id']}/end"
    assert (await village.stand.post(path, by=village.people.other_agent)).status_code == 404
    assert (await village.stand.post(path, by=village.people.agent)).json()["ended_at"] is not None
    assert (await offered(village))["own_times"] == []


async def test_it_is_not_longer_than_the_law_allows_and_not_for_others(village: Village) -> None:
    long = await declare(village, village.people.agent, 6)
    assert (long.status_code, long.json()["code"], long.json()["legal_time"]) == (409, "own-time-too-long", "5个工作日")
    post = await post_of(village, village.people.agent)
    for person in (village.people.villager, village.people.cadre):
        body = {"post_id": str(post.id), "item_code": ITEM, "own_days": 3}
        refused = await village.stand.post("/catalogue/promises", by=person, **body)
        assert (refused.status_code, refused.json()["code"]) == (403, "not-your-post")
    unknown = await declare(village, village.people.agent, 3, item="no-such")
    assert (unknown.status_code, unknown.json()["code"]) == (404, "no-such-item")


async def test_it_ends_with_the_post(village: Village) -> None:
    office = await holder(village, "proxy_agent", "村支部", VILLAGE)
    await declare(village, office.person, 3)
    gone = held(office, "proxy_agent", "旧", VILLAGE)
    await village.stand.hear(gone.model_copy(update={"ended_at": village.clock.now()}))
    assert (await offered(village))["own_times"] == []


async def test_a_cases_dates_stand_side_by_side_and_count_down(village: Village) -> None:
    await declare(village, village.people.agent, 3)
    case = (await village.submit(kind=None, wording=None, item_code=ITEM))["id"]

    async def sheet(by: UUID = village.people.villager) -> dict[str, Any]:
        answer = await village.stand.get(f"/requests/{case}/promise", by=by)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    before = await sheet()
    assert (before["legal_on"], before["usual_days"], before["usual_on"]) == ("2026-11-23", 3, "2026-11-19")
    assert (before["promised_on"], before["earlier"], before["days_to_go"]) == (None, None, 7)
    assert before["said_zh"] == "承办人还没有承诺日期，最迟 2026-11-23 办结；还有 7 天。"
    await village.stand.post(f"/requests/{case}/promise", by=village.people.agent, promised_on="2026-11-18")
    promised = await sheet()
    assert (promised["earlier"], promised["due_on"], promised["days_to_go"]) == ("promise", "2026-11-18", 2)
    assert promised["first_promised_on"] == "2026-11-18"
    assert promised["said_zh"] == "承办人承诺 2026-11-18 前办结，比法定的 2026-11-23 早 5 天；还有 2 天。"
    village.clock.at += timedelta(days=3)
    late = await sheet()
    assert (late["days_to_go"], late["said_zh"].endswith("；已经超过 1 天。")) == (-1, True)
    await village.stand.post(f"/requests/{case}/report", by=village.people.agent, note="办好了")
    assert (await sheet())["days_to_go"] is None
    neighbour = await village.stand.get(f"/requests/{case}/promise", by=village.people.neighbour)
    assert neighbour.status_code == 404


async def test_a_free_matter_has_its_kinds_time_and_no_errand(village: Village) -> None:
    case = (await village.submit())["id"]
    shown = (await village.stand.get(f"/requests/{case}/promise", by=village.people.cadre)).json()
    assert (shown["item_zh"], shown["legal_time"], shown["usual_on"]) == (None, "5天", None)


async def test_every_form_of_the_catalogue_can_be_had_and_nothing_else(village: Village) -> None:
    client = village.stand.client
    items = (await client.get("/catalogue", params={"division_code": TOWNSHIP})).json()["items"]
    forms = {one["address"]: one["title"] for item in items for one in item["templates"]}
    assert len(forms) == 3
    for address, title in forms.items():
        form = await client.get(address)
        assert form.status_code == 200
        assert form.headers["content-type"] == "text/html; charset=utf-8"
        assert form.headers["x-content-type-options"] == "nosniff"
        assert form.headers["content-disposition"].startswith("attachment; filename=")
        assert title.encode() in form.content
    for other in ("catalogue.yaml", "..%2Fcatalogue.yaml", "%2e%2e%2fapi.py", "none.pdf"):
        refused = await client.get(f"/catalogue/templates/{other}")
        assert refused.status_code in {404, 422}, other


async def test_the_catalogue_of_the_program_has_every_form_that_it_names() -> None:
    assert Catalogue.load().template("mandate.html")[0].title == "委托代办书"
