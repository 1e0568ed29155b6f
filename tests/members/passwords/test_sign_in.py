"""Signing in by name and password: the first time, every time, and what is refused."""

from datetime import date, timedelta

import pytest
from sqlmodel import col, select

from services.members.passwords.second_factor import RECOVERY_CODES
from services.members.posts.model import Post
from tests.members.passwords.desk import NAMES, OWN, Desk, ok, refused

pytestmark = pytest.mark.asyncio

OTHER = "白鹭洲头 稻花香里 说丰年"


async def test_the_first_sign_in_replaces_the_password_and_the_next_goes_straight_in(either_desk: Desk) -> None:
    desk = either_desk
    given = await desk.account("agent")
    begun = await ok(desk.sign_in("agent", given.password))
    assert (begun["next"], begun["tokens"], begun["device_token"]) == ("new_password", None, None)

    chosen = await ok(desk.send("new-password", {"challenge": begun["challenge"], "password": OWN}))

    assert chosen["next"] is None
    me = await ok(desk.me(chosen["tokens"]["access_token"]))
    assert (me["name"], [post["kind"] for post in me["posts"]]) == (NAMES["agent"], ["proxy_agent"])
    again = await ok(desk.sign_in("AGENT"))
    assert again["tokens"]["person_id"] == str(desk.persons["agent"])
    assert refused(await desk.sign_in("agent", given.password)) == (401, "wrong-password")


async def test_who_watches_over_others_enrols_an_authenticator_and_is_asked_for_it_ever_after(
    either_desk: Desk,
) -> None:
    desk = either_desk
    answer = await desk.settled("supervisor")
    assert answer["tokens"]["person_id"] == str(desk.persons["supervisor"])
    assert len(set(answer["recovery_codes"])) == RECOVERY_CODES
    said = desk.phones["supervisor"].said
    assert (said["issuer"], said["algorithm"], said["digits"], said["period"]) == ("连心", "SHA1", "6", "30")

    begun = await ok(desk.sign_in("supervisor"))
    assert (begun["next"], begun["tokens"]) == ("second_factor", None)
    done = await ok(desk.give_code(begun, desk.phones["supervisor"].shows()))
    assert (done["tokens"]["person_id"], done["recovery_codes"]) == (str(desk.persons["supervisor"]), [])


@pytest.mark.parametrize(("who", "step"), [("agent", None), ("supervisor", "enrolment"), ("operator", "enrolment")])
async def test_the_posts_say_who_needs_a_second_factor(desk: Desk, who: str, step: str | None) -> None:
    given = await desk.account(who)
    begun = await ok(desk.sign_in(who, given.password))
    chosen = await ok(desk.send("new-password", {"challenge": begun["challenge"], "password": OWN}))
    assert chosen["next"] == step
    assert (chosen["tokens"] is None) == (step is not None)


async def test_a_challenge_is_good_for_its_own_step_alone(desk: Desk) -> None:
    given = await desk.account("supervisor")
    first = {"challenge": (await ok(desk.sign_in("supervisor", given.password)))["challenge"]}
    for step, more in (("enrolment", {}), ("second-factor", {"code": "123456"})):
        assert refused(await desk.send(step, first | more)) == (401, "challenge-over")
    second = {"challenge": (await ok(desk.send("new-password", first | {"password": OWN})))["challenge"]}
    for step, more in (("new-password", {"password": OTHER}), ("second-factor", {"code": "123456"})):
        assert refused(await desk.send(step, second | more)) == (401, "challenge-over")


async def test_a_challenge_ends_with_its_time_and_with_the_password_it_began_with(desk: Desk) -> None:
    await desk.settled("supervisor")
    begun = await ok(desk.sign_in("supervisor"))
    desk.time.at += timedelta(minutes=16)
    assert refused(await desk.give_code(begun, desk.phones["supervisor"].shows())) == (401, "challenge-over")

    begun = await ok(desk.sign_in("supervisor"))
    await desk.reset("supervisor")
    assert refused(await desk.give_code(begun, desk.phones["supervisor"].shows())) == (401, "challenge-over")


async def test_a_challenge_that_was_altered_or_made_up_is_refused(desk: Desk) -> None:
    await desk.settled("supervisor")
    text = (await ok(desk.sign_in("supervisor")))["challenge"]
    code = desk.phones["supervisor"].shows()
    altered = text[:40] + ("A" if text[40] != "A" else "B") + text[41:]
    for made_up in (altered, text[:-8], "A" * 200, "AAAA", "A", "%2e", "", "\x00", text * 20):
        answer = await desk.send("second-factor", {"challenge": made_up, "code": code})
        assert answer.status_code in {401, 422}, answer.text


async def test_a_wrong_password_and_an_unknown_name_are_refused_alike(desk: Desk) -> None:
    await desk.settled("agent")
    known, unknown = await desk.sign_in("agent", "something else"), await desk.sign_in("nobody", "something else")
    assert refused(known) == refused(unknown) == (401, "wrong-password")
    assert known.json().keys() == unknown.json().keys()
    assert known.headers.keys() == unknown.headers.keys()


async def test_a_given_password_is_replaced_by_another_one_and_in_time(desk: Desk) -> None:
    given = await desk.account("agent")
    begun = {"challenge": (await ok(desk.sign_in("agent", given.password)))["challenge"]}
    for password, code in (
        (given.password, (403, "password-unchanged")),
        ("short", (422, "password-too-short")),
        ("qwertyuiop", (422, "password-too-common")),
        ("xx-agent-xx-agent", (422, "password-of-oneself")),
    ):
        assert refused(await desk.send("new-password", begun | {"password": password})) == code
    desk.time.at += timedelta(days=7)
    assert refused(await desk.sign_in("agent", given.password)) == (403, "first-password-over")


async def test_a_suspended_account_lets_nobody_in_and_ends_its_sessions(either_desk: Desk) -> None:
    desk = either_desk
    signed_in = await desk.settled("agent")
    await desk.settled("other")
    assert (await desk.as_operator(f"/{desk.persons['agent']}/suspension")).status_code == 200
    await desk.stand.settle()

    assert refused(await desk.sign_in("agent")) == (403, "account-suspended")
    assert refused(await desk.sign_in("agent", "something else")) == (401, "wrong-password")
    assert (await desk.refresh(signed_in)).status_code == 401
    await ok(desk.sign_in("other"))

    assert (await desk.as_operator(f"/{desk.persons['agent']}/resumption")).status_code == 200
    await ok(desk.sign_in("agent"))


async def test_a_reset_gives_a_new_first_password_and_ends_the_sessions(desk: Desk) -> None:
    signed_in = await desk.settled("agent")
    given = await ok(desk.as_operator(f"/{desk.persons['agent']}/reset", second_factor=False))

    assert (await desk.refresh(signed_in)).status_code == 401
    assert refused(await desk.sign_in("agent")) == (401, "wrong-password")
    assert (await ok(desk.sign_in("agent", given["password"])))["next"] == "new_password"


async def test_a_reset_at_the_server_can_take_a_lost_authenticator_away(desk: Desk) -> None:
    await desk.settled("supervisor")
    for without, step in ((False, "second_factor"), (True, "enrolment")):
        given = await desk.reset("supervisor", without_second_factor=without)
        begun = await ok(desk.sign_in("supervisor", given.password))
        own = {"challenge": begun["challenge"], "password": OTHER}
        assert (await ok(desk.send("new-password", own)))["next"] == step


async def test_a_post_that_ended_ends_signing_in_with_a_password(desk: Desk) -> None:
    await desk.settled("agent")
    async with desk.stand.mounted.sessions() as session:
        of_agent = select(Post).where(col(Post.person_id) == desk.persons["agent"]).with_for_update()
        [post] = await session.all(of_agent)
        post.to_on = date(2025, 12, 31)
    assert refused(await desk.sign_in("agent")) == (403, "no-post-held")


async def test_whoever_changes_their_password_stays_signed_in_here_and_nowhere_else(desk: Desk) -> None:
    here, there = await desk.settled("agent"), await ok(desk.sign_in("agent"))
    token = here["tokens"]["access_token"]
    assert refused(await desk.change_password(token, "not this one", OTHER)) == (403, "wrong-old-password")
    assert refused(await desk.change_password(token, OWN, "1234567890")) == (422, "password-too-common")

    assert (await desk.change_password(token, OWN, OTHER)).status_code == 204

    assert refused(await desk.sign_in("agent", OWN)) == (401, "wrong-password")
    await ok(desk.sign_in("agent", OTHER))
    assert (await desk.refresh(here)).status_code == 200
    assert (await desk.refresh(there)).status_code == 401


BODIES: list[object] = [
    {},
    [],
    {"sign_in_name": "agent"},
    {"sign_in_name": "a", "password": "x"},
    {"sign_in_name": "agent\x00", "password": "x"},
    {"sign_in_name": "代办员", "password": "x"},
    {"sign_in_name": "agent", "password": "\x00"},
    {"sign_in_name": "agent", "password": ""},
    {"sign_in_name": "agent", "password": "x" * 129},
    {"sign_in_name": "agent", "password": 1234567890},
    {"sign_in_name": "agent", "password": "x", "device_token": "?"},
    {"sign_in_name": "agent", "password": "x", "admin": True},
]


async def test_a_body_of_another_form_is_a_clear_problem(desk: Desk) -> None:
    for body in BODIES:
        answer = await desk.stand.client.post("/sign-in/password", json=body)
        assert refused(answer) == (422, "invalid"), body


async def test_a_lone_surrogate_is_a_clear_problem(desk: Desk) -> None:
    answer = await desk.stand.client.post(
        "/sign-in/password",
        content=b'{"sign_in_name": "agent", "password": "\\ud800abc"}',
        headers={"content-type": "application/json"},
    )
    assert refused(answer) == (422, "invalid")
