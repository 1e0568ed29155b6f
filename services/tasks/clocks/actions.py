"""What happens when nobody does what a clock waits for: warnings, then one level up after the other."""

from uuid import UUID

from chassis.session import Session
from services.tasks.clocks.model import Clock
from services.tasks.clocks.running import look_again
from services.tasks.rectifications.lifting import lift_by_clock
from services.tasks.requests.model import ServiceRequest
from services.tasks.requests.stages import Stage
from services.tasks.warnings.actions import look


async def fire(clock_id: UUID, session: Session) -> None:
    """Look at a clock: warn before the limit, at its end note that it was missed and climb, later climb further.

    A timer that comes before the instant at which the clock is to be looked at is one of before the clock was moved.
    """
    seen = await session.get(Clock, clock_id)
    if seen is None or not seen.running:
        return
    request = await session.get(ServiceRequest, seen.request_id, lock=True)
    clock = await session.get(Clock, clock_id, lock=True)
    if request is None or clock is None or not clock.running or request.stage is Stage.PAUSED:
        return  # of a paused case nothing is missed, and whoever lets it go on has its clocks looked at again
    if clock.look_at is not None and session.now < clock.look_at:
        return
    clock.look_at = None
    next_at = await look(session, clock, request)
    await lift_by_clock(session, clock, request)
    if next_at is not None:
        look_again(session, clock, at=next_at)
