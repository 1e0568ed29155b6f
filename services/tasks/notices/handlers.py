"""What other services tell that a person should hear of."""

from uuid import UUID

from chassis.clock import local_date
from chassis.inbox import NotYetHeard
from chassis.session import Session
from contracts.feedback import (
    DisclosureFoundMissing,
    InvitationReminded,
    MeasureMoved,
    ResultAppealSettled,
    ReviewGraded,
)
from contracts.members import IdentityUnmasked, SignInMisused
from services.tasks.notices.actions import count_up, remind, tell
from services.tasks.notices.kinds import NoticeKind
from services.tasks.requests.model import ServiceRequest
from services.tasks.roster import views as roster
from services.tasks.roster.model import Organization, Post

OF_MOVE = {
    "bring": NoticeKind.MEASURE_BROUGHT,
    "decide": NoticeKind.MEASURE_DECIDED,
    "drop": NoticeKind.MEASURE_DROPPED,
    "confirm": NoticeKind.MEASURE_APPEAL_DECIDED,
    "quash": NoticeKind.MEASURE_APPEAL_DECIDED,
}
"""What whoever a measure is about is told of each of its moves."""


async def tell_of_misused_sign_in(event: SignInMisused, session: Session) -> None:
    """Tell a person that somebody else may have used their sign-in."""
    tell(session, event.person_id, NoticeKind.SIGN_IN_MISUSED, request_id=None)


async def tell_of_unmasking(event: IdentityUnmasked, session: Session) -> None:
    """Tell a person that somebody saw who they are, and when no case of theirs was the reason."""
    request = await session.get(ServiceRequest, event.request_id)
    if request is not None and request.requester_id == event.person_id:
        tell(session, event.person_id, NoticeKind.IDENTITY_UNMASKED, request_id=request.id)
    else:
        tell(session, event.person_id, NoticeKind.IDENTITY_UNMASKED_WITHOUT_CASE, request_id=None)


async def remind_of_a_grade(event: InvitationReminded, session: Session) -> None:
    """Remind the person served that they may grade a round, while that is the newest and its time is not over."""
    request = await session.get(ServiceRequest, event.request_id, lock=True)
    if request is None:
        raise NotYetHeard()
    if request.round == event.round and session.now < event.expires_at:
        await remind(session, request.requester_id, NoticeKind.GRADE_REMINDER, request_id=request.id)


async def tell_of_a_measure(event: MeasureMoved, session: Session) -> None:
    """Tell whoever a measure is about, the person or the secretaries of the organisation, that it went a step on."""
    if event.post_id is None:
        await _tell_secretaries(session, event.organization_id, OF_MOVE[event.move], about_id=event.case_id)
        return
    post = await session.get(Post, event.post_id)
    if post is None:
        raise NotYetHeard()
    tell(session, post.person_id, OF_MOVE[event.move], about_id=event.case_id)


async def tell_of_a_year_grade(event: ReviewGraded, session: Session) -> None:
    """Tell a person, or the secretaries of a unit, that the year's review gave them a grade; not which."""
    if event.person_id is None:
        kind = NoticeKind.REVIEW_GRADED
        await _tell_secretaries(session, event.organization_id, kind, about_id=event.subject_id)
    else:
        tell(session, event.person_id, NoticeKind.REVIEW_GRADED, about_id=event.subject_id)


async def tell_of_a_settled_appeal(event: ResultAppealSettled, session: Session) -> None:
    """Tell who appealed against a result that two persons decided on it."""
    tell(session, event.person_id, NoticeKind.RESULT_APPEAL_DECIDED, about_id=event.appeal_id)


async def tell_of_a_missing_disclosure(event: DisclosureFoundMissing, session: Session) -> None:
    """Tell those who have to publish it, and who answers one level above them; where nobody leads the village, these.

    What is missing on one day is one line that counts. Where neither village nor township has an organisation, nobody
    is told: anybody reads it on the list of what is missing.
    """
    leading = await roster.leading(session, event.division_code)
    about, today = event.disclosure_id, local_date(session.now)
    if leading is not None:
        for person_id in await roster.secretaries_of(session, leading, today=today):
            await count_up(session, person_id, NoticeKind.DISCLOSURE_MISSING, about_id=about)
        start, steps = leading, 1
    else:
        above = await roster.in_area(session, event.township_code)
        if not above:
            return
        start, steps = above[0].id, 0
    _, head = await roster.head_at_or_above(session, start, steps=steps, today=today)
    if head is not None:
        await count_up(session, head.person_id, NoticeKind.DISCLOSURE_MISSING_BELOW, about_id=about)


async def _tell_secretaries(session: Session, organization_id: UUID, kind: NoticeKind, *, about_id: UUID) -> None:
    """Tell who speaks for an organisation today; while it has no secretary, there is nobody to tell."""
    if await session.get(Organization, organization_id) is None:
        raise NotYetHeard()
    for person_id in await roster.secretaries_of(session, organization_id, today=local_date(session.now)):
        tell(session, person_id, kind, about_id=about_id)
