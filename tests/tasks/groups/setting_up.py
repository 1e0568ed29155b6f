"""A working group of the village, led by its secretary, and turns of its agent."""

from typing import Any
from uuid import UUID

from tests.tasks.conftest import VILLAGE, Village
from tests.tasks.letters.writing import post_of


async def group_of(village: Village, **said: object) -> dict[str, Any]:
    """The group, at work from Monday to Friday."""
    people = village.people
    asked = {
        "division_code": VILLAGE,
        "title": "人居环境整治工作组",
        "matter": "人居环境整治",
        "leader_post_id": await post_of(village, people.secretary),
        "member_post_ids": [await post_of(village, people.agent)],
        "from_on": "2026-11-16",
        "to_on": "2026-11-20",
    } | said
    answer = await village.stand.post("/groups", by=people.cadre, **asked)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def plan(village: Village, group: dict[str, Any], *turns: tuple[UUID, str, str], by: UUID | None = None) -> Any:
    """Plan turns in the village: who, from when to when; the answer."""
    asked = [
        {"post_id": await post_of(village, person), "division_code": VILLAGE, "from_on": first, "to_on": last}
        for person, first, last in turns
    ]
    path = f"/groups/{group['group']['id']}/stationings"
    return await village.stand.post(path, by=by or village.people.secretary, turns=asked)
