"""An agent's day: what is in hand by limit, whom to call, for whom they act, and what waits."""

from datetime import timedelta
from uuid import UUID

import pytest

from services.tasks.caseload.views import MOST_CALLS
from tests.tasks.conftest import MONDAY, Village
from tests.tasks.mandates.giving import give_mandate
from tests.tasks.mandates.test_mandates import send_in

pytestmark = pytest.mark.asyncio


async def day(village: Village, *, by: UUID | None = None, **query: object) -> dict[str, object]:
    """The caseload as somebody is shown it."""
    answer = await village.stand.get("/caseload", by=by or village.people.agent, **query)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def cases(shown: dict[str, object]) -> list[str]:
    """The ids of its cases."""
    listed: list[dict[str, str]] = shown["cases"]  # type: ignore[assignment]
    return [one["id"] for one in listed]


def counted(shown: dict[str, object]) -> dict[str, int]:
    """How many stand under each heading, where any do."""
    listed: list[dict[str, object]] = shown["headings"]  # type: ignore[assignment]
    return {str(one["when"]): int(str(one["cases"])) for one in listed if one["cases"]}


async def promised(village: Village, on: str) -> str:
    """A case that the agent promised for a day."""
    case = str((await village.submit())["id"])
    done = await village.stand.post(f"/requests/{case}/promise", by=village.people.agent, promised_on=on)
    assert done.status_code == 200, done.text
    return case


async def test_nobody_but_an_agent_has_one_and_an_empty_one_says_so(village: Village) -> None:
    people = village.people
    for by in (people.villager, people.cadre, people.secretary, people.supervisor, people.operator):
        refused = await village.stand.get("/caseload", by=by)
        assert (refused.status_code, refused.json()["code"]) == (403, "no-agent")
    empty = await day(village)
    assert (cases(empty), counted(empty), empty["next"], empty["empty_zh"] is not None) == ([], {}, None, True)


async def test_what_is_due_first_stands_first_and_is_counted_by_its_limit(village: Village) -> None:
    later = await promised(village, "2026-11-18")  # help: five days
    now = str((await village.submit())["id"])  # to be signed for within hours
    shown = await day(village)
    assert cases(shown) == [now, later]
    assert counted(shown) == {"today": 1, "week": 1}
    assert cases(await day(village, when="week")) == [later]
    assert cases(await day(village, when="later")) == []
    village.clock.at = MONDAY + timedelta(days=20)
    assert counted(await day(village)) == {"overdue": 2}


async def test_page_by_page_every_case_stands_once(village: Village) -> None:
    all_of_them = {await promised(village, "2026-11-18") for _ in range(5)} | {str((await village.submit())["id"])}
    seen, cursor = list[str](), None
    for _ in range(4):
        page = await day(village, limit=2, **({"cursor": cursor} if cursor else {}))
        seen += cases(page)
        cursor = page["next"]
        if cursor is None:
            break
    assert (len(seen), set(seen)) == (6, all_of_them)
    for wrong in ("x", "MTIzNHw1", "=", "MjAyNi0xMS0xNnww"):
        assert (await village.stand.get("/caseload", by=village.people.agent, cursor=wrong)).status_code == 422


async def test_who_was_not_called_yet_or_heard_nothing_for_long_is_to_be_called(village: Village) -> None:
    case = await promised(village, "2026-11-18")
    (call,) = (await day(village))["to_call"]  # type: ignore[misc, attr-defined]
    assert (call["request_id"], call["person_id"], call["why_zh"]) == (
        case,
        str(village.people.villager),
        "还没有联系过",
    )
    for _ in range(MOST_CALLS + 1):
        await promised(village, "2026-11-18")
    assert len((await day(village))["to_call"]) == MOST_CALLS  # type: ignore[arg-type]


async def test_nameless_cases_are_in_hand_without_a_name(village: Village) -> None:
    case = str((await village.submit(anonymous=True))["id"])
    shown = await day(village)
    (line,) = shown["cases"]  # type: ignore[misc, attr-defined]
    assert (line["id"], line["requester_id"], shown["to_call"]) == (case, None, [])
    assert str(village.people.villager) not in str(shown)


async def test_a_villagers_cases_elsewhere_are_followed_and_complaints_are_not(village: Village) -> None:
    people = village.people
    await give_mandate(village.stand, by=people.villager, agent=people.agent, to_on="2026-11-25")
    there = str((await village.submit(division_code="430702100202"))["id"])
    await village.submit(kind="complaint", about_post_id=str(people.other_agent_post), wording="态度不好")
    shown = await day(village)
    (line,) = shown["cases"]  # type: ignore[misc, attr-defined]
    assert (line["id"], line["mine"]) == (there, False)
    (principal,) = shown["principals"]  # type: ignore[misc, attr-defined]
    assert (principal["person_id"], principal["to_on"], principal["ends_soon"]) == (
        str(people.villager),
        "2026-11-25",
        True,
    )
    done = await village.stand.post(f"/requests/{there}/answer", by=people.other_agent, words="已办妥")
    assert done.status_code == 200, done.text
    assert cases(await day(village)) == []  # it waits for the villager's judgement, and not for the agent


async def test_notes_that_wait_are_there_and_nobody_elses(village: Village) -> None:
    people = village.people
    note = (await send_in(village)).json()["note_id"]
    (line,) = (await day(village))["notes"]  # type: ignore[misc, attr-defined]
    assert (line["id"], line["principal_id"]) == (note, str(people.villager))
    assert (await day(village, by=people.other_agent))["notes"] == []
