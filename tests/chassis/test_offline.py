"""What was recorded without a line: the same thing however often it comes, and never overwritten."""

import asyncio
from uuid import UUID, uuid4, uuid5

import pytest
from httpx import AsyncClient, Response
from sqlalchemy import select

from chassis.tables import IDEMPOTENCY, OUTBOX
from tests.chassis.conftest import Mount, client_of
from tests.chassis.toys import Sketch
from tests.mounting import token

pytestmark = pytest.mark.asyncio

LI, ZHAO = UUID(int=7), UUID(int=8)


async def put(client: AsyncClient, sketch: UUID, *, by: UUID = LI, **body: object) -> Response:
    """Send a sketch, without any key."""
    headers = {"authorization": f"Bearer {token(by)}"}
    return await client.put(f"/toys/sketches/{sketch}", json=body, headers=headers)


async def test_the_same_id_and_body_are_answered_as_at_first_and_done_once(mount: Mount) -> None:
    mounted, sketch = await mount(), uuid4()
    async with client_of(mounted) as client:
        answers = [await put(client, sketch, words="风筝", colours=["红"]) for _ in range(3)]
    assert {(one.status_code, one.text) for one in answers} == {(201, answers[0].text)}
    async with mounted.sessions() as session:
        assert len(await session.all(select(OUTBOX.c.id))) == 1
        # nothing hangs on a record that ends: the marks lie on the row
        assert await session.all(select(IDEMPOTENCY.c.key)) == []
        row = await session.get(Sketch, sketch)
    assert row is not None
    assert "风筝" not in repr(row.recorded)


async def test_the_same_id_with_another_body_is_a_conflict_that_says_what_differs(mount: Mount) -> None:
    mounted, sketch = await mount(), uuid4()
    async with client_of(mounted) as client:
        await put(client, sketch, words="风筝", colours=["红"])
        first = await put(client, sketch, words="皮球", colours=["红"])
        again = await put(client, sketch, words="皮球", colours=["红"])
        third = await put(client, sketch, words="皮球", colours=[])
        kept = await put(client, sketch, words="风筝", colours=["红"])
    said = first.json()
    assert (first.status_code, said["code"], said["differs"]) == (409, "recorded-differently", ["words"])
    assert third.json()["differs"] == ["colours", "words"]
    assert len({said["held"], said["given"], third.json()["given"]}) == 3
    assert said["held"] == third.json()["held"]
    assert again.json()["given"] == said["given"]
    assert kept.json()["words"] == "风筝"
    assert "皮球" not in first.text
    assert "风筝" not in first.text


async def test_whoever_did_not_record_it_learns_nothing_of_it(mount: Mount) -> None:
    mounted, sketch = await mount(), uuid4()
    async with client_of(mounted) as client:
        await put(client, sketch, words="风筝")
        other = await put(client, sketch, by=ZHAO, words="风筝")
    assert (other.status_code, other.json()["code"]) == (409, "recorded-differently")
    assert not {"held", "given", "differs", "words"} & other.json().keys()


async def test_two_at_once_are_one_and_a_different_one_is_told_so(mount: Mount) -> None:
    mounted, same, other = await mount(), uuid4(), uuid4()
    async with client_of(mounted) as client:
        twice = await asyncio.gather(*(put(client, same, words="风筝", wait=0.2) for _ in range(2)))
        unlike = await asyncio.gather(*(put(client, other, words=words, wait=0.2) for words in ("风筝", "皮球")))
    assert [one.status_code for one in twice] == [201, 201]
    assert sorted(one.status_code for one in unlike) == [201, 409]
    async with mounted.sessions() as session:
        assert len(await session.all(select(Sketch))) == 2  # type: ignore[call-overload]
        assert len(await session.all(select(OUTBOX.c.id))) == 2


async def test_an_id_that_is_not_random_is_refused(mount: Mount) -> None:
    async with client_of(await mount()) as client:
        for wrong in (UUID(int=1), uuid5(UUID(int=1), "x")):
            assert (await put(client, wrong, words="风筝")).json()["code"] == "id-not-random"
