"""A later date for an item, and the help of departments: asked for by whoever has it, answered by others."""

from datetime import date
from uuid import UUID

from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis.clock import local_date
from chassis.identity import Actor
from chassis.problems import Conflict, Invalid, NotFound
from chassis.session import Session
from chassis.tables import new_id
from services.tasks.assignments import policy
from services.tasks.assignments.actions import load, note
from services.tasks.assignments.model import IN_HAND, Assignment, Assisting, ExtensionRequest
from services.tasks.checklists.issuing import watch
from services.tasks.checklists.model import Checklist
from services.tasks.notices.actions import tell
from services.tasks.notices.kinds import NoticeKind
from services.tasks.roster import views as roster
from services.tasks.roster.model import Post

OPEN = (
    select(ExtensionRequest)
    .where(col(ExtensionRequest.assignment_id) == bindparam("assignment"), col(ExtensionRequest.granted).is_(None))
    .with_for_update()
)


class NotALaterDate(Invalid):
    """What is asked for lies after the present limit and within the period of the list."""

    title_zh = "延期日期应晚于现在的时限，且不超过清单的结束日期，请修改。"


class LaterDateAskedAlready(Conflict):
    """One request for a later date waits for a decision, or the item is done."""

    title_zh = "已有一次延期申请在等待决定，或事项已经报结，请刷新查看。"


class LaterDateDecided(Conflict):
    """This request was decided before."""

    title_zh = "这次延期申请已经有了决定，请刷新查看。"


async def ask(
    session: Session, assignment_id: UUID, *, by: Actor, wanted_on: date, words: str
) -> tuple[Assignment, ExtensionRequest]:
    """Ask for a later date. Raises `NotALaterDate`, `LaterDateAskedAlready`."""
    assignment, _ = await load(session, assignment_id)
    name = await policy.check_may_work(session, by, assignment)
    checklist = await session.get(Checklist, assignment.checklist_id)
    if wanted_on <= assignment.due_on or (checklist is not None and wanted_on > checklist.to_on):
        raise NotALaterDate(due_on=assignment.due_on.isoformat())
    if assignment.stage not in IN_HAND or await session.first(OPEN, assignment=assignment.id) is not None:
        raise LaterDateAskedAlready()
    asked = ExtensionRequest(
        id=new_id(),
        township_code=assignment.township_code,
        assignment_id=assignment.id,
        due_on=assignment.due_on,
        wanted_on=wanted_on,
        asked_by=by.person_id,
        asked_at=session.now,
        granted=None,
        decided_by=None,
        decided_at=None,
    )
    session.add(asked)
    note(session, assignment, "ask_later", by=by.person_id, name=name, words=words, on=wanted_on)
    _, head = await roster.head_at_or_above(
        session, assignment.organization_id, steps=0, today=local_date(session.now), past=assignment.assignee_id
    )
    if head is not None:
        tell(session, head.person_id, NoticeKind.EXTENSION_ASKED, about_id=assignment.id)
    return assignment, asked


async def decide(
    session: Session, assignment_id: UUID, extension_id: UUID, *, by: Actor, granted: bool, words: str | None
) -> tuple[Assignment, ExtensionRequest]:
    """Grant a later date or refuse it; the first promise is kept. Raises `LaterDateDecided`, `MayNotAccept`."""
    assignment, _ = await load(session, assignment_id)
    name = await policy.check_may_accept(session, by, assignment)
    asked = await session.get(ExtensionRequest, extension_id, lock=True)
    if asked is None or asked.assignment_id != assignment.id:
        raise NotFound()
    if asked.granted is not None or assignment.stage not in IN_HAND:
        raise LaterDateDecided()
    asked.granted, asked.decided_by, asked.decided_at = granted, by.person_id, session.now
    if granted:
        session.publish(assignment.extend(asked.wanted_on, by.person_id, at=session.now))
        watch(session, assignment.checklist_id, asked.wanted_on)
    note(
        session,
        assignment,
        "grant_later" if granted else "refuse_later",
        by=by.person_id,
        name=name,
        words=words,
        on=asked.wanted_on,
    )
    told = NoticeKind.EXTENSION_GRANTED if granted else NoticeKind.EXTENSION_REFUSED
    tell(session, assignment.assignee_id, told, about_id=assignment.id)
    return assignment, asked


async def ask_for_help(session: Session, assignment_id: UUID, *, by: Actor, post: Post, words: str) -> Assisting:
    """Ask the holder of a department's post to help; whoever has the item goes on answering for it."""
    assignment, _ = await load(session, assignment_id)
    name = await policy.check_may_work(session, by, assignment)
    helping = Assisting(
        id=new_id(),
        township_code=assignment.township_code,
        assignment_id=assignment.id,
        organization_id=post.organization_id,
        person_id=post.person_id,
        person_name=post.name,
        asked_by=by.person_id,
        asked_at=session.now,
        answered_at=None,
    )
    session.add(helping)
    note(session, assignment, "ask_help", by=by.person_id, name=name, words=words)
    tell(session, post.person_id, NoticeKind.ITEM_HELP, about_id=assignment.id)
    return helping


async def help_out(session: Session, assignment_id: UUID, assisting_id: UUID, *, by: Actor, words: str) -> Assisting:
    """Say what one found out or did for an item that one was asked to help with. Raises `NotFound`."""
    assignment, _ = await load(session, assignment_id)
    helping = await session.get(Assisting, assisting_id, lock=True)
    if helping is None or helping.assignment_id != assignment.id or helping.person_id != by.person_id:
        raise NotFound()
    helping.answered_at = session.now
    note(session, assignment, "help", by=by.person_id, name=helping.person_name, words=words)
    tell(session, assignment.assignee_id, NoticeKind.HELPED, about_id=assignment.id)
    return helping
