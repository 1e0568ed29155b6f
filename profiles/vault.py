"""The vault's keys as an operator handles them: showing, adding, sealing anew, taking away."""

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from chassis.clock import local_date, real_now
from chassis.resealing import Resealed, count_by_key, count_stale, reseal, sealed_tables
from chassis.ring import ReadRing, Ring, RingFile, ring_in
from chassis.secrecy import LOOKS
from chassis.service import Mounted
from chassis.settings import Refused, VaultSettings
from profiles.attached import every_service, in_any_cluster

Progress = Callable[[str, str, int, int], None]
"""Of which service which table is under way, how many rows are done, and of how many."""

ALL_LOOKED = 3 * LOOKS  # seconds after which every running service has seen a changed ring


@dataclass(frozen=True, slots=True)
class Rotated:
    """What a rotation did: the number of the sealing key, rows sealed anew, and rows that no key opens."""

    number: int
    rows: int
    unopened: int


def ring_file(home: Path) -> RingFile:
    """The ring of the installation, in a file. Raises `Refused` where it is not in a file that can be written."""
    if not in_any_cluster():
        from profiles.embedded import RING

        return ring_in(home / RING)
    settings = VaultSettings()
    if settings.key is not None or settings.key_file is None or not settings.key_file.exists():
        raise Refused("请用 LIANXIN_VAULT_KEY_FILE 指向密钥文件，更换密钥时要写它（the ring has to be in a file）")
    return RingFile(settings.key_file)


def ring_reader(home: Path) -> ReadRing:
    """Where the ring of the installation is read from. Raises `Refused`."""
    return VaultSettings().ring() if in_any_cluster() else ring_file(home).read


async def counted(home: Path) -> Counter[int]:
    """How many values each key still holds, in all services together."""
    async with every_service(home, ring=ring_file(home).read) as services:
        return await _count(services)


async def rotate(home: Path, *, progress: Progress) -> Rotated:
    """Add a key that seals from now on, and seal everything anew under it, while the services run."""
    file = ring_file(home)
    file.write(file.read().grown(on=local_date(real_now())))
    return await seal_anew(home, progress=progress)


async def seal_anew(home: Path, *, progress: Progress) -> Rotated:
    """Seal everything under the newest key that is not; also what was left when a rotation was interrupted."""
    # Whoever sealed with the key before at this moment has done so when we begin.
    await asyncio.sleep(ALL_LOOKED)
    rows = unopened = 0
    async with every_service(home, ring=ring_file(home).read) as services:
        for service in services:
            for sealed in sealed_tables(service.service.owns):
                total, done = await count_stale(service.sessions, service.vault, sealed), Resealed()
                async for done in reseal(service.sessions, service.vault, sealed):
                    progress(service.service.name, sealed.table.name, done.rows + done.unopened, total)
                rows += done.rows
                unopened += done.unopened
    return Rotated(ring_file(home).read().newest.number, rows, unopened)


async def retire(home: Path, number: int, *, at_once: bool = False) -> Ring:
    """Take an old key out of the ring.

    Raises `Refused` for the key that seals, while a value is under this one, and, unless `at_once`, on the day on which
    the newest key was added: what an import that is still under way has sealed, no count finds.
    """
    file = ring_file(home)
    ring = file.read()
    if number not in {one.number for one in ring.keys}:
        raise Refused(f"密钥环中没有编号 {number}（no such key）")
    if number == ring.newest.number:
        raise Refused(f"{number} 号正在使用，请先用 lianxin vault rotate 换新密钥（this key seals）")
    added = ring.newest.made_on
    if not at_once and added is not None and added >= local_date(real_now()):
        raise Refused("新密钥今天刚启用，可能还有未完成的导入；请明天再删，或确认没有导入后加 --at-once（added today）")
    await asyncio.sleep(ALL_LOOKED)
    left = (await counted(home))[number]
    if left:
        raise Refused(f"还有 {left} 个数值用 {number} 号密钥加密，请先运行 lianxin vault reseal（values are left）")
    shrunk = ring.without(number)
    file.write(shrunk)
    return shrunk


async def _count(services: list[Mounted]) -> Counter[int]:
    counts = Counter[int]()
    for service in services:
        counts += await count_by_key(service.sessions, service.service.owns)
    return counts
