"""Whoever comes to watch over others later is held to the same door as whoever did from the start."""

import pytest
from sqlmodel import select

from services.members.organizations.model import Organization
from tests.members.passwords.desk import OWN, Desk, ok, refused

pytestmark = pytest.mark.asyncio


async def promote(desk: Desk, who: str, kind: str = "auditor") -> None:
    """Have the operator put somebody in office besides."""
    async with desk.stand.mounted.sessions() as session:
        [organization] = await session.all(select(Organization))
    given = {"person_id": str(desk.persons[who]), "kind": kind, "organization_id": str(organization.id)}
    answer = await desk.stand.post("/posts", by=desk.persons["operator"], **given)
    assert answer.status_code == 201, answer.text


async def test_a_session_begun_without_a_second_factor_ends_once_the_posts_want_one(either_desk: Desk) -> None:
    desk = either_desk
    signed_in = await desk.settled("agent")
    await promote(desk, "agent", "supervisor")

    assert refused(await desk.refresh(signed_in)) == (401, "second-factor-missing")
    assert (await desk.refresh(signed_in)).status_code == 401
    assert (await ok(desk.sign_in("agent")))["next"] == "enrolment"


async def test_a_session_begun_with_a_second_factor_goes_on(desk: Desk) -> None:
    signed_in = await desk.settled("supervisor")
    await promote(desk, "supervisor")
    assert (await desk.refresh(signed_in)).status_code == 200


async def test_an_operator_cannot_become_the_second_person_by_promoting_whose_password_they_gave(desk: Desk) -> None:
    given = await ok(desk.as_operator("", person_id=str(desk.persons["other"]), sign_in_name="other"))
    begun = await ok(desk.sign_in("other", given["password"]))
    await ok(desk.send("new-password", {"challenge": begun["challenge"], "password": OWN}))
    await promote(desk, "other")

    assert refused(await desk.sign_in("other")) == (403, "only-at-the-server")
    again = await desk.reset("other")  # by the command at the server
    begun = await ok(desk.sign_in("other", again.password))
    chosen = await ok(desk.send("new-password", {"challenge": begun["challenge"], "password": OWN}))
    assert chosen["next"] == "enrolment"


async def test_nor_by_a_sign_in_that_was_begun_before(desk: Desk) -> None:
    given = await ok(desk.as_operator("", person_id=str(desk.persons["other"]), sign_in_name="other"))
    begun = await ok(desk.sign_in("other", given["password"]))
    await promote(desk, "other")
    step = {"challenge": begun["challenge"], "password": OWN}
    assert refused(await desk.send("new-password", step)) == (403, "only-at-the-server")
