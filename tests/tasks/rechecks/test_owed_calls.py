"""The next level asks about every bad grade, and each month about cases drawn at random; nothing tells them apart."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest
from sqlmodel import col, select

from services.tasks.rechecks import drawing
from services.tasks.rechecks.actions import draw_what_is_due
from services.tasks.rechecks.model import OwedCall, RecheckDraw
from tests.tasks.conftest import DISTRICT, Village
from tests.tasks.rectifications.mending import put_right
from tests.tasks.rectifications.test_grounds import graded_badly, wanting


async def owed(village: Village, by: str = "cadre", **query: object) -> list[dict[str, Any]]:
    """The calls that somebody sees."""
    found = await village.stand.get("/rechecks", by=getattr(village.people, by), **query)
    assert found.status_code == 200, found.text
    return list(found.json()["items"])


async def call(village: Village, case: str, *, by: str, round_: int = 1, **said: object) -> httpx.Response:
    """Somebody tries to ask."""
    body = {"reached": "not_reached", "round": round_} | said
    return await village.stand.post(f"/requests/{case}/call-back", by=getattr(village.people, by), **body)


YES = {"reached": "answered", "solved": "yes", "presence": "no"}


@pytest.mark.asyncio
async def test_a_bad_grade_is_called_back_whoever_judges_and_never_put_away_before(village: Village) -> None:
    people = village.people
    case, mending = await wanting(village)  # asked on a screen, so that no clock of call-backs runs
    assert await owed(village) == []  # it is put right first
    await put_right(village, mending, by=people.secretary, verifier=people.cadre)
    (due,) = await owed(village)
    assert (due["request_id"], due["round"], due["late"]) == (case, 2, False)
    assert [await owed(village, by) for by in ("agent", "secretary", "other_agent")] == [[], [], []]
    own = await village.stand.post(f"/requests/{case}/judgement", by=people.villager, solved="yes", round=2)
    assert own.status_code == 200
    village.clock.at += timedelta(days=60)
    await village.stand.settle()
    shown = (await village.stand.get(f"/requests/{case}", by=people.villager)).json()
    assert shown["stage"] == "judged"
    assert "owed" not in str(shown)
    assert [one["request_id"] for one in await owed(village, late=True)] == [case]
    assert "recheck_late" in (await village.stand.get("/notices", by=people.supervisor)).text
    assert (await call(village, case, by="cadre", round_=2, **YES)).status_code == 200
    assert await owed(village) == []
    village.clock.at += timedelta(days=60)
    await village.stand.settle()
    assert (await village.stand.get(f"/requests/{case}", by=people.villager)).json()["stage"] == "archived"


@pytest.mark.asyncio
async def test_each_month_some_of_every_units_cases_are_drawn_and_the_draw_can_be_repeated(village: Village) -> None:
    cases = [await village.handled(), await village.handled_next_door()]
    bad = await graded_badly(village, cases[0])
    async with village.stand.mounted.sessions() as session:
        assert await draw_what_is_due(session) == 0  # October had none
    village.clock.at += timedelta(days=20)  # December
    await village.stand.settle()
    for _ in range(2):
        async with village.stand.mounted.sessions() as session:
            await draw_what_is_due(session)
    async with village.stand.mounted.sessions() as session:
        (draw,) = await session.all(select(RecheckDraw))
        calls = await session.all(select(OwedCall).order_by(col(OwedCall.id)))
    assert (draw.month, draw.share, draw.handled, draw.drawn) == ("2026-11", 10, 2, 2)
    assert {str(one.request_id) for one in calls} == set(cases)  # one of each unit, and the graded one once
    assert {one.draw_id for one in calls} == {draw.id}
    await put_right(village, bad, by=village.people.cadre, verifier=village.people.supervisor)
    shown = await owed(village, "supervisor")
    assert {one["request_id"] for one in shown} == set(cases)
    first, second = shown
    assert first.keys() == second.keys()
    assert not {"for_grade", "draw_id", "why"} & first.keys()

    assert (await call(village, cases[1], by="cadre", **YES)).status_code == 200
    told = (await village.stand.client.get("/rechecks/draws", params={"division": DISTRICT, "month": "2026-11"})).json()
    (line,) = told["items"]
    assert (line["drawn"], line["done"], line["answered"], line["solved"]) == (2, 1, 1, None)
    assert line["seed"] == draw.seed.hex()


def test_the_draw_follows_from_its_seed_and_leaves_no_unit_out() -> None:
    units = {uuid4(): [uuid4() for _ in range(many)] for many in (1, 9, 25, 140)}
    seed = "ab" * 32
    found = drawing.draw(units, share=10, seed=seed)
    assert [len(found[unit]) for unit in units] == [1, 1, 3, 14]
    assert all(set(found[unit]) <= set(cases) for unit, cases in units.items())
    shuffled = {unit: list(reversed(cases)) for unit, cases in reversed(units.items())}
    assert drawing.draw(shuffled, share=10, seed=seed) == found
    assert drawing.cases_sha256(shuffled) == drawing.cases_sha256(units)
    assert drawing.draw(units, share=10, seed="cd" * 32) != found
