"""Facts are taken in once, in order for each key, and none of them stands for ever in the way of the others."""

import asyncio
import random
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select as columns

from chassis.clock import real_now
from chassis.inbox import Handle, NotYetHeard, Patience
from chassis.log import Record
from chassis.problems import StoreAway
from chassis.service import Mounted
from chassis.session import Session
from chassis.tables import OUTBOX, WAITING_FACT
from tests.chassis.conftest import Mount
from tests.chassis.toys import GuestCame, GuestSpoke, Toy, ToyMade, build, toy
from tests.mounting import record

pytestmark = pytest.mark.asyncio

AT_ONCE = Patience(tries=3, first=timedelta(0), longest=timedelta(0))


async def welcome(event: GuestCame, session: Session) -> None:
    """A toy for each guest, and the fact of it."""
    made = toy(event.name, id=event.guest_id)
    session.add(made)
    session.publish(ToyMade(toy_id=made.id))


async def listen(event: GuestSpoke, session: Session) -> None:
    """Note what a guest said; «poison» cannot be borne."""
    found = await session.get(Toy, event.guest_id, lock=True)
    if found is None:
        raise NotYetHeard
    if event.word == "poison":
        raise ArithmeticError("with a value that nobody may read")
    found.words = [*(found.words or []), event.word]
    found.praises += 1


HEARS: list[Handle] = [welcome, listen]


def came(guest: UUID) -> Record:
    """A guest came."""
    return record(GuestCame(guest_id=guest, name=f"for {guest}"))


def spoke(guest: UUID, word: str) -> Record:
    """A guest said something."""
    return record(GuestSpoke(guest_id=guest, word=word))


async def words(mounted: Mounted, guest: UUID) -> list[str]:
    """What was taken in of a guest's words, in order."""
    async with mounted.sessions() as session:
        found = await session.get(Toy, guest)
    return list(found.words or []) if found is not None else []


async def waiting(mounted: Mounted) -> list[dict[str, object]]:
    """What waits or is parked."""
    async with mounted.sessions() as session:
        rows = await session.all(columns(WAITING_FACT).order_by(WAITING_FACT.c.position))
    return [dict(zip(WAITING_FACT.columns.keys(), row, strict=True)) for row in rows]


async def told(mounted: Mounted) -> int:
    """How many facts lie in the outbox."""
    async with mounted.sessions() as session:
        return len(await session.all(columns(OUTBOX.c.id)))


async def test_a_fact_delivered_again_is_taken_in_once(mount: Mount) -> None:
    mounted = await mount(build(hears=HEARS))
    guest = uuid4()
    first, second = came(guest), spoke(guest, "good day")
    await mounted.inbox.take([first, second, second, first])
    await mounted.inbox.take([second])
    await mounted.inbox.take([first, second, spoke(guest, "goodbye")])
    assert await words(mounted, guest) == ["good day", "goodbye"]
    assert await told(mounted) == 1
    assert await waiting(mounted) == []


async def test_a_fact_delivered_to_two_processes_at_once_is_taken_in_once(mount_on_postgres: Mount) -> None:
    mounts = [await mount_on_postgres(build(hears=HEARS)) for _ in range(2)]
    guest = uuid4()
    await mounts[0].inbox.take([came(guest)])
    for number in range(8):
        one = spoke(guest, str(number))
        await asyncio.gather(*(mounted.inbox.take([one]) for mounted in mounts))
    assert await words(mounts[0], guest) == [str(number) for number in range(8)]
    assert await waiting(mounts[0]) == []


async def test_a_handlers_fact_is_told_if_and_only_if_its_own_was_taken_in(mount: Mount) -> None:
    async def tell_and_fail(event: GuestCame, session: Session) -> None:
        session.publish(ToyMade(toy_id=event.guest_id))
        await session.flush()
        raise ArithmeticError

    mounted = await mount(build(hears=[welcome, tell_and_fail]))
    guest = uuid4()
    await mounted.inbox.take([came(guest)])
    assert await told(mounted) == 0
    assert await words(mounted, guest) == []
    assert [fact["reason"] for fact in await waiting(mounted)] == ["ArithmeticError"]


async def test_a_fact_not_asked_for_is_passed_over(mount: Mount) -> None:
    mounted = await mount()
    await mounted.inbox.take([came(uuid4()), spoke(uuid4(), "hello")])
    assert await waiting(mounted) == []


async def test_topics_shuffled_against_each_other_end_alike(mount: Mount) -> None:
    mounted = await mount(build(hears=HEARS), patience=AT_ONCE)
    guests = [uuid4() for _ in range(6)]
    coming = [came(guest) for guest in guests]
    speaking = [spoke(guest, str(number)) for number in range(4) for guest in guests]
    late = speaking + coming  # every word before its guest
    for start in range(0, len(late), 5):
        await mounted.inbox.take(late[start : start + 5])
    await mounted.inbox.retry()
    assert [await words(mounted, guest) for guest in guests] == [["0", "1", "2", "3"]] * 6
    assert await waiting(mounted) == []


async def test_a_fact_not_yet_understood_waits_however_often_it_is_tried(mount: Mount) -> None:
    mounted = await mount(build(hears=HEARS), patience=AT_ONCE)
    guest = uuid4()
    await mounted.inbox.take([spoke(guest, "too early")])
    for _ in range(6):  # more than the tries of a fact that fails
        assert await mounted.inbox.retry() == 0
    (fact,) = await waiting(mounted)
    assert (fact["reason"], fact["parked_at"], fact["attempts"]) == ("NotYetHeard", None, 7)
    await mounted.inbox.take([came(guest)])  # the same key, from another publisher
    assert await mounted.inbox.retry() >= 1
    assert await words(mounted, guest) == ["too early"]


async def test_a_fact_not_understood_for_a_day_is_parked(mount: Mount) -> None:
    patience = Patience(first=timedelta(0), longest=timedelta(0), unheard=timedelta(0))
    mounted = await mount(build(hears=HEARS), patience=patience)
    await mounted.inbox.take([spoke(uuid4(), "nobody")])
    await mounted.inbox.retry()
    assert [fact["parked_at"] is not None for fact in await waiting(mounted)] == [True]
    assert Patience().unheard == timedelta(days=1)


async def test_the_facts_of_a_key_queue_behind_the_one_that_waits_and_other_keys_go_on(mount: Mount) -> None:
    slow = Patience(tries=9, first=timedelta(hours=1), longest=timedelta(hours=1))
    mounted = await mount(build(hears=HEARS), patience=slow)
    bad, good = uuid4(), uuid4()
    await mounted.inbox.take([came(bad), came(good)])
    await mounted.inbox.take([spoke(bad, "poison"), spoke(good, "a"), spoke(bad, "behind")])
    await mounted.inbox.take([spoke(good, "b"), spoke(bad, "further behind")])
    assert await words(mounted, good) == ["a", "b"]
    assert await words(mounted, bad) == []
    assert [fact["attempts"] for fact in await waiting(mounted)] == [1, 0, 0]
    assert await mounted.inbox.retry() == 0  # the first is not due, and nothing passes it


async def test_tries_are_counted_in_the_row_and_lie_further_and_further_apart(mount: Mount) -> None:
    patience = Patience(tries=9, first=timedelta(seconds=1), longest=timedelta(seconds=5))
    mounted = await mount(build(hears=HEARS), patience=patience)
    guest = uuid4()
    await mounted.inbox.take([came(guest), spoke(guest, "poison")])
    pauses = []
    for attempts in range(1, 6):
        (fact,) = await waiting(mounted)
        assert fact["attempts"] == attempts
        pauses.append(round((fact["next_at"] - real_now()).total_seconds()))  # type: ignore[operator]
        assert not await mounted.inbox.replay(fact["position"])  # type: ignore[arg-type]
    assert pauses == [2, 4, 5, 5, 5]


async def test_a_poisonous_fact_is_parked_after_its_tries_and_its_key_goes_on_without_it(mount: Mount) -> None:
    mounted = await mount(build(hears=HEARS), patience=AT_ONCE)
    guest = uuid4()
    await mounted.inbox.take([came(guest), spoke(guest, "poison"), spoke(guest, "behind")])
    for _ in range(4):
        await mounted.inbox.retry()
    assert await words(mounted, guest) == ["behind"]
    (fact,) = await waiting(mounted)
    assert (fact["attempts"], fact["reason"]) == (3, "ArithmeticError")
    assert fact["parked_at"] is not None
    await mounted.inbox.take([spoke(guest, "next")])
    assert await words(mounted, guest) == ["behind", "next"]
    assert (await mounted.backlog()).parked == 1


async def test_a_parked_fact_is_taken_in_by_a_replay_and_only_once(mount: Mount) -> None:
    mended = False

    async def listen_when_mended(event: GuestSpoke, session: Session) -> None:
        if not mended:
            raise ArithmeticError
        await listen(event, session)

    mounted = await mount(build(hears=[welcome, listen_when_mended]), patience=AT_ONCE)
    guest = uuid4()
    await mounted.inbox.take([came(guest), word := spoke(guest, "at last")])
    for _ in range(4):
        await mounted.inbox.retry()
    (fact,) = await waiting(mounted)
    mended = True
    assert await mounted.inbox.replay(fact["position"]) is True  # type: ignore[arg-type]
    assert await mounted.inbox.replay(fact["position"]) is False  # type: ignore[arg-type]
    await mounted.inbox.take([word])
    assert await words(mounted, guest) == ["at last"]
    assert await waiting(mounted) == []


@pytest.mark.parametrize("body", ["", "{", "{}", '{"guest_id": "x", "word": "y"}'])
async def test_a_fact_that_cannot_be_read_is_put_aside(mount: Mount, body: str) -> None:
    mounted = await mount(build(hears=HEARS), patience=AT_ONCE)
    guest = uuid4()
    whole = spoke(guest, "good day")
    await mounted.inbox.take([came(guest), Record(uuid4(), whole.type, "other", whole.time, body), whole])
    assert await words(mounted, guest) == ["good day"]
    assert [fact["reason"] for fact in await waiting(mounted)] == ["ValidationError"]


async def test_a_value_that_no_column_takes_is_poison_and_no_outage(mount: Mount) -> None:
    async def count_too_far(event: GuestSpoke, session: Session) -> None:
        session.add(toy(event.word, praises=1 << 80))

    mounted = await mount(build(hears=[count_too_far]), patience=AT_ONCE)
    await mounted.inbox.take([spoke(uuid4(), "many")])
    for _ in range(4):
        await mounted.inbox.retry()
    assert [fact["parked_at"] is not None for fact in await waiting(mounted)] == [True]


async def test_a_database_that_is_away_is_no_attempt(mount: Mount) -> None:
    away = True

    async def reach(event: GuestCame, session: Session) -> None:
        if away:
            raise StoreAway()
        await welcome(event, session)

    mounted = await mount(build(hears=[reach]))
    guest = uuid4()
    facts = [came(guest), came(uuid4())]
    with pytest.raises(StoreAway):
        await mounted.inbox.take(facts)
    assert await waiting(mounted) == []
    away = False
    await mounted.inbox.take(facts)
    assert await told(mounted) == 2


async def test_the_reason_kept_of_a_failure_holds_no_value(mount: Mount) -> None:
    mounted = await mount(build(hears=HEARS))
    guest = uuid4()
    await mounted.inbox.take([came(guest), spoke(guest, "poison")])
    assert "value" not in str((await waiting(mounted))[0]["reason"])


async def test_whatever_the_batches_each_key_keeps_its_order(mount: Mount) -> None:
    stumbles = {f"{number}" for number in range(0, 20, 3)}
    tried: set[str] = set()

    async def stumble_once(event: GuestSpoke, session: Session) -> None:
        mark = f"{event.guest_id}{event.word}"
        if event.word in stumbles and mark not in tried:
            tried.add(mark)
            raise ArithmeticError
        await listen(event, session)

    mounted = await mount(build(hears=[welcome, stumble_once]), patience=AT_ONCE)
    guests = [uuid4() for _ in range(3)]
    await mounted.inbox.take([came(guest) for guest in guests])
    facts = [spoke(guest, str(number)) for number in range(20) for guest in guests]
    chance = random.Random(5)  # a seed, so that the batches are the same each time
    while facts:
        size = chance.randint(1, 9)
        await mounted.inbox.take(facts[:size])
        facts = facts[size:]
        if chance.random() < 0.5:
            await mounted.inbox.retry()
    while await mounted.inbox.retry():
        pass
    expected = [str(number) for number in range(20)]
    assert [await words(mounted, guest) for guest in guests] == [expected] * 3


async def test_two_processes_that_try_again_take_each_fact_once_and_in_order(mount_on_postgres: Mount) -> None:
    mounts = [await mount_on_postgres(build(hears=HEARS), patience=AT_ONCE) for _ in range(2)]
    guest = uuid4()
    await mounts[0].inbox.take([spoke(guest, str(number)) for number in range(15)])
    await mounts[0].inbox.take([came(guest)])
    async with asyncio.timeout(10):
        while await waiting(mounts[0]):
            await asyncio.gather(*(mounted.inbox.retry() for mounted in mounts))
    assert await words(mounts[0], guest) == [str(number) for number in range(15)]
