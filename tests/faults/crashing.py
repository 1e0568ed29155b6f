"""`lianxin serve …` with a log that kills its own process, once, at the moment that `LIANXIN_TEST_CRASH` names.

`after-append`: what the relay carried is on the log, and still in the outbox. `before-commit`: what was read is taken
in, and its place on the log is not yet kept.
"""

import os
import signal
from collections.abc import Sequence

from chassis.log import Record
from chassis.log.kafka import KafkaLog, KafkaReader
from profiles import cluster
from profiles.cli import main

CRASH = os.environ["LIANXIN_TEST_CRASH"]


def die() -> None:
    """Kill -9, so that nothing is tidied up."""
    os.kill(os.getpid(), signal.SIGKILL)


class DyingReader(KafkaReader):
    """Dies before the first commit of something that was read."""

    read_any = False

    async def read(self, *, limit: int = 500, wait: float = 1.0) -> list[Record]:
        """The next facts."""
        records = await super().read(limit=limit, wait=wait)
        self.read_any = self.read_any or bool(records)
        return records

    async def commit(self) -> None:
        """The end."""
        if self.read_any:
            die()
        await super().commit()


class DyingLog(KafkaLog):
    """Dies after its first append."""

    async def append(self, records: Sequence[Record]) -> None:
        """Add facts, and die."""
        await super().append(records)
        if CRASH == "after-append":
            die()

    async def reader(self, *, group: str, sources: Sequence[str]) -> KafkaReader:
        """A reader that may die."""
        if CRASH != "before-commit":
            return await super().reader(group=group, sources=sources)
        return DyingReader(self, group=f"{self._prefix}{group}", sources=sources)


if __name__ == "__main__":
    cluster.KafkaLog = DyingLog  # type: ignore[misc]
    main()
