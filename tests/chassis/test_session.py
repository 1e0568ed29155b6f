"""What one transaction reads, changes and leaves behind, on both databases."""

from datetime import UTC, date, datetime, timedelta, timezone
from uuid import UUID, uuid4

import asyncpg
import pytest
from sqlalchemy import select as columns
from sqlmodel import select

from chassis.postgres import PostgresStore
from chassis.session import AlreadyThere
from chassis.store import Store
from chassis.tables import OUTBOX, TIMER, new_id
from tests.chassis.conftest import NOON, session_on
from tests.chassis.toys import BY_NAME, Attached, GuestCame, Kind, Toy, ToyMade, toy

pytestmark = pytest.mark.asyncio


class Overheard(PostgresStore):
    """A store that notes every statement sent to the server."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.sent: list[str] = []

    def note(self, said: asyncpg.connection.LoggedQuery) -> None:
        """Keep the text of a statement."""
        self.sent.append(said.query)

    async def take(self) -> asyncpg.Connection:
        raw = await super().take()
        raw.add_query_logger(self.note)
        return raw

    async def give_back(self, raw: asyncpg.Connection) -> None:
        raw.remove_query_logger(self.note)
        await super().give_back(raw)


async def kept(store: Store, *rows: Toy) -> None:
    """Have rows in the database before the test begins."""
    async with session_on(store) as session:
        session.add(*rows)


async def found(store: Store, name: str) -> Toy | None:
    """What a later transaction sees."""
    async with session_on(store) as session:
        return await session.first(BY_NAME, name=name)


def full(name: str, **fields: object) -> Toy:
    """A toy with something in each column."""
    given: dict[str, object] = {
        "short": "𠮷·木",
        "kind": Kind.KITE,
        "words": ["𠮷野家", "买买提·吐尔逊", "", '"quoted", \\ and {braces}'],
        "sealed": b"\x00\xff\\x",
        "made_on": date(2024, 2, 29),
        "made_at": datetime(2026, 11, 16, 1, 2, 3, 456789, tzinfo=UTC),
        "box_id": uuid4(),
        "praises": 2**31 - 1,
    }
    return toy(name, **(given | fields))


def as_fields(row: Toy) -> dict[str, object]:
    """A row's values, to compare two rows."""
    return {name: getattr(row, name) for name in Toy.model_fields}


async def test_everything_leaves_as_one_statement(on_postgres: str) -> None:
    store = Overheard(on_postgres)
    await store.open()
    changed, gone = toy("changed"), toy("gone")
    await kept(store, changed, gone)
    for _ in ("the driver asks for the types of arrays once", "the same again"):
        store.sent.clear()
        async with session_on(store) as session:
            made = [toy(str(new_id())) for _ in range(9)]
            session.add(*made, Attached(id=new_id(), toy_id=made[0].id))
            session.publish(ToyMade(toy_id=made[0].id))
            session.remind("look_after", about=made[0].id, due_at=NOON)
    assert len(store.sent) == 1
    store.sent.clear()
    async with session_on(store) as session:
        row = await session.get(Toy, changed.id, lock=True)
        assert row is not None
        row.praises = 1
        session.delete(gone)
        session.add(toy("another"))
        session.publish(ToyMade(toy_id=row.id))
    begin, read, write, commit = store.sent
    assert (begin[:5], read[:6], commit[:6]) == ("BEGIN", "SELECT", "COMMIT")
    assert all(part in write for part in ("UPDATE", "DELETE", "INSERT INTO"))
    await store.close()


async def test_reading_opens_no_transaction_and_writes_nothing(on_postgres: str) -> None:
    store = Overheard(on_postgres)
    await store.open()
    await kept(store, toy("a"))
    store.sent.clear()
    async with session_on(store) as session:
        assert await session.first(BY_NAME, name="a") is not None
    assert [sent[:6] for sent in store.sent] == ["SELECT"]
    await store.close()


@pytest.mark.parametrize("number", [1, 4, 5, 40])
async def test_every_type_comes_back_as_it_went_in_whatever_the_number_of_rows(store: Store, number: int) -> None:
    rows = [full(f"full {n}") if n % 2 == 0 else toy(f"bare {n}") for n in range(number)]
    await kept(store, *rows)
    async with session_on(store) as session:
        back = {row.name: row for row in await session.all(select(Toy))}
    assert [as_fields(back[row.name]) for row in rows] == [as_fields(row) for row in rows]
    assert all(isinstance(row.kind, Kind | None) and isinstance(row.id, UUID) for row in back.values())


async def test_an_instant_of_another_zone_is_the_same_instant_in_utc(store: Store) -> None:
    at = datetime(2026, 11, 16, 9, 0, tzinfo=timezone(timedelta(hours=8)))
    await kept(store, toy("here", made_at=at))
    back = await found(store, "here")
    assert back is not None
    assert back.made_at == at
    assert back.made_at.utcoffset() == timedelta(0)


async def test_an_instant_without_a_zone_is_refused(store: Store) -> None:
    with pytest.raises((ValueError, TypeError)):
        await kept(store, toy("where", made_at=datetime(2026, 11, 16, 9, 0)))  # noqa: DTZ001  # what is refused
    assert await found(store, "where") is None


@pytest.mark.parametrize("number", [1, 5])
async def test_a_text_too_long_for_its_column_is_never_cut_in_silence(on_postgres: str, number: int) -> None:
    store = PostgresStore(on_postgres)
    await store.open()
    with pytest.raises(Exception, match="too long"):
        await kept(store, *(toy(str(n), short="nine char") for n in range(number)))
    await store.close()


async def test_rows_that_refer_to_each_other_go_in_whatever_the_order_of_adding(store: Store) -> None:
    made = [toy(f"labelled {number}") for number in range(6)]
    async with session_on(store) as session:
        session.add(*(Attached(id=new_id(), toy_id=row.id) for row in made))
        session.add(*made)
    async with session_on(store) as session:
        assert len(await session.all(select(Attached))) == 6


async def test_a_row_that_refers_to_nothing_is_refused(store: Store) -> None:
    with pytest.raises(Exception, match=r"(?i)foreign key"):
        async with session_on(store) as session:
            session.add(Attached(id=new_id(), toy_id=new_id()))


async def test_a_row_changed_without_its_lock_is_refused(store: Store) -> None:
    await kept(store, toy("calm"))
    session = session_on(store)
    row = await session.first(BY_NAME, name="calm")
    assert row is not None
    row.praises = 7
    with pytest.raises(TypeError, match="without its lock"):
        await session.__aexit__(None, None, None)
    assert (await found(store, "calm")).praises == 0  # type: ignore[union-attr]


async def test_a_row_changed_before_it_was_locked_is_refused(store: Store) -> None:
    calm = toy("calm")
    await kept(store, calm)
    async with session_on(store) as session:
        row = await session.get(Toy, calm.id)
        assert row is not None
        row.praises = 7
        with pytest.raises(TypeError, match="before it was locked"):
            await session.get(Toy, calm.id, lock=True)
        row.praises = 0


async def test_a_lock_shows_what_others_changed_since_the_first_read(store: Store) -> None:
    busy = toy("busy")
    await kept(store, busy)
    async with session_on(store) as session:
        before = await session.get(Toy, busy.id)
        async with session_on(store) as other:
            theirs = await other.get(Toy, busy.id, lock=True)
            assert theirs is not None
            theirs.praises = 5
        assert before is not None
        assert before.praises == 0
        locked = await session.get(Toy, busy.id, lock=True)
        assert locked is before
        assert before.praises == 5
        before.praises += 1
    assert (await found(store, "busy")).praises == 6  # type: ignore[union-attr]


async def test_a_row_is_one_object_however_it_is_read(store: Store) -> None:
    one = toy("one")
    await kept(store, one)
    async with session_on(store) as session:
        by_key = await session.get(Toy, one.id, lock=True)
        assert by_key is not None
        by_key.praises = 3
        assert await session.first(BY_NAME, name="one") is by_key
        assert await session.all(select(Toy)) == [by_key]
        assert by_key.praises == 3


async def test_a_statement_finds_what_was_added_and_changed_before_it(store: Store) -> None:
    await kept(store, toy("old"))
    async with session_on(store) as session:
        added = toy("new")
        session.add(added)
        assert await session.get(Toy, added.id) is added
        assert await session.first(BY_NAME, name="new") is added
        old = await session.first(BY_NAME.with_for_update(), name="old")
        assert old is not None
        old.name = "renamed"
        assert await session.first(BY_NAME, name="renamed") is old
        added.name = "newer"  # what was flushed may still be changed
    assert await found(store, "newer") is not None


async def test_what_was_deleted_is_gone_for_every_later_read(store: Store) -> None:
    doomed = toy("doomed")
    await kept(store, doomed)
    async with session_on(store) as session:
        row = await session.get(Toy, doomed.id, lock=True)
        assert row is not None
        session.delete(row)
        assert await session.get(Toy, doomed.id) is None
        assert await session.first(BY_NAME, name="doomed") is None
    assert await found(store, "doomed") is None


async def test_what_was_added_and_deleted_again_was_never_there(store: Store) -> None:
    async with session_on(store) as session:
        early = toy("early")
        session.add(early)
        session.delete(early)
    assert await found(store, "early") is None


async def test_a_name_is_free_again_for_the_transaction_that_deleted_its_row_and_flushed(store: Store) -> None:
    first, second = toy("throne"), toy("throne")
    await kept(store, first)
    async with session_on(store) as session:
        row = await session.get(Toy, first.id, lock=True)
        assert row is not None
        session.delete(row)
        await session.flush()  # PostgreSQL makes the changes of one statement in an order of its own
        session.add(second)
    assert (await found(store, "throne")).id == second.id  # type: ignore[union-attr]


async def test_a_transaction_that_fails_leaves_nothing(store: Store) -> None:
    old = toy("old")
    await kept(store, old)

    async def fail_midway() -> None:
        async with session_on(store) as session:
            row = await session.get(Toy, old.id, lock=True)
            assert row is not None
            row.praises = 9
            session.add(toy("never"))
            session.publish(ToyMade(toy_id=row.id))
            session.remind("look_after", about=row.id, due_at=NOON)
            await session.flush()
            session.add(toy("nor this"))
            raise LookupError

    with pytest.raises(LookupError):
        await fail_midway()
    async with session_on(store) as session:
        assert [(row.name, row.praises) for row in await session.all(select(Toy))] == [("old", 0)]
        assert await session.all(columns(OUTBOX.c.id)) == []
        assert await session.all(columns(TIMER.c.id)) == []


@pytest.mark.parametrize("locked", [False, True])
@pytest.mark.parametrize("number", [1, 5])
async def test_a_second_row_of_a_unique_name_is_refused_by_its_table(store: Store, number: int, locked: bool) -> None:
    old = toy("only")
    await kept(store, old)

    async def make_more() -> None:
        async with session_on(store) as session:
            if locked:
                await session.get(Toy, old.id, lock=True)
            session.add(toy("only"), *(toy(f"beside {n}") for n in range(1, number)))
            session.publish(ToyMade(toy_id=old.id))

    with pytest.raises(AlreadyThere) as refusal:
        await make_more()
    assert refusal.value.table == "toy"
    async with session_on(store) as session:
        assert len(await session.all(select(Toy))) == 1
        assert await session.all(columns(OUTBOX.c.id)) == []


async def test_a_second_row_of_one_key_is_refused_by_its_table(store: Store) -> None:
    old = toy("first")
    await kept(store, old)
    with pytest.raises(AlreadyThere) as refusal:
        await kept(store, toy("second", id=old.id))
    assert refusal.value.table == "toy"


async def test_facts_are_published_only_by_their_owner(store: Store) -> None:
    async with session_on(store) as session:
        with pytest.raises(TypeError, match=r"guests\.guest\.came\.v1"):
            session.publish(GuestCame(guest_id=uuid4(), name="zhang"))
    async with session_on(store) as session:
        assert await session.all(columns(OUTBOX.c.id)) == []


async def test_facts_lie_in_the_outbox_in_the_order_of_publishing_also_across_a_flush(store: Store) -> None:
    things = [uuid4() for _ in range(12)]
    async with session_on(store) as session:
        session.publish(*(ToyMade(toy_id=thing) for thing in things[:7]))
        await session.flush()
        session.publish(*(ToyMade(toy_id=thing) for thing in things[7:]))
    async with session_on(store) as session:
        keys = await session.all(columns(OUTBOX.c.aggregateid).order_by(OUTBOX.c.position))
    assert [key for (key,) in keys] == [str(thing) for thing in things]


@pytest.mark.parametrize("lock", [False, True])
async def test_many_rows_are_fetched_at_once_and_not_read_again(on_postgres: str, *, lock: bool) -> None:
    store = Overheard(on_postgres)
    await store.open()
    there = [toy(str(number)) for number in range(5)]
    await kept(store, *there)
    store.sent.clear()
    async with session_on(store) as session:
        await session.fetch(Toy, [uuid4(), *(one.id for one in there), there[0].id], lock=lock)
        for one in there:
            assert await session.get(Toy, one.id, lock=lock) is not None
    kinds = [statement.partition(" ")[0] for statement in store.sent]
    assert kinds == (["SELECT", "BEGIN;", "SELECT", "COMMIT;"] if lock else ["SELECT"])
    await store.close()


async def test_what_was_fetched_can_be_changed_and_what_was_absent_can_be_added(store: Store) -> None:
    first, second, absent = toy("first"), toy("second"), toy("absent")
    await kept(store, first, second)
    async with session_on(store) as session:
        before = await session.get(Toy, first.id)
        await session.fetch(Toy, [first.id, second.id, absent.id], lock=True)
        row = await session.get(Toy, first.id, lock=True)
        assert row is not None
        assert row is before
        row.praises = 7
        assert await session.get(Toy, absent.id) is None
        session.add(absent)
        assert await session.get(Toy, absent.id) is absent
    changed, added = await found(store, "first"), await found(store, "absent")
    assert changed is not None
    assert changed.praises == 7
    assert added is not None


async def test_more_rows_than_one_statement_takes_are_fetched(store: Store) -> None:
    rows = [toy(str(number)) for number in range(1030)]
    await kept(store, *rows)
    async with session_on(store) as session:
        await session.fetch(Toy, [row.id for row in rows])
        held = [await session.get(Toy, row.id) for row in rows]
    assert [row.name for row in held if row is not None] == [row.name for row in rows]


async def test_a_statement_refuses_wrong_parameters(store: Store) -> None:
    async with session_on(store) as session:
        with pytest.raises(TypeError, match="name"):
            await session.all(BY_NAME, named="a")


async def test_a_list_of_values_fills_one_parameter(store: Store) -> None:
    await kept(store, toy("a"), toy("b"), toy("c"))
    async with session_on(store) as session:
        some = await session.all(select(Toy).where(Toy.name.in_(["a", "c"])))  # type: ignore[attr-defined]
    assert {row.name for row in some} == {"a", "c"}


async def test_one_transaction_has_one_instant(store: Store) -> None:
    session = session_on(store)
    async with session:
        assert session.now == NOON
        assert session.now is session.now


async def test_many_rows_go_in_at_once_and_come_back_as_they_were(store: Store) -> None:
    rows = [full(f"full {n}") for n in range(300)]
    columns = tuple(Toy.model_fields)
    async with session_on(store) as session:
        table = Toy.__table__  # type: ignore[attr-defined]
        await session.insert_many(table, columns, [tuple(as_fields(row).values()) for row in rows])
    async with session_on(store) as session:
        back = {row.name: row for row in await session.all(select(Toy))}
    assert [as_fields(back[row.name]) for row in rows] == [as_fields(row) for row in rows]


async def test_many_rows_of_which_one_is_there_already_are_refused_together(store: Store) -> None:
    await kept(store, toy("there"))
    table = Toy.__table__  # type: ignore[attr-defined]
    rows = [tuple(as_fields(toy(name)).values()) for name in ("a", "there", "b")]
    with pytest.raises(AlreadyThere):
        async with session_on(store) as session:
            await session.insert_many(table, tuple(Toy.model_fields), rows)
    assert await found(store, "a") is None
