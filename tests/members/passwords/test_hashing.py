"""Comparing passwords: bounded, the same work whoever asks, and brought up to date when its price changes."""

from datetime import timedelta

import pytest
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlmodel import select

from chassis.settings import PasswordSettings
from services.members.passwords.hashing import Hashing, TooManySigningIn
from services.members.passwords.model import CountedTry
from tests.conftest import CHEAP
from tests.members.passwords.desk import OWN, QUICK, Desk, ok, refused

pytestmark = pytest.mark.asyncio


async def test_passwords_are_kept_as_argon2id_with_the_parameters_of_the_settings(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in CHEAP:
        monkeypatch.delenv(name)
    assert (await Hashing(QUICK).digest(OWN)).startswith("$argon2id$v=19$m=64,t=1,p=1$")
    usual = PasswordSettings()
    assert (usual.memory_kib, usual.passes, usual.lanes) == (65536, 3, 4)  # RFC 9106, section 4, second choice


async def test_a_name_that_is_not_there_costs_the_same_work(monkeypatch: pytest.MonkeyPatch) -> None:
    hashing, done = Hashing(QUICK), []
    digest = await hashing.digest(OWN)
    verify = Argon2Hasher.verify

    def counted(hasher: Argon2Hasher, password: str | bytes, hash: str | bytes) -> bool:  # noqa: A002
        done.append(str(hash).rpartition("$")[0].rpartition("$")[0])  # all but salt and digest
        return verify(hasher, password, hash)

    monkeypatch.setattr(Argon2Hasher, "verify", counted)
    assert await hashing.compare("something else", digest) == (False, None)
    assert await hashing.compare("something else", None) == (False, None)
    assert len(done) == 2
    assert done[0] == done[1]


async def test_a_full_line_turns_newcomers_away_before_anything_is_counted(desk: Desk) -> None:
    await desk.settled("agent")
    hashing = desk.stand.mounted.service.uses
    [line] = [thing for thing in hashing if isinstance(thing, Hashing)]
    places = [line.place() for _ in range(QUICK.at_once + QUICK.in_line)]
    for place in places:
        place.__enter__()
    answer = await desk.sign_in("agent", "something else")
    assert refused(answer) == (503, "too-many-signing-in")
    assert answer.headers["retry-after"] == "3"
    async with desk.stand.mounted.sessions() as session:
        assert await session.all(select(CountedTry)) == []
    for place in places:
        place.__exit__(None, None, None)
    await ok(desk.sign_in("agent"))


async def test_places_are_given_back_whatever_happens() -> None:
    hashing = Hashing(PasswordSettings(memory_kib=64, passes=1, lanes=1, at_once=1, in_line=0))
    for _ in range(3):
        with pytest.raises(ZeroDivisionError), hashing.place():
            _ = 1 / 0
    with hashing.place(), pytest.raises(TooManySigningIn), hashing.place():
        raise AssertionError


async def test_new_parameters_are_taken_up_at_the_next_sign_in() -> None:
    digest = await Hashing(QUICK).digest(OWN)
    dearer = Hashing(QUICK.model_copy(update={"passes": 2}))
    right, renewed = await dearer.compare(OWN, digest)
    assert right
    assert renewed is not None
    assert ",t=2," in renewed
    assert await dearer.compare(OWN, renewed) == (True, None)
    assert await dearer.compare("something else", digest) == (False, None)


async def test_one_password_typed_on_two_keyboards_is_one() -> None:
    hashing = Hashing(QUICK)
    digest = await hashing.digest("Ａｂｃ１２３ café 连心桥")
    assert (await hashing.compare("Abc123 cafe\u0301 连心桥", digest))[0]


async def test_a_first_password_is_good_for_a_week() -> None:
    assert PasswordSettings().given_for == timedelta(days=7)
