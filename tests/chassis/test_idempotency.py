"""A repeated request is answered as the first was, and done once: each case by which a caller may repeat itself."""

import asyncio
from datetime import timedelta
from uuid import UUID, uuid4

import httpx
import pytest
from sqlalchemy import select as columns
from sqlmodel import select

from chassis import idempotency
from chassis.clock import real_now
from chassis.service import Mounted
from chassis.tables import AUDIT, IDEMPOTENCY, OUTBOX
from tests.chassis.conftest import Mount, client_of
from tests.chassis.toys import Toy
from tests.mounting import token

pytestmark = pytest.mark.asyncio

LI, WANG = UUID(int=7), UUID(int=8)


async def ask(
    mounted: Mounted, *, key: str | None, by: UUID = LI, path: str = "/toys", **body: object
) -> httpx.Response:
    """One request under a key."""
    headers = {"authorization": f"Bearer {token(by)}"} | ({} if key is None else {"idempotency-key": key})
    async with client_of(mounted) as client:
        return await client.post(path, json=body, headers=headers)


async def made(mounted: Mounted) -> list[str]:
    """The toys there are; each told and audited exactly once."""
    async with mounted.sessions() as session:
        names = sorted(row.name for row in await session.all(select(Toy)))
        assert len(await session.all(columns(OUTBOX.c.id))) == len(names)
        assert len(await session.all(columns(AUDIT.c.id))) == len(names)
    return names


async def test_the_same_key_and_body_get_the_same_answer_and_nothing_more_is_done(mount: Mount) -> None:
    mounted = await mount()
    first = await ask(mounted, key="k", name="ball")
    again = [await ask(mounted, key="k", name="ball") for _ in range(3)]
    assert first.status_code == 201
    assert {(answer.status_code, answer.text) for answer in again} == {(201, first.text)}
    assert {answer.headers["idempotency-replayed"] for answer in again} == {"true"}
    assert "idempotency-replayed" not in first.headers
    assert await made(mounted) == ["ball"]


async def test_the_same_answer_is_had_from_another_process(mount: Mount) -> None:
    first = await ask(await mount(), key="k", name="ball")
    other = await mount()
    assert (await ask(other, key="k", name="ball")).text == first.text
    assert await made(other) == ["ball"]


async def test_a_request_refused_for_its_form_leaves_its_key_free(mount: Mount) -> None:
    mounted = await mount()
    assert (await ask(mounted, key="k", name="")).status_code == 422
    assert (await ask(mounted, key="k", name="ball")).status_code == 201
    assert await made(mounted) == ["ball"]


async def test_a_request_refused_in_its_work_leaves_its_key_free(mount: Mount) -> None:
    mounted = await mount()
    assert (await ask(mounted, key="k", name="ball", refuse=True)).status_code == 409
    assert (await ask(mounted, key="k", name="ball")).status_code == 201
    assert await made(mounted) == ["ball"]


async def test_a_repetition_whose_work_would_now_be_refused_gets_the_first_answer(mount: Mount) -> None:
    mounted = await mount()
    first = await ask(mounted, key="k", name="ball")  # a second ball of the same name would be a conflict
    assert (await ask(mounted, key="other", name="ball")).status_code == 409
    assert (await ask(mounted, key="k", name="ball")).text == first.text


async def test_the_same_key_with_another_body_is_refused(mount: Mount) -> None:
    mounted = await mount()
    await ask(mounted, key="k", name="ball")
    other = await ask(mounted, key="k", name="kite")
    assert (other.status_code, other.json()["code"]) == (422, "key-reused")
    assert await made(mounted) == ["ball"]


async def test_a_fault_before_the_commit_leaves_the_key_free_to_do_it_anew_once(mount: Mount) -> None:
    mounted = await mount()
    assert (await ask(mounted, key="k", name="ball", stumble=True)).status_code == 500
    assert await made(mounted) == []
    assert [(await ask(mounted, key="k", name="ball")).status_code for _ in range(2)] == [201, 201]
    assert await made(mounted) == ["ball"]


async def test_an_answer_that_never_arrived_is_had_again_though_its_caller_went(mount: Mount) -> None:
    mounted = await mount()
    lost = asyncio.create_task(ask(mounted, key="k", name="ball", wait=0.1))
    await asyncio.sleep(0.05)
    lost.cancel()
    await asyncio.gather(lost, return_exceptions=True)
    assert (await ask(mounted, key="k", name="ball", wait=0.1)).status_code == 201
    assert await made(mounted) == ["ball"]


async def test_a_repetition_while_the_first_is_still_running_is_refused(mount: Mount) -> None:
    mounted = await mount()
    first = asyncio.create_task(ask(mounted, key="k", name="ball", wait=0.3))
    await asyncio.sleep(0.1)
    during = await ask(mounted, key="k", name="ball", wait=0.3)
    assert (during.status_code, during.json()["code"]) == (409, "still-running")
    assert (await ask(mounted, key="k", name="ball", wait=0.3)).status_code in {201, 409}
    assert (await first).status_code == 201
    assert (await ask(mounted, key="k", name="ball", wait=0.3)).text == (await first).text
    assert await made(mounted) == ["ball"]


async def test_a_request_sent_to_two_processes_at_once_is_done_once(mount_on_postgres: Mount) -> None:
    mounts = [await mount_on_postgres() for _ in range(2)]
    for number in range(5):
        answers = await asyncio.gather(*(ask(one, key=f"k{number}", name=f"toy {number}") for one in mounts))
        assert [answer.status_code for answer in answers] == [201, 201]
        assert answers[0].text == answers[1].text
    assert len(await made(mounts[0])) == 5


async def test_keys_are_apart_by_actor_and_by_route(mount: Mount) -> None:
    mounted = await mount()
    first = await ask(mounted, key="k", name="ball")
    assert (await ask(mounted, key="k", by=WANG, name="kite")).json()["maker"] == str(WANG)
    praised = await ask(mounted, key="k", path=f"/toys/{first.json()['id']}/praise")
    assert praised.json() == 1


async def test_a_quoted_key_is_the_same_key(mount: Mount) -> None:
    mounted = await mount()
    first = await ask(mounted, key="k-1", name="ball")
    assert (await ask(mounted, key='"k-1"', name="ball")).text == first.text


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        (None, (400, "key-missing")),
        ("", (422, "key-malformed")),
        ('""', (422, "key-malformed")),
        ("k" * 129, (422, "key-malformed")),
    ],
)
async def test_a_change_without_a_proper_key_is_refused(
    mount: Mount, key: str | None, expected: tuple[int, str]
) -> None:
    mounted = await mount()
    answer = await ask(mounted, key=key, name="ball")
    assert (answer.status_code, answer.json()["code"]) == expected
    assert await made(mounted) == []


async def test_a_stored_answer_lies_encrypted_in_the_database(mount: Mount) -> None:
    mounted = await mount()
    secret = uuid4().hex
    answer = await ask(mounted, key="k", name=secret)
    async with mounted.sessions() as session:
        ((code, stored),) = await session.all(columns(IDEMPOTENCY.c.code, IDEMPOTENCY.c.answer))
    assert code == 201
    assert secret in answer.text
    assert secret.encode() not in stored
    assert len(stored) == len(answer.content) + 31


async def expire(mounted: Mounted) -> None:
    """Let the time of every stored answer be over."""
    async with mounted.sessions() as session:
        for (key,) in await session.all(columns(IDEMPOTENCY.c.key)):
            session.alter(IDEMPOTENCY, key, {"expires_at": real_now() - timedelta(seconds=1)})


async def forget_old(mounted: Mounted) -> int:
    """What the service's own loop does every ten minutes."""
    async with mounted.sessions() as session:
        return await idempotency.forget_old(session)


async def test_an_answer_whose_time_is_over_is_forgotten_and_its_key_free(mount: Mount) -> None:
    mounted = await mount()
    await ask(mounted, key="k", name="ball")
    assert await forget_old(mounted) == 0
    await expire(mounted)
    assert await forget_old(mounted) == 1
    assert (await ask(mounted, key="k", name="kite")).status_code == 201
    assert await made(mounted) == ["ball", "kite"]


async def test_an_answer_is_kept_for_two_days(mount: Mount) -> None:
    mounted = await mount()
    before = real_now()
    await ask(mounted, key="k", name="ball")
    async with mounted.sessions() as session:
        ((ends,),) = await session.all(columns(IDEMPOTENCY.c.expires_at))
    assert before + timedelta(days=2) <= ends <= real_now() + timedelta(days=2)
    assert timedelta(days=2) == idempotency.KEPT
