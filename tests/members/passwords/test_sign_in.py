"""Signing in by name and password: the first time, every time, and what is refused."""

import pytest

from tests.members.passwords.desk import NAMES, OWN, Desk, ok, refused

pytestmark = pytest.mark.asyncio


async def test_the_first_sign_in_replaces_the_password_and_the_next_goes_straight_in(either_desk: Desk) -> None:
    desk = either_desk
    given = await desk.account("agent")
    begun = await ok(desk.sign_in("agent", given.password))
    assert (begun["next"], begun["tokens"], begun["device_token"]) == ("new_password", None, None)

    chosen = await ok(desk.send("new-password", {"challenge": begun["challenge"], "password": OWN}))

    assert chosen["next"] is None
    me = await ok(desk.me(chosen["tokens"]["access_token"]))
    assert (me["name"], [post["kind"] for post in me["posts"]]) == (NAMES["agent"], ["proxy_agent"])
    again = await ok(desk.sign_in("agent"))
    assert again["tokens"]["person_id"] == str(desk.persons["agent"])
    assert refused(await desk.sign_in("agent", given.password)) == (401, "wrong-password")
