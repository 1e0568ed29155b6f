"""What a signature or a key is good for, and what makes it no longer so."""

import asyncio
import time
from datetime import timedelta
from uuid import UUID, uuid4

import jwt
import pytest

from chassis.clock import real_now
from services.members.clients.admission import forget_old_nonces
from tests.members.clients.desk import Desk, Key

pytestmark = pytest.mark.asyncio

CHANGED_AFTER_SIGNING = [
    {"method": "GET"},
    {"path": "/api/tasks/requests/1"},
    {"path": "/api/tasks/requests/"},
    {"query": ""},
    {"query": "a=1&b=2"},
    {"digest": ""},
    {"digest": "sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:"},
    {"signature": "0" * 64},
]


@pytest.mark.parametrize("kind", ["hmac-sha256", "hmac-sm3"])
async def test_a_signed_request_gets_a_token_of_its_client(either_desk: Desk, kind: str) -> None:
    client_id = await either_desk.register(scopes=["requests.read", "requests.send"], requests_per_minute=77)
    key = await either_desk.key(client_id, kind)
    answer = await either_desk.ask(key.signed(kind))
    assert answer.status_code == 200, answer.text
    claims = jwt.decode(answer.json()["access_token"], options={"verify_signature": False})
    assert (claims["kind"], claims["sub"], UUID(claims["sid"]).hex) == ("client", client_id, key.id)
    assert (claims["scope"], claims["rate"]) == ("requests.read requests.send", 77)


@pytest.mark.parametrize("kind", ["api-key", "open311"])
async def test_a_key_in_clear_gets_a_token_again_and_again(desk: Desk, kind: str) -> None:
    key = await desk.key(await desk.register(), kind)
    first, second = await desk.ask(key.shown(kind)), await desk.ask(key.shown(kind))
    assert first.status_code == 200
    assert first.json() == second.json()  # services need not check another signature


async def test_every_request_of_a_key_gets_the_token_that_was_minted_once(desk: Desk) -> None:
    key = await desk.key(await desk.register())
    tokens = {(await desk.ask(key.signed())).json()["access_token"] for _ in range(3)}
    assert len(tokens) == 1


async def test_a_nonce_is_good_once(either_desk: Desk) -> None:
    key = await either_desk.key(await either_desk.register())
    asked = key.signed()
    assert await either_desk.code(asked) == ""
    assert await either_desk.code(asked) == "nonce-used"
    assert await either_desk.code(key.signed(nonce=asked["nonce"], timestamp=int(time.time()) - 9)) == "nonce-used"
    assert await either_desk.code(key.signed()) == ""


async def test_of_the_same_request_twenty_times_at_once_one_is_taken(either_desk: Desk) -> None:
    key = await either_desk.key(await either_desk.register())
    asked = key.signed()
    codes = await asyncio.gather(*(either_desk.code(asked) for _ in range(20)))
    assert sorted(codes) == ["", *["nonce-used"] * 19]


async def test_two_clients_may_draw_the_same_nonce(desk: Desk) -> None:
    one, other = [await desk.key(await desk.register()) for _ in range(2)]
    nonce = uuid4().hex
    assert await desk.code(one.signed(nonce=nonce)) == ""
    assert await desk.code(other.signed(nonce=nonce)) == ""


@pytest.mark.parametrize("changed", CHANGED_AFTER_SIGNING)
async def test_what_was_changed_after_signing_is_refused_and_uses_up_no_nonce(
    desk: Desk, changed: dict[str, object]
) -> None:
    key = await desk.key(await desk.register())
    asked = key.signed()
    assert await desk.code(asked | changed) == "credential-refused"
    assert await desk.code(asked | {"nonce": uuid4().hex}) == "credential-refused"
    assert await desk.code(asked | {"timestamp": int(str(asked["timestamp"])) + 1}) == "credential-refused"
    assert await desk.code(asked) == ""


async def test_a_key_that_is_not_the_one_that_signed_and_one_that_nobody_has_are_refused_alike(desk: Desk) -> None:
    one, other = [await desk.key(await desk.register()) for _ in range(2)]
    refusals = [
        await desk.ask(one.signed(key_id=other.id)),
        await desk.ask(Key(uuid4().hex, one.secret).signed()),
        await desk.ask(Key(one.id, other.secret).signed()),
        await desk.ask(Key(uuid4().hex, one.secret).shown()),
        await desk.ask(one.signed(kind="hmac-sm3")),
        await desk.ask(one.shown()),  # a signing key is no key to send in clear
    ]
    said = [{**refused.json(), "request_id": "", "instance": ""} for refused in refusals]
    assert all(one == said[0] for one in said)
    assert {refused.status_code for refused in refusals} == {401}


@pytest.mark.parametrize("seconds", [-400, -301, 302, 10**6])
async def test_a_timestamp_away_from_our_clock_is_refused(
    desk: Desk, seconds: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = await desk.key(await desk.register())
    now = real_now()
    monkeypatch.setattr("services.members.clients.admission.real_now", lambda: now)
    assert await desk.code(key.signed(timestamp=int(now.timestamp()) + seconds)) == "clock-apart"
    assert await desk.code(key.signed(timestamp=int(now.timestamp()) - 299)) == ""
    assert await desk.code(key.signed(timestamp=int(now.timestamp()) + 299)) == ""


async def test_old_nonces_are_swept_when_their_timestamp_is_refused_by_itself(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = await desk.key(await desk.register())
    asked = key.signed()
    assert await desk.code(asked) == ""
    for minutes, swept in ((4, 0), (7, 1)):
        later = real_now() + timedelta(minutes=minutes)
        monkeypatch.setattr("services.members.clients.admission.real_now", lambda at=later: at)
        async with desk.office.stand.mounted.sessions() as session:
            assert await forget_old_nonces(session) == swept
    assert await desk.office.rows("used_nonce") == []
    assert await desk.code(asked) == "clock-apart"


async def test_a_second_live_key_works_beside_the_first_and_an_ended_one_no_more(desk: Desk) -> None:
    client_id = await desk.register()
    first, second = await desk.key(client_id), await desk.key(client_id)
    assert [await desk.code(key.signed()) for key in (first, second)] == ["", ""]
    refused = await desk.do(f"/clients/{client_id}/keys", kind="hmac-sha256")
    assert (refused.status_code, refused.json()["code"]) == (409, "two-live-keys")
    assert (await desk.do(f"/clients/{client_id}/keys/{UUID(first.id)}/end")).status_code == 200
    assert [await desk.code(key.signed()) for key in (first, second)] == ["credential-refused", ""]
    third = await desk.key(client_id)
    assert await desk.code(third.signed()) == ""


async def test_a_rotation_leaves_the_key_in_use_seven_days(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    client_id = await desk.register()
    oldest, old = await desk.key(client_id), await desk.key(client_id)
    answer = await desk.do(f"/clients/{client_id}/rotation", kind="hmac-sha256")
    new = Key(answer.json()["key_id"], answer.json()["secret"])
    assert [await desk.code(key.signed()) for key in (oldest, old, new)] == ["credential-refused", "", ""]
    later = real_now() + timedelta(days=7, minutes=1)
    monkeypatch.setattr("services.members.clients.admission.real_now", lambda: later)
    at = int(later.timestamp())
    assert [await desk.code(key.signed(timestamp=at)) for key in (old, new)] == ["credential-refused", ""]


async def test_an_expired_client_and_an_expired_key_are_refused(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    soon, late = [(real_now() + timedelta(days=days)).isoformat() for days in (1, 3)]
    short_client = await desk.key(await desk.register(expires_at=soon))
    short_key = await desk.key(await desk.register(expires_at=late), expires_at=soon)
    both = await desk.key(await desk.register(expires_at=late))
    later = real_now() + timedelta(days=2)
    monkeypatch.setattr("services.members.clients.admission.real_now", lambda: later)
    codes = [await desk.code(key.signed(timestamp=int(later.timestamp()))) for key in (short_client, short_key, both)]
    assert codes == ["credential-refused", "credential-refused", ""]


async def test_a_suspended_client_is_refused_and_told_of_and_let_in_again_with_a_new_token(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    client_id = await desk.register()
    key = await desk.key(client_id)
    before = (await desk.ask(key.signed())).json()["access_token"]
    await desk.office.told()
    assert (await desk.do(f"/clients/{client_id}/suspension")).status_code == 200
    assert await desk.code(key.signed()) == "credential-refused"
    assert {fact.type for fact in await desk.office.told()} == {"members.access.withdrawn.v1"}
    again = await desk.do(f"/clients/{client_id}/suspension")
    assert (again.status_code, again.json()["code"]) == (409, "already-suspended")
    early = await desk.do(f"/clients/{client_id}/resumption")
    assert (early.status_code, early.json()["code"]) == (409, "just-suspended")
    later = real_now() + timedelta(seconds=10)
    monkeypatch.setattr("services.members.clients.actions.real_now", lambda: later)
    assert (await desk.do(f"/clients/{client_id}/resumption")).status_code == 200
    after = (await desk.ask(key.signed())).json()["access_token"]
    assert after != before
    refused = await desk.do(f"/clients/{client_id}/resumption")
    assert (refused.status_code, refused.json()["code"]) == (409, "not-suspended")


async def test_a_token_that_was_given_before_a_suspension_is_refused_by_every_service(desk: Desk) -> None:
    client_id = await desk.register()
    key = await desk.key(client_id, "api-key")
    token = (await desk.ask(key.shown())).json()["access_token"]
    assert (await desk.office.read("/me", token)).json()["code"] == "scope-missing"  # known, but no person
    await desk.do(f"/clients/{client_id}/suspension")
    await desk.office.stand.settle()
    await desk.office.stand.mounted.keyring.refresh()
    assert (await desk.office.read("/me", token)).json()["code"] == "unauthenticated"


@pytest.mark.parametrize(
    "wrong",
    [
        {"nonce": "short"},
        {"nonce": "x" * 65},
        {"nonce": "with space and more"},
        {"nonce": "\x00" * 20},
        {"timestamp": -1},
        {"timestamp": 10**30},
        {"timestamp": "soon"},
        {"key_id": "not-a-key"},
        {"signature": "A" * 64},
        {"signature": ""},
        {"kind": "hmac-md5"},
        {"path": "/" + "x" * 100_001},
        {"path": "/路"},
        {"query": "a=1\nb"},
        {"admin": True},
    ],
)
async def test_a_question_of_another_form_is_a_clear_problem(desk: Desk, wrong: dict[str, object]) -> None:
    key = await desk.key(await desk.register())
    answer = await desk.ask(key.signed() | wrong)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
