"""Signed in, signed out, and put out: as all three services see it, through the gateway."""

import time
import uuid
from collections.abc import Callable

import jwt

from tests.journeys.village import Village
from tests.small_roster import DISTRICT
from tests.town import Json, Person

SHOWN = ("/members/sessions", "/tasks/notices", "/feedback/invitations")
"""A page of each service that everybody may see who is signed in."""
PATIENCE = 60.0  # seconds


class Device:
    """A phone on which somebody has signed in."""

    def __init__(self, person: Person) -> None:
        self.town = person.town
        self.tokens = person.signs_in()

    def refreshes(self, token: str, *, key: str | None = None) -> Json:
        """Ask for new tokens with a refresh token; what is answered, a refusal too."""
        answer = self.town.client.post(
            f"{self.town.address}/api/members/sessions/refresh",
            json={"refresh_token": token},
            headers={"idempotency-key": key or uuid.uuid4().hex},
        )
        told: Json = answer.json()
        return told

    def codes(self) -> set[int]:
        """What the three services answer to the access token."""
        headers = {"authorization": f"Bearer {self.tokens['access_token']}"}
        asked = [self.town.client.get(f"{self.town.address}/api{path}", headers=headers) for path in SHOWN]
        return {answer.status_code for answer in asked}


def comes_true(holds: Callable[[], bool]) -> bool:
    """Whether it comes to hold within a minute."""
    deadline = time.monotonic() + PATIENCE
    while not (held := holds()) and time.monotonic() < deadline:
        time.sleep(0.1)
    return held


def test_a_stolen_refresh_token_puts_both_out_and_the_person_is_told(village: Village) -> None:
    phone = Device(village.citizen)
    stolen = phone.tokens["refresh_token"]
    key = uuid.uuid4().hex
    lost, phone.tokens = phone.refreshes(stolen, key=key), phone.refreshes(stolen, key=key)
    assert lost["refresh_token"] == phone.tokens["refresh_token"]  # the answer that did not arrive
    phone.tokens = phone.refreshes(phone.tokens["refresh_token"])
    assert phone.codes() == {200}

    assert phone.refreshes(stolen)["code"] == "refresh-token-used-before"

    assert comes_true(lambda: phone.codes() == {401})
    assert phone.refreshes(phone.tokens["refresh_token"])["code"] == "session-over"
    village.town.settle()
    told = village.citizen.get("/tasks/notices")["items"]
    assert [notice["request_id"] for notice in told if notice["kind"] == "sign_in_misused"] == [None]


def test_whose_access_is_taken_back_is_put_out_of_every_service(village: Village) -> None:
    [operator, *_] = village.town.people("county_operator", DISTRICT)
    phone, desk = Device(village.citizen), Device(village.citizen)
    beside = Device(village.neighbour)
    assert phone.codes() | desk.codes() | beside.codes() == {200}
    access = f"/members/persons/{village.citizen.id}/access"

    assert village.agent.refused(f"{access}/withdrawal", reason="misuse") == (403, "forbidden")
    operator.post(f"{access}/withdrawal", reason="suspected_theft")

    assert comes_true(lambda: phone.codes() | desk.codes() == {401})
    assert phone.refreshes(phone.tokens["refresh_token"])["code"] == "session-over"
    assert village.citizen.tries_to_sign_in().json()["code"] == "access-taken-back"
    assert beside.codes() == {200}

    operator.post(f"{access}/restoration", reason="identity_checked")
    again = Device(village.citizen)
    assert comes_true(lambda: again.codes() == {200})
    assert phone.codes() == {401}


def test_signing_out_ends_one_device_or_all(village: Village) -> None:
    phone, desk = Device(village.citizen), Device(village.citizen)
    shown = village.citizen.get("/members/sessions")["items"]
    assert {phone.tokens["session_id"], desk.tokens["session_id"]} <= {one["id"] for one in shown}
    village.citizen.post(f"/members/sessions/{desk.tokens['session_id']}/end")
    assert comes_true(lambda: desk.codes() == {401})
    assert phone.codes() == {200}
    village.neighbour.post("/members/sign-out/everywhere")
    village.neighbour.forgets_its_token()
    village.citizen.post("/members/sign-out/everywhere")
    village.citizen.forgets_its_token()
    assert comes_true(lambda: phone.codes() == {401})


def test_a_new_key_takes_over_and_nobody_has_to_sign_in_again(village: Village) -> None:
    before = Device(village.citizen)
    assert before.codes() == {200}
    done = village.town.operate("keys", "rotate", "--in-minutes", "0")
    assert done.returncode == 0, done.stdout + done.stderr
    after = Device(village.citizen)
    kids = [jwt.get_unverified_header(device.tokens["access_token"])["kid"] for device in (before, after)]
    assert kids[0] != kids[1]
    assert comes_true(lambda: after.codes() == {200})
    assert before.codes() == {200}
