"""The key ring: the installation's vault keys, of which the newest seals and every one still opens."""

import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Self

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY = 32  # bytes
MOST = 0xFFFF  # the highest number of a key: a sealed value names its key in two bytes


class RingUnreadable(Exception):  # the process does not start; while it runs, it goes on with the ring it has
    """This is no key ring; the text says what is wrong, and never shows a key."""


@dataclass(frozen=True, slots=True)
class RingKey:
    """One key, under the number by which sealed values name it."""

    number: int
    made_on: date | None  # local; unknown for a ring that is one bare key
    secret: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Ring:
    """Keys in the order of their numbers, and the one key of the blind indexes, which never changes."""

    index: bytes = field(repr=False)
    keys: tuple[RingKey, ...]

    @classmethod
    def of_one(cls, key: bytes) -> Self:
        """The ring that a single key of 32 bytes is. Raises `RingUnreadable`."""
        if len(key) != KEY:
            raise RingUnreadable("密钥应为 64 位十六进制数字（a vault key has 32 bytes）")
        return cls(index=key, keys=(RingKey(1, None, key),))

    @classmethod
    def parse(cls, text: str) -> Self:
        """The ring in a file: 64 hexadecimal digits, or `index KEY` and lines of `NUMBER DATE KEY`.

        Raises `RingUnreadable`.
        """
        lines = [line.split() for line in text.splitlines() if line.strip() and not line.startswith("#")]
        if len(lines) == 1 and len(lines[0]) == 1:
            return cls.of_one(_key(lines[0][0]))
        index, keys = None, list[RingKey]()
        for parts in lines:
            match parts:
                case ["index", key] if index is None:
                    index = _key(key)
                case [number, made_on, key] if number.isascii() and number.isdigit() and 1 <= int(number) <= MOST:
                    keys.append(RingKey(int(number), _day(made_on), _key(key)))
                case _:
                    raise RingUnreadable("密钥环每行应为“编号 日期 密钥”，另有一行“index 密钥”（malformed key ring）")
        keys.sort(key=lambda one: one.number)
        if index is None or not keys or len({one.number for one in keys}) < len(keys):
            raise RingUnreadable("密钥环缺少 index 行或密钥，或者编号重复（incomplete key ring）")
        return cls(index=index, keys=tuple(keys))

    def text(self) -> str:
        """As a file holds it."""
        lines = [f"{one.number} {one.made_on or '-'} {one.secret.hex()}" for one in self.keys]
        return "\n".join(["# lianxin vault: number, day, key; values are sealed by the last", *lines, _index(self), ""])

    @property
    def newest(self) -> RingKey:
        """The key that seals."""
        return self.keys[-1]

    def of(self, service: str) -> Self:
        """A service's own ring, derived from the installation's: no service opens what another sealed."""
        own = tuple(replace(one, secret=key_for(one.secret, service)) for one in self.keys)
        return replace(self, index=key_for(self.index, service), keys=own)

    def grown(self, *, on: date) -> Self:
        """The ring with a new key. Raises `RingUnreadable` when no number is left."""
        if self.newest.number == MOST:
            raise RingUnreadable("密钥环的编号已用完（no number is left for a new key）")
        return replace(self, keys=(*self.keys, RingKey(self.newest.number + 1, on, secrets.token_bytes(KEY))))

    def without(self, number: int) -> Self:
        """The ring without an old key."""
        return replace(self, keys=tuple(one for one in self.keys if one.number != number))


ReadRing = Callable[[], Ring]
"""Where a ring comes from; asked again while the service runs, so that a new key is found."""


class RingFile:
    """A ring in a file, read again only when the file has changed."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._seen: tuple[tuple[int, int, int], Ring] | None = None

    def read(self) -> Ring:
        """The ring as it is now. Raises `RingUnreadable` or `OSError`."""
        found = self.path.stat()
        mark = (found.st_ino, found.st_mtime_ns, found.st_size)
        if self._seen is None or self._seen[0] != mark:
            try:
                text = self.path.read_text(encoding="ascii")
            except UnicodeDecodeError as wrong:
                raise RingUnreadable("密钥文件只含 ASCII 字符（the key file is not ASCII）") from wrong
            self._seen = (mark, Ring.parse(text))
        return self._seen[1]

    def write(self, ring: Ring) -> None:
        """Put a ring in the file's place at once, never half of it; readable by its owner alone."""
        draft = self.path.with_name(f".{self.path.name}.{secrets.token_hex(4)}")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as out:
            out.write(ring.text())
            out.flush()
            os.fsync(out.fileno())
        if self.path.exists():
            before = self.path.stat()
            draft.chmod(before.st_mode & 0o777)
            if os.geteuid() == 0:  # the service that reads it may run as another account
                os.chown(draft, before.st_uid, before.st_gid)
        draft.replace(self.path)


def ring_in(path: Path) -> RingFile:
    """The ring in this file, made there with one key if there is none. Losing it loses the data."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as out:
            out.write(secrets.token_hex(KEY))
    return RingFile(path)


def key_for(key: bytes, service: str) -> bytes:
    """A service's own key, derived from the installation's."""
    return derived(key, f"lianxin service {service}".encode())


def derived(key: bytes, purpose: bytes, *, length: int = KEY) -> bytes:
    """A key for one purpose (HKDF with SHA-256, RFC 5869), of so many bytes."""
    return HKDF(algorithm=SHA256(), length=length, salt=None, info=purpose).derive(key)


def _key(text: str) -> bytes:
    try:
        key = bytes.fromhex(text)
    except ValueError as wrong:
        raise RingUnreadable("密钥应为 64 位十六进制数字（a vault key is 64 hexadecimal digits）") from wrong
    if len(key) != KEY:
        raise RingUnreadable("密钥应为 64 位十六进制数字（a vault key is 64 hexadecimal digits）")
    return key


def _day(text: str) -> date | None:
    try:
        return None if text == "-" else date.fromisoformat(text)
    except ValueError as wrong:
        raise RingUnreadable("密钥环中的日期应为 2026-01-31 的形式（a day of the key ring is malformed）") from wrong


def _index(ring: Ring) -> str:
    return f"index {ring.index.hex()}"
