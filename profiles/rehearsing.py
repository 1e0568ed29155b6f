"""An import in one transaction, which a dry run carries out whole and then undoes."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from chassis.service import Mounted
from chassis.session import Session

Checked = TypeVar("Checked")
Imported = TypeVar("Imported")


@dataclass(frozen=True, slots=True)
class Intake(Generic[Checked, Imported]):
    """What the check found, and what was (or, in a dry run, would have been) written; nothing if there were faults."""

    checked: Checked
    imported: Imported | None


class _Rehearsed(Exception):  # ends a transaction without committing it
    """The import was only tried."""


async def in_one_go(service: Mounted, work: Callable[[Session], Awaitable[Imported]], *, dry_run: bool) -> Imported:
    """What the work gives, in one transaction; undone at its end in a dry run."""
    done: list[Imported] = []
    try:
        async with service.sessions() as session:
            done.append(await work(session))
            if dry_run:
                raise _Rehearsed
    except _Rehearsed:
        pass
    return done[0]
