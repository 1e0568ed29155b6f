"""Taking in how the carrying out of a resolution stands, and that somebody who objected had themselves erased."""

from datetime import timedelta

from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis.clock import local_date
from chassis.inbox import NotYetHeard
from chassis.secrecy import Vault, place_of
from chassis.session import Session
from chassis.tables import new_id
from contracts.members import PersonErased
from contracts.tasks import ResolutionFollowed
from services.feedback.deliberations.model import Deliberation
from services.feedback.deliberations.notices.model import Objection
from services.feedback.rules.meetings import DeliberationRules, Figure

OBJECTED = select(Objection).where(col(Objection.person_id) == bindparam("person")).with_for_update()
TAKEN_AWAY = "（已按本人申请删除）"


async def follow_the_carrying_out(event: ResolutionFollowed, session: Session) -> None:
    """Know with whom it lies and until when; once it was accepted, its result is to be published."""
    matter = await session.get(Deliberation, event.deliberation_id, lock=True)
    if matter is None:
        raise NotYetHeard()
    on = local_date(event.told_at)
    within = session.use(DeliberationRules).days(Figure.RESULT_WITHIN, on=on)
    matter.follow(event, on=on, publish_by=on + timedelta(days=within))


async def forget_who_objected(event: PersonErased, session: Session) -> None:
    """That there was an objection stays, with its answer; whose it was and in which words, nothing says any more."""
    for objection in await session.all(OBJECTED, person=event.person_id):
        objection.person_id = new_id()
        place = place_of("deliberation_objection", "words", objection.id)
        objection.words = session.use(Vault).seal(TAKEN_AWAY, place=place)
