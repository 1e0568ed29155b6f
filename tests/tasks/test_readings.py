"""A person sees who in office looked at their case, and hears when somebody saw who they are."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from chassis.clock import real_now
from contracts.members import IdentityUnmasked
from tests.tasks.conftest import Village

pytestmark = pytest.mark.asyncio


async def readings(village: Village, case: object, *, by: UUID | None = None) -> list[dict[str, object]]:
    """Who looked at a case, as somebody (the villager) is shown."""
    answer = await village.stand.get(f"/requests/{case}/readings", by=by or village.people.villager)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, object]] = answer.json()["items"]
    return found


async def look(village: Village, case: object, by: UUID) -> int:
    """Read a case as somebody."""
    return (await village.stand.get(f"/requests/{case}", by=by)).status_code


async def test_whoever_looks_is_shown_to_the_requester_once_a_day_with_post_and_organisation(village: Village) -> None:
    case, people = (await village.submit())["id"], village.people
    for _ in range(3):
        assert await look(village, case, people.agent) == 200
        assert await look(village, case, people.secretary) == 200
    first = await readings(village, case)
    assert {line["post_kind"] for line in first} == {"proxy_agent", "secretary"}
    assert len(first) == 2
    assert all(line["reader_name"] and line["organization_name"] for line in first)
    assert {line["read_on"] for line in first} == {"2026-11-16"}

    village.clock.at += timedelta(days=1)
    assert await look(village, case, people.agent) == 200
    assert [line["read_on"] for line in await readings(village, case)] == ["2026-11-17", "2026-11-16", "2026-11-16"]


async def test_whoever_looks_at_a_cases_files_alone_is_shown_too(village: Village) -> None:
    case, people = (await village.submit())["id"], village.people
    assert (await village.stand.get(f"/requests/{case}/attachments", by=people.villager)).status_code == 200
    assert await readings(village, case) == []
    assert (await village.stand.get(f"/requests/{case}/attachments", by=people.secretary)).status_code == 200
    assert [line["post_kind"] for line in await readings(village, case)] == ["secretary"]


async def test_ones_own_look_and_a_refused_one_are_no_readings(village: Village) -> None:
    case, people = (await village.submit())["id"], village.people
    assert await look(village, case, people.villager) == 200
    assert await look(village, case, people.neighbour) == 404
    assert await readings(village, case) == []


async def test_nobody_but_the_requester_sees_who_looked(village: Village) -> None:
    case, people = (await village.submit())["id"], village.people
    assert await look(village, case, people.agent) == 200
    for other in (people.agent, people.secretary, people.neighbour):
        assert (await village.stand.get(f"/requests/{case}/readings", by=other)).status_code == 404
    assert (await village.stand.get(f"/requests/{uuid4()}/readings", by=people.villager)).status_code == 404


@pytest.mark.parametrize("own_case", [True, False])
async def test_an_unmasking_is_told_to_the_person_and_so_is_that_no_case_was_the_reason(
    village: Village, own_case: bool
) -> None:
    people = village.people
    case = UUID(str((await village.submit())["id"]))
    await village.stand.hear(
        IdentityUnmasked(
            unmasking_id=uuid4(),
            person_id=people.villager if own_case else people.neighbour,
            by_person=people.agent,
            post_id=uuid4(),
            post_kind="proxy_agent",
            parts=("phone",),
            reason="reach_the_person",
            request_id=case,
            unmasked_at=real_now(),
        )
    )
    told = (await village.stand.get("/notices", by=people.villager if own_case else people.neighbour)).json()["items"]
    expected = ("identity_unmasked", str(case)) if own_case else ("identity_unmasked_without_case", None)
    assert expected in {(notice["kind"], notice["request_id"]) for notice in told}
