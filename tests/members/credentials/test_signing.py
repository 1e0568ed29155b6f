"""The processes that sign end with their service, and begin anew when one of them died."""

import asyncio
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from chassis.blind_signatures import BlindKey
from services.members.credentials.signing import BlindSigner, SigningAway

TWO = bytes(255) + b"\x02"
SERVICE = """
import asyncio, multiprocessing, time
from services.members.credentials.signing import BlindSigner
signer = BlindSigner()
asyncio.run(signer.new_key())
print(multiprocessing.active_children()[0].pid, flush=True)
time.sleep(60)
"""


@pytest.fixture
def signer() -> Iterator[BlindSigner]:
    """The signer, ended again."""
    made = BlindSigner()
    yield made
    made.close()


@pytest.mark.asyncio
async def test_a_process_does_not_outlive_a_service_that_was_killed() -> None:
    service = await asyncio.create_subprocess_exec(sys.executable, "-c", SERVICE, stdout=asyncio.subprocess.PIPE)
    assert service.stdout is not None
    pid = int(await service.stdout.readline())
    assert _goes_on(pid)
    service.kill()
    await service.wait()
    async with asyncio.timeout(20):
        while _goes_on(pid):
            await asyncio.sleep(0.05)


@pytest.mark.asyncio
async def test_after_one_died_whoever_asks_next_is_signed_for(signer: BlindSigner) -> None:
    private, _ = await signer.new_key()
    key = BlindKey.of(private)
    pool = signer._pool
    assert pool is not None
    for pid in pool._processes:
        os.kill(pid, signal.SIGKILL)
    with pytest.raises(SigningAway):
        await _until_noticed(signer, key)
    signature = await signer.sign(key, TWO)
    assert pow(int.from_bytes(signature), key.exponent, key.modulus) == 2


async def _until_noticed(signer: BlindSigner, key: BlindKey) -> None:
    """Sign until a dead process is missed."""
    while True:
        await signer.sign(key, TWO)


def _goes_on(pid: int) -> bool:
    """Whether a process is there, and more than what is left of one that nobody has asked after."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
