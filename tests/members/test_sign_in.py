"""Development sign-in, tokens and the keys behind them."""

import asyncio
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from sqlmodel import col, select

from chassis.clock import real_now
from chassis.log.memory import MemoryLog
from chassis.postgres import PostgresStore
from chassis.secrecy import Vault
from chassis.service import Mounted
from chassis.sqlite import SqliteStore
from services.members.accounts.actions import code_for
from services.members.accounts.model import SigningKey
from services.members.app import build, prepare
from services.members.roll.model import Member
from services.members.tables import Table
from tests.members.imports.books import number
from tests.members.village import ADDRESS, NOW, PHONE, RARE, VILLAGE, Office, open_office, village_roster
from tests.mounting import HandClock, make_store

pytestmark = pytest.mark.asyncio


async def test_a_newcomer_picks_a_person_signs_in_and_is_told_who_they_are(either_office: Office) -> None:
    office = either_office
    await office.take_in(village_roster())
    [agent] = await office.people("proxy_agent")
    assert agent["name"] == RARE
    assert agent["division_code"] == VILLAGE

    answer = await office.sign_in(agent["person_id"], agent["code"])

    assert answer.status_code == 200
    signed_in = answer.json()
    assert (signed_in["token_type"], signed_in["expires_in"], signed_in["name"]) == ("Bearer", 900, RARE)
    me = (await office.read("/me", signed_in["access_token"])).json()
    assert (me["person_id"], me["name"], me["is_member"], me["is_citizen"]) == (agent["person_id"], RARE, True, False)
    assert (me["division_code"], me["division_name"]) == (VILLAGE, "坪湖村")
    [post] = me["posts"]
    assert (post["kind"], post["kind_zh"], post["organization_name"]) == ("proxy_agent", "代办员", "组织A2")
    assert signed_in["posts"] == me["posts"]
    assert me["citizen_number_masked"] == f"999{'*' * 13}{number(1)[-2:]}"
    assert me["phone_masked"] == "154****2345"
    for secret in (number(1), PHONE, ADDRESS):
        assert secret not in json.dumps(me, ensure_ascii=False)


async def test_every_sign_in_leaves_an_audit_row(office: Office) -> None:
    await office.take_in(village_roster())
    before = len(await office.rows("audit"))
    await office.token("citizen")
    assert len(await office.rows("audit")) == before + 1


async def test_a_wrong_code_and_an_unknown_person_are_refused_alike(office: Office) -> None:
    await office.take_in(village_roster())
    one, other = await office.people("citizen")
    unknown = uuid4()
    for person_id, code in (
        (one["person_id"], other["code"]),
        (one["person_id"], "00000000"),
        (unknown, code_for(Vault(bytes(32)), unknown)),
    ):
        answer = await office.sign_in(person_id, code)
        assert (answer.status_code, answer.json()["code"]) == (401, "wrong-code")


async def test_a_real_person_cannot_sign_in_with_a_code_and_is_not_offered(office: Office) -> None:
    await office.take_in(village_roster())
    async with office.stand.mounted.sessions() as session:
        [person_id] = await session.all(select(Member.id).where(col(Member.generated).is_(False)))
    answer = await office.sign_in(person_id, code_for(Vault(bytes(32)), person_id))
    assert (answer.status_code, answer.json()["code"]) == (403, "real-person-refused")
    for role in ("citizen", "proxy_agent", "secretary"):
        assert str(person_id) not in {one["person_id"] for one in await office.people(role)}


async def test_codes_depend_on_the_installation() -> None:
    person_id = uuid4()
    assert code_for(Vault(bytes(32)), person_id) != code_for(Vault(bytes([1] * 32)), person_id)
    assert len(code_for(Vault(bytes(32)), person_id)) == 8


async def test_without_development_there_is_no_such_route(tmp_path: Path) -> None:
    async with open_office(tmp_path / "members.db", development=False) as office:
        assert (await office.sign_in(uuid4(), "12345678")).status_code == 404
        answer = await office.client.get("/sign-in/development/people", params={"role": "citizen"})
        assert answer.status_code == 404
        assert not [path for path in office.stand.mounted.api.openapi()["paths"] if "development" in path]


async def test_a_post_that_ended_gives_no_rights_and_no_offer(office: Office) -> None:
    await office.take_in(village_roster())
    assert await office.people("secretary") == []


def _tampered(good: str) -> str:
    head, body, signature = good.split(".")
    claims = json.loads(urlsafe_b64decode(body + "=="))
    claims["sub"] = str(uuid4())
    return ".".join((head, urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=").decode(), signature))


def _unsigned(good: str) -> str:
    claims = jwt.decode(good, options={"verify_signature": False})
    kid = jwt.get_unverified_header(good)["kid"]
    return jwt.encode(claims, None, algorithm="none", headers={"kid": kid})


def _signed_by_a_stranger(good: str) -> str:
    claims = jwt.decode(good, options={"verify_signature": False})
    kid = jwt.get_unverified_header(good)["kid"]
    return jwt.encode(claims, ec.generate_private_key(ec.SECP256R1()), algorithm="ES256", headers={"kid": kid})


def _of_another_key(good: str) -> str:
    claims = jwt.decode(good, options={"verify_signature": False})
    key = ec.generate_private_key(ec.SECP256R1())
    return jwt.encode(claims, key, algorithm="ES256", headers={"kid": "not-heard-of"})


@pytest.mark.parametrize(
    "spoil",
    [
        _tampered,
        _unsigned,
        _signed_by_a_stranger,
        _of_another_key,
        lambda _: "",
        lambda _: "a.b.c",
        lambda good: good[:-6],
    ],
)
async def test_a_token_that_is_not_ours_is_refused(office: Office, spoil: Callable[[str], str]) -> None:
    await office.take_in(village_roster())
    good = await office.token("citizen")
    assert (await office.read("/me", good)).status_code == 200
    answer = await office.read("/me", spoil(good))
    assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated")
    assert answer.headers["www-authenticate"] == "Bearer"


async def test_a_token_ends_after_fifteen_minutes_of_real_time(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    await office.take_in(village_roster())
    good = await office.token("citizen")
    for seconds, code in ((895, 200), (905, 401)):
        later = real_now() + timedelta(seconds=seconds)
        monkeypatch.setattr("chassis.identity.real_now", lambda at=later: at)
        assert (await office.read("/me", good)).status_code == code
    monkeypatch.undo()
    claims = jwt.decode(good, options={"verify_signature": False})
    assert 899 <= claims["exp"] - claims["iat"] <= 900


async def test_the_published_keys_check_our_tokens(office: Office) -> None:
    await office.take_in(village_roster())
    good = await office.token("citizen")
    published = (await office.client.get("/jwks")).json()
    assert set(published["keys"][0]) == {"kty", "crv", "x", "y", "kid", "alg", "use"}
    key = jwt.PyJWKSet.from_dict(published)[jwt.get_unverified_header(good)["kid"]]
    claims = jwt.decode(good, key, algorithms=["ES256"], audience="lianxin", issuer="members")
    assert set(claims) == {"iss", "aud", "sub", "iat", "exp", "jti", "sid"}


async def test_a_restart_keeps_the_key_and_tells_nobody_again(office: Office) -> None:
    before = await office.rows(SigningKey)
    await prepare(office.stand.mounted)
    assert await office.rows(SigningKey) == before
    assert await office.told() == []


@pytest.mark.parametrize("place", ["sqlite", "postgres"])
async def test_copies_that_start_at_once_make_one_key(
    place: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    where = tmp_path / "members.db" if place == "sqlite" else request.getfixturevalue("postgres_database")
    stores = [await make_store(Table.metadata, where)]
    stores += [SqliteStore(where) if isinstance(where, Path) else PostgresStore(where) for _ in range(3)]
    copies = [
        Mounted(build(development=True), store=store, log=MemoryLog(), clock=HandClock(NOW), vault=Vault(bytes(32)))
        for store in stores
    ]
    for store in stores:
        await store.open()
    await asyncio.gather(*(prepare(copy) for copy in copies))
    published = await copies[0].keyring.holds_any()
    async with copies[0].sessions() as session:
        keys = await session.all(select(SigningKey))
    for store in stores:
        await store.close()
    assert published
    assert len(keys) == 1


@pytest.mark.parametrize(
    "body",
    [
        {},
        [],
        {"person_id": "x", "code": "12345678"},
        {"person_id": str(uuid4()), "code": "1234567"},
        {"person_id": str(uuid4()), "code": "12345678\n"},
        {"person_id": str(uuid4()), "code": "\x00" * 8},
        {"person_id": str(uuid4()), "code": "１２３４５６７８"},
        {"person_id": str(uuid4()), "code": 12345678},
        {"person_id": str(uuid4()), "code": "12345678", "admin": True},
    ],
)
async def test_a_body_of_another_form_is_a_clear_problem(office: Office, body: object) -> None:
    answer = await office.client.post("/sign-in/development", json=body)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
