"""A process that makes toys with audit rows: `python -m tests.chassis.audit_writer PLACE NUMBER`."""

import asyncio
import sys
from pathlib import Path
from uuid import uuid4

from chassis import audit
from tests.chassis.conftest import session_on, store_at
from tests.chassis.toys import toy


async def write(place: str, number: int) -> None:
    """Make this many toys at once."""
    store = store_at(place if place.startswith("postgresql:") else Path(place))
    await store.open()

    async def make() -> None:
        async with session_on(store) as session:
            made = toy(uuid4().hex)
            session.add(made)
            audit.record(session, actor_id=None, action="make", about=made.id)

    await asyncio.gather(*(make() for _ in range(number)))
    await store.close()


if __name__ == "__main__":
    asyncio.run(write(sys.argv[1], int(sys.argv[2])))
