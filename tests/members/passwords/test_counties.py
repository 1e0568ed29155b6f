"""An operator has a hand in the accounts of their own county, and does not see those of another."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest
import pytest_asyncio
from sqlmodel import select

from services.members.imports.actions import import_roster
from services.members.imports.rows import PostRow
from services.members.organizations.model import Organization
from services.members.roll.model import Member
from services.members.words import PostKind
from tests.members.imports.books import number
from tests.members.passwords.desk import Desk, ok, refused
from tests.members.village import member, organization, roster

pytestmark = pytest.mark.asyncio

ANOTHER_DISTRICT, ANOTHER_VILLAGE = "430703000000", "430703101201"
NOT_THERE = (404, "not-found")


@pytest_asyncio.fixture
async def two_counties(either_desk: Desk) -> AsyncIterator[Desk]:
    """The desk, and the operator of the county beside it."""
    foreigner = replace(member(9, name="周样九"), division_code=ANOTHER_VILLAGE)
    post = PostRow(
        number(9), "周样九", PostKind.COUNTY_OPERATOR, None, ANOTHER_DISTRICT, date(2024, 1, 1), None, generated=True
    )
    async with either_desk.stand.mounted.sessions() as session:
        await import_roster(
            session,
            roster(organizations=[organization("A1")], members=[foreigner], posts=[post]),
            leave_out_faulty=False,
        )
    async with either_desk.stand.mounted.sessions() as session:
        [found] = await session.all(select(Member.id).where(Member.name == "周样九"))
    either_desk.persons["foreigner"] = found
    yield either_desk


async def test_an_operator_of_another_county_finds_no_account_here(two_counties: Desk) -> None:
    desk = two_counties
    signed_in = await desk.settled("agent")
    about = f"/{desk.persons['agent']}"
    assert refused(await desk.as_operator(f"{about}/reset", by="foreigner", second_factor=True)) == NOT_THERE
    for move in ("suspension", "resumption"):
        assert refused(await desk.as_operator(f"{about}/{move}", by="foreigner")) == NOT_THERE
    other = {"person_id": str(desk.persons["other"]), "sign_in_name": "other"}
    assert refused(await desk.as_operator("", by="foreigner", **other)) == NOT_THERE

    assert (await desk.refresh(signed_in)).status_code == 200
    assert await _listed(desk, "foreigner") == []
    assert await _listed(desk, "operator") == [desk.persons["agent"]]


async def test_nor_binds_or_unbinds_anybody_here(two_counties: Desk) -> None:
    desk = two_counties
    link = {"person_id": str(desk.persons["agent"]), "subject": "1001"}
    foreigner = desk.persons["foreigner"]
    assert refused(await desk.stand.post("/single-sign-on-links", by=foreigner, **link)) == NOT_THERE
    removal = f"/single-sign-on-links/{desk.persons['agent']}/removal"
    assert refused(await desk.stand.post(removal, by=foreigner)) == NOT_THERE


async def test_whoever_holds_a_post_in_another_county_too_gets_no_password_from_here(two_counties: Desk) -> None:
    desk = two_counties
    async with desk.stand.mounted.sessions() as session:
        [organization_id] = await session.all(select(Organization.id))
    given = {"person_id": str(desk.persons["agent"]), "kind": "grid_worker", "organization_id": str(organization_id)}
    answer = await desk.stand.post("/posts", by=desk.persons["operator"], **given)
    assert answer.status_code == 201, answer.text  # the organisation lies above both counties
    foreign = {"person_id": str(desk.persons["agent"]), "sign_in_name": "agent"}
    assert refused(await desk.as_operator("", by="operator", **foreign)) == NOT_THERE


async def _listed(desk: Desk, by: str) -> list[UUID]:
    page = await ok(desk.stand.get("/password-accounts", by=desk.persons[by]))
    return [UUID(one["person_id"]) for one in page["items"]]
