"""A cadre signs in through the pages of a real provider; what is stale, stolen or somebody else's gets nobody in."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import httpx
import pytest

from chassis.clock import real_now
from chassis.settings import SingleSignOnSettings
from services.members.app import build
from services.members.single_sign_on.actions import bind
from tests.members.passwords.desk import NAMES, QUICK, Authenticator, Desk, ok, open_desk, refused
from tests.members.single_sign_on.county import County, county

pytestmark = pytest.mark.asyncio

OVER, NOT_TRUSTED, NOT_BOUND = (401, "sign-on-over"), (401, "identity-not-trusted"), (403, "identity-not-bound")


async def begin(desk: Desk) -> dict[str, str]:
    """The way there."""
    return await ok(desk.send("single-sign-on/start", {}))


async def walk(provider: County, address: str, who: str) -> dict[str, str]:
    """Through the provider's pages; what comes back in the address."""
    return await asyncio.to_thread(provider.go_through, address, who=who)


async def come_back(desk: Desk, attempt: str, back: dict[str, str], **other: str) -> httpx.Response:
    """The way back."""
    return await desk.send("single-sign-on", {"attempt": attempt} | back | other)


async def sign_in(desk: Desk, provider: County, who: str) -> httpx.Response:
    """There and back."""
    begun = await begin(desk)
    return await come_back(desk, begun["attempt"], await walk(provider, begun["authorization_address"], who))


async def bound(desk: Desk, provider: County, who: str, subject: str) -> None:
    """Have an account at the provider be somebody's, as the command at the server does."""
    async with desk.stand.mounted.sessions() as session:
        await bind(session, desk.persons[who], issuer=provider.issuer, subject=subject, by=None)


@asynccontextmanager
async def configured(place: Path, patch: pytest.MonkeyPatch, settings: SingleSignOnSettings) -> AsyncIterator[Desk]:
    """The service with other settings than usual."""
    service = build(development=True, passwords=QUICK, single_sign_on=settings)
    async with open_desk(place / "members.db", patch, service=service) as opened:
        yield opened


def with_query(address: str, **other: str) -> str:
    """An address with some of its parameters replaced."""
    parts = urlsplit(address)
    return urlunsplit(parts._replace(query=urlencode(dict(parse_qsl(parts.query)) | other)))


async def test_a_cadre_signs_in_through_the_providers_pages(desk: Desk, provider: County) -> None:
    bind_agent = {"person_id": str(desk.persons["agent"]), "subject": "1001"}
    assert (
        await desk.stand.post("/single-sign-on-links", by=desk.persons["operator"], **bind_agent)
    ).status_code == 200

    done = await ok(sign_in(desk, provider, "agent"))

    assert done["next"] is None
    me = await ok(desk.me(done["tokens"]["access_token"]))
    assert me["name"] == NAMES["agent"]
    again = await ok(sign_in(desk, provider, "agent"))
    assert again["tokens"]["session_id"] != done["tokens"]["session_id"]


async def test_the_second_factor_is_ours_unless_the_provider_says_that_it_asked_for_one(
    desk: Desk, provider: County
) -> None:
    await bound(desk, provider, "supervisor", "1002")
    begun = await ok(sign_in(desk, provider, "supervisor"))
    assert (begun["next"], begun["tokens"]) == ("enrolment", None)
    enrolment = await ok(desk.send("enrolment", {"challenge": begun["challenge"]}))
    phone = Authenticator(enrolment["otpauth"], desk.time)
    done = await ok(desk.give_code(enrolment, phone.shows()))
    assert done["tokens"]["person_id"] == str(desk.persons["supervisor"])

    assert (await ok(sign_in(desk, provider, "supervisor")))["next"] == "second_factor"
    assert (await ok(sign_in(desk, provider, "with-factor")))["tokens"] is not None


async def test_an_account_that_is_nobodys_gets_nobody_in(desk: Desk, provider: County) -> None:
    assert refused(await sign_in(desk, provider, "agent")) == NOT_BOUND
    answer = await sign_in(desk, provider, "stranger")
    assert refused(answer) == NOT_TRUSTED  # it has no staff number


async def test_a_way_back_is_taken_once_and_in_the_browser_that_went(desk: Desk, provider: County) -> None:
    await bound(desk, provider, "agent", "1001")
    mine, theirs = await begin(desk), await begin(desk)
    back = await walk(provider, mine["authorization_address"], "agent")

    assert refused(await come_back(desk, theirs["attempt"], back)) == OVER
    assert refused(await come_back(desk, mine["attempt"], back, state="guessed")) == OVER
    await ok(come_back(desk, mine["attempt"], back))
    assert refused(await come_back(desk, mine["attempt"], back)) == OVER
    fresh = await walk(provider, mine["authorization_address"], "agent")  # the same state, with another code
    assert refused(await come_back(desk, mine["attempt"], fresh)) == OVER


async def test_a_code_of_another_sign_in_is_refused(desk: Desk, provider: County) -> None:
    await bound(desk, provider, "agent", "1001")
    mine, theirs = await begin(desk), await begin(desk)
    stolen = await walk(provider, theirs["authorization_address"], "agent")
    state = dict(parse_qsl(urlsplit(mine["authorization_address"]).query))["state"]
    assert refused(await come_back(desk, mine["attempt"], stolen, state=state)) == OVER  # its verifier is another


async def test_a_code_that_was_used_gets_nobody_in_again(desk: Desk, provider: County) -> None:
    await bound(desk, provider, "agent", "1001")
    first = await begin(desk)
    used = await walk(provider, first["authorization_address"], "agent")
    await ok(come_back(desk, first["attempt"], used))
    second = await begin(desk)
    back = await walk(provider, second["authorization_address"], "agent")
    assert refused(await come_back(desk, second["attempt"], back, code=used["code"])) == OVER


async def test_an_id_token_for_another_nonce_is_refused(desk: Desk, provider: County) -> None:
    await bound(desk, provider, "agent", "1001")
    begun = await begin(desk)
    back = await walk(provider, with_query(begun["authorization_address"], nonce="another"), "agent")
    assert refused(await come_back(desk, begun["attempt"], back)) == NOT_TRUSTED


async def test_the_way_back_names_the_provider_that_was_asked(desk: Desk, provider: County) -> None:
    await bound(desk, provider, "agent", "1001")
    begun = await begin(desk)
    back = await walk(provider, begun["authorization_address"], "agent")
    assert refused(await come_back(desk, begun["attempt"], back, iss="https://elsewhere.invalid")) == NOT_TRUSTED
    unnamed = {name: value for name, value in back.items() if name != "iss"}
    assert refused(await come_back(desk, begun["attempt"], unnamed)) == NOT_TRUSTED
    await ok(come_back(desk, begun["attempt"], back))


async def test_a_sign_in_at_the_provider_has_its_time(
    desk: Desk, provider: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = await begin(desk)
    back = await walk(provider, begun["authorization_address"], "agent")
    later = real_now() + timedelta(minutes=16)
    monkeypatch.setattr("services.members.single_sign_on.attempts.real_now", lambda: later)
    assert refused(await come_back(desk, begun["attempt"], back)) == OVER


async def test_whose_number_the_provider_verified_is_bound_with_their_leave(
    desk_by_phone: Desk, provider: County
) -> None:
    desk = desk_by_phone
    asked = await ok(sign_in(desk, provider, "phone"))
    assert (asked["next"], asked["tokens"]) == ("leave_to_bind", None)
    assert (await ok(sign_in(desk, provider, "phone")))["next"] == "leave_to_bind"  # nothing was bound without leave

    done = await ok(desk.send("single-sign-on/leave", {"challenge": asked["challenge"]}))

    assert done["tokens"]["person_id"] == str(desk.persons["other"])
    agreed = await desk.send("single-sign-on/leave", {"challenge": asked["challenge"]})
    assert refused(agreed) == (409, "identity-bound-already")
    assert (await ok(sign_in(desk, provider, "phone")))["next"] is None


@pytest.mark.parametrize("who", ["unverified", "shared", "retired", "stranger"])
async def test_a_number_unverified_shared_or_without_a_post_binds_nobody(
    desk_by_phone: Desk, provider: County, who: str
) -> None:
    assert refused(await sign_in(desk_by_phone, provider, who)) == NOT_BOUND


async def test_leave_is_given_for_ones_own_challenge_alone(desk: Desk, provider: County) -> None:
    await bound(desk, provider, "supervisor", "1002")
    begun = await ok(sign_in(desk, provider, "supervisor"))
    for step, body in (("single-sign-on/leave", {}), ("new-password", {"password": "晚风吹过 河洑 大桥"})):
        answer = await desk.send(step, {"challenge": begun["challenge"]} | body)
        assert refused(answer) == (401, "challenge-over")


async def test_an_operator_binds_and_unbinds_but_none_of_those_who_watch(desk: Desk, provider: County) -> None:
    async def link(who: str, subject: str, *, by: str = "operator") -> httpx.Response:
        body = {"person_id": str(desk.persons[who]), "subject": subject}
        return await desk.stand.post("/single-sign-on-links", by=desk.persons[by], **body)

    assert refused(await link("other", "1001", by="agent")) == (403, "forbidden")
    assert refused(await link("supervisor", "1001")) == (403, "only-at-the-server")
    assert (await link("agent", "1001")).status_code == 200
    for who, subject in (("agent", "1009"), ("other", "1001")):
        assert refused(await link(who, subject)) == (409, "identity-bound-already")
    signed_in = await ok(sign_in(desk, provider, "agent"))

    removal = f"/single-sign-on-links/{desk.persons['agent']}/removal"
    assert (await desk.stand.post(removal, by=desk.persons["operator"])).status_code == 200
    assert (await desk.refresh(signed_in)).status_code == 401
    assert refused(await sign_in(desk, provider, "agent")) == NOT_BOUND
    assert refused(await desk.stand.post(removal, by=desk.persons["operator"])) == (404, "not-found")


@pytest.mark.parametrize("client", ["desk-ps", "desk-es", "desk-post"])
async def test_every_algorithm_of_the_list_and_both_places_of_the_secret_are_understood(
    tmp_path: Path, provider: County, monkeypatch: pytest.MonkeyPatch, client: str
) -> None:
    async with configured(tmp_path, monkeypatch, provider.settings(client_id=client)) as desk:
        await bound(desk, provider, "agent", "agent")
        assert (await ok(sign_in(desk, provider, "agent")))["next"] is None


async def test_a_signature_by_a_secret_that_we_hold_too_proves_nothing(
    tmp_path: Path, provider: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with configured(tmp_path, monkeypatch, provider.settings(client_id="desk-hs")) as desk:
        await bound(desk, provider, "agent", "agent")
        assert refused(await sign_in(desk, provider, "agent")) == NOT_TRUSTED


async def test_a_wrong_secret_is_our_fault_and_said_so(
    tmp_path: Path, provider: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with configured(tmp_path, monkeypatch, provider.settings(client_secret="wrong")) as desk:
        assert refused(await sign_in(desk, provider, "agent")) == (502, "provider-refuses-us")


async def test_a_provider_that_calls_itself_otherwise_is_not_the_one(
    tmp_path: Path, provider: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = provider.issuer.replace("127.0.0.1", "localhost")
    async with configured(tmp_path, monkeypatch, provider.settings(issuer=other)) as desk:
        answer = await desk.send("single-sign-on/start", {})
        assert refused(answer) == (502, "provider-refuses-us")


async def test_a_provider_that_is_away_leaves_the_password(
    tmp_path: Path, provider: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket() as held:  # nobody listens here, and nobody else can begin to
        held.bind(("127.0.0.1", 0))
        nobody = provider.settings(issuer=f"http://127.0.0.1:{held.getsockname()[1]}")
        async with configured(tmp_path, monkeypatch, nobody) as desk:
            answer = await desk.send("single-sign-on/start", {})
            assert refused(answer) == (503, "provider-away")
            assert answer.headers["retry-after"] == "5"
            assert "密码" in answer.json()["title_zh"]
            assert (await desk.settled("agent"))["next"] is None


async def test_without_a_provider_it_is_said_so(
    tmp_path: Path, provider: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with configured(tmp_path, monkeypatch, provider.settings(issuer=None)) as desk:
        assert refused(await desk.send("single-sign-on/start", {})) == (404, "single-sign-on-not-set-up")


async def test_new_keys_of_the_provider_are_fetched_when_a_token_names_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.members.single_sign_on.provider.KEYS_REST", 0)
    with ExitStack() as running:
        before = running.enter_context(county())
        async with configured(tmp_path, monkeypatch, before.settings()) as desk:
            await bound(desk, before, "agent", "agent")
            await ok(sign_in(desk, before, "agent"))
            old = {key["kid"] for key in before.published_keys()}
            running.close()
            with county(port=urlsplit(before.issuer).port or 0) as after:
                assert old.isdisjoint(key["kid"] for key in after.published_keys())
                await ok(sign_in(desk, after, "agent"))
