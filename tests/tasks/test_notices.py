"""Notices that are about no case."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from contracts.feedback import (
    DisclosureFoundMissing,
    InvitationReminded,
    MeasureMoved,
    ResultAppealSettled,
    ReviewGraded,
)
from contracts.members import SignInMisused
from tests.tasks.checklists.lists import organization, post_of
from tests.tasks.conftest import TOWNSHIP, VILLAGE, Village

pytestmark = pytest.mark.asyncio


async def test_a_person_is_told_that_somebody_else_may_have_used_their_sign_in(village: Village) -> None:
    await village.stand.hear(SignInMisused(person_id=village.people.neighbour, session_id=uuid4()))
    [told] = (await village.stand.get("/notices", by=village.people.neighbour)).json()["items"]
    assert told["kind"] == "sign_in_misused"
    assert told["request_id"] is None
    assert "重新登录" in told["title_zh"]
    assert (await village.stand.get("/notices", by=village.people.villager)).json()["items"] == []
    read = await village.stand.post(f"/notices/{told['id']}/read", by=village.people.neighbour)
    assert read.json()["read_at"] is not None


async def test_who_has_not_graded_is_reminded_of_the_newest_round_while_it_can_be_graded(village: Village) -> None:
    case = UUID(await village.handled())

    def reminded(nth: int, *, of_round: int = 1, days: int = 30) -> InvitationReminded:
        until = village.clock.now() + timedelta(days=days)
        return InvitationReminded(request_id=case, round=of_round, reminder=nth, expires_at=until)

    await village.stand.hear(reminded(1), reminded(2), reminded(3, of_round=7), reminded(4, days=-1))
    found = (await village.stand.get("/notices", by=village.people.villager)).json()["items"]
    told = [one for one in found if one["kind"] == "grade_reminder"]
    assert [one["request_id"] for one in told] == [str(case)] * 2
    assert "由您自己决定" in told[0]["title_zh"]
    assert "未解决" in told[0]["title_zh"]
    agent = (await village.stand.get("/notices", by=village.people.agent)).json()["items"]
    assert "grade_reminder" not in {one["kind"] for one in agent}


async def read_by(village: Village, person: UUID) -> list[tuple[str, str]]:
    """What somebody is told, a digest line by line: kind and about what, from old to new."""
    told: list[dict[str, Any]] = (await village.stand.get("/notices", by=person)).json()["items"]
    lines = []
    for one in reversed(told):
        if one["kind"] == "digest":
            lines += (await village.stand.get(f"/notices/{one['id']}/lines", by=person)).json()["items"][::-1]
        else:
            lines.append(one)
    return [(one["kind"], one["about_id"]) for one in lines]


async def test_whom_a_measure_a_grade_or_an_appeal_concerns_is_told_and_nobody_beside_them(village: Village) -> None:
    people, at = village.people, village.clock.now()
    branch = UUID(await organization(village, "村支部"))
    case, review, appeal = uuid4(), uuid4(), uuid4()
    agency = UUID(await post_of(village, people.agent))

    def moved(move: str, post: UUID | None = None) -> MeasureMoved:
        return MeasureMoved(case_id=case, organization_id=branch, post_id=post, move=move, moved_at=at)

    of_unit = ReviewGraded(subject_id=review, organization_id=branch, person_id=None, graded_at=at)
    of_person = of_unit.model_copy(update={"person_id": people.neighbour})
    await village.stand.hear(
        *(moved(move) for move in ("bring", "decide", "quash", "drop")),
        moved("bring", agency),
        of_unit,
        of_person,
        ResultAppealSettled(appeal_id=appeal, person_id=people.villager, settled_at=at),
    )
    assert await read_by(village, people.secretary) == [
        *((f"measure_{move}", str(case)) for move in ("brought", "decided", "appeal_decided", "dropped")),
        ("review_graded", str(review)),
    ]
    assert await read_by(village, people.agent) == [("measure_brought", str(case))]
    assert await read_by(village, people.neighbour) == [("review_graded", str(review))]
    assert await read_by(village, people.villager) == [("result_appeal_decided", str(appeal))]
    for beside in (people.cadre, people.supervisor, people.other_agent):
        assert await read_by(village, beside) == []


async def test_what_a_village_did_not_publish_is_told_to_its_secretary_and_one_level_above(village: Village) -> None:
    def missing(code: str) -> DisclosureFoundMissing:
        return DisclosureFoundMissing(
            disclosure_id=uuid4(),
            township_code=TOWNSHIP,
            division_code=code,
            due_on=date(2026, 11, 15),
            found_at=village.clock.now(),
        )

    first, second, nobodys = missing(VILLAGE), missing(VILLAGE), missing("430702100203")
    await village.stand.hear(first, second, nobodys)
    for person in (village.people.secretary, village.people.cadre):
        assert await read_by(village, person) == []  # gathered first
    village.clock.at += timedelta(hours=1)
    await village.stand.settle()
    people, about = village.people, str(first.disclosure_id)
    assert await read_by(village, people.secretary) == [("disclosure_missing", about)]
    assert await read_by(village, people.cadre) == [("disclosure_missing_below", about)]
    for person, said in ((people.secretary, "有 2 项"), (people.cadre, "有 3 项村务公开")):
        [digest] = (await village.stand.get("/notices/digests", by=person)).json()["items"]
        assert said in (await village.stand.get(f"/notices/{digest['id']}/lines", by=person)).text
    for beside in (people.agent, people.supervisor):
        assert await read_by(village, beside) == []
    await village.stand.hear(missing(VILLAGE))  # told in the next digest, and not in the one that is out
    village.clock.at += timedelta(hours=1)
    await village.stand.settle()
    assert [kind for kind, _ in await read_by(village, people.cadre)] == ["disclosure_missing_below"] * 2
