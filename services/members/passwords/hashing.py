"""Passwords as argon2id digests: worked out in a thread, a few at once, with a short line of those who wait."""

import asyncio
import os
import unicodedata
from base64 import b64encode
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from chassis.problems import Unavailable
from chassis.settings import PasswordSettings

Result = TypeVar("Result")
SALT, LENGTH = 16, 32  # bytes


class TooManySigningIn(Unavailable):
    """Too many people are signing in at this moment."""

    title_zh = "此刻登录的人较多，请过几秒钟再试，不必重新填写。"


class Hashing:
    """Digests and compares passwords. Each takes memory and a fifth of a second on purpose, so few are done at once.

    A line that is full turns newcomers away before anything was counted against them.
    """

    def __init__(self, settings: PasswordSettings) -> None:
        self.given_for = settings.given_for
        self._hash = PasswordHash(
            [
                Argon2Hasher(
                    time_cost=settings.passes,
                    memory_cost=settings.memory_kib,
                    parallelism=settings.lanes,
                    hash_len=LENGTH,
                    salt_len=SALT,
                )
            ]
        )
        self._decoy = _decoy(settings)
        self._threads = ThreadPoolExecutor(settings.at_once, thread_name_prefix="passwords")
        self._most = settings.at_once + settings.in_line
        self._there = 0

    @contextmanager
    def place(self) -> Iterator[None]:
        """A place in the line, for one try. Raises `TooManySigningIn` if there is none."""
        if self._there >= self._most:
            raise TooManySigningIn(retry_after=3)
        self._there += 1
        try:
            yield
        finally:
            self._there -= 1

    async def digest(self, password: str) -> str:
        """What to keep of a password."""
        return await self._in_thread(lambda: self._hash.hash(_spelt(password)))

    async def compare(self, password: str, digest: str | None) -> tuple[bool, str | None]:
        """Whether it is this password; and what to keep from now on, if the parameters have changed since.

        Without a digest the answer is no, after the same work: how long it takes tells nobody whether a name exists.
        """
        if digest is None:
            await self._in_thread(lambda: self._hash.verify(_spelt(password), self._decoy))
            return False, None
        return await self._in_thread(lambda: self._hash.verify_and_update(_spelt(password), digest))

    async def _in_thread(self, work: Callable[[], Result]) -> Result:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)


def _spelt(password: str) -> str:
    """One spelling for what looks the same on different keyboards (NIST SP 800-63B 5.1.1.2: NFKC)."""
    return unicodedata.normalize("NFKC", password)


def _decoy(settings: PasswordSettings) -> str:
    """A digest that no password has."""
    salt, digest = (b64encode(os.urandom(size)).rstrip(b"=").decode() for size in (SALT, LENGTH))
    return f"$argon2id$v=19$m={settings.memory_kib},t={settings.passes},p={settings.lanes}${salt}${digest}"
