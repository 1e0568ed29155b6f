"""Sessions on devices: going on, what happens to an old token, signing out, and access taken back."""

import asyncio
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import timedelta
from uuid import UUID, uuid4

import httpx
import pytest

from chassis.clock import real_now
from contracts.members import AccessWithdrawn, SignInMisused
from services.members.sessions import actions, model
from services.members.sessions.model import DeviceSession
from tests.members.village import Office, village_roster

pytestmark = pytest.mark.asyncio


async def signed_in(office: Office, *, device: str = "河洑镇的手机") -> dict[str, str]:
    """The tokens of a citizen who signed in."""
    one = (await office.people("citizen"))[0]
    headers = httpx.Headers({"user-agent": device}, encoding="utf-8")
    answer = await office.client.post(
        "/sign-in/development", json={"person_id": one["person_id"], "code": one["code"]}, headers=headers
    )
    assert answer.status_code == 200, answer.text
    tokens: dict[str, str] = answer.json()
    return tokens


async def go_on(office: Office, refresh_token: str, *, key: str | None = None) -> httpx.Response:
    """Ask for new tokens, under a key of its own unless one is given."""
    headers = {"idempotency-key": key or uuid4().hex}
    return await office.client.post("/sessions/refresh", json={"refresh_token": refresh_token}, headers=headers)


async def ask(office: Office, method: str, path: str, tokens: dict[str, str]) -> httpx.Response:
    """Call a route with an access token."""
    headers = {"authorization": f"Bearer {tokens['access_token']}", "idempotency-key": uuid4().hex}
    return await office.client.request(method, path, headers=headers)


async def told(office: Office) -> list[str]:
    """The types of the facts told since the last call."""
    return [record.type for record in await office.told()]


async def refused_within_a_while(office: Office, tokens: dict[str, str]) -> None:
    """Wait until an access token is refused."""
    async with asyncio.timeout(30):
        while (await ask(office, "GET", "/sessions", tokens)).status_code != 401:
            await asyncio.sleep(0.05)


async def test_each_refresh_gives_the_next_token_and_keeps_the_session(either_office: Office) -> None:
    office = either_office
    await office.take_in(village_roster())
    tokens = await signed_in(office)
    for _ in range(3):
        answer = await go_on(office, tokens["refresh_token"])
        assert answer.status_code == 200, answer.text
        following = answer.json()
        assert following["session_id"] == tokens["session_id"]
        assert following["refresh_token"] != tokens["refresh_token"]
        assert following["access_token"] != tokens["access_token"]
        assert (await ask(office, "GET", "/sessions", following)).status_code == 200
        tokens = following
    [row] = await office.rows(DeviceSession)
    assert tokens["refresh_token"].encode() not in row
    assert urlsafe_b64decode(tokens["refresh_token"]) not in row


async def test_an_old_token_ends_the_session_and_tells_the_person(either_office: Office) -> None:
    office = either_office
    await office.take_in(village_roster())
    stolen = await signed_in(office)
    held = (await go_on(office, stolen["refresh_token"])).json()
    held = (await go_on(office, held["refresh_token"])).json()
    await office.told()
    answer = await go_on(office, stolen["refresh_token"])
    assert (answer.status_code, answer.json()["code"]) == (401, "refresh-token-used-before")
    assert answer.headers["content-type"] == "application/problem+json"
    answer = await go_on(office, held["refresh_token"])
    assert (answer.status_code, answer.json()["code"]) == (401, "session-over")
    await refused_within_a_while(office, held)
    assert sorted(await told(office)) == sorted([AccessWithdrawn.type, SignInMisused.type])
    again = await go_on(office, stolen["refresh_token"])
    assert again.json()["code"] == "session-over"
    assert await told(office) == []  # nobody is told twice


async def test_a_lost_answer_is_given_again_under_the_same_key_and_to_nobody_else(either_office: Office) -> None:
    office = either_office
    await office.take_in(village_roster())
    first, key = await signed_in(office), uuid4().hex
    one, other = [await go_on(office, first["refresh_token"], key=key) for _ in range(2)]
    assert one.status_code == other.status_code == 200
    assert one.json()["refresh_token"] == other.json()["refresh_token"]
    assert (await go_on(office, one.json()["refresh_token"])).status_code == 200
    answer = await go_on(office, first["refresh_token"], key=key)  # its answer has arrived: this is somebody else
    assert answer.json()["code"] == "refresh-token-used-before"


async def test_of_two_uses_at_once_one_goes_on_and_the_other_ends_the_session(either_office: Office) -> None:
    office = either_office
    await office.take_in(village_roster())
    for _ in range(5):
        tokens = await signed_in(office)
        answers = await asyncio.gather(*(go_on(office, tokens["refresh_token"]) for _ in range(2)))
        assert sorted(answer.status_code for answer in answers) == [200, 401]
        [good] = [answer.json() for answer in answers if answer.status_code == 200]
        assert (await go_on(office, good["refresh_token"])).json()["code"] == "session-over"


async def test_of_many_repeats_at_once_all_get_the_same(either_office: Office) -> None:
    office = either_office
    await office.take_in(village_roster())
    tokens, key = await signed_in(office), uuid4().hex
    answers = await asyncio.gather(*(go_on(office, tokens["refresh_token"], key=key) for _ in range(5)))
    assert len({answer.json()["refresh_token"] for answer in answers}) == 1


def _with_another_turn(good: str) -> str:
    held = bytearray(urlsafe_b64decode(good))
    held[19] ^= 1
    return urlsafe_b64encode(held).decode()


def _with_another_secret(good: str) -> str:
    held = bytearray(urlsafe_b64decode(good))
    held[30] ^= 1
    return urlsafe_b64encode(held).decode()


def _of_another_session(good: str) -> str:
    return urlsafe_b64encode(uuid4().bytes + urlsafe_b64decode(good)[16:]).decode()


@pytest.mark.parametrize("forge", [_with_another_turn, _with_another_secret, _of_another_session, lambda _: "A" * 112])
async def test_a_guess_is_refused_and_ends_nothing(office: Office, forge: object) -> None:
    await office.take_in(village_roster())
    tokens = await signed_in(office)
    assert callable(forge)
    answer = await go_on(office, forge(tokens["refresh_token"]))
    assert (answer.status_code, answer.json()["code"]) == (401, "session-over")
    assert (await go_on(office, tokens["refresh_token"])).status_code == 200


@pytest.mark.parametrize(
    ("body", "key", "code"),
    [
        ({}, "k" * 16, "invalid"),
        ([], "k" * 16, "invalid"),
        ({"refresh_token": "A" * 111}, "k" * 16, "invalid"),
        ({"refresh_token": "\x00" * 112}, "k" * 16, "invalid"),
        ({"refresh_token": "A" * 112 + "\n"}, "k" * 16, "invalid"),
        ({"refresh_token": "A" * 112, "person_id": "x"}, "k" * 16, "invalid"),
        ({"refresh_token": "A" * 112}, None, "key-missing"),
        ({"refresh_token": "A" * 112}, "k" * 129, "key-malformed"),
        ({"refresh_token": "A" * 112}, "k" * 15, "key-guessable"),
    ],
)
async def test_a_refresh_of_another_form_is_a_clear_problem(
    office: Office, body: object, key: str | None, code: str
) -> None:
    headers = {} if key is None else {"idempotency-key": key}
    answer = await office.client.post("/sessions/refresh", json=body, headers=headers)
    assert 400 <= answer.status_code < 500
    assert answer.json()["code"] == code


async def test_a_session_ends_when_it_is_not_used_and_at_the_latest_after_half_a_year(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    await office.take_in(village_roster())
    begun = real_now()
    unused, used = await signed_in(office), await signed_in(office)

    def at(passed: timedelta) -> None:
        monkeypatch.setattr(actions, "real_now", lambda: begun + passed)

    for day in range(25, 180, 25):
        at(timedelta(days=day))
        answer = await go_on(office, used["refresh_token"])
        assert answer.status_code == 200, day
        used = answer.json()
        assert used["refresh_expires_in"] <= (model.LONGEST_LIFE - timedelta(days=day - 1)).total_seconds()
    at(timedelta(days=180, minutes=1))
    assert (await go_on(office, used["refresh_token"])).json()["code"] == "session-over"
    at(model.IDLE_LIFE + timedelta(minutes=1))
    assert (await go_on(office, unused["refresh_token"])).json()["code"] == "session-over"


async def test_one_sees_ones_devices_and_ends_one_of_them(either_office: Office) -> None:
    office = either_office
    await office.take_in(village_roster())
    phone, desk = await signed_in(office), await signed_in(office, device="单位的电脑" + "长" * 100)
    shown = (await ask(office, "GET", "/sessions", phone)).json()["items"]
    assert [one["this_one"] for one in shown] == [False, True]
    assert {one["id"] for one in shown} == {phone["session_id"], desk["session_id"]}
    assert {one["method_zh"] for one in shown} == {"开发登录"}
    assert all(one["device"] for one in shown)
    assert all(len(one["device"]) <= 80 for one in shown)
    answer = await ask(office, "POST", f"/sessions/{desk['session_id']}/end", phone)
    assert answer.status_code == 200, answer.text
    assert (await go_on(office, desk["refresh_token"])).json()["code"] == "session-over"
    await refused_within_a_while(office, desk)
    [left] = (await ask(office, "GET", "/sessions", phone)).json()["items"]
    assert left["id"] == phone["session_id"]


async def test_nobody_ends_or_sees_another_persons_session(office: Office) -> None:
    await office.take_in(village_roster())
    mine = await signed_in(office)
    one, other = await office.people("citizen")
    theirs = (await office.sign_in(other["person_id"], other["code"])).json()
    answer = await ask(office, "POST", f"/sessions/{theirs['session_id']}/end", mine)
    assert answer.status_code == 404
    assert (await go_on(office, theirs["refresh_token"])).status_code == 200
    assert theirs["session_id"] not in (await ask(office, "GET", "/sessions", mine)).text
    assert one["person_id"] != other["person_id"]


async def test_signing_out_ends_this_session_alone_and_everywhere_ends_all(office: Office) -> None:
    await office.take_in(village_roster())
    one, two, three = [await signed_in(office) for _ in range(3)]
    assert (await ask(office, "POST", "/sign-out", one)).status_code == 200
    await refused_within_a_while(office, one)
    assert (await ask(office, "GET", "/sessions", two)).status_code == 200
    assert (await ask(office, "POST", "/sign-out/everywhere", two)).status_code == 200
    back = await signed_in(office)  # at once, and it is good
    await refused_within_a_while(office, two)
    await refused_within_a_while(office, three)
    assert (await ask(office, "GET", "/sessions", back)).status_code == 200
    assert (await go_on(office, back["refresh_token"])).status_code == 200


async def test_nobody_has_more_than_twenty_sessions(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "MOST_SESSIONS", 3)
    await office.take_in(village_roster())
    oldest, *others = [await signed_in(office) for _ in range(4)]
    assert (await go_on(office, oldest["refresh_token"])).json()["code"] == "session-over"
    await refused_within_a_while(office, oldest)
    assert {str(row[0]) for row in await office.rows(DeviceSession)} == {one["session_id"] for one in others}


async def test_the_audit_rows_of_a_sign_in_hold_no_secret(office: Office) -> None:
    await office.take_in(village_roster())
    tokens = await signed_in(office)
    held = json.dumps([[str(value) for value in row] for row in await office.rows("audit")])
    assert tokens["session_id"].replace("-", "") in held.replace("-", "")
    assert "development" in held
    assert tokens["refresh_token"] not in held
    assert tokens["access_token"] not in held
    assert UUID(tokens["person_id"])
