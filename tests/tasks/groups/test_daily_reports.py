"""A day's report is made of the rows after midnight, frozen, and issued anew with the old one kept."""

from datetime import datetime, timedelta
from io import BytesIO
from typing import Any
from uuid import UUID

import pypdf
import pytest

from chassis.clock import SHANGHAI
from services.tasks.requests.model import ServiceRequest
from tests.tasks.conftest import Village
from tests.tasks.groups.setting_up import group_of, plan

pytestmark = pytest.mark.asyncio


async def reports(village: Village, group: dict[str, Any]) -> list[dict[str, Any]]:
    path = f"/groups/{group['group']['id']}/daily-reports"
    return list((await village.stand.get(path, by=village.people.secretary)).json()["items"])


async def next_day(village: Village, *, days: int = 1) -> None:
    """Past midnight."""
    day = (village.clock.at + timedelta(days=days)).astimezone(SHANGHAI)
    village.clock.at = datetime(day.year, day.month, day.day, 0, 5, tzinfo=SHANGHAI)
    await village.stand.settle()


async def test_a_report_says_what_the_rows_say_and_stays_as_it_was_published(village: Village) -> None:
    people = village.people
    shown = await group_of(village)
    await plan(village, shown, (people.agent, "2026-11-16", "2026-11-17"))
    await village.handled()
    await village.submit()
    path = f"/groups/{shown['group']['id']}/today"
    today = (await village.stand.get(path, by=people.agent)).json()
    assert (today["total"]["received"], today["total"]["handled"], today["total"]["on_time_zh"]) == (2, 1, "100.0%")
    assert await reports(village, shown) == []
    await next_day(village)
    [line] = await reports(village, shown)
    assert (line["day"], line["edition"], line["newest"]) == ("2026-11-16", 1, True)
    published = (await village.stand.get(f"/daily-reports/{line['id']}", by=people.agent)).json()
    assert published["content"] == today
    assert published["content"]["lines"] == ["轮驻安排：村由代办员轮驻（2026年11月16日至2026年11月17日）。"]
    assert "生成" not in str(published).replace("自动生成", "")  # no person stands in it
    same = await village.stand.post(f"/daily-reports/{line['id']}/editions", by=people.secretary, reason="late_rows")
    assert same.json()["code"] == "same-figures"
    for form, kind in (("pdf", "application/pdf"), ("html", "text/html"), ("docx", "application/vnd.openxml")):
        answer = await village.stand.get(f"/daily-reports/{line['id']}/document", by=people.agent, form=form)
        assert answer.headers["content-type"].startswith(kind)
        if form == "pdf":
            said = "".join(pypdf.PdfReader(BytesIO(answer.content)).pages[0].extract_text().split())
            assert "共受理群众事项2件，办结1件，按时办结率100.0%" in said
    assert (await village.stand.get(f"/daily-reports/{line['id']}", by=people.other_agent)).status_code == 404


async def test_every_day_of_the_group_has_its_report_though_the_timer_came_late(village: Village) -> None:
    shown = await group_of(village)
    await next_day(village, days=3)
    assert [one["day"] for one in await reports(village, shown)] == ["2026-11-18", "2026-11-17", "2026-11-16"]
    await next_day(village, days=7)
    days = [one["day"] for one in await reports(village, shown)]
    assert days == ["2026-11-20", "2026-11-19", "2026-11-18", "2026-11-17", "2026-11-16"]


async def test_a_new_edition_keeps_the_old_one(village: Village) -> None:
    shown = await group_of(village)
    case = await village.handled()
    await next_day(village)
    [first] = await reports(village, shown)
    async with village.stand.mounted.sessions() as session:  # what was handled that day turns out to have been late
        request = await session.get(ServiceRequest, UUID(case), lock=True)
        assert request is not None
        request.handled_in_time = False
    path = f"/daily-reports/{first['id']}"
    anew = await village.stand.post(f"{path}/editions", by=village.people.secretary, reason="fault")
    assert anew.status_code == 201, anew.text
    assert (anew.json()["report"]["edition"], anew.json()["content"]["total"]["in_time"]) == (2, 0)
    old = (await village.stand.get(path, by=village.people.agent)).json()
    assert (old["report"]["newest"], old["content"]["total"]["in_time"]) == (False, 1)
    again = await village.stand.post(f"{path}/editions", by=village.people.secretary, reason="fault")
    assert again.json()["code"] == "edition-replaced"
    assert [one["edition"] for one in await reports(village, shown)] == [2, 1]
