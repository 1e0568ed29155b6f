"""What somebody was told, as the app shows it: single notices, and the lines of their digests."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlmodel import select

from chassis.clock import SHANGHAI
from services.tasks.clocks.model import Clock
from services.tasks.requests.model import ServiceRequest
from services.tasks.warnings.model import Climb, Warned
from tests.tasks.conftest import Village


def at(text: str) -> datetime:
    """An instant written in local time."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


async def move(village: Village, to: datetime | timedelta) -> None:
    """The clock goes on, by so long or to this instant, and everything that is due then is done."""
    village.clock.at = village.clock.at + to if isinstance(to, timedelta) else to
    await village.stand.settle()
    await village.stand.settle()


async def pass_through(village: Village, until: datetime, *, step: timedelta = timedelta(hours=1)) -> None:
    """The clock goes on in steps, as a running service sees it."""
    while village.clock.at < until:
        await move(village, min(village.clock.at + step, until))


async def notices(village: Village, person: UUID, **query: object) -> list[dict[str, Any]]:
    """One's notices, as the app lists them."""
    return list((await village.stand.get("/notices", by=person, limit=100, **query)).json()["items"])


async def digests(village: Village, person: UUID) -> list[list[dict[str, Any]]]:
    """The lines of each of one's digests, the newest digest first."""
    found = (await village.stand.get("/notices/digests", by=person, limit=100)).json()["items"]
    return [
        (await village.stand.get(f"/notices/{one['id']}/lines", by=person, limit=100)).json()["items"] for one in found
    ]


async def told(village: Village, person: UUID, case: str) -> list[str]:
    """The kinds of everything that somebody was told about a case, the newest first."""
    single = await notices(village, person)
    lines = [line for digest in await digests(village, person) for line in digest]
    everything = sorted([*single, *lines], key=lambda one: (one["at"], one["id"]), reverse=True)
    return [one["kind"] for one in everything if one["request_id"] == case]


async def warned(village: Village, case: str) -> list[tuple[str, str]]:
    """The thresholds of a case that were noted: the colour and its local instant."""
    async with village.stand.mounted.sessions() as session:
        found = [one for one in await session.all(select(Warned)) if str(one.request_id) == case]
    return [(one.colour, f"{one.at.astimezone(SHANGHAI):%m-%d %H:%M}") for one in sorted(found, key=lambda one: one.at)]


async def climbs(village: Village, case: str, *, clock: str = "accept") -> list[tuple[int, str, str | None]]:
    """How far a limit of a case has climbed: level, organisation, and the name of whoever was told there."""
    async with village.stand.mounted.sessions() as session:
        clocks = {one.id for one in await session.all(select(Clock)) if one.kind == clock}
        found = [one for one in await session.all(select(Climb)) if str(one.request_id) == case]
        found = [one for one in found if one.clock_id in clocks]
    return [(one.level, one.organization_name, one.person_name) for one in sorted(found, key=lambda one: one.id)]


async def colour_of(village: Village, case: str) -> str | None:
    """The colour that a case has now."""
    async with village.stand.mounted.sessions() as session:
        found = await session.get(ServiceRequest, UUID(case))
    assert found is not None
    return found.colour
