"""Marking a case as a repetition, appealing against it, deciding about that, and its end by itself."""

from uuid import UUID

from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis.calendar import WorkCalendar
from chassis.clock import local_date
from chassis.identity import Actor
from chassis.problems import NotFound
from chassis.secrecy import Vault, place_of
from chassis.session import Session
from chassis.tables import new_id
from services.tasks.clocks.limits import limit
from services.tasks.notices.actions import tell
from services.tasks.notices.kinds import NoticeKind
from services.tasks.repeats import policy
from services.tasks.repeats.model import (
    AppealedAlready,
    MarkedAlready,
    MarkReason,
    NothingToDecide,
    RepeatMark,
)
from services.tasks.requests.model import ServiceRequest
from services.tasks.requests.policy import check_may_see
from services.tasks.requests.views import load
from services.tasks.roster import views as roster
from services.tasks.rules.pack import RuleId, RulePack

EXPIRE = "repeat_mark"
"""The timer that takes a mark away when its time is over."""

OF_REQUEST = select(RepeatMark).where(col(RepeatMark.request_id) == bindparam("request"))


async def mark(session: Session, request_id: UUID, *, by: Actor, reason: MarkReason) -> RepeatMark:
    """Mark a case; whoever asked is told, and how to appeal.

    Raises `MayNotMark`, `MarkedAlready`, `NotForComplaints`.
    """
    request = await load(session, request_id)
    await policy.check_may_mark(session, by, request)
    if await session.first(OF_REQUEST, request=request.id) is not None:
        raise MarkedAlready()
    kept = session.use(RulePack).rule(RuleId.REPEAT_MARK, on=local_date(session.now)).amount
    made = RepeatMark(
        id=new_id(),
        township_code=request.township_code,
        request_id=request.id,
        reason=reason,
        marked_by=by.person_id,
        marked_by_post=session.by_post,
        at=session.now,
        expires_at=limit(kept, session.now, session.use(WorkCalendar)).due_at,
        appealed_at=None,
        appeal=None,
        decided_at=None,
        decided_by=None,
    )
    session.add(made)
    session.remind(EXPIRE, about=made.id, due_at=made.expires_at)
    tell(session, request.requester_id, NoticeKind.REPEAT_MARKED, request_id=request.id)
    return made


async def appeal(session: Session, mark_id: UUID, *, by: Actor, words: str) -> RepeatMark:
    """Whoever asked says why the mark is wrong; somebody else than who set it decides. Raises `AppealedAlready`."""
    found, request = await _load(session, mark_id)
    if by.person_id != request.requester_id:
        raise NotFound()
    if found.appealed_at is not None:
        raise AppealedAlready()
    found.appealed_at = session.now
    found.appeal = session.use(Vault).seal(words, place=place_of("repeat_mark", "appeal", found.id))
    for person_id in await _deciders(session, found, request):
        tell(session, person_id, NoticeKind.REPEAT_MARK_APPEALED, request_id=request.id)
    return found


async def decide(session: Session, mark_id: UUID, *, by: Actor, upheld: bool) -> UUID:
    """Take the mark away, or leave it until its time is over; the id of the case. Raises `NothingToDecide`."""
    found, request = await _load(session, mark_id)
    await policy.check_may_decide(session, by, found, request)
    if found.appealed_at is None or found.decided_at is not None:
        raise NothingToDecide()
    if upheld:
        session.delete(found)
        tell(session, request.requester_id, NoticeKind.REPEAT_MARK_REMOVED, request_id=request.id)
    else:
        found.decided_at, found.decided_by = session.now, by.person_id
        tell(session, request.requester_id, NoticeKind.REPEAT_MARK_UPHELD, request_id=request.id)
    return request.id


async def of(session: Session, request_id: UUID, *, by: Actor) -> RepeatMark | None:
    """The mark on a case, for whoever sees the case."""
    request = await session.get(ServiceRequest, request_id)
    if request is None:
        raise NotFound()
    await check_may_see(session, by, request)
    found = await session.first(OF_REQUEST, request=request.id)
    return found if found is not None and found.expires_at > session.now else None


async def expire(mark_id: UUID, session: Session) -> None:
    """The timer: the mark is over and leaves nothing behind."""
    found = await session.get(RepeatMark, mark_id, lock=True)
    if found is not None:
        session.delete(found)


async def _load(session: Session, mark_id: UUID) -> tuple[RepeatMark, ServiceRequest]:
    seen = await session.get(RepeatMark, mark_id)
    if seen is None:
        raise NotFound()
    request = await load(session, seen.request_id)
    found = await session.get(RepeatMark, mark_id, lock=True)
    if found is None or found.expires_at <= session.now:
        raise NotFound()
    return found, request


async def _deciders(session: Session, found: RepeatMark, request: ServiceRequest) -> list[UUID]:
    """Those who dispatch in the township and supervise above it, without who set the mark and who has the case."""
    today = local_date(session.now)
    posts = await roster.dispatchers_of(session, request.township_code, today=today)
    if request.organization_id is not None:
        past = found.marked_by
        posts += await roster.supervision_over(session, request.organization_id, today=today, past=past)
    involved = {found.marked_by, request.working_person_id, request.handler_id}
    return sorted({post.person_id for post in posts} - involved)
