"""Verifying a service's audit beside the running services, with whatever others keep of its days."""

from collections.abc import Sequence
from pathlib import Path

from pydantic import BaseModel, TypeAdapter
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from chassis.audit.days import Day, every_day
from chassis.audit.verify import Verdict, verify
from contracts.audit import SealedDay
from profiles.attached import attached, in_cluster
from profiles.services import NAMES


class _Page(BaseModel):
    """What `/audit/days` answers."""

    items: list[SealedDay]


KEPT: TypeAdapter[_Page | list[SealedDay] | SealedDay] = TypeAdapter(_Page | list[SealedDay] | SealedDay)


def days_in(file: Path) -> list[SealedDay]:
    """The days in somebody's copy: a page of `/audit/days`, its items, or one day. Raises `ValidationError`."""
    kept = KEPT.validate_json(file.read_bytes())
    if isinstance(kept, _Page):
        return kept.items
    return kept if isinstance(kept, list) else [kept]


async def verified(service: str, home: Path, *, kept: Sequence[SealedDay], console: Console) -> Verdict:
    """Verify one service; in a directory the other services' databases are witnesses, in a cluster only `kept`."""
    witnesses = {"--against": [Day.heard(service, day) for day in kept]}
    for other in () if in_cluster() else NAMES:
        if other != service:
            async with attached(other, home) as mounted, mounted.sessions() as session:
                witnesses[other] = await every_day(session, service)
    bars = Progress(
        SpinnerColumn(), TextColumn(service), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), console=console
    )
    async with attached(service, home) as mounted, mounted.sessions() as session:
        with bars:
            bar = bars.add_task(service, total=None)
            return await verify(
                session,
                service,
                witnesses=witnesses,
                progress=lambda done, total: bars.update(bar, completed=done, total=total),
            )
