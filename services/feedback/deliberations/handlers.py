"""Taking in how the carrying out of a resolution stands."""

from datetime import timedelta

from chassis.clock import local_date
from chassis.inbox import NotYetHeard
from chassis.session import Session
from contracts.tasks import ResolutionFollowed
from services.feedback.deliberations.model import Deliberation
from services.feedback.rules.meetings import DeliberationRules, Figure


async def follow_the_carrying_out(event: ResolutionFollowed, session: Session) -> None:
    """Know with whom it lies and until when; once it was accepted, its result is to be published."""
    matter = await session.get(Deliberation, event.deliberation_id, lock=True)
    if matter is None:
        raise NotYetHeard()
    on = local_date(event.told_at)
    within = session.use(DeliberationRules).days(Figure.RESULT_WITHIN, on=on)
    matter.follow(event, on=on, publish_by=on + timedelta(days=within))
