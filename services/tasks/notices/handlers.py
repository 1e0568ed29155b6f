"""What other services tell that a person should hear of."""

from chassis.session import Session
from contracts.members import SignInMisused
from services.tasks.notices.actions import tell
from services.tasks.notices.model import NoticeKind


async def tell_of_misused_sign_in(event: SignInMisused, session: Session) -> None:
    """Tell a person that somebody else may have used their sign-in."""
    tell(session, event.person_id, NoticeKind.SIGN_IN_MISUSED, request_id=None)
