"""Putting a case away when nobody says a further word; silence is no answer."""

from uuid import UUID

from chassis import audit
from chassis.calendar import WorkCalendar
from chassis.clock import local_date, real_now
from chassis.session import Session
from contracts.tasks import RequestArchived
from services.tasks.clocks.limits import limit
from services.tasks.notices.actions import tell
from services.tasks.notices.kinds import NoticeKind
from services.tasks.rechecks.owing import open_call
from services.tasks.requests.model import ServiceRequest
from services.tasks.requests.stages import LIFECYCLE
from services.tasks.rules.pack import RuleId, RulePack

ARCHIVE = "archive"
"""The timer that puts a case away, unless somebody has spoken meanwhile."""


def rest(session: Session, request: ServiceRequest) -> None:
    """Have the case put away after the days of the rule pack, unless somebody says a further word."""
    amount = session.use(RulePack).rule(RuleId.ARCHIVE, on=local_date(session.now)).amount
    request.archive_at = limit(amount, session.now, session.use(WorkCalendar)).due_at
    session.remind(ARCHIVE, about=request.id, due_at=request.archive_at)


async def archive(request_id: UUID, session: Session) -> None:
    """Put a case away about which nobody has spoken for so long; silence is no answer, and so none is written."""
    request = await session.get(ServiceRequest, request_id, lock=True)
    if request is None or request.archive_at is None or session.now < request.archive_at:
        return  # somebody spoke, and a later timer was set
    if not LIFECYCLE.allows("archive", request.stage):
        return
    if await open_call(session, request.id) is not None:
        rest(session, request)  # whom the next level has yet to ask, and why, is not said by this either
        return
    request.move("archive")
    request.moved_at = real_now()
    request.archived_at, request.archive_at = session.now, None
    audit.record(session, actor_id=None, action="archive", about=str(request.id), reason="no_further_word")
    session.publish(
        RequestArchived(request_id=request.id, archived_at=session.now, answered=request.solved is not None)
    )
    tell(session, request.requester_id, NoticeKind.ARCHIVED, request_id=request.id)
