"""The replica of members in `tasks`: the same rows, however the log is replayed."""

import random
from datetime import date
from pathlib import Path
from uuid import UUID

import pytest

from chassis.log.memory import MemoryLog
from chassis.settings import DevelopmentSettings, RuleSettings
from contracts.event import Event
from contracts.members import HouseholdListed, HouseholdPeopled, PairingEnded, PairingMade
from profiles.services import build
from services.tasks.roster.model import Division, Household, HouseholdPerson, Organization, Pairing, Post
from services.tasks.tables import Table
from tests.mounting import HandClock, Stand, standing
from tests.tasks.conftest import MONDAY, TOWNSHIP, VILLAGE, People, district

pytestmark = pytest.mark.asyncio

ENDED = date(2026, 10, 31)


def history() -> list[Event]:
    """What members told over time: among it households listed, moved to another village, and ended."""
    listed = [HouseholdListed(household_id=UUID(int=n), division_code=VILLAGE, ended_on=None) for n in range(6)]
    moved = listed[0].model_copy(update={"division_code": "430702100202"})
    lived, moved_out = (UUID(int=20), UUID(int=21)), (UUID(int=20),)
    peopled = [HouseholdPeopled(household_id=UUID(int=2), person_ids=found) for found in (lived, moved_out)]
    joined = HouseholdPeopled(household_id=UUID(int=3), person_ids=(UUID(int=21),))
    pairings = [
        PairingMade(
            pairing_id=UUID(int=n),
            kind="household",
            helper_person_id=UUID(int=40),
            helper_post_id=None,
            helper_organization_id=None,
            household_id=UUID(int=2),
            organization_id=None,
            division_code=VILLAGE,
            from_on=date(2026, 1, 1),
            to_on=None,
        )
        for n in (50, 51)
    ]
    over = PairingEnded(pairing_id=UUID(int=50), to_on=ENDED, handed_over_to=UUID(int=51))
    ended = listed[1].model_copy(update={"ended_on": ENDED})
    return [*district(People()), *listed, moved, ended, *peopled, joined, *pairings, over]


def shuffled_between_keys(facts: list[Event], *, seed: int) -> list[Event]:
    """The facts in another order that keeps each key's own."""
    chance = random.Random(seed)
    queues: dict[str, list[Event]] = {}
    for fact in facts:
        queues.setdefault(fact.key, []).append(fact)
    keys = [fact.key for fact in facts]
    chance.shuffle(keys)
    return [queues[key].pop(0) for key in keys]


async def rows(stand: Stand) -> dict[str, list[tuple[object, ...]]]:
    """The rows of the replica."""
    kept: dict[str, list[tuple[object, ...]]] = {}
    async with stand.mounted.sessions() as session:
        for model in (Division, Organization, Post, Household, HouseholdPerson, Pairing):
            table = Table.metadata.tables[str(model.__tablename__)]
            kept[table.name] = sorted(await session.all(table.select()), key=repr)
    return kept


@pytest.mark.parametrize("seed", range(3))
async def test_replaying_the_log_into_an_empty_table_gives_the_same_rows(tmp_path: Path, seed: int) -> None:
    facts = history()
    kept = []
    for name, heard in (("first", facts), ("second", shuffled_between_keys(facts, seed=seed))):
        service = build("tasks", development=DevelopmentSettings(), rules=RuleSettings(), files=tmp_path)
        async with standing(service, tmp_path / f"{name}.db", log=MemoryLog(), clock=HandClock(MONDAY)) as stand:
            await stand.hear(*heard)
            await stand.hear(*heard)  # and once more, under new ids
            kept.append(await rows(stand))
    assert kept[0] == kept[1]
    households = {row[0]: row[1:] for row in kept[0]["household"]}
    assert len(households) == 6
    assert households[UUID(int=0)] == (TOWNSHIP, "430702100202", None)
    assert households[UUID(int=1)] == (TOWNSHIP, VILLAGE, ENDED)
    assert {row[2:] for row in kept[0]["household_person"]} == {
        (UUID(int=2), UUID(int=20)),
        (UUID(int=3), UUID(int=21)),
    }
    assert {row[0]: row[-1] for row in kept[0]["pairing"]} == {UUID(int=50): ENDED, UUID(int=51): None}
