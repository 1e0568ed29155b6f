"""Files that come in pieces: kept where the connection breaks, gone on with, and whole at the end."""

import asyncio
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import httpx
import pytest
from starlette.types import Message

from services.tasks.uploads import actions
from tests.mounting import token
from tests.tasks.conftest import Village

pytestmark = pytest.mark.asyncio

PAPER = b"%PDF-1.7 " + bytes(range(256)) * 4000  # four blocks
VERSION = {"tus-resumable": "1.0.0"}


def headers(by: UUID, **more: str) -> dict[str, str]:
    """What every call of tus says."""
    return {
        "authorization": f"Bearer {token(by)}",
        **VERSION,
        **{name.replace("_", "-"): said for name, said in more.items()},
    }


async def begun(village: Village, *, size: int = len(PAPER), by: UUID | None = None) -> str:
    """The address of a new upload."""
    said = headers(by or village.people.villager, upload_length=str(size), idempotency_key=uuid4().hex)
    answer = await village.stand.client.post("/attachments/uploads", headers=said)
    assert answer.status_code == 201, answer.text
    return answer.headers["location"]


async def send(
    village: Village, at: str, content: bytes, *, offset: int, by: UUID | None = None, method: str = "PATCH"
) -> httpx.Response:
    """One piece."""
    said = headers(
        by or village.people.villager, upload_offset=str(offset), content_type="application/offset+octet-stream"
    )
    return await village.stand.client.request(method, at, content=content, headers=said)


async def stands(village: Village, at: str) -> int:
    """How much has come."""
    answer = await village.stand.client.head(at, headers=headers(village.people.villager))
    assert answer.status_code == 200
    return int(answer.headers["upload-offset"])


async def progress(village: Village, at: str) -> dict[str, object]:
    """How far it has come, in words."""
    return dict((await village.stand.get(at, by=village.people.villager)).json())


@pytest.mark.parametrize("method", ["PATCH", "POST"])
async def test_a_file_in_pieces_becomes_the_attachment_that_it_would_have_been_whole(
    village: Village, method: str
) -> None:
    at = await begun(village)
    for start in range(0, len(PAPER), 300_000):
        answer = await send(village, at, PAPER[start : start + 300_000], offset=start, method=method)
        assert answer.status_code == 204, answer.text
    told = await progress(village, at)
    kept = (await village.stand.get(f"/attachments/{told['attachment_id']}", by=village.people.villager)).json()
    assert (kept["media_type"], kept["size"]) == ("application/pdf", len(PAPER))
    found = await village.stand.client.get(kept["address"].removeprefix("/api/tasks"))
    assert found.content == PAPER


async def test_what_came_before_the_connection_broke_is_kept(village: Village) -> None:
    at = await begun(village)
    await _broken(village, at, [PAPER[:500_000], PAPER[500_000:600_000]])
    assert await stands(village, at) == 600_000
    rest = await send(village, at, PAPER[600_000:], offset=600_000)
    assert rest.status_code == 204, rest.text
    assert (await progress(village, at))["attachment_id"] is not None


async def _broken(village: Village, at: str, pieces: list[bytes]) -> None:
    """A caller that goes away in the middle of its body."""
    coming = [{"type": "http.request", "body": piece, "more_body": True} for piece in pieces]

    async def receive() -> Message:
        return coming.pop(0) if coming else {"type": "http.disconnect"}

    async def send_(message: Message) -> None:
        del message

    said = headers(village.people.villager, upload_offset="0", content_type="application/offset+octet-stream")
    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": "PATCH",
        "scheme": "http",
        "server": ("service", 80),
        "client": ("127.0.0.1", 1),
        "root_path": "",
        "path": at,
        "raw_path": at.encode(),
        "query_string": b"",
        "headers": [(name.encode(), value.encode()) for name, value in said.items()],
    }
    with suppress(Exception):
        await village.stand.mounted.app(scope, receive, send_)


async def test_a_piece_that_comes_twice_is_refused_and_said_where_it_stands(village: Village) -> None:
    at = await begun(village)
    assert (await send(village, at, PAPER[:1000], offset=0)).status_code == 204
    again = await send(village, at, PAPER[:1000], offset=0)
    assert (again.status_code, again.json()["code"], again.json()["offset"]) == (409, "wrong-offset", 1000)


async def test_two_at_once_from_one_place_leave_one(village: Village) -> None:
    at = await begun(village)
    answers = await asyncio.gather(*(send(village, at, PAPER[:200_000], offset=0) for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [204, 409, 409, 409]
    assert await stands(village, at) == 200_000
    assert (await send(village, at, PAPER[200_000:], offset=200_000)).status_code == 204
    kept = await progress(village, at)
    seen = (await village.stand.get(f"/attachments/{kept['attachment_id']}", by=village.people.villager)).json()
    assert (await village.stand.client.get(seen["address"].removeprefix("/api/tasks"))).content == PAPER


async def test_more_than_was_said_is_refused_and_nothing_of_it_kept(village: Village) -> None:
    at = await begun(village, size=1000)
    answer = await send(village, at, PAPER[:1001], offset=0)
    assert (answer.status_code, answer.json()["code"]) == (422, "too-much-sent")
    assert await stands(village, at) == 0


async def test_what_no_attachment_may_be_ends_the_upload(village: Village, tmp_path: Path) -> None:
    at = await begun(village, size=12)
    answer = await send(village, at, b"<html>hello>", offset=0)
    assert (answer.status_code, answer.json()["code"]) == (415, "wrong-media-type")
    assert (await village.stand.get(at, by=village.people.villager)).status_code == 404
    assert _pieces(tmp_path) == []


async def test_an_upload_is_nobody_elses(village: Village) -> None:
    at = await begun(village)
    agent = village.people.agent
    assert (await village.stand.client.head(at, headers=headers(agent))).status_code == 404
    assert (await send(village, at, PAPER, offset=0, by=agent)).status_code == 404
    assert (await village.stand.client.delete(at, headers=headers(agent))).status_code == 404


async def test_an_upload_that_is_given_up_or_forgotten_leaves_nothing_behind(village: Village, tmp_path: Path) -> None:
    given_up, forgotten = await begun(village), await begun(village)
    for at in (given_up, forgotten):
        await send(village, at, PAPER[:300_000], offset=0)
    gone = await village.stand.client.delete(given_up, headers=headers(village.people.villager))
    assert gone.status_code == 204
    village.clock.at += actions.GOES_ON + timedelta(minutes=1)
    await village.stand.settle()
    assert (await village.stand.get(forgotten, by=village.people.villager)).status_code == 404
    assert _pieces(tmp_path) == []


async def test_what_an_upload_became_outlives_it(village: Village) -> None:
    at = await begun(village)
    await send(village, at, PAPER, offset=0)
    kept = (await progress(village, at))["attachment_id"]
    await village.stand.client.delete(at, headers=headers(village.people.villager))
    seen = await village.stand.get(f"/attachments/{kept}", by=village.people.villager)
    assert seen.status_code == 200


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"upload-length": str(11 << 20)}, "too-large"),
        ({"upload-length": "0"}, "invalid"),
        ({}, "invalid"),
        ({"upload-length": "5", "tus-resumable": "0.2.2"}, "wrong-version"),
    ],
)
async def test_what_cannot_become_an_upload_is_refused(village: Village, said: dict[str, str], code: str) -> None:
    base = headers(village.people.villager, idempotency_key="k")
    answer = await village.stand.client.post("/attachments/uploads", headers=base | said)
    assert answer.json()["code"] == code


async def test_few_uploads_are_under_way_at_once(village: Village) -> None:
    for _ in range(actions.MOST):
        await begun(village, size=5)
    said = headers(village.people.villager, upload_length="5", idempotency_key="one-more")
    answer = await village.stand.client.post("/attachments/uploads", headers=said)
    assert (answer.status_code, answer.json()["code"]) == (409, "too-many-uploads")


def _pieces(folder: Path) -> list[Path]:
    return [one for one in (folder / "objects" / "uploads").rglob("*") if one.is_file()]
