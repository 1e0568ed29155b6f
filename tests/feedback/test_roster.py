"""The replica of members: the same rows, however the log is replayed."""

import random
from datetime import date
from pathlib import Path
from uuid import UUID

import pytest

from contracts.event import Event
from contracts.members import OrganizationRecorded, PostHeld
from services.feedback.roster.model import Division, Organization, Post
from services.feedback.tables import Table
from tests.feedback.facts import FAR_VILLAGE, VILLAGE, areas, organization_id, organizations, post
from tests.feedback.office import Office, sqlite_office

pytestmark = pytest.mark.asyncio

LI = UUID(int=1)


def history() -> list[Event]:
    """What members told over time: things recorded, renamed, moved, ended."""
    held = [post(UUID(int=n), "proxy_agent", at="D-1-1", area=VILLAGE) for n in range(6)]
    ended = [one.model_copy(update={"to_on": date(2022, 12, 31)}) for one in held[:3]]
    moved = OrganizationRecorded(
        organization_id=organization_id("D-1-1"),
        code="D-1-1",
        name="甲一村联合支部",
        tier="branch",
        superior_id=organization_id("D-2"),
        division_code=FAR_VILLAGE,
    )
    return [*areas(), *organizations(), *held, *ended, moved]


def shuffled_between_keys(facts: list[Event], *, seed: int) -> list[Event]:
    """The facts in another order that keeps each key's own."""
    chance = random.Random(seed)
    queues: dict[str, list[Event]] = {}
    for fact in facts:
        queues.setdefault(fact.key, []).append(fact)
    keys = [fact.key for fact in facts]
    chance.shuffle(keys)
    return [queues[key].pop(0) for key in keys]


async def rows(office: Office) -> dict[str, list[tuple[object, ...]]]:
    kept: dict[str, list[tuple[object, ...]]] = {}
    async with office.mounted.sessions() as session:
        for model in (Division, Organization, Post):
            table = Table.metadata.tables[model.__tablename__]
            kept[table.name] = sorted(await session.all(table.select()), key=repr)
    return kept


@pytest.mark.parametrize("seed", range(5))
async def test_replaying_the_log_into_an_empty_table_gives_the_same_rows(tmp_path: Path, seed: int) -> None:
    facts = history()
    async with sqlite_office(tmp_path) as first, sqlite_office(tmp_path) as second:
        for fact in facts:
            await first.hear(fact)
        replayed = shuffled_between_keys(facts, seed=seed)
        await second.hear(*replayed)
        await second.hear(*replayed)  # and once more, under new ids
        expected = await rows(first)
        assert await rows(second) == expected
    assert len(expected["post"]) == 6
    assert [row[2] for row in expected["organization"] if row[1] == "D-1-1"] == ["甲一村联合支部"]


async def test_a_post_is_known_as_it_now_stands(office: Office) -> None:
    held = post(LI, "secretary", at="D-1-1", area=VILLAGE)
    ended = PostHeld(**{**held.model_dump(), "to_on": date(2023, 1, 31), "name": "李四四"})
    await office.hear(held, ended)
    async with office.mounted.sessions() as session:
        known = await session.get(Post, held.post_id)
    assert known is not None
    assert (known.to_on, known.name, known.from_on) == (date(2023, 1, 31), "李四四", date(2020, 1, 1))
