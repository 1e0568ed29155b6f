"""Taking in that somebody who took part in a hearing had themselves erased."""

from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis.secrecy import Vault, place_of
from chassis.session import Session
from chassis.tables import new_id
from contracts.members import PersonErased
from services.feedback.deliberations.handlers import TAKEN_AWAY
from services.feedback.hearings.model import HearingParticipant, HearingQuestion

TOOK_PART = select(HearingParticipant).where(col(HearingParticipant.person_id) == bindparam("person")).with_for_update()
PUT = select(HearingQuestion).where(col(HearingQuestion.person_id) == bindparam("person")).with_for_update()


async def forget_who_took_part(event: PersonErased, session: Session) -> None:
    """Seats and published questions stay; whose they were, nothing says, and what was not answered loses its words."""
    for participant in await session.all(TOOK_PART, person=event.person_id):
        participant.person_id = new_id()
    for question in await session.all(PUT, person=event.person_id):
        question.person_id = new_id()
        if question.answer is None:
            place = place_of("hearing_question", "words", question.id)
            question.words = session.use(Vault).seal(TAKEN_AWAY, place=place)
