"""Cadres come to the desk: with a first password, with a second factor, and by the county's own sign-in."""

import re
import time
from base64 import b32decode
from urllib.parse import parse_qs, urlsplit

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

from tests.journeys.village import Village
from tests.members.single_sign_on.county import ACCOUNTS, County
from tests.town import Json, Person

OWN = "a long enough pass phrase 2026"


def given_password(village: Village, person: Person, name: str) -> str:
    """An account, made by the operator at the server; the password that is shown once."""
    done = village.town.operate("accounts", "create", name, "--person", person.id)
    assert done.returncode == 0, done.stdout + done.stderr
    shown = re.search(r"初始密码：(\S+)", done.stdout)
    assert shown is not None
    return shown[1]


def step(village: Village, name: str, *, expected: int = 200, **body: str) -> Json:
    """A step of a sign-in, which nobody is signed in for."""
    answer = village.town.client.post(f"{village.town.address}/api/members/sign-in/{name}", json=body)
    assert answer.status_code == expected, answer.text
    told: Json = answer.json()
    return told


def works(village: Village, tokens: Json, person: Person) -> None:
    """The tokens speak for this person at every service."""
    headers = {"authorization": f"Bearer {tokens['access_token']}"}
    for path in ("members/me", "tasks/requests?whose=below", "feedback/invitations"):
        answer = village.town.client.get(f"{village.town.address}/api/{path}", headers=headers)
        assert answer.status_code == 200, answer.text
    assert tokens["person_id"] == person.id


def test_a_secretary_comes_with_a_first_password_and_chooses_an_own_one(village: Village) -> None:
    name = f"secretary-{village.code}"
    first = given_password(village, village.secretary, name)
    wrong = step(village, "password", expected=401, sign_in_name=name, password=OWN)
    unknown = step(village, "password", expected=401, sign_in_name=f"nobody-{village.code}", password=OWN)
    assert wrong["code"] == unknown["code"]
    begun = step(village, "password", sign_in_name=name, password=first)
    assert (begun["next"], begun["tokens"]) == ("new_password", None)
    done = step(village, "new-password", challenge=begun["challenge"], password=OWN)
    works(village, done["tokens"], village.secretary)
    again = step(village, "password", sign_in_name=name, password=OWN)
    works(village, again["tokens"], village.secretary)
    step(village, "password", expected=401, sign_in_name=name, password=first)
    suspended = village.town.operate("accounts", "suspend", name)
    assert suspended.returncode == 0, suspended.stderr
    step(village, "password", expected=403, sign_in_name=name, password=OWN)


def test_a_supervisor_shows_a_second_factor_too(village: Village) -> None:
    name = f"supervisor-{village.code}"
    begun = step(village, "password", sign_in_name=name, password=given_password(village, village.supervisor, name))
    chosen = step(village, "new-password", challenge=begun["challenge"], password=OWN)
    assert (chosen["next"], chosen["tokens"]) == ("enrolment", None)
    enrolment = step(village, "enrolment", challenge=chosen["challenge"])
    secret = parse_qs(urlsplit(enrolment["otpauth"]).query)["secret"][0]
    code = TOTP(b32decode(secret), 6, SHA1(), 30).generate(time.time()).decode()
    done = step(village, "second-factor", challenge=enrolment["challenge"], code=code)
    works(village, done["tokens"], village.supervisor)
    asked = step(village, "password", sign_in_name=name, password=OWN)
    assert (asked["next"], asked["tokens"]) == ("second_factor", None)
    replayed = step(village, "second-factor", expected=401, challenge=asked["challenge"], code=code)
    assert replayed["code"] == "wrong-second-factor"
    recovery = done["recovery_codes"][0]
    works(
        village,
        step(village, "second-factor", challenge=asked["challenge"], code=recovery)["tokens"],
        village.supervisor,
    )


def test_a_cadre_comes_by_the_county_s_own_sign_in(village: Village, provider: County) -> None:
    bound = village.town.operate(
        "accounts", "bind", str(ACCOUNTS["agent"]["staff_number"]), "--person", village.cadre.id
    )
    assert bound.returncode == 0, bound.stdout + bound.stderr
    begun = step(village, "single-sign-on/start")
    back = provider.go_through(begun["authorization_address"], who="agent")
    done = step(village, "single-sign-on", attempt=begun["attempt"], **back)
    works(village, done["tokens"], village.cadre)
    taken = step(village, "single-sign-on", expected=401, attempt=begun["attempt"], **back)
    assert taken["code"] == "sign-on-over"
