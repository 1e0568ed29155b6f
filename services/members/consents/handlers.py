"""What `tasks` tells of mandates: which have to be said yes to by a code, and which no longer."""

from chassis.clock import real_now
from chassis.divisions import span_of, township_of
from chassis.problems import Problem
from chassis.session import Session
from contracts.tasks import MandateAsked, MandateEnded, MandateGiven
from services.members.consents.actions import text_code
from services.members.consents.model import Consent, ConsentStage
from services.members.contacts.known import known_as
from services.members.texts import actions as texts
from services.members.texts.model import TextKind

BY_CODE = "code"
ON_PAPER = "paper"
NUMBER = 8  # characters of a mandate's id that stand for it in a text


async def ask_for_consent(event: MandateAsked, session: Session) -> None:
    """Have the villager told a code: by text where one can be sent; else they are told at the counter.

    Who is not known, or lives outside the agent's area, is asked for nothing.
    """
    if event.way != BY_CODE or await session.get(Consent, event.mandate_id) is not None:
        return
    known = await known_as(session, event.principal_id)
    first, last = span_of(event.division_code)
    there = known is not None and any(first <= code <= last for code in known.areas)
    consent = Consent(
        id=event.mandate_id,
        township_code=township_of(event.division_code),
        division_code=event.division_code,
        person_id=event.principal_id,
        asked_by=event.agent_id,
        asked_at=real_now(),
        stage=ConsentStage.WAITING if there else ConsentStage.OVER,
        codes=0,
        code_id=None,
        code_digest=None,
        code_made_at=None,
        code_good_until=None,
        tries_left=0,
        telling=None,
        told_by=None,
        given_at=None,
    )
    session.add(consent)
    if there:
        try:
            await text_code(session, consent)
        except Problem:  # the counter tells them
            return


async def close_what_was_given(event: MandateGiven, session: Session) -> None:
    """A mandate that was given in another way needs no code; one on paper is told to the villager's telephone."""
    await _close(session, event)
    if event.way != ON_PAPER or await texts.about_thing(session, event.mandate_id) is not None:
        return
    if await texts.can_be_sent(session, event.principal_id):
        number = event.mandate_id.hex[-NUMBER:].upper()
        texts.queue(
            session,
            event.principal_id,
            TextKind.MANDATE_GIVEN,
            about=event.mandate_id,
            values={"number": number},
            good_for=texts.A_DAY,
        )


async def close_what_has_ended(event: MandateEnded, session: Session) -> None:
    """Nobody is asked for a mandate that is over."""
    await _close(session, event)


async def _close(session: Session, event: MandateGiven | MandateEnded) -> None:
    consent = await session.get(Consent, event.mandate_id, lock=True)
    if consent is not None:
        consent.end()
