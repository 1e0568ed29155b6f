"""What other services tell that a person should hear of."""

from chassis.inbox import NotYetHeard
from chassis.session import Session
from contracts.feedback import InvitationReminded
from contracts.members import IdentityUnmasked, SignInMisused
from services.tasks.notices.actions import remind, tell
from services.tasks.notices.kinds import NoticeKind
from services.tasks.requests.model import ServiceRequest


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
