"""Writing an interim reply, and reminding whoever has a case that one is due."""

from datetime import datetime
from uuid import UUID

from chassis.calendar import WorkCalendar
from chassis.clock import local_date
from chassis.identity import Actor
from chassis.problems import Conflict
from chassis.secrecy import Vault, place_of
from chassis.session import Session
from chassis.tables import new_id
from services.tasks.clocks.limits import limit
from services.tasks.interim.model import InterimReply
from services.tasks.interim.views import OF_CASE
from services.tasks.notices.actions import last_reminded, remind, tell
from services.tasks.notices.kinds import NoticeKind
from services.tasks.requests import policy
from services.tasks.requests.model import NotYours, ServiceRequest
from services.tasks.requests.stages import Stage
from services.tasks.requests.views import load
from services.tasks.roster import views as roster
from services.tasks.roster.duty import in_place_of
from services.tasks.rules.pack import RuleId, RulePack

TIMER = "interim"

AT_WORK = {
    Stage.DISPATCHED,
    Stage.ACCEPTED,
    Stage.CONTACTED,
    Stage.HANDLING,
    Stage.EXTENDED,
    Stage.PAUSED,
    Stage.DIFFICULT,
    Stage.RECTIFYING,
}
"""Stages at which somebody works on the case and it is not done."""


class NothingToReplyYet(Conflict):
    """Nobody works on the case, or it is done and the person served is asked."""

    title_zh = "这件事项现在不在办理中，不能写阶段性答复；已办结的请直接告知结果。"


def wait(session: Session, request_id: UUID) -> None:
    """The work on a case begins: unless it is done before, a word to the requester is due after the rule's time."""
    session.remind(TIMER, about=request_id, due_at=_after(session, session.now))


async def reply(session: Session, request_id: UUID, *, by: Actor, words: str) -> InterimReply:
    """Whoever has the case, or acts for them, tells the requester how it stands. Raises `NotYours`."""
    request = await load(session, request_id)
    await policy.check_may_see(session, by, request)
    acting = await policy.acting_for(session, by, request)
    if by.person_id != request.working_person_id and acting is None:
        raise NotYours()
    if request.stage not in AT_WORK:
        raise NothingToReplyYet()
    if acting is not None:
        session.by_post = acting.post.id
    posts = await roster.posts_of(session, by.person_id, today=local_date(session.now))
    reply_id = new_id()
    written = InterimReply(
        id=reply_id,
        request_id=request.id,
        words=session.use(Vault).seal(words, place=place_of("interim_reply", "words", reply_id)),
        at=session.now,
        by=by.person_id,
        by_name=acting.post.name if acting else posts[0].name if posts else "",
        acting_for_name=acting.acting_for.name if acting and acting.acting_for else None,
    )
    session.add(written)
    tell(session, request.requester_id, NoticeKind.INTERIM_REPLY, request_id=request.id)
    return written


async def fire(request_id: UUID, session: Session) -> None:
    """Remind whoever has a case that its requester has heard nothing for longer than the rule allows."""
    request = await session.get(ServiceRequest, request_id, lock=True)
    if request is None or request.stage not in AT_WORK | {Stage.RECEIVED, Stage.RETURNED}:
        return
    heard = [request.submitted_at, *(one.at for one in await session.all(OF_CASE, request=request.id))]
    if request.contacted_at is not None:
        heard.append(request.contacted_at)
    due_at = _after(session, max(heard))
    person_id = request.working_person_id
    if person_id is not None:
        organization_id, today = request.working_organization_id, local_date(session.now)
        person_id = await in_place_of(session, person_id, organization_id=organization_id, today=today)
        reminded_at = await last_reminded(session, person_id, NoticeKind.INTERIM_DUE, request_id=request.id)
        if reminded_at is not None:
            due_at = max(due_at, _after(session, reminded_at))
        if due_at <= session.now and request.stage is not Stage.PAUSED:
            await remind(session, person_id, NoticeKind.INTERIM_DUE, request_id=request.id)
    session.remind(TIMER, about=request.id, due_at=due_at if due_at > session.now else _after(session, session.now))


def _after(session: Session, at: datetime) -> datetime:
    rule = session.use(RulePack).rule(RuleId.INTERIM, on=local_date(session.now))
    return limit(rule.amount, at, session.use(WorkCalendar)).due_at
