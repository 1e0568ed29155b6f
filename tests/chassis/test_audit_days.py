"""Days are sealed once when they are over, told to others, and prove that a row is among theirs."""

import asyncio
import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from unittest.mock import patch
from uuid import UUID, uuid4

import httpx
import pytest
from sqlalchemy import select

from chassis import audit
from chassis.audit.days import PART, Day, DayRewritten, keep, sealing
from chassis.audit.leaves import GENESIS, LEAF
from chassis.audit.merkle import EMPTY
from chassis.audit.proofs import Proof, prove
from chassis.clock import local_date, real_now
from chassis.service import Mounted
from chassis.session import AlreadyThere, Session
from chassis.store import Store
from chassis.tables import AUDIT, AUDIT_PART, OUTBOX
from contracts.audit import SealedDay
from contracts.event import Event
from tests.chassis.auditing import DAY, FIRST, LI, commit, days_of, hands_on, look, seal, three_days
from tests.chassis.conftest import NOON, Mount, Place, client_of, session_on
from tests.chassis.toys import build
from tests.mounting import token

pytestmark = pytest.mark.asyncio

WANG = UUID(int=8)


class ToyDaySealed(SealedDay, Event, type="toys.audit_day.sealed.v1", key="day"):
    """A day of the toys' audit is over."""


async def test_a_day_holds_the_blocks_up_to_its_last_and_points_to_the_day_before(store: Store) -> None:
    await three_days(store)
    first, second = await days_of(store)
    assert (first.day, first.first_block, first.last_block, first.size) == (FIRST, 1, 3, 5)
    assert (second.day, second.first_block, second.last_block, second.size) == (FIRST + DAY, 4, 6, 5)
    assert (first.previous, second.previous) == (GENESIS, first.root)
    assert len({first.root, second.root, first.chain, second.chain}) == 4


async def test_days_without_rows_are_sealed_too(store: Store) -> None:
    await commit(store)
    await commit(store, at_day=3)
    assert await seal(store, before=FIRST + 3 * DAY) == 3
    first, *empty = await days_of(store)
    assert [(day.first_block, day.last_block, day.size, day.root) for day in empty] == [(2, 1, 0, EMPTY)] * 2
    assert {day.chain for day in empty} == {first.chain}
    assert (await look(store)).faults == []


async def test_nothing_is_sealed_before_there_is_a_row_and_before_the_day_is_over(store: Store) -> None:
    assert await seal(store) == 0
    await commit(store)
    assert await seal(store, before=FIRST) == 0
    assert await seal(store, before=FIRST + DAY) == 1


async def test_a_row_whose_commit_ended_after_the_sealing_belongs_to_the_next_day(store: Store) -> None:
    await commit(store)
    await seal(store, before=FIRST + DAY)
    await commit(store)  # its instant lies in the day that is sealed
    await commit(store, at_day=1)
    await seal(store, before=FIRST + 2 * DAY)
    assert [day.size for day in await days_of(store)] == [1, 2]
    assert (await look(store)).faults == []


async def test_of_several_copies_one_seals_and_tells(mount: Mount) -> None:
    copies = [await mount(replace(build(), seals=ToyDaySealed)) for _ in range(3)]
    await commit(copies[0].store)

    async def seal_here(copy: Mounted) -> None:
        async with copy.sessions() as session:
            await sealing("toys", ToyDaySealed)(session)

    with patch("chassis.audit.days.real_now", lambda: NOON + 4 * DAY):
        for _ in range(4):
            ends = await asyncio.gather(*map(seal_here, copies), return_exceptions=True)
            assert {type(end) for end in ends} <= {type(None), AlreadyThere}
    async with copies[0].sessions() as session:
        told = [ToyDaySealed.read(body) for (body,) in await session.all(select(OUTBOX.c.payload))]
    days = await days_of(copies[0].store)
    assert sorted(fact.day for fact in told) == [day.day for day in days] == [FIRST + n * DAY for n in range(4)]
    assert [Day.heard("toys", fact) for fact in sorted(told, key=lambda fact: fact.day)] == days


async def test_a_running_service_seals_by_itself(mount: Mount) -> None:
    resting = await mount()
    with patch("chassis.audit.real_now", lambda: real_now() - timedelta(days=1)):
        async with session_on(resting.store) as session:
            audit.record(session, actor_id=LI, action="make", about="x")
    running = await mount(replace(build(), seals=ToyDaySealed), loops=True)
    async with asyncio.timeout(60):
        while not await days_of(running.store):
            await asyncio.sleep(0.02)
    day, *_ = await days_of(running.store)
    assert day.size == 1
    assert day.day < local_date(real_now())


async def test_a_day_that_is_told_again_otherwise_is_refused_and_the_first_is_kept(store: Store) -> None:
    said = SealedDay(
        day=FIRST, first_block=1, last_block=2, size=3, root="aa" * 32, chain="bb" * 32, previous="00" * 32
    )

    async def hear(session: Session, day: SealedDay) -> None:
        await keep(session, "guests", day)

    for again in (said, said):
        async with session_on(store) as session:
            await hear(session, again)
    async with session_on(store) as session:
        with pytest.raises(DayRewritten):
            await hear(session, said.model_copy(update={"root": "cc" * 32}))


# — proofs —


async def proofs_of(store: Store) -> list[Proof]:
    """The proof of every row of a sealed day."""
    async with session_on(store) as session:
        rows = await session.all(select(AUDIT.c.id).where(AUDIT.c.block <= 6).order_by(AUDIT.c.block, AUDIT.c.place))
        return [await prove(session, "toys", audit_id) for (audit_id,) in rows]


async def test_each_row_of_a_sealed_day_is_proven_by_the_published_root(store: Store) -> None:
    await three_days(store)
    roots = {day.day: day.root.hex() for day in await days_of(store)}
    proofs = await proofs_of(store)
    assert [proof.index for proof in proofs] == [0, 1, 2, 3, 4] * 2
    for proof in proofs:
        assert proof.holds()
        assert proof.root == roots[proof.day]
        version, *row = json.loads(proof.leaf)
        assert version == 1
        assert dict(zip(LEAF, row, strict=True))["action"] == "praise"


async def test_a_day_of_many_parts_is_proven_by_one_part_and_the_nodes(store: Store) -> None:
    sizes = [PART - 1, 3, PART, 2, 1]
    for size in sizes:
        await commit(store, size)
    await seal(store)
    async with session_on(store) as session:
        assert len(await session.all(select(AUDIT_PART.c.node))) == 3
        rows = await session.all(select(AUDIT.c.id).order_by(AUDIT.c.block, AUDIT.c.place))
        for index in (0, PART - 2, PART - 1, PART, 2 * PART - 1, 2 * PART, len(rows) - 1):
            proof = await prove(session, "toys", rows[index][0])
            assert (proof.index, proof.size, proof.holds()) == (index, sum(sizes), True)


@pytest.mark.parametrize(
    "wrong",
    [
        {"index": 1},
        {"index": -1},
        {"size": 4},
        {"root": "00" * 32},
        {"root": "no hash"},
        {"path": []},
        {"path": ["zz"]},
        {"leaf": "[]"},
    ],
    ids=str,
)
async def test_a_proof_that_was_changed_does_not_hold(store: Store, wrong: dict[str, object]) -> None:
    await three_days(store)
    proof = (await proofs_of(store))[0]
    assert not proof.model_copy(update=wrong).holds()
    assert not proof.model_copy(update={"leaf": proof.leaf.replace("praise", "blame!")}).holds()


async def test_the_lines_in_the_document_come_to_the_same_as_we_do(store: Store, tmp_path: Path) -> None:
    text = (Path(__file__).parents[2] / "docs" / "subsystems" / "audit.md").read_text(encoding="utf-8")
    lines = text.partition("```python\n")[2].partition("```")[0]
    for size in (1, 2, 4):
        await commit(store, size)
    await seal(store)
    for number, proof in enumerate(await proofs_of(store)):
        for changes, code in (({}, 0), ({"index": proof.index + 1}, 1), ({"leaf": proof.leaf + " "}, 1)):
            file = tmp_path / f"{number}.json"
            file.write_text(proof.model_copy(update=changes).model_dump_json(), encoding="utf-8")
            with patch("sys.argv", ["check", str(file)]), pytest.raises(SystemExit) as ended:
                exec(compile(lines, "audit.md", "exec"), {})  # our own document
            assert ended.value.code == code


# — what callers see —


async def ask(mounted: Mounted, path: str, *, by: UUID | None = None) -> httpx.Response:
    """Read as somebody, or as nobody."""
    headers = {} if by is None else {"authorization": f"Bearer {token(by)}"}
    async with client_of(mounted) as client:
        return await client.get(path, headers=headers)


async def test_anybody_reads_the_days_page_by_page(mount: Mount) -> None:
    mounted = await mount()
    await three_days(mounted.store)
    days = await days_of(mounted.store)
    page = (await ask(mounted, "/audit/days?limit=1")).json()
    assert [day["day"] for day in page["items"]] == [str(FIRST + DAY)]
    rest = (await ask(mounted, f"/audit/days?limit=1&before={page['next']}")).json()
    assert rest["next"] is None
    assert [Day.heard("toys", SealedDay.model_validate(day)) for day in [*rest["items"], *page["items"]]] == days
    assert (await ask(mounted, f"/audit/days/{FIRST}")).json()["root"] == days[0].root.hex()
    assert (await ask(mounted, "/audit/days?of=guests")).json()["items"] == []
    assert (await ask(mounted, f"/audit/days/{FIRST + 9 * DAY}")).status_code == 404


async def test_a_proof_is_given_to_who_did_it_once_the_day_is_sealed(where: Place, mount: Mount) -> None:
    mounted = await mount()
    await commit(mounted.store, 3)
    (row, *_) = (await ask(mounted, "/audit/rows?limit=1", by=LI)).json()["items"]
    path = f"/audit/proofs/{row['audit_id']}"
    early = await ask(mounted, path, by=LI)
    assert (early.status_code, early.json()["code"]) == (409, "not-sealed-yet")
    await seal(mounted.store)
    proof = Proof.model_validate((await ask(mounted, path, by=LI)).json())
    assert proof.holds()
    assert proof.size == 3
    assert (await ask(mounted, path, by=WANG)).status_code == 404
    assert (await ask(mounted, path)).status_code == 401
    assert (await ask(mounted, f"/audit/proofs/{uuid4()}", by=LI)).status_code == 404
    async with hands_on(where) as hands:
        await hands.do("UPDATE audit SET action = 'blame'")
    refused = await ask(mounted, path, by=LI)
    assert (refused.status_code, refused.json()["code"]) == (409, "unprovable")


async def test_rows_about_ones_own_thing_are_shown_and_proven_whoever_wrote_them(mount: Mount) -> None:
    async def concerns(session: Session, person_id: UUID, about: str) -> bool:
        return (person_id, about) == (WANG, "case-of-wang")

    mounted = await mount(replace(build(), concerns=concerns))
    await commit(mounted.store, about="case-of-wang", reason="visit")
    await commit(mounted.store, about="another", actor_id=None)
    await seal(mounted.store)
    (row,) = (await ask(mounted, "/audit/rows?about=case-of-wang", by=WANG)).json()["items"]
    assert (row["actor_id"], row["action"], row["reason"]) == (str(LI), "praise", "visit")
    assert (await ask(mounted, f"/audit/proofs/{row['audit_id']}", by=WANG)).status_code == 200
    assert len((await ask(mounted, "/audit/rows?about=case-of-wang", by=LI)).json()["items"]) == 1
    for somebody, path in ((WANG, "/audit/rows?about=another"), (WANG, "/audit/rows"), (UUID(int=9), "/audit/rows")):
        assert (await ask(mounted, path, by=somebody)).json()["items"] == []


async def test_rows_are_read_page_by_page_the_newest_first(mount: Mount) -> None:
    mounted = await mount()
    await commit(mounted.store, 5)
    seen, cursor = list[str](), ""
    while cursor is not None:
        page = (await ask(mounted, f"/audit/rows?limit=2{cursor and f'&cursor={cursor}'}", by=LI)).json()
        seen += [row["about"] for row in page["items"]]
        cursor = page["next"]
    assert seen == [f"thing-{number}" for number in (4, 3, 2, 1, 0)]


@pytest.mark.parametrize(
    "path",
    [
        "/audit/days/today",
        "/audit/days/99999-01-01",
        "/audit/days?before=x",
        "/audit/days?of=%00",
        "/audit/days?of=A'--",
        "/audit/days?limit=101",
        "/audit/proofs/%00",
        "/audit/rows?about=%00",
        "/audit/rows?about=%ED%A0%80",
        "/audit/rows?cursor=x",
    ],
)
async def test_hostile_input_is_the_callers_fault(mount: Mount, path: str) -> None:
    answer = await ask(await mount(), path, by=LI)
    assert 400 <= answer.status_code < 500
    assert answer.headers["content-type"] == "application/problem+json"
