"""Giving a grade; reminding whoever gave none, and asking no longer when the time is over."""

from datetime import timedelta
from uuid import UUID

from chassis.clock import local_date
from chassis.identity import Actor
from chassis.session import Session
from services.feedback.cases.views import case_to_change
from services.feedback.mandates.policy import check_not_in_their_place
from services.feedback.national_ratings.actions import queue
from services.feedback.ratings.model import Invitation, InvitationStage, Rating, Reason
from services.feedback.ratings.policy import (
    check_handled_by_another,
    check_neither_their_post_nor_their_device,
    check_served,
)
from services.feedback.ratings.pressure import GradePressure
from services.feedback.rules.pack import FeedbackRules, RuleId

INVITATION = "invitation"
"""The timer of an open invitation: at its next reminder, or when it expires."""


async def rate(
    session: Session, invitation_id: UUID, *, by: Actor, rating: Rating, reasons: list[Reason]
) -> Invitation:
    """Grade the round that an invitation asks about; a bad grade is told, and never which one it was.

    Whatever the grade, it is told past the unit that money or gifts, or a certain grade, were asked for.

    Raises `NotFound`, `AgentMayNotRate`, `HandlerMayNotRate`, `HandlersPostMayNotRate`, `HandlersDeviceMayNotRate`,
    `AlreadyRated`, `RatingRoundOver`, `InvitationExpired`.
    """
    found = await session.get(Invitation, invitation_id)
    if found is not None:
        await check_not_in_their_place(session, by, citizen_id=found.citizen_id)
    invitation = check_served(found, by)
    case = await case_to_change(session, invitation.request_id)  # locked before its invitations, as facts do
    await session.get(Invitation, invitation_id, lock=True)
    await check_handled_by_another(session, invitation)
    await check_neither_their_post_nor_their_device(session, invitation, by)
    found_bad = invitation.rate(rating, reasons=reasons, at=session.now)
    case.note_rating(of_round=invitation.round, bad=rating.bad)
    queue(session, invitation, case)
    asked_for = invitation.grade_asked_for()
    if asked_for is not None:
        session.add(GradePressure.begin(asked_for, invitation_id=invitation.id, case=case))
    for fact in (found_bad, invitation.money_named(), asked_for):
        if fact is not None:
            session.publish(fact)
    return invitation


async def remind_or_expire(invitation_id: UUID, session: Session) -> None:
    """Remind whoever has not graded, as often as the rules allow; when the time is over, ask no longer."""
    found = await session.get(Invitation, invitation_id)
    if found is None or found.stage is not InvitationStage.OPEN:
        return
    case = await case_to_change(session, found.request_id)
    invitation = await session.get(Invitation, invitation_id, lock=True)
    if invitation is None or invitation.stage is not InvitationStage.OPEN:
        return
    if session.now >= invitation.expires_at:
        invitation.expire()
        case.note_silence(of_round=invitation.round)
        return
    rules = session.use(FeedbackRules).values(on=local_date(session.now))
    due_at = invitation.expires_at
    if invitation.reminders < rules[RuleId.REMINDERS]:
        session.publish(invitation.remind())
        if invitation.reminders < rules[RuleId.REMINDERS]:
            due_at = min(session.now + timedelta(days=rules[RuleId.REMIND_AFTER]), due_at)
    session.remind(INVITATION, about=invitation.id, due_at=due_at)
