"""A resolution becomes an item in one person's name, and what becomes of the item is told to `feedback`."""

from datetime import date
from uuid import UUID, uuid4

import pytest
from sqlmodel import col, select

from contracts.feedback import DeliberationResolved
from contracts.tasks import ResolutionFollowed
from services.tasks.checklists.model import ChecklistItem, Origin
from tests.tasks.checklists.lists import done, post_of, seen
from tests.tasks.checklists.test_problems import paper
from tests.tasks.conftest import TOWNSHIP, VILLAGE, Village

pytestmark = pytest.mark.asyncio


async def resolved(village: Village, number: int = 1, *, turn: int = 1, of: UUID | None = None) -> DeliberationResolved:
    """The village resolved something, for its agent to carry out."""
    return DeliberationResolved(
        deliberation_id=of or uuid4(),
        turn=turn,
        township_code=TOWNSHIP,
        division_code=VILLAGE,
        year=2026,
        number=number,
        post_id=UUID(await post_of(village, village.people.agent)),
        due_on=date(2026, 12, 31),
        given_by=village.people.secretary,
        resolved_at=village.clock.now(),
    )


def told(village: Village) -> list[tuple[object, ...]]:
    """What `feedback` heard, in its order."""
    facts = map(ResolutionFollowed.model_validate, village.told(ResolutionFollowed.type))
    return [(fact.turn, fact.state, fact.person_id, fact.due_on.isoformat()) for fact in facts]


async def items_of(village: Village, fact: DeliberationResolved) -> list[ChecklistItem]:
    """What was put on a list for it."""
    async with village.stand.mounted.sessions() as session:
        return list(
            await session.all(select(ChecklistItem).where(col(ChecklistItem.origin_id) == fact.deliberation_id))
        )


async def test_it_is_done_when_another_person_has_accepted_it(village: Village) -> None:
    fact, agent = await resolved(village), village.people.agent
    await village.stand.hear(fact, fact.model_copy())  # as a log may repeat itself
    second = await resolved(village, 2)
    await village.stand.hear(second)
    [item], [other] = await items_of(village, fact), await items_of(village, second)
    assert (item.origin, item.evidence, other.checklist_id) == (Origin.RESOLUTION, True, item.checklist_id)
    titles = [one["title"] for one in (await seen(village, "/assignments", agent))["items"]]
    assert titles == ["落实村2026年第2号决议", "落实村2026年第1号决议"]
    path = f"/assignments/{item.assignment_id}"
    await done(village, f"{path}/pledge", agent, promised_on="2026-12-20")
    await done(village, f"{path}/report", agent, words="修好了", evidence=[await paper(village, agent)])
    await village.stand.settle()
    assert [state for _, state, *_ in told(village)] == ["given", "given"]
    await done(village, f"{path}/acceptance", village.people.secretary)
    await village.stand.settle()
    assert told(village)[2:] == [(1, "done", agent, "2026-12-31")]


async def test_another_day_another_person_and_a_withdrawal_are_told(village: Village) -> None:
    fact, people = await resolved(village), village.people
    await village.stand.hear(fact)
    [item] = await items_of(village, fact)
    await done(village, f"/checklist-items/{item.id}/changes", people.secretary, due_on="2026-12-25")
    await done(
        village,
        f"/assignments/{item.assignment_id}/hand-over",
        people.secretary,
        post_id=await post_of(village, people.secretary),
        words="换人",
    )
    await done(village, f"/checklist-items/{item.id}/withdrawal", people.secretary, words="不办了")
    await village.stand.settle()
    assert told(village) == [
        (1, "given", people.agent, "2026-12-31"),
        (1, "given", people.agent, "2026-12-25"),
        (1, "given", people.secretary, "2026-12-25"),
        (1, "withdrawn", people.secretary, "2026-12-25"),
    ]
    await village.stand.hear(await resolved(village, turn=2, of=fact.deliberation_id))
    assert len(await items_of(village, fact)) == 2
