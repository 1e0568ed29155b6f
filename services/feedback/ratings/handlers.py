"""Asking the person served, once a round is reported done."""

from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis.session import Session
from contracts.tasks import RequestHandled
from services.feedback.cases.views import case_to_change
from services.feedback.ratings.model import Invitation, InvitationStage

OF_REQUEST = select(Invitation).where(col(Invitation.request_id) == bindparam("request")).with_for_update()


async def invite_the_person_served(event: RequestHandled, session: Session) -> None:
    """Ask for a grade of this round, once, and no longer for one of an older round."""
    case = await case_to_change(session, event.request_id)
    asked = await session.all(OF_REQUEST, request=event.request_id)
    for invitation in asked:
        if invitation.round < event.round and invitation.stage is InvitationStage.OPEN:
            invitation.give_way()
    if all(invitation.round != event.round for invitation in asked):
        session.add(Invitation.begin(event, newest_round=case.round))
