"""Files of a case: who may have them, for how long, and what becomes of those that nobody names."""

import asyncio
import tracemalloc
from collections.abc import AsyncIterator
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from uuid import UUID, uuid4

import httpx
import pytest
from PIL import Image

from chassis.clock import real_now
from services.tasks.attachments import actions, addresses
from tests.mounting import token
from tests.tasks.attachments.test_pictures import jpeg
from tests.tasks.conftest import Village

pytestmark = pytest.mark.asyncio

PAPER = b"%PDF-1.7 " + b"receipt " * 20_000


async def upload(
    village: Village, content: bytes | AsyncIterator[bytes], *, by: UUID, key: str | None = None
) -> httpx.Response:
    """Send a file."""
    headers = {"authorization": f"Bearer {token(by)}", "idempotency-key": key or uuid4().hex}
    return await village.stand.client.post("/attachments", content=content, headers=headers)


async def download(village: Village, address: str) -> httpx.Response:
    """Have a file by its address; the gateway takes the first two parts of the path off."""
    return await village.stand.client.get(address.removeprefix("/api/tasks"))


async def evidence(village: Village, content: bytes = PAPER) -> tuple[str, str]:
    """A case that was reported done with a file; the ids of both."""
    case, agent = str((await village.submit())["id"]), village.people.agent
    await village.stand.post(f"/requests/{case}/promise", by=agent, promised_on="2026-11-18")
    kept = (await upload(village, content, by=agent)).json()
    done = await village.stand.post(f"/requests/{case}/report", by=agent, note="已办", evidence=[kept["id"]])
    assert done.status_code == 200, done.text
    return case, kept["id"]


async def test_a_picture_is_kept_without_its_place_and_handed_out_as_it_was_kept(village: Village) -> None:
    answer = await upload(village, jpeg(), by=village.people.villager)
    assert answer.status_code == 201, answer.text
    kept = answer.json()
    found = await download(village, kept["address"])
    assert found.headers["content-type"] == "image/jpeg"
    assert "sandbox" in found.headers["content-security-policy"]
    assert len(found.content) == kept["size"] == int(found.headers["content-length"])
    assert not Image.open(BytesIO(found.content)).getexif().get_ifd(0x8825)


async def test_a_file_that_comes_in_drops_is_kept_whole(village: Village) -> None:
    async def drops() -> AsyncIterator[bytes]:
        for start in range(0, len(PAPER), 7_919):
            yield PAPER[start : start + 7_919]
            await asyncio.sleep(0)

    kept = (await upload(village, drops(), by=village.people.villager)).json()
    assert (await download(village, kept["address"])).content == PAPER


async def test_one_s_files_are_there_for_those_who_may_see_the_case_and_nobody_else(village: Village) -> None:
    case, file = await evidence(village)
    people = village.people
    for who in (people.villager, people.agent, people.cadre):
        listed = (await village.stand.get(f"/requests/{case}/attachments", by=who)).json()["items"]
        assert [one["id"] for one in listed] == [file]
        assert (await download(village, listed[0]["address"])).content == PAPER
        assert (await village.stand.get(f"/attachments/{file}", by=who)).status_code == 200
    for stranger in (people.other_agent, uuid4()):
        assert (await village.stand.get(f"/requests/{case}/attachments", by=stranger)).status_code == 404
        assert (await village.stand.get(f"/attachments/{file}", by=stranger)).status_code == 404


async def test_an_address_is_good_for_one_file_and_some_minutes(
    village: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = (await upload(village, PAPER, by=village.people.villager)).json()
    second = (await upload(village, b"%PDF-1.7 other", by=village.people.villager)).json()
    swapped = first["address"].replace(first["id"], second["id"])
    assert (await download(village, swapped)).status_code == 404
    longer = first["address"].replace("until=1", "until=2")
    assert longer != first["address"]
    assert (await download(village, longer)).status_code == 404
    assert (await download(village, first["address"] + "0")).status_code == 422
    later = real_now() + addresses.GOOD_FOR + timedelta(seconds=1)
    monkeypatch.setattr(addresses, "real_now", lambda: later)
    assert (await download(village, first["address"])).status_code == 404


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"hello", "wrong-media-type"),
        (b"", "wrong-media-type"),
        (b"\x89PNG\r\n\x1a\nrest", "picture-broken"),
        (b"%PDF-" + b"x" * (10 << 20), "too-large"),
        (b"\xff\xd8\xff" + b"x" * (10 << 20), "too-large"),
    ],
)
async def test_what_is_no_file_of_ours_is_refused_and_not_kept(
    village: Village, tmp_path: Path, content: bytes, code: str
) -> None:
    answer = await upload(village, content, by=village.people.villager)
    assert answer.json()["code"] == code, answer.text
    assert [found for found in (tmp_path / "objects").rglob("*") if found.is_file()] == []


async def test_a_repeated_upload_is_one_file(village: Village) -> None:
    first = await upload(village, PAPER, by=village.people.villager, key="once")
    again = await upload(village, PAPER, by=village.people.villager, key="once")
    assert again.json() == first.json()
    other = await upload(village, PAPER + b"x", by=village.people.villager, key="once")
    assert other.json()["code"] == "key-reused"


async def test_a_file_belongs_to_one_case_and_to_its_owner(village: Village) -> None:
    _, file = await evidence(village)
    case, agent = str((await village.submit())["id"]), village.people.agent
    await village.stand.post(f"/requests/{case}/promise", by=agent, promised_on="2026-11-18")
    theirs = (await upload(village, PAPER, by=village.people.villager)).json()["id"]
    for named in (file, theirs, str(uuid4())):
        refused = await village.stand.post(f"/requests/{case}/report", by=agent, note="已办", evidence=[named])
        assert refused.json()["code"] == "no-such-attachment"


async def test_a_file_that_no_case_names_is_gone_after_a_day_and_one_that_is_named_stays(
    village: Village, tmp_path: Path
) -> None:
    _, named = await evidence(village)
    loose = (await upload(village, PAPER, by=village.people.villager)).json()["id"]
    village.clock.at += actions.KEPT_LOOSE + timedelta(seconds=1)
    await village.stand.settle()
    kept = [found.name for found in (tmp_path / "objects").rglob("*") if found.is_file()]
    assert kept == [named]
    assert (await village.stand.get(f"/attachments/{loose}", by=village.people.villager)).status_code == 404


async def test_nobody_fills_the_store_with_files_that_no_case_names(
    village: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "MOST_LOOSE", 2)
    for _ in range(2):
        assert (await upload(village, b"%PDF-1.7", by=village.people.villager)).status_code == 201
    refused = await upload(village, b"%PDF-1.7", by=village.people.villager)
    assert (refused.status_code, refused.json()["code"]) == (409, "too-many-loose")
    assert (await upload(village, b"%PDF-1.7", by=village.people.agent)).status_code == 201


async def test_pictures_on_their_way_are_not_whole_in_memory(village: Village) -> None:
    came, go_on = asyncio.Semaphore(0), asyncio.Event()

    async def picture() -> AsyncIterator[bytes]:
        yield b"\xff\xd8\xff\xda\x00\x02"
        for _ in range(64):
            yield bytes(128 * 1024)
        came.release()
        await go_on.wait()
        yield b"\xff\xd9"

    tracemalloc.start()
    try:
        uploads = [asyncio.create_task(upload(village, picture(), by=village.people.villager)) for _ in range(8)]
        async with asyncio.timeout(60):
            for _ in uploads:
                await came.acquire()
        in_memory, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
        go_on.set()
    assert {(await one).status_code for one in uploads} == {201}
    assert in_memory < 24 << 20  # of 64 MiB that came
