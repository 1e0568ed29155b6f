"""Making keys and signing in processes of their own: a signature takes a thousandth of a second of one core."""

import asyncio
import os
import signal
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context, parent_process
from multiprocessing.connection import wait
from threading import Thread
from typing import TypeVar, TypeVarTuple

from chassis.blind_signatures import BlindKey, blind_sign, new_key
from chassis.problems import Unavailable

Result = TypeVar("Result")
Given = TypeVarTuple("Given")
MOST = 4  # processes


class SigningAway(Unavailable):
    """Credentials cannot be signed at this moment."""

    title_zh = "此刻领取凭证的人较多，手机稍后会自动再领，请不必重复操作。"


class BlindSigner:
    """Signs blinded messages, beside the service's own loop. The processes begin with the first key or signature."""

    def __init__(self) -> None:
        self._pool: ProcessPoolExecutor | None = None

    async def new_key(self) -> tuple[bytes, bytes]:
        """The private and the public half of a new key (PKCS 8 and SubjectPublicKeyInfo, DER). Raises `SigningAway`."""
        return await self._beside(new_key)

    async def sign(self, key: BlindKey, blinded: bytes) -> bytes:
        """The signature of what a person blinded. Raises `BlindedMessageUnfit`, `SigningAway`."""
        key.check_fits(blinded)
        return await self._beside(blind_sign, key, blinded)

    def close(self) -> None:
        """End the processes; they begin anew when they are needed."""
        pool, self._pool = self._pool, None
        if pool is not None:
            pool.shutdown(cancel_futures=True)

    async def _beside(self, work: Callable[[*Given], Result], *given: *Given) -> Result:
        if self._pool is None:
            most = min(os.cpu_count() or 1, MOST)
            self._pool = ProcessPoolExecutor(most, get_context("spawn"), initializer=_end_with_the_service)
        pool = self._pool
        try:
            return await asyncio.get_running_loop().run_in_executor(pool, work, *given)
        except BrokenProcessPool as died:
            if self._pool is pool:
                self._pool = None
            raise SigningAway(retry_after=1) from died


def _end_with_the_service() -> None:
    """Do not outlive a service that was killed and could say goodbye to nobody."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # from a keyboard it goes to all; the service ends what it began
    service = parent_process()
    assert service is not None

    def watch() -> None:
        wait([service.sentinel])
        os._exit(1)

    Thread(target=watch, daemon=True).start()
