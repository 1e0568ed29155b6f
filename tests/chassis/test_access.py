"""Keys and access taken back, as a service hears of them: in every copy of it, within about a second."""

import asyncio
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest

from chassis import access, identity
from chassis.clock import real_now
from chassis.identity import TOKEN_LIFE, Actor, Keyring
from chassis.problems import Unauthenticated
from chassis.service import Mounted
from chassis.tables import WITHDRAWN_ACCESS
from contracts.event import Event
from contracts.members import AccessWithdrawn, SigningKeyPublished, SigningKeyWithdrawn
from tests.chassis.conftest import Mount
from tests.mounting import PEM, record, token

pytestmark = pytest.mark.asyncio

LI, WANG = UUID(int=7), UUID(int=8)


async def is_believed(mounted: Mounted, given: str) -> bool:
    """Whether the service takes a token."""
    try:
        await mounted.keyring.actor(given)
    except Unauthenticated:
        return False
    return True


async def hear(mounted: Mounted, *facts: Event) -> None:
    """Have this copy take facts in, and no other."""
    await mounted.inbox.take([record(fact) for fact in facts])


async def withdrawals(mounted: Mounted) -> int:
    """How many rows are kept."""
    async with mounted.sessions() as session:
        return len(await session.all(access.WITHDRAWN))


async def until_refused(mounted: Mounted, given: str) -> None:
    """Wait until a token is refused."""
    async with asyncio.timeout(30):
        while await is_believed(mounted, given):
            await asyncio.sleep(0.02)


def withdrawn(subject: UUID, *, session: UUID | None = None, before: datetime | None = None) -> AccessWithdrawn:
    """Access taken back now."""
    return AccessWithdrawn(subject_id=subject, session_id=session, before=before or real_now())


def given_at(instant: datetime) -> str:
    """A token given to Li at an instant."""
    return token(LI, iat=instant.timestamp(), exp=(instant + TOKEN_LIFE).timestamp())


async def test_a_copy_that_did_not_hear_it_itself_refuses_too(mount: Mount) -> None:
    hearing, beside = await mount(loops=True), await mount(loops=True)
    session = uuid4()
    of_li, of_the_session, of_wang = token(LI), token(WANG, sid=str(session)), token(WANG, sid=str(uuid4()))
    for copy in (hearing, beside):
        for given in (of_li, of_the_session, of_wang):
            assert await is_believed(copy, given)  # and is remembered
    await hear(hearing, withdrawn(LI), withdrawn(WANG, session=session))
    for copy in (hearing, beside):
        await until_refused(copy, of_li)
        await until_refused(copy, of_the_session)
        assert await is_believed(copy, of_wang)
        assert not await is_believed(copy, given_at(real_now() - timedelta(minutes=1)))


async def test_a_token_given_after_the_withdrawal_is_good(mount: Mount) -> None:
    mounted = await mount()
    await hear(mounted, withdrawn(LI, before=real_now() - timedelta(milliseconds=1)))
    assert await is_believed(mounted, given_at(real_now()))


async def test_a_withdrawn_key_is_refused_by_every_copy_and_does_not_come_back(mount: Mount) -> None:
    hearing, beside = await mount(loops=True), await mount(loops=True)
    given, later = token(LI), real_now() + timedelta(days=9)
    assert await is_believed(hearing, given)
    assert await is_believed(beside, given)
    await hear(hearing, SigningKeyWithdrawn(kid="test", withdrawn_at=real_now()))
    await until_refused(hearing, given)
    await until_refused(beside, given)
    await hear(hearing, SigningKeyPublished(kid="test", public_key=PEM, not_after=later))
    await hearing.keyring.refresh()
    assert not await is_believed(hearing, given)


async def test_a_key_may_end_sooner_than_it_was_first_told_and_not_later(mount: Mount) -> None:
    mounted = await mount()
    async with mounted.sessions() as session:
        [(first,)] = await session.all(access.NOT_AFTER, kid="test")
    for ends in (first + timedelta(days=1), first - timedelta(hours=1), first):
        await hear(mounted, SigningKeyPublished(kid="test", public_key=PEM, not_after=ends))
    async with mounted.sessions() as session:
        assert await session.all(access.NOT_AFTER, kid="test") == [(first - timedelta(hours=1),)]


async def test_the_withdrawal_of_a_key_never_heard_of_is_nothing_to_wait_for(mount: Mount) -> None:
    mounted = await mount()
    await hear(mounted, SigningKeyWithdrawn(kid="other", withdrawn_at=real_now()))
    assert (await mounted.backlog()).waiting == 0
    assert await is_believed(mounted, token(LI))


async def test_a_service_that_hears_no_more_refuses_by_the_end_of_the_tokens_life(
    mount: Mount, monkeypatch: pytest.MonkeyPatch
) -> None:
    deaf = await mount()
    given = token(LI)
    assert await is_believed(deaf, given)  # the withdrawal is on the log, and does not come
    later = real_now() + TOKEN_LIFE
    monkeypatch.setattr(identity, "real_now", lambda: later)
    assert not await is_believed(deaf, given)


async def test_no_token_is_good_for_longer_than_a_tokens_life_whatever_it_says(
    mount: Mount, monkeypatch: pytest.MonkeyPatch
) -> None:
    mounted = await mount()
    given = token(LI, exp=real_now() + timedelta(days=365))
    assert await is_believed(mounted, given)
    later = real_now() + TOKEN_LIFE
    monkeypatch.setattr(identity, "real_now", lambda: later)
    assert not await is_believed(mounted, given)


async def test_withdrawals_are_forgotten_when_the_last_token_has_ended_and_not_sooner(mount: Mount) -> None:
    mounted = await mount()
    old = real_now() - access.KEPT
    await hear(mounted, withdrawn(LI), withdrawn(WANG, before=old - timedelta(seconds=1)))
    assert await withdrawals(mounted) == 1  # the other was over when it came
    async with mounted.sessions() as session:
        session.insert(
            WITHDRAWN_ACCESS,
            {"id": uuid4(), "subject_id": WANG, "session_id": None, "before": old - timedelta(seconds=1)},
        )
    async with mounted.sessions() as session:
        assert await access.forget_old(session) == 1
    assert await withdrawals(mounted) == 1
    assert access.KEPT > TOKEN_LIFE


async def test_a_flood_of_unknown_keys_costs_one_reading_at_a_time(mount: Mount) -> None:
    mounted = await mount()
    readings = 0

    async def read() -> identity.Heard:
        nonlocal readings
        readings += 1
        await asyncio.sleep(0)
        async with mounted.sessions() as session:
            return await access.read_heard(session)

    keyring = Keyring(read)

    async def ask(given: str) -> Actor | BaseException:
        try:
            return await keyring.actor(given)
        except Unauthenticated as refusal:
            return refusal

    given = [token(LI, kid=f"unknown-{n}") for n in range(100)]
    answers = await asyncio.gather(*(ask(one) for one in given), ask(token(LI)))
    assert [type(answer) for answer in answers] == [Unauthenticated] * 100 + [Actor]
    assert readings <= 3
