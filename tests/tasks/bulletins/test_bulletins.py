"""A bulletin is made of the rows about units, numbered, frozen, public, and never about persons."""

from datetime import date, datetime, time, timedelta
from io import BytesIO
from typing import Any
from uuid import UUID

import docx
import pypdf
import pytest
from sqlmodel import select

from chassis.clock import SHANGHAI
from services.tasks.figures.model import NOTHING, Content, Figures, Unit, digest_of
from services.tasks.requests.model import ServiceRequest
from services.tasks.roster.model import Organization
from tests.tasks.checklists.lists import assignments, broken_down, plan
from tests.tasks.conftest import DISTRICT, TOWNSHIP, VILLAGE, Village

pytestmark = pytest.mark.asyncio


async def organization_of(village: Village, code: str) -> str:
    async with village.stand.mounted.sessions() as session:
        return next(str(one.id) for one in await session.all(select(Organization)) if one.division_code == code)


async def asked(village: Village, code: str = TOWNSHIP) -> dict[str, object]:
    return {"organization_id": await organization_of(village, code), "first_on": "2026-11-16", "last_on": "2026-11-16"}


async def published(village: Village) -> dict[str, Any]:
    answer = await village.stand.post("/bulletins", by=village.people.cadre, **await asked(village))
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def test_a_bulletin_says_of_each_unit_what_the_rows_say(village: Village) -> None:
    await village.handled()
    await village.submit()
    await village.handled_next_door()
    early = await village.stand.post("/bulletins", by=village.people.cadre, **await asked(village))
    assert early.json()["code"] == "wrong-bulletin-days"  # the day is not over
    village.clock.at += timedelta(days=1)
    preview = await village.stand.get("/bulletins/preview", by=village.people.cadre, **await asked(village))
    shown = await published(village)
    assert shown["content"] == preview.json()
    units = {one["name"]: one["figures"] for one in shown["content"]["units"]}
    assert list(units) == ["镇党委", "村支部", "邻村支部"]  # by division code, whatever their figures
    assert (units["村支部"]["received"], units["村支部"]["handled"]) == (2, 1)
    assert (units["邻村支部"]["received"], units["邻村支部"]["handled"]) == (1, 1)
    assert shown["content"]["total"]["received"] == 3
    assert shown["bulletin"]["number_zh"] == "通报〔2026〕1号"
    assert (await published(village))["bulletin"]["number_zh"] == "通报〔2026〕2号"


async def test_anybody_reads_it_and_no_person_stands_in_it(village: Village) -> None:
    await village.handled()
    village.clock.at += timedelta(days=1)
    shown = await published(village)
    client, path = village.stand.client, f"/bulletins/{shown['bulletin']['id']}"
    assert (await client.get(path)).json() == shown
    listed = (await client.get("/bulletins", params={"division_code": DISTRICT})).json()["items"]
    assert [one["id"] for one in listed] == [shown["bulletin"]["id"]]
    assert (await client.get("/bulletins", params={"division_code": VILLAGE})).json()["hint_zh"]
    pdf = (await client.get(f"{path}/document")).content
    said = "".join("".join(page.extract_text() for page in pypdf.PdfReader(BytesIO(pdf)).pages).split())
    for word in ("镇党委群众事项办理情况通报", "通报〔2026〕1号", "不对任何个人排名", shown["digest"]):
        assert word in said
    word_file = docx.Document(BytesIO((await client.get(f"{path}/document", params={"form": "docx"})).content))
    assert "村支部" in [cell.text for row in word_file.tables[0].rows for cell in row.cells]
    html = (await client.get(f"{path}/document", params={"form": "html"})).text
    for text in (said, html, str(shown)):
        assert "生成" not in text.replace("自动生成", "")


async def test_a_new_edition_keeps_the_old_one_for_ever(village: Village) -> None:
    case = await village.handled()
    village.clock.at += timedelta(days=1)
    shown = await published(village)
    path = f"/bulletins/{shown['bulletin']['id']}"
    cadre = village.people.cadre
    same = await village.stand.post(f"{path}/editions", by=cadre, reason="late_rows")
    assert same.json()["code"] == "same-figures"
    async with village.stand.mounted.sessions() as session:  # what was handled that day turns out to have been late
        request = await session.get(ServiceRequest, UUID(case), lock=True)
        assert request is not None
        request.handled_in_time = False
    anew = await village.stand.post(f"{path}/editions", by=cadre, reason="fault")
    assert anew.status_code == 201, anew.text
    assert (anew.json()["bulletin"]["edition"], anew.json()["bulletin"]["reason_zh"]) == (2, "更正系统计算差错")
    assert anew.json()["bulletin"]["number_zh"] == shown["bulletin"]["number_zh"]
    old = (await village.stand.client.get(path)).json()
    assert (old["content"], old["digest"]) == (shown["content"], shown["digest"])
    assert old["bulletin"]["newest"] is False
    again = await village.stand.post(f"{path}/editions", by=cadre, reason="fault")
    assert again.json()["code"] == "edition-replaced"


async def test_an_organisation_publishes_its_own(village: Village) -> None:
    village.clock.at += timedelta(days=1)
    people = village.people
    for by, code in ((people.agent, TOWNSHIP), (people.villager, TOWNSHIP), (people.cadre, VILLAGE)):
        refused = await village.stand.post("/bulletins", by=by, **await asked(village, code))
        assert refused.json()["code"] == "may-not-publish-bulletins"
    assert (
        await village.stand.post("/bulletins", by=people.secretary, **await asked(village, VILLAGE))
    ).status_code == 201


async def test_what_is_frozen_says_back_what_went_in() -> None:
    unit = Unit("430702100201", "村支部", Figures(3, 2, 1, 0, 1, 1, 0, 4, 1))
    content = Content("镇党委", "通报", date(2026, 11, 1), date(2026, 11, 30), (unit, unit), ("一行",))
    assert Content.unpacked(content.packed()) == content
    assert content.total == Figures(6, 4, 2, 0, 2, 2, 0, 8, 2)
    assert (unit.figures.on_time_zh, NOTHING.on_time_zh) == ("50.0%", "—")
    assert digest_of(content.packed()) != digest_of(content.packed().replace("3", "9"))


async def test_items_of_the_lists_are_counted_where_their_day_went_by(village: Village) -> None:
    list_id, _ = await plan(village, "修好路灯")
    await broken_down(village, list_id, areas=[VILLAGE])
    (mine,) = await assignments(village, village.people.secretary)
    village.clock.at = datetime.combine(mine.due_on + timedelta(days=1), time(9), SHANGHAI)
    await village.stand.settle()
    missed_on = str(mine.due_on + timedelta(days=1))
    village.clock.at += timedelta(days=1)
    days = {"first_on": str(mine.due_on), "last_on": missed_on}
    answer = await village.stand.post("/bulletins", by=village.people.cadre, **(await asked(village) | days))
    units = {one["name"]: one["figures"]["missed"] for one in answer.json()["content"]["units"]}
    assert units == {"镇党委": 0, "村支部": 1, "邻村支部": 0}
