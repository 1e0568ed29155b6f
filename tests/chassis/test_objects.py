"""Files in a folder and in a store that speaks S3: whole or not at all, sealed, and never tampered with unnoticed."""

import os
from collections.abc import AsyncIterator, Iterator
from hashlib import sha256
from pathlib import Path

import boto3
import pytest
from cryptography.exceptions import InvalidTag
from moto.server import ThreadedMotoServer
from obstore.store import LocalStore
from pydantic import SecretStr

from chassis.objects import PIECE, TAG, Objects, new_key, objects_of
from chassis.problems import NotFound, StoreAway, TooLarge
from chassis.settings import ObjectSettings

pytestmark = pytest.mark.asyncio

KEY = bytes(range(32))


@pytest.fixture(scope="module")
def bucket() -> Iterator[ObjectSettings]:
    """A bucket of a store that speaks S3."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        settings = ObjectSettings(
            folder=None,
            bucket="lianxin",
            endpoint=f"http://{host}:{port}",
            access_key=SecretStr("generated"),
            secret_key=SecretStr("generated"),
            plain_http=True,
        )
        client = boto3.client(
            "s3",
            endpoint_url=settings.endpoint,
            region_name=settings.region,
            aws_access_key_id="generated",
            aws_secret_access_key="generated",  # of the stand-in
        )
        client.create_bucket(Bucket="lianxin")
        client.close()
        yield settings
    finally:
        server.stop()


@pytest.fixture(params=["folder", "s3"])
def objects(request: pytest.FixtureRequest, tmp_path: Path) -> Objects:
    """Both kinds of store in turn."""
    settings = ObjectSettings(bucket=None) if request.param == "folder" else request.getfixturevalue("bucket")
    return objects_of(settings, folder=tmp_path / "objects")


async def pieces(content: bytes, size: int = 100_001) -> AsyncIterator[bytes]:
    """The content as it might come from a network."""
    for start in range(0, len(content), size):
        yield content[start : start + size]


async def read(objects: Objects, name: str, *, key: bytes = KEY) -> bytes:
    """The file whole."""
    return b"".join([piece async for piece in await objects.get(name, key=key)])


@pytest.mark.parametrize("size", [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE, 2_000_001])
async def test_a_file_comes_back_as_it_went_in(objects: Objects, size: int) -> None:
    content = os.urandom(size)
    kept = await objects.put(f"files/{size}", pieces(content), key=KEY)
    assert (kept.size, kept.digest) == (size, sha256(content).digest())
    assert await read(objects, f"files/{size}") == content


async def test_what_breaks_off_leaves_nothing_behind(objects: Objects) -> None:
    async def broken() -> AsyncIterator[bytes]:
        yield os.urandom(300_000)
        raise TooLarge(largest=1)

    with pytest.raises(TooLarge):
        await objects.put("broken", broken(), key=KEY)
    with pytest.raises(NotFound):
        await objects.get("broken", key=KEY)


async def test_a_file_can_be_deleted_twice(objects: Objects) -> None:
    await objects.put("gone", pieces(b"x"), key=KEY)
    await objects.delete("gone")
    await objects.delete("gone")
    with pytest.raises(NotFound):
        await objects.get("gone", key=KEY)


async def test_another_key_opens_nothing(objects: Objects) -> None:
    await objects.put("sealed", pieces(b"x" * 100), key=KEY)
    with pytest.raises(InvalidTag):
        await read(objects, "sealed", key=new_key())


async def test_no_word_of_a_file_is_readable_in_the_store(tmp_path: Path) -> None:
    objects = Objects(lambda: LocalStore(tmp_path))
    await objects.put("sealed", pieces("门牌号".encode() * 50_000), key=KEY)
    assert "门牌号".encode() not in (tmp_path / "sealed").read_bytes()


@pytest.mark.parametrize("tampering", ["changed", "cut", "swapped", "last left out", "more"])
async def test_a_file_that_was_tampered_with_does_not_open(tmp_path: Path, tampering: str) -> None:
    objects = Objects(lambda: LocalStore(tmp_path))
    await objects.put("sealed", pieces(os.urandom(4 * PIECE)), key=KEY)
    file, step = tmp_path / "sealed", PIECE + TAG
    content = file.read_bytes()
    file.write_bytes(
        {
            "changed": content[:100] + bytes([content[100] ^ 1]) + content[101:],
            "cut": content[:-10],
            "swapped": content[step : 2 * step] + content[:step] + content[2 * step :],
            "last left out": content[: 3 * step],
            "more": content + bytes(step),
        }[tampering]
    )
    with pytest.raises(InvalidTag):
        await read(objects, "sealed")


async def test_a_store_that_does_not_answer_is_away(bucket: ObjectSettings, tmp_path: Path) -> None:
    nobody = bucket.model_copy(update={"bucket": "no-such-bucket"})
    with pytest.raises((StoreAway, NotFound)):
        await objects_of(nobody, folder=tmp_path).put("x", pieces(b"x"), key=KEY)
