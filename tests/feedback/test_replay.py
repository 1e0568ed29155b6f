"""Figures read again from the log, in whatever order its keys come, are those that the living service shows."""

from pathlib import Path
from random import Random
from typing import Any

import pytest
from sqlmodel import select

from contracts.event import Event
from services.feedback.cases.model import CaseRecord, RectificationRecord
from services.feedback.scorecards.model import INDICATORS
from tests.feedback.facts import DISTRICT, FAR_VILLAGE, NEXT_VILLAGE, NOON, Case
from tests.feedback.office import Office, sqlite_office
from tests.feedback.test_scorecards import ANYBODY, MONTH

pytestmark = pytest.mark.asyncio


def a_month() -> list[Event]:
    """What is told of a dozen cases, of which each went its own way."""
    told: list[Event] = []
    for number in range(12):
        case = Case(village=(NEXT_VILLAGE, FAR_VILLAGE)[number % 2], organization=("D-1-2", "D-2-1")[number % 2])
        way = [
            case.submitted(),
            case.dispatched(),
            case.accepted(in_time=number % 3 > 0, promised_on=NOON.date()),
            case.contacted(in_time=number % 3 > 0),
            case.handled(in_time=number % 4 > 0),
            case.judged("no"),
            case.opened(),
            case.verified(),
            case.handled(of_round=2, in_time=number % 4 > 0),
            case.judged("yes", of_round=2),
            case.excluded(),
            case.included(),
        ]
        told += way[: 1 + (number * 5) % len(way)]
    return told


def mixed(told: list[Event]) -> list[Event]:
    """The same facts; only those of one key are still in their order, as a log has them."""
    by_key: dict[str, list[Event]] = {}
    for fact in told:
        by_key.setdefault(fact.key, []).append(fact)
    turns = [key for key, facts in by_key.items() for _ in facts]
    Random(3).shuffle(turns)
    return [by_key[key].pop(0) for key in turns]


async def shown(office: Office) -> tuple[list[str], dict[str, Any], list[Any]]:
    """Every record, and the figures of the district and of all organisations."""
    async with office.mounted.sessions() as session:
        cases = [one.model_dump() for one in await session.all(select(CaseRecord))]
        rectified = [one.model_dump() for one in await session.all(select(RectificationRecord))]
    card = await office.get("/scorecards", by=ANYBODY, unit="division", code=DISTRICT, month=MONTH)
    cards = await office.get("/scorecards/list", by=ANYBODY, level="organization", month=MONTH)
    rows = sorted(map(str, cases + rectified))
    return rows, card.json()["unit"], cards.json()["units"]


async def test_a_replay_in_any_order_of_keys_gives_the_same_rows_and_figures(office: Office, tmp_path: Path) -> None:
    told = a_month()
    for fact in told:
        await office.hear(fact)
    living = await shown(office)
    of_grades = {name for name, one in INDICATORS.items() if one.of_grades}
    assert all(one["denominator"] > 0 for one in living[1]["figures"] if one["indicator"] not in of_grades)
    told = mixed(told)
    async with sqlite_office(tmp_path) as other:
        await other.hear(*told)
        assert (await other.mounted.backlog()).waiting == 0
        assert await shown(other) == living
        await other.hear(*told)  # and once more from the start
        assert await shown(other) == living
