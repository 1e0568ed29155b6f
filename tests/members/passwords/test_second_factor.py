"""Codes of an authenticator: as RFC 6238 has them, each once, one step early or late; and recovery codes."""

from base64 import b32decode
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import select

from services.members.passwords.model import RecoveryCode, SecondFactor
from services.members.passwords.second_factor import step_of
from tests.members.passwords.desk import OWN, Authenticator, Desk, ok, refused

WRONG = (401, "wrong-second-factor")


@pytest.mark.parametrize(
    ("seconds", "code"),
    [
        (59, "94287082"),
        (1111111109, "07081804"),
        (1111111111, "14050471"),
        (1234567890, "89005924"),
        (2000000000, "69279037"),
        (20000000000, "65353130"),
    ],
)
def test_the_codes_are_those_of_rfc_6238(seconds: int, code: str) -> None:
    """Appendix B, SHA-1; its eight digits end in our six."""
    at = datetime.fromtimestamp(seconds, UTC)
    assert step_of(b"12345678901234567890", code[2:], at) == seconds // 30


@pytest.mark.asyncio
@pytest.mark.parametrize(("drift", "taken"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
async def test_a_clock_may_be_one_step_off(desk: Desk, drift: int, taken: bool) -> None:
    await desk.settled("supervisor")
    desk.time.at += timedelta(minutes=5)
    begun = await ok(desk.sign_in("supervisor"))
    answer = await desk.give_code(begun, desk.phones["supervisor"].shows(drift=drift))
    assert (answer.status_code == 200) is taken


@pytest.mark.asyncio
async def test_a_code_is_taken_once_and_none_before_it_afterwards(either_desk: Desk) -> None:
    desk = either_desk
    await desk.settled("supervisor")
    desk.time.at += timedelta(minutes=5)
    phone, begun = desk.phones["supervisor"], await ok(desk.sign_in("supervisor"))
    code, older = phone.shows(), phone.shows(drift=-1)
    await ok(desk.give_code(begun, code))
    assert refused(await desk.give_code(begun, code)) == WRONG
    assert refused(await desk.give_code(begun, older)) == WRONG
    again = await ok(desk.sign_in("supervisor"))
    assert refused(await desk.give_code(again, code)) == WRONG
    desk.time.at += timedelta(seconds=30)
    await ok(desk.give_code(again, phone.shows()))


@pytest.mark.asyncio
async def test_the_code_that_enrolled_signs_nobody_in_again(desk: Desk) -> None:
    await desk.settled("supervisor")
    begun = await ok(desk.sign_in("supervisor"))
    assert refused(await desk.give_code(begun, desk.phones["supervisor"].shows(drift=-1))) == WRONG


@pytest.mark.asyncio
async def test_a_recovery_code_stands_in_once_and_for_its_owner_alone(either_desk: Desk) -> None:
    desk = either_desk
    first, second, *_ = (await desk.settled("supervisor"))["recovery_codes"]
    of_operator = (await desk.settled("operator"))["recovery_codes"][0]
    begun = await ok(desk.sign_in("supervisor"))
    assert refused(await desk.give_code(begun, of_operator)) == WRONG
    await ok(desk.give_code(begun, first))
    again = await ok(desk.sign_in("supervisor"))
    assert refused(await desk.give_code(again, first)) == WRONG
    await ok(desk.give_code(again, second))
    await ok(desk.give_code(await ok(desk.sign_in("operator")), of_operator))


@pytest.mark.asyncio
async def test_enrolment_needs_a_code_of_the_very_secret_and_happens_once(desk: Desk) -> None:
    given = await desk.account("supervisor")
    begun = await ok(desk.sign_in("supervisor", given.password))
    begun = await ok(desk.send("new-password", {"challenge": begun["challenge"], "password": OWN}))
    one = await ok(desk.send("enrolment", {"challenge": begun["challenge"]}))
    other = await ok(desk.send("enrolment", {"challenge": begun["challenge"]}))
    assert one["secret"] != other["secret"]
    assert len(b32decode(one["secret"])) == 20
    assert refused(await desk.give_code(other, Authenticator(one["otpauth"], desk.time).shows())) == WRONG
    await ok(desk.give_code(one, Authenticator(one["otpauth"], desk.time).shows()))
    answer = await desk.give_code(other, Authenticator(other["otpauth"], desk.time).shows())
    assert refused(answer) == (409, "factor-enrolled-already")


@pytest.mark.asyncio
async def test_neither_secret_nor_recovery_codes_lie_in_the_tables_in_clear(desk: Desk) -> None:
    codes = (await desk.settled("supervisor"))["recovery_codes"]
    secret = b32decode(desk.phones["supervisor"].said["secret"])
    async with desk.stand.mounted.sessions() as session:
        [factor] = await session.all(select(SecondFactor))
        kept = await session.all(select(RecoveryCode.digest))
    assert secret not in factor.secret
    assert len(kept) == len(codes)
    assert not any(code.replace("-", "").encode() in digest for code in codes for digest in kept)


@pytest.mark.asyncio
async def test_what_is_no_code_is_a_clear_problem(desk: Desk) -> None:
    for code in ("12345", "1234567", "１２３４５６", "abcdef", "123456\n", "", "aaaa-bbbb-cccc-ddd1"):
        assert refused(await desk.give_code({"challenge": "AAAA"}, code)) == (422, "invalid"), code
