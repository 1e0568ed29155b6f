"""Taking in what `tasks` tells of a case. Every fact but the first waits until its request has been heard of."""

from chassis.inbox import NotYetHeard
from chassis.session import Session
from contracts.tasks import (
    GradeSetAside,
    LimitMissed,
    RectificationOpened,
    RectificationVerified,
    RequestAccepted,
    RequestContacted,
    RequestDispatched,
    RequestExcluded,
    RequestHandled,
    RequestIncluded,
    RequestJudged,
    RequestReturned,
    RequestSubmitted,
)
from services.feedback.cases.model import CaseRecord, RectificationRecord
from services.feedback.cases.views import case_to_change

CONTACT = "contact"
"""The clock of the first contact, as `LimitMissed` names it."""


async def record_submission(event: RequestSubmitted, session: Session) -> None:
    """Begin the record of a case."""
    if await session.get(CaseRecord, event.request_id) is None:
        session.add(CaseRecord.begin(event))


async def record_dispatch(event: RequestDispatched, session: Session) -> None:
    """Know with whom the case lies, and until when it is to be signed for."""
    (await case_to_change(session, event.request_id)).dispatch(event)


async def record_return(event: RequestReturned, session: Session) -> None:
    """Know that the case lies with nobody until it is dispatched again."""
    (await case_to_change(session, event.request_id)).take_back(event)


async def record_acceptance(event: RequestAccepted, session: Session) -> None:
    """Know when the case was signed for."""
    (await case_to_change(session, event.request_id)).accept(event)


async def record_contact(event: RequestContacted, session: Session) -> None:
    """Know that whoever asked was spoken with, and whether in time."""
    (await case_to_change(session, event.request_id)).contact(in_time=event.in_time)


async def record_a_missed_contact(event: LimitMissed, session: Session) -> None:
    """Know that the time for speaking with whoever asked is over."""
    if event.clock == CONTACT:
        (await case_to_change(session, event.request_id)).contact(in_time=False)


async def record_handling(event: RequestHandled, session: Session) -> None:
    """Know when and by whom a round was reported done."""
    (await case_to_change(session, event.request_id)).handle(event)


async def record_judgement(event: RequestJudged, session: Session) -> None:
    """Know the newest answer to «was it solved?»."""
    (await case_to_change(session, event.request_id)).judge(event)


async def record_exclusion(event: RequestExcluded, session: Session) -> None:
    """Know that the case counts for no score, and why."""
    (await case_to_change(session, event.request_id)).leave_out(event.reason, at=event.excluded_at)


async def record_inclusion(event: RequestIncluded, session: Session) -> None:
    """Know that the case counts again."""
    (await case_to_change(session, event.request_id)).leave_out(None, at=event.included_at)


async def record_a_grade_set_aside(event: GradeSetAside, session: Session) -> None:
    """Know that the grade of a round counts for no score."""
    (await case_to_change(session, event.request_id)).set_aside(event.round)


async def record_the_opening_of_a_rectification(event: RectificationOpened, session: Session) -> None:
    """Count a rectification of the case, once."""
    case = await case_to_change(session, event.request_id)
    if await session.get(RectificationRecord, event.rectification_id) is None:
        case.rectifications_opened += 1
        session.add(
            RectificationRecord(
                id=event.rectification_id,
                request_id=event.request_id,
                round=event.round,
                opened_at=event.opened_at,
                verified_at=None,
            )
        )


async def record_the_verification_of_a_rectification(event: RectificationVerified, session: Session) -> None:
    """Count a rectification of the case as verified, once."""
    case = await case_to_change(session, event.request_id)
    rectification = await session.get(RectificationRecord, event.rectification_id, lock=True)
    if rectification is None:
        raise NotYetHeard()
    if rectification.verified_at is None:
        rectification.verified_at = event.verified_at
        case.rectifications_verified += 1
