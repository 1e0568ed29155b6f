"""Who asks people about a plan and answers them: those in charge of the area."""

from chassis.clock import local_date
from chassis.identity import Actor
from chassis.problems import NotFound
from chassis.session import Session
from services.feedback.roster.model import OVERSEERS
from services.feedback.roster.reaching import Reached, reaching
from services.feedback.suggestions.model import Consultation, MayNotConsult


async def check_may_consult(session: Session, actor: Actor, division_code: str) -> Reached:
    """Raises `MayNotConsult`."""
    found = await reaching(session, actor.person_id, division_code, today=local_date(session.now), kinds=OVERSEERS)
    if found is None:
        raise MayNotConsult()
    session.by_post = found.post_id
    return found


async def check_runs(session: Session, actor: Actor, consultation: Consultation | None) -> Reached:
    """Whoever is in charge of the area of a consultation. Raises `NotFound`, `MayNotConsult`."""
    if consultation is None:
        raise NotFound()
    return await check_may_consult(session, actor, consultation.division_code)
