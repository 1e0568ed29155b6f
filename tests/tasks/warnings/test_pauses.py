"""Of a paused case nothing is warned of, nothing climbs and no order is raised; afterwards all go on."""

from datetime import timedelta

import pytest

from tests.tasks.conftest import Village
from tests.tasks.warnings.telling import at, climbs, colour_of, move, pass_through, told, warned
from tests.tasks.warnings.test_orders import issue, orders

pytestmark = pytest.mark.asyncio


async def paused(village: Village) -> str:
    """A case of five days that was signed for on Monday and is blue when it is paused on Friday evening."""
    case = str((await village.submit())["id"])
    promised = await village.stand.post(f"/requests/{case}/promise", by=village.people.agent, promised_on="2026-11-21")
    assert promised.status_code == 200, promised.text
    await pass_through(village, at("2026-11-20 18:00"), step=timedelta(hours=9))
    assert await colour_of(village, case) == "blue"
    answer = await village.stand.post(f"/requests/{case}/pause", by=village.people.agent, reason="authority")
    assert answer.status_code == 200, answer.text
    return case


async def test_a_paused_case_has_no_colour_and_climbs_nowhere(village: Village) -> None:
    case = await paused(village)
    assert await colour_of(village, case) is None
    await pass_through(village, at("2026-11-23 12:00"), step=timedelta(hours=6))
    assert await colour_of(village, case) is None
    assert [colour for colour, _ in await warned(village, case)] == ["blue"]
    assert await climbs(village, case, clock="finish") == []


async def test_it_goes_on_with_the_colour_that_is_right_and_each_colour_of_the_new_limit_is_told_once(
    village: Village,
) -> None:
    case = await paused(village)
    await pass_through(village, at("2026-11-22 12:00"), step=timedelta(hours=6))
    answer = await village.stand.post(f"/requests/{case}/resume", by=village.people.agent)
    assert answer.status_code == 200, answer.text
    await pass_through(village, at("2026-11-26 12:00"), step=timedelta(hours=1))
    assert await colour_of(village, case) == "red"
    assert await climbs(village, case, clock="finish") != []
    assert [colour for colour, _ in await warned(village, case)].count("red") == 1
    assert (await told(village, village.people.cadre, case)).count("missed") == 1


async def test_an_order_on_a_paused_case_waits(village: Village) -> None:
    case = str((await village.submit(kind="complaint"))["id"])
    await village.stand.post(f"/requests/{case}/promise", by=village.people.agent, promised_on="2026-11-25")
    await issue(village, case)
    answer = await village.stand.post(f"/requests/{case}/pause", by=village.people.agent, reason="authority")
    assert answer.status_code == 200, answer.text
    await move(village, at("2026-11-20 00:00"))
    assert [(one["colour"], one["stage"]) for one in await orders(village, village.people.secretary)] == [
        ("blue", "issued")
    ]
