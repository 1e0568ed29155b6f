"""Files, kept beside the database: in a folder, or in a store that speaks S3; each sealed with a key of its own."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cached_property, partial
from hashlib import sha256
from pathlib import Path
from tempfile import SpooledTemporaryFile

import obstore
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from obstore.exceptions import BaseError
from obstore.store import LocalStore, ObjectStore, S3Store

from chassis.problems import NotFound, StoreAway
from chassis.settings import ObjectSettings

PIECE = 64 * 1024  # bytes of the file that are sealed together
TAG = 16  # bytes that sealing adds to each piece
IN_MEMORY = 1 << 20  # bytes of a sealed file; a longer one waits on the disk until it is whole

Pieces = AsyncIterator[bytes]


@dataclass(frozen=True, slots=True)
class Kept:
    """What a file turned out to be, once it was kept."""

    size: int  # bytes
    digest: bytes  # SHA-256 of the plain file


class Objects:
    """A store of files by name. A file is sealed piece by piece on its way in, so that no long one is whole in memory.

    The pieces of one file cannot be changed, moved, left out or cut off at the end without its opening failing. The
    library is called in threads: its own asynchronous calls now and then end the process with an abort as it stops.
    """

    def __init__(self, open_store: Callable[[], ObjectStore]) -> None:
        self._open_store = open_store

    @cached_property
    def _store(self) -> ObjectStore:
        return self._open_store()

    async def put(self, name: str, pieces: Pieces, *, key: bytes) -> Kept:
        """Keep a file under a name once it is whole; what `pieces` raises leaves nothing behind. Raises `StoreAway`."""
        size, digest = 0, sha256()
        with SpooledTemporaryFile(max_size=IN_MEMORY) as sealed:
            cipher, number = AESGCM(key), 0
            async for piece, last in _even(pieces, PIECE):
                size += len(piece)
                digest.update(piece)
                sealed.write(cipher.encrypt(_nonce(number, last=last), piece, None))
                number += 1
            sealed.seek(0)
            with _telling_away():
                await asyncio.to_thread(obstore.put, self._store, name, sealed)
        return Kept(size, digest.digest())

    async def get(self, name: str, *, key: bytes) -> Pieces:
        """The file again, piece by piece.

        Raises `NotFound`, `StoreAway`, or `cryptography.exceptions.InvalidTag` for a file that was tampered with.
        """
        with _telling_away():
            found = await asyncio.to_thread(obstore.get, self._store, name)
        return _opened(found, key)

    async def delete(self, name: str) -> None:
        """Let a file go; one that is gone already changes nothing. Raises `StoreAway`."""
        with suppress(NotFound), _telling_away():
            await asyncio.to_thread(obstore.delete, self._store, name)


def objects_of(settings: ObjectSettings, *, folder: Path) -> Objects:
    """The store that the settings name; without any, this folder."""
    if settings.bucket is None:
        return Objects(partial(LocalStore, settings.folder or folder, mkdir=True))
    return Objects(
        partial(
            S3Store,
            settings.bucket,
            endpoint=settings.endpoint,
            region=settings.region,
            access_key_id=settings.access_key.get_secret_value() if settings.access_key else None,
            secret_access_key=settings.secret_key.get_secret_value() if settings.secret_key else None,
            virtual_hosted_style_request=False,
            client_options={"allow_http": settings.plain_http},
        )
    )


def new_key() -> bytes:
    """A key for one file; whoever keeps it sealed and lets it go has made the file unreadable, backups of it too."""
    return os.urandom(32)


@contextmanager
def _telling_away() -> Iterator[None]:
    try:
        yield
    except FileNotFoundError as missing:  # whatever the store, the library says it so
        raise NotFound() from missing
    except (BaseError, OSError) as away:
        raise StoreAway() from away


async def _even(pieces: Pieces, size: int) -> AsyncIterator[tuple[bytes, bool]]:
    """The same bytes in pieces of one size, each with whether it is the last; the last alone may be shorter."""
    held = bytearray()
    async for piece in pieces:
        held += piece
        while len(held) > size:
            yield bytes(held[:size]), False
            del held[:size]
    yield bytes(held), True


async def _opened(found: "obstore.GetResult", key: bytes) -> Pieces:
    cipher, number = AESGCM(key), 0
    async for piece, last in _even(_read(found), PIECE + TAG):
        yield cipher.decrypt(_nonce(number, last=last), piece, None)
        number += 1


async def _read(found: "obstore.GetResult") -> Pieces:
    pieces = iter(found.stream(min_chunk_size=PIECE))
    with _telling_away():
        while piece := await asyncio.to_thread(next, pieces, b""):
            yield bytes(piece)


def _nonce(number: int, *, last: bool) -> bytes:
    """Of a piece: its number, and whether it is the last; the key is used for one file alone (STREAM, Rogaway 2015)."""
    return number.to_bytes(11) + bytes([last])
