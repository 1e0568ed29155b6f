"""Asking the person served, once a round is reported done; by whatever account they asked."""

from datetime import timedelta

from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis.clock import local_date
from chassis.session import Session
from contracts.members import AccountBound
from contracts.tasks import RequestHandled
from services.feedback.cases.views import case_to_change
from services.feedback.ratings.actions import INVITATION
from services.feedback.ratings.model import Invitation, InvitationStage
from services.feedback.roster.model import BoundAccount
from services.feedback.rules.pack import FeedbackRules, RuleId

OF_REQUEST = select(Invitation).where(col(Invitation.request_id) == bindparam("request")).with_for_update()
ASKED = select(Invitation).where(col(Invitation.citizen_id) == bindparam("account")).with_for_update()


async def invite_the_person_served(event: RequestHandled, session: Session) -> None:
    """Ask for a grade of this round, once, and no longer for one of an older round."""
    case = await case_to_change(session, event.request_id)
    asked = await session.all(OF_REQUEST, request=event.request_id)
    for invitation in asked:
        if invitation.round < event.round and invitation.stage is InvitationStage.OPEN:
            invitation.give_way()
    if all(invitation.round != event.round for invitation in asked):
        bound = await session.get(BoundAccount, event.requester_id)
        citizen_id = event.requester_id if bound is None else bound.person_id
        rules = session.use(FeedbackRules).values(on=local_date(session.now))
        made = Invitation.begin(event, citizen_id=citizen_id, newest_round=case.round, open_days=rules[RuleId.OPEN_FOR])
        session.add(made)
        if made.stage is InvitationStage.OPEN:
            due_at = min(made.asked_at + timedelta(days=rules[RuleId.REMIND_AFTER]), made.expires_at)
            session.remind(INVITATION, about=made.id, due_at=due_at)


async def hand_invitations_over_to_the_person(event: AccountBound, session: Session) -> None:
    """The person is asked what the account was asked."""
    if await session.get(BoundAccount, event.account_id) is not None:
        return
    session.add(BoundAccount(id=event.account_id, person_id=event.person_id))
    for invitation in await session.all(ASKED, account=event.account_id):
        invitation.citizen_id = event.person_id
