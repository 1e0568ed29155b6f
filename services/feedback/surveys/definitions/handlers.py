"""Taking in the keys of a survey's credentials, and how many of them were drawn."""

from chassis.inbox import NotYetHeard
from chassis.session import Session
from contracts.members import SurveyCredentialsDrawn, SurveyKeyPublished
from services.feedback.surveys.definitions.model import SurveyPart


async def keep_the_key_of_a_part(event: SurveyKeyPublished, session: Session) -> None:
    """Know by which key the credentials of a part are signed; a second key for it is passed over."""
    part = await session.get(SurveyPart, event.part_id, lock=True)
    if part is None:
        raise NotYetHeard()
    part.take_key(event.public_key)


async def keep_how_many_were_drawn(event: SurveyCredentialsDrawn, session: Session) -> None:
    """Know how many could answer by credential, for the rate."""
    part = await session.get(SurveyPart, event.part_id, lock=True)
    if part is None:
        raise NotYetHeard()
    part.drawn = event.drawn
