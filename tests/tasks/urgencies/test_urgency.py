"""Urgency is said by who takes a case in, gives Beijing's limits, and moves no promise."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from chassis.calendar import load_calendar
from chassis.clock import SHANGHAI
from chassis.log.memory import MemoryLog
from chassis.objects import objects_of
from chassis.settings import ObjectSettings
from services.tasks.app import build
from services.tasks.catalogue.model import Catalogue
from services.tasks.checklists.templates import ListTemplates
from services.tasks.rules.pack import PACKS, RulePack, Urgency
from tests.mounting import HandClock, standing
from tests.tasks.conftest import MONDAY, VILLAGE, People, Village, district

pytestmark = pytest.mark.asyncio
SECRET = "王大爷家天然气漏了𠮷"


@pytest_asyncio.fixture
async def beijing(tmp_path: Path) -> AsyncIterator[Village]:
    """The village under Beijing's rules."""
    people, clock, log = People(), HandClock(MONDAY), MemoryLog()
    objects = objects_of(ObjectSettings(), folder=tmp_path / "objects")
    pack = RulePack.load(PACKS / "beijing.yaml")
    service = build(
        pack=pack, calendar=load_calendar(), items=Catalogue.load(), lists=ListTemplates.load(), objects=objects
    )
    async with standing(service, tmp_path / "tasks.db", log=log, clock=clock, tells=district(people)) as stand:
        yield Village(stand, people, clock, log)


async def taken_in(village: Village, **body: object) -> dict[str, Any]:
    """What the cadre takes in for the villager at the counter."""
    asked = {"division_code": VILLAGE, "kind": "help", "wording": "漏气", "channel": "counter"}
    asked |= {"requester_id": str(village.people.villager)} | body
    answer = await village.stand.post("/requests", by=village.people.cadre, **asked)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def change(village: Village, case: object, urgency: str, by: str = "cadre", code: int = 200) -> dict[str, Any]:
    """Find a case more or less urgent."""
    body = {"urgency": urgency, "reason": SECRET}
    answer = await village.stand.post(f"/requests/{case}/urgency", by=getattr(village.people, by), **body)
    assert answer.status_code == code, answer.text
    return dict(answer.json())


def finish_of(made: dict[str, Any]) -> datetime:
    """By when it is to be finished."""
    return next(datetime.fromisoformat(one["due_at"]) for one in made["limits"] if one["clock"] == "finish")


@pytest.mark.parametrize(
    ("urgency", "after"),
    [
        ("life", timedelta(hours=2)),
        ("utilities", timedelta(hours=24)),
        ("ordinary", timedelta(days=8) - timedelta(hours=9)),
        ("complex", timedelta(days=16) - timedelta(hours=9)),
    ],
)
async def test_beijings_four_limits(beijing: Village, urgency: str, after: timedelta) -> None:
    made = await taken_in(beijing, urgency=urgency)
    assert finish_of(made) - MONDAY == after
    shown = (await beijing.stand.get(f"/requests/{made['id']}", by=beijing.people.villager)).json()
    assert shown["urgency_zh"] == Urgency(urgency).title_zh
    asked = {"division_code": VILLAGE, "words": "漏气", "kind": "help", "urgency": urgency}
    suggested = (await beijing.stand.post("/intake/suggestions", by=beijing.people.cadre, **asked)).json()
    assert datetime.fromisoformat(suggested["limits"][-1]["due_at"]) - MONDAY == after


async def test_an_errands_legal_time_is_shortened_and_never_lengthened(beijing: Village) -> None:
    lamp = {"item_code": "street-light", "kind": None}
    assert finish_of(await taken_in(beijing, urgency="life", **lamp)) == MONDAY + timedelta(hours=2)
    usual = finish_of(await taken_in(beijing, **lamp))
    assert finish_of(await taken_in(beijing, urgency="complex", **lamp)) == usual


async def test_a_pack_without_urgency_ignores_it(village: Village) -> None:
    usual = finish_of(await taken_in(village))
    urgent = await taken_in(village, urgency="life")
    assert finish_of(urgent) == usual
    assert (await change(village, urgent["id"], "complex"))["changes"][0]["moved"] is False


@pytest.mark.parametrize("by", ["villager", "agent"])
async def test_nobody_else_says_it(beijing: Village, by: str) -> None:
    asked = {"division_code": VILLAGE, "kind": "help", "wording": "漏气", "urgency": "life"}
    refused = await beijing.stand.post("/requests", by=getattr(beijing.people, by), **asked)
    assert (refused.status_code, refused.json()["code"]) == (403, "may-not-say-urgency")
    case = (await taken_in(beijing))["id"]
    assert (await change(beijing, case, "life", by=by, code=403))["code"] == "may-not-say-urgency"


async def test_a_change_moves_a_limit_that_nobody_promised_and_counts_hours_from_then(beijing: Village) -> None:
    made = await taken_in(beijing)
    beijing.clock.at = MONDAY + timedelta(hours=5, minutes=20)
    shown = await change(beijing, made["id"], "life")
    assert datetime.fromisoformat(shown["finish_due_at"]) == MONDAY + timedelta(hours=8)  # two whole hours at least
    assert (shown["changes"][0]["reason"], shown["changes"][0]["moved"]) == (SECRET, True)
    assert (await change(beijing, made["id"], "life", code=409))["code"] == "same-urgency"
    beijing.clock.at += timedelta(minutes=30)
    clocks = (await beijing.stand.get(f"/requests/{made['id']}/clocks", by=beijing.people.cadre)).json()
    told = [one["why_zh"] for clock in clocks if clock["clock"] == "finish" for one in clock["intervals"]]
    assert told[-1].startswith("紧急程度变更，改用新时限8小时")
    back = await change(beijing, made["id"], "ordinary")
    assert datetime.fromisoformat(back["finish_due_at"]) == finish_of(made)
    history = (await beijing.stand.get(f"/requests/{made['id']}", by=beijing.people.villager)).json()["history"]
    assert [one["what_zh"] for one in history if one["what_zh"].startswith("紧急程度")] == [
        "紧急程度由“一般”改为“危及生命财产或突发”，办结时限随之调整",
        "紧急程度由“危及生命财产或突发”改为“一般”，办结时限随之调整",
    ]


async def test_a_running_promise_is_never_moved(beijing: Village) -> None:
    made = await taken_in(beijing)
    people = beijing.people
    await beijing.stand.post(f"/requests/{made['id']}/promise", by=people.agent, promised_on="2026-11-20")
    shown = await change(beijing, made["id"], "utilities")
    assert (shown["changes"][0]["moved"], datetime.fromisoformat(shown["finish_due_at"])) == (False, finish_of(made))
    lead, part = await taken_in(beijing), await taken_in(beijing)
    await beijing.stand.post(f"/requests/{lead['id']}/promise", by=people.agent, promised_on="2026-11-20")
    await beijing.stand.post(f"/requests/{lead['id']}/parts", by=people.cadre, request_ids=[part["id"]])
    assert (await change(beijing, part["id"], "utilities"))["changes"][0]["moved"] is False  # promised by the lead
    await beijing.stand.post(f"/requests/{made['id']}/report", by=people.agent, note="已办")
    assert (await change(beijing, made["id"], "life", code=409))["code"] == "urgency-too-late"


async def test_a_limit_that_would_be_over_at_once_is_not_moved(beijing: Village) -> None:
    made = await taken_in(beijing, urgency="complex")
    beijing.clock.at = datetime(2026, 11, 26, 9, 0, tzinfo=SHANGHAI)
    shown = await change(beijing, made["id"], "ordinary")
    assert shown["changes"][0]["moved"] is False
    assert datetime.fromisoformat(shown["finish_due_at"]) == finish_of(made) > beijing.clock.at.astimezone(UTC)


async def test_lists_show_it_and_are_cut_by_it(village: Village) -> None:
    await village.submit()
    urgent = (await taken_in(village, urgency="utilities"))["id"]
    people = village.people
    found = (await village.stand.get("/cases", by=people.cadre, urgency="utilities")).json()["items"]
    assert [(one["id"], one["urgency_zh"]) for one in found] == [(urgent, "水电气热")]
    everything = (await village.stand.get("/cases", by=people.cadre)).json()["items"]
    assert sorted(one["urgency"] for one in everything) == ["ordinary", "utilities"]
    own = (await village.stand.get("/requests", by=people.villager)).json()["items"]
    assert sorted(one["urgency_zh"] for one in own) == ["一般", "水电气热"]
    in_hand = (await village.stand.get("/caseload", by=people.agent)).json()["cases"]
    assert sorted(one["urgency"] for one in in_hand) == ["ordinary", "utilities"]
