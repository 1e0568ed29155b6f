"""A county with work behind it, its operator, and a term that is opened there."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

from contracts.feedback import CellOpened
from tests.feedback.facts import DISTRICT, FAR_VILLAGE, NEXT_VILLAGE, VILLAGE, Case, post
from tests.feedback.office import Office

OPERATOR = uuid4()
ALL = [{"code": "all", "item_codes": []}]
TERM: dict[str, Any] = {
    "district_code": DISTRICT,
    "served_from": "2023-05-12",
    "served_to": "2023-05-31",
    "draws_until": "2023-06-05",
    "closes_on": "2023-06-15",
    "groups": ALL,
}
"""Its twenty days follow those on which the work of `county_at_work` was done."""

CASTING = date(2023, 6, 6)


async def county_at_work(office: Office, many: dict[str, int] | None = None) -> None:
    """So many people were served in each village lately, and the county has an operator."""
    many = {VILLAGE: 24, NEXT_VILLAGE: 22, FAR_VILLAGE: 21} if many is None else many
    cases = [Case(village=village) for village, number in many.items() for _ in range(number)]
    handled = [fact for case in cases for fact in (case.submitted(), case.handled())]
    await office.hear(post(OPERATOR, "county_operator", at="D", area=DISTRICT), *handled)


async def planned(office: Office, **otherwise: object) -> dict[str, Any]:
    """A planned term with its cells."""
    answer = await office.post("/ballot-terms", by=OPERATOR, body=TERM | otherwise)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def opened(office: Office, **otherwise: object) -> dict[str, Any]:
    """An opened term with its cells."""
    made = await planned(office, **otherwise)
    answer = await office.post(f"/ballot-terms/{made['term']['id']}/opening", by=OPERATOR, body={})
    assert answer.status_code == 200, answer.text
    return made


async def told(office: Office, kind: type[Any]) -> list[Any]:
    """The facts of one kind that wait in the outbox."""
    return [kind.read(body) for name, body in await office.told() if name == kind.type]


async def opened_cells(office: Office) -> Sequence[CellOpened]:
    """What was told of cells."""
    return await told(office, CellOpened)


def on(office: Office, day: date) -> None:
    """Let it be noon of this day."""
    office.clock.at = office.clock.at.replace(year=day.year, month=day.month, day=day.day, hour=4, minute=0)


async def after(office: Office, day: date) -> None:
    """Let a day go by, and what is due be done."""
    on(office, day + timedelta(days=1))
    await office.mounted.timers.fire_due()


def ids(made: dict[str, Any]) -> dict[str, UUID]:
    """The cells of a term by their units."""
    return {cell["division_code"]: UUID(cell["id"]) for cell in made["cells"]}
