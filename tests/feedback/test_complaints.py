"""A complaint about somebody in office counts for those above them alone: no figure that they see differs by it."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from contracts.event import Event
from tests.feedback.facts import DISTRICT, TOWNSHIP, VILLAGE, Case, organization_id, post
from tests.feedback.office import Office

pytestmark = pytest.mark.asyncio

MONTH = "2023-05"


def complaint(about: UUID, *, at: str = "D-1-1") -> list[Event]:
    """A complaint about somebody in an organisation, handled by the township's supervision."""
    case = Case(organization="D-1")
    submitted, *rest = case.up_to_handling()
    said = {"kind": "complaint", "about_person_id": about, "about_organization_id": organization_id(at)}
    return [submitted.model_copy(update=said), *rest]


async def every_figure(office: Office, by: UUID) -> list[Any]:
    """Each scorecard, page and list of cases that somebody can open, of the village up to the district."""
    told: list[Any] = []
    for unit, code in (
        ("division", VILLAGE),
        ("division", TOWNSHIP),
        ("organization", "D-1"),
        ("organization", "D-1-1"),
    ):
        one = {"unit": unit, "code": code, "month": MONTH}
        told.append((await office.get("/scorecards", by=by, **one)).json())
        told += [
            (await office.get("/scorecards/cases", by=by, **one, indicator="on_time", part=part)).json()
            for part in ("numerator", "denominator")
        ]
    told += [
        (await office.get("/scorecards/list", by=by, level=level, month=MONTH)).json()
        for level in ("village", "township", "organization")
    ]
    return [{name: value for name, value in one.items() if name not in {"as_of", "request_id"}} for one in told]


@pytest.mark.parametrize(
    ("kind", "at", "area", "counts"),
    [
        ("proxy_agent", "D-1-1", VILLAGE, False),
        ("secretary", "D-1-1", VILLAGE, False),
        ("guide", "D-1", VILLAGE, False),
        ("grid_worker", "D-1-1", VILLAGE, False),
        ("supervisor", "D-1", TOWNSHIP, True),
        ("auditor", "D-1", TOWNSHIP, True),
        ("county_operator", "D", DISTRICT, True),
    ],
)
async def test_it_changes_the_figures_of_those_above_alone(
    office: Office, kind: str, at: str, area: str, counts: bool
) -> None:
    person = uuid4()
    await office.hear(post(person, kind, at=at, area=area), *Case().up_to_handling())
    before = await every_figure(office, person)
    await office.hear(*complaint(uuid4()))
    assert (await every_figure(office, person) != before) is counts


@pytest.mark.parametrize("kind", ["proxy_agent", "secretary", "supervisor", "county_operator", "auditor"])
async def test_whoever_is_complained_of_cannot_count_it_whatever_else_they_hold(office: Office, kind: str) -> None:
    person = uuid4()
    higher = [
        post(person, "county_operator", at="D", area=DISTRICT),
        post(person, "supervisor", at="D-1", area=TOWNSHIP),
    ]
    await office.hear(post(person, kind, at="D-1-1", area=VILLAGE), *higher, *Case().up_to_handling())
    before = await every_figure(office, person)
    await office.hear(*complaint(person))
    assert await every_figure(office, person) == before
