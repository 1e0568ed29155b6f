"""The first dispatch of a request, as it comes in."""

from chassis.session import Session
from services.tasks.clocks.model import Clock
from services.tasks.dispatches import actions, chair, routing
from services.tasks.dispatches.model import Way, Why
from services.tasks.helping.actions import ask
from services.tasks.notices.actions import tell
from services.tasks.notices.kinds import NoticeKind
from services.tasks.requests import complaints
from services.tasks.requests.model import ServiceRequest
from services.tasks.roster.duty import Duty
from services.tasks.roster.model import Post


async def first_dispatch(
    session: Session, request: ServiceRequest, *, subject: Post | None, agents: list[Duty], wording: str | None
) -> tuple[Duty | None, list[Clock]]:
    """Give it to whoever has it first, whose accept clock starts; or lay it before the chair of the area.

    A complaint about somebody in office goes to those who supervise from above, what is said of money, gifts or revenge
    to discipline supervision; or it waits with them.
    """
    if subject is not None or request.for_discipline:
        above = await complaints.who_looks_into_it(session, request, subject)
        if above is None:
            await complaints.wait(session, request, subject)
            return None, []
        way = Way.DISCIPLINE if request.for_discipline else Way.SUPERVISION
        return above, [actions.give(session, request, above, by=None, why=Why(way))]
    found = await routing.decide(session, request, agents=agents, wording=wording)
    request.duty_entry_id = found.entry.id if found.entry else None
    if found.duty is None or found.why is None:
        await _wait(session, request, county=found.county)
        return None, []
    accept = actions.give(session, request, found.duty, by=None, why=found.why)
    for duty in found.helping:
        ask(session, request, duty, part=found.entry.township_part if found.entry else None, by=None)
    return found.duty, [accept]


async def _wait(session: Session, request: ServiceRequest, *, county: bool) -> None:
    """Nobody is clearly responsible: the chair decides, and who dispatches by hand in the area is told."""
    if county:
        await chair.tell_the_county(session, request, NoticeKind.UNASSIGNED)
        return
    decides = await chair.lay_before(session, request)
    for post in await actions.dispatchers(session, request):
        if decides is None or post.person_id != decides.post.person_id:
            tell(session, post.person_id, NoticeKind.UNASSIGNED, request_id=request.id)
