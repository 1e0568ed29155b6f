"""Whoever guesses is slowed; whoever owns the account gets in, wherever the guessing comes from."""

import asyncio
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from sqlmodel import select

from chassis.log.memory import MemoryLog
from chassis.plans import table_of
from chassis.secrecy import Vault
from chassis.service import Mounted
from chassis.sqlite import SqliteStore
from services.members.app import build
from services.members.passwords.model import CountedTry
from services.members.passwords.tries import FORGOTTEN, FREE, LONGEST_PAUSE, KnownDevice, net_of, pause_after
from tests.members.passwords.desk import OWN, QUICK, Desk, ok, open_desk, refused
from tests.members.village import NOW
from tests.mounting import HandClock

pytestmark = pytest.mark.asyncio

ATTACKER, OWNER = "198.51.100.66", "192.0.2.7"
SLOWED = (429, "too-many-tries")


async def guess(desk: Desk, times: int, *, who: str = "agent", device: str | None = None) -> list[httpx.Response]:
    """Wrong passwords, one after another, from the attacker's address."""
    return [await desk.sign_in(who, f"guess {turn}", address=ATTACKER, device=device) for turn in range(times)]


async def test_an_attacker_is_slowed_and_the_owner_elsewhere_gets_in(either_desk: Desk) -> None:
    desk = either_desk
    await desk.settled("agent")
    answers = await guess(desk, FREE + 3)
    assert [refused(answer) for answer in answers] == [(401, "wrong-password")] * FREE + [SLOWED] * 3
    assert refused(await desk.sign_in("agent", OWN, address=ATTACKER)) == SLOWED

    await ok(desk.sign_in("agent", OWN, address=OWNER))


async def test_the_owners_device_gets_in_from_the_very_address_of_the_attacker(either_desk: Desk) -> None:
    desk = either_desk
    device = (await desk.settled("agent"))["device_token"]
    await guess(desk, FREE + 1)
    assert refused(await desk.sign_in("agent", OWN, address=ATTACKER)) == SLOWED

    done = await ok(desk.sign_in("agent", OWN, address=ATTACKER, device=device))

    assert done["device_token"] == device


async def test_a_known_device_is_slowed_by_its_own_failures(desk: Desk) -> None:
    device = (await desk.settled("agent"))["device_token"]
    answers = await guess(desk, FREE + 1, device=device)
    assert refused(answers[-1]) == SLOWED
    assert refused(await desk.sign_in("agent", OWN, address=OWNER, device=device)) == SLOWED
    await ok(desk.sign_in("agent", OWN, address=OWNER))


async def test_a_device_token_of_another_account_or_of_ones_own_making_gives_no_count_of_its_own(desk: Desk) -> None:
    await desk.settled("agent")
    of_another = (await desk.settled("other"))["device_token"]
    mark, _, proof = of_another.partition(".")
    await guess(desk, FREE)
    for device in (of_another, f"{'0' * 32}.{proof}", f"{mark}.{'0' * 64}", mark, ".", "0.0"):
        assert refused(await desk.sign_in("agent", "guess", address=ATTACKER, device=device)) == SLOWED


async def test_each_further_failure_doubles_the_pause_which_the_answer_names(desk: Desk) -> None:
    await desk.settled("agent")
    await guess(desk, FREE)
    pauses = []
    for _ in range(4):
        [answer] = await guess(desk, 1)
        assert answer.json()["retry_after"] == int(answer.headers["retry-after"])
        pauses.append(int(answer.headers["retry-after"]))
        desk.time.at += timedelta(seconds=pauses[-1])
        assert refused((await guess(desk, 1))[0]) == (401, "wrong-password")
    assert pauses == [2, 3, 5, 9]  # the pause, and the second that is under way


async def test_pauses_have_an_end_and_do_not_begin_before_the_fifth_failure() -> None:
    assert [pause_after(failures).total_seconds() for failures in range(FREE + 4)] == [0, 0, 0, 0, 0, 1, 2, 4, 8]
    assert pause_after(10_000) == LONGEST_PAUSE


async def test_the_right_password_ends_the_count_and_so_does_a_day(desk: Desk) -> None:
    await desk.settled("agent")
    await guess(desk, FREE - 1)
    await ok(desk.sign_in("agent", OWN, address=ATTACKER))
    await guess(desk, FREE)
    desk.time.at += FORGOTTEN + timedelta(seconds=1)
    answers = await guess(desk, FREE + 1)
    assert [answer.status_code for answer in answers] == [401] * FREE + [429]


async def test_many_guesses_at_once_do_not_slip_through_together(either_desk: Desk) -> None:
    desk = either_desk
    await desk.settled("agent")
    answers = await asyncio.gather(*(desk.sign_in("agent", "guess", address=ATTACKER) for _ in range(30)))
    codes = [answer.status_code for answer in answers]
    assert codes.count(401) <= FREE
    assert set(codes) <= {401, 409, 429}


async def test_an_unknown_name_is_slowed_as_a_known_one(desk: Desk) -> None:
    await desk.settled("agent")
    known = [refused(answer) for answer in await guess(desk, FREE + 2)]
    unknown = [refused(answer) for answer in await guess(desk, FREE + 2, who="not-there")]
    assert known == unknown


async def test_all_copies_of_the_service_count_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = tmp_path / "members.db"
    async with open_desk(place, monkeypatch) as desk:
        await desk.settled("agent")
        await guess(desk, FREE)
        service = build(development=True, passwords=QUICK)
        copy = Mounted(service, store=SqliteStore(place), log=MemoryLog(), clock=HandClock(NOW), vault=Vault(bytes(32)))
        await copy.store.open()
        transport = httpx.ASGITransport(copy.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://copy") as client:
            body = {"sign_in_name": "agent", "password": OWN}
            answer = await client.post("/sign-in/password", json=body, headers={"x-forwarded-for": ATTACKER})
        await copy.store.close()
        assert refused(answer) == SLOWED


async def test_wrong_codes_are_slowed_and_the_owners_device_is_not(desk: Desk) -> None:
    device = (await desk.settled("supervisor"))["device_token"]
    elsewhere = await ok(desk.sign_in("supervisor", address=ATTACKER))
    answers = [await desk.give_code(elsewhere, "000000", address=ATTACKER) for _ in range(FREE + 1)]
    assert refused(answers[-1]) == SLOWED
    from_a_third = await ok(desk.sign_in("supervisor", address="203.0.113.9"))
    assert refused(await desk.give_code(from_a_third, "000000", address="203.0.113.9")) == SLOWED

    at_home = await ok(desk.sign_in("supervisor", device=device))
    assert (await ok(desk.give_code(at_home, desk.phones["supervisor"].shows())))["next"] is None


async def test_counts_that_are_a_day_old_are_swept_and_name_nobody(desk: Desk) -> None:
    await guess(desk, 3, who="not-there")
    desk.time.at += FORGOTTEN + timedelta(seconds=1)
    await guess(desk, 1, who="not-there-either")
    async with desk.stand.mounted.sessions() as session:
        [counted] = await session.all(select(CountedTry))
    assert len(counted.key) == 32
    assert set(table_of(CountedTry).columns.keys()) == {"key", "failures", "next_at", "last_at"}


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("192.0.2.7", "192.0.2.8", False),
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("unknown", None, True),
        ("not an address", "", True),
    ],
)
async def test_an_address_is_counted_as_its_household(one: str | None, other: str | None, same: bool) -> None:
    assert (net_of(one) == net_of(other)) is same


async def test_a_device_is_known_by_a_token_that_only_this_installation_makes() -> None:
    ours, theirs = Vault(bytes(32)), Vault(bytes([1] * 32))
    token = KnownDevice.new().token(ours, account="agent")
    assert KnownDevice.read(ours, token, account="agent") is not None
    for vault, account in ((theirs, "agent"), (ours, "other")):
        assert KnownDevice.read(vault, token, account=account) is None
