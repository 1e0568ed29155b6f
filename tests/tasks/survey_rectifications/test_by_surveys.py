"""A survey below the line opens one rectification one level above whom it is about; the next survey alone ends it."""

from datetime import date
from uuid import UUID, uuid4

import pytest
from sqlmodel import col, select

from contracts.feedback import SurveyFellShort, SurveyJudgedAgain
from services.tasks.checklists.model import ChecklistItem, Origin
from services.tasks.roster.model import Organization
from tests.tasks.checklists.lists import seen
from tests.tasks.conftest import TOWNSHIP, VILLAGE, Village
from tests.tasks.unit_rectifications.test_by_cells import struck_off, worked_off

pytestmark = pytest.mark.asyncio


async def branch(village: Village) -> UUID:
    """The organisation of the village."""
    of_village = select(Organization).where(col(Organization.division_code) == VILLAGE)
    async with village.stand.mounted.sessions() as session:
        [found] = await session.all(of_village)
    return found.id


def short(village: Village, organization_id: UUID, *, month: int, audience: str = "villagers") -> SurveyFellShort:
    """A survey of a month was published below the line."""
    return SurveyFellShort(
        survey_id=uuid4(),
        subject="organization",
        audience=audience,
        organization_id=organization_id,
        post_id=None,
        item_code=None,
        township_code=TOWNSHIP,
        division_code=VILLAGE,
        line_percent=85,
        opened_on=date(2026, month, 1),
        closed_on=date(2026, month, 28),
        found_at=village.clock.now(),
    )


def again(village: Village, first: SurveyFellShort, after: UUID, *, above: bool) -> SurveyJudgedAgain:
    """The survey after it was published."""
    return SurveyJudgedAgain(
        survey_id=first.survey_id,
        next_survey_id=after,
        township_code=TOWNSHIP,
        above_line=above,
        judged_at=village.clock.now(),
    )


async def opened(village: Village, fact: SurveyFellShort) -> list[ChecklistItem]:
    """What was put on a list for a survey."""
    of_survey = select(ChecklistItem).where(col(ChecklistItem.origin_id) == fact.survey_id)
    async with village.stand.mounted.sessions() as session:
        return list(await session.all(of_survey))


async def test_it_is_opened_once_one_level_above_and_ends_with_the_next_survey_above_the_line(
    village: Village,
) -> None:
    organization, cadre = await branch(village), village.people.cadre
    first = short(village, organization, month=9)
    await village.stand.hear(first, first.model_copy())
    [item] = await opened(village, first)
    assert (item.origin, item.due_on) == (Origin.SURVEY, date(2026, 12, 7))  # 15 working days
    [mine] = (await seen(village, "/assignments", cadre))["items"]
    assert mine["title"] == "村支部 2026-09-01 至 2026-09-28 满意度测评低于达标线 85%，限期整改"
    path = await worked_off(village, item, by=cadre)
    assert await struck_off(village, path) == "next-survey-not-above-line"

    second = short(village, organization, month=10)
    other = short(village, organization, month=10, audience="members")
    await village.stand.hear(second, again(village, first, second.survey_id, above=False), other)
    [further_up] = await opened(village, second)
    [beside] = await opened(village, other)  # the members' own review is another subject
    assert further_up.organization_id != item.organization_id == beside.organization_id
    assert await struck_off(village, path) == "next-survey-not-above-line"

    third = uuid4()
    await village.stand.hear(again(village, first, third, above=True), again(village, first, uuid4(), above=False))
    assert await struck_off(village, path) == "closed_out"
