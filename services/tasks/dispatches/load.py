"""How many open cases somebody has, asked only where two could have the next one."""

from time import monotonic
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlmodel import col

from chassis.session import Session
from services.tasks.requests.model import ServiceRequest
from services.tasks.roster.duty import Duty

MOST = 200
"""Cases that are counted; beyond, nobody is less loaded than another."""

_open = (
    sa.select(sa.literal(1).label("one"))
    .select_from(ServiceRequest)
    .where(col(ServiceRequest.working_person_id) == bindparam("person"))
    .limit(MOST)
    .subquery()
)
OPEN_CASES = sa.select(sa.func.count()).select_from(_open)
"""Read from the index `service_request_working`, never more than `MOST` entries of it."""


class Load:
    """Who has how much, remembered for a second of real time; what is given meanwhile is added."""

    KEPT = 1.0  # seconds

    def __init__(self) -> None:
        self._known: dict[UUID, tuple[float, int]] = {}

    async def least(self, session: Session, able: list[Duty], request_id: UUID) -> tuple[Duty, int]:
        """Of several who could have a case the one with the fewest open; among equals in turn."""
        loads = [await self._of(session, duty.post.person_id) for duty in able]
        fewest = min(loads)
        equal = [duty for duty, load in zip(able, loads, strict=True) if load == fewest]
        chosen = equal[request_id.int % len(equal)]
        until, load = self._known[chosen.post.person_id]
        self._known[chosen.post.person_id] = (until, load + 1)
        return chosen, fewest

    async def _of(self, session: Session, person_id: UUID) -> int:
        now = monotonic()
        kept = self._known.get(person_id)
        if kept is None or kept[0] < now:
            if len(self._known) > 10_000:
                self._known.clear()
            ((load,),) = await session.all(OPEN_CASES, person=person_id)
            kept = self._known[person_id] = (now + self.KEPT, load)
        return kept[1]
