"""Giving a grade."""

from uuid import UUID

from chassis.identity import Actor
from chassis.session import Session
from services.feedback.cases.views import case_to_change
from services.feedback.mandates.policy import check_not_in_their_place
from services.feedback.ratings.model import Invitation, Rating, Reason
from services.feedback.ratings.policy import check_handled_by_another, check_served


async def rate(
    session: Session, invitation_id: UUID, *, by: Actor, rating: Rating, reasons: list[Reason]
) -> Invitation:
    """Grade the round that an invitation asks about; a bad grade is told, and never which one it was.

    That money or gifts were asked for is told for discipline supervision, whatever the grade.

    Raises `NotFound`, `AgentMayNotRate`, `HandlerMayNotRate`, `AlreadyRated`, `RatingRoundOver`.
    """
    found = await session.get(Invitation, invitation_id)
    if found is not None:
        await check_not_in_their_place(session, by, citizen_id=found.citizen_id)
    invitation = check_served(found, by)
    case = await case_to_change(session, invitation.request_id)  # locked before its invitations, as facts do
    await session.get(Invitation, invitation_id, lock=True)
    await check_handled_by_another(session, invitation)
    found_bad = invitation.rate(rating, reasons=reasons, at=session.now)
    case.note_rating(of_round=invitation.round, bad=rating.bad)
    for fact in (found_bad, invitation.money_named()):
        if fact is not None:
            session.publish(fact)
    return invitation
