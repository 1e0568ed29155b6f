"""Signing for an item, saying how far it is, reporting it, and what others decide of it."""

from collections.abc import Sequence
from datetime import date
from hashlib import sha256
from uuid import UUID

from chassis.clock import local_date
from chassis.identity import Actor
from chassis.problems import Conflict, NotFound
from chassis.secrecy import Vault, place_of
from chassis.session import Session
from chassis.tables import new_id
from services.tasks.assignments import policy
from services.tasks.assignments.gates import check_signal, check_witnessed
from services.tasks.assignments.model import Assignment, AssignmentStep
from services.tasks.attachments.actions import name_evidence
from services.tasks.checklists.model import Checklist, ChecklistItem, ListClosed
from services.tasks.notices.actions import tell
from services.tasks.notices.kinds import NoticeKind
from services.tasks.orders.closing import close_what_is_struck_off
from services.tasks.requests.model import PromiseInThePast
from services.tasks.roster import views as roster
from services.tasks.roster.model import Post
from services.tasks.rules.pack import RulePack


class HandedToOneself(Conflict):
    """An item is handed to somebody else, who holds a post today."""

    title_zh = "请选择另一位在岗人员接手，不能移交给原责任人。"


async def load(session: Session, assignment_id: UUID) -> tuple[Assignment, ChecklistItem]:
    """An assignment, locked, with its item. Raises `NotFound`."""
    assignment = await session.get(Assignment, assignment_id, lock=True)
    item = await session.get(ChecklistItem, assignment.item_id) if assignment else None
    if assignment is None or item is None:
        raise NotFound()
    return assignment, item


async def pledge(
    session: Session, assignment_id: UUID, *, by: Actor, promised_on: date, words: str | None
) -> Assignment:
    """Sign for an item and promise a date; the words say how it will be done. Raises `PledgeTooLate`."""
    assignment, item = await _for_work(session, assignment_id, by=by)
    name = await policy.check_may_work(session, by, assignment)
    if promised_on < local_date(session.now):
        raise PromiseInThePast()
    version = session.use(RulePack).version
    digest = sha256(text_of(item, assignment, promised_on=promised_on, rule_version=version).encode()).digest()
    session.publish(assignment.pledge(promised_on=promised_on, digest=digest, rule_version=version, at=session.now))
    note(session, assignment, "pledge", by=by.person_id, name=name, words=words, on=promised_on)
    return assignment


def text_of(item: ChecklistItem, assignment: Assignment, *, promised_on: date, rule_version: str) -> str:
    """What the named person sees and signs, in a fixed form."""
    return "\n".join(
        [
            "清单事项签收单",
            f"编号：{assignment.id}",
            f"事项：{item.number} {item.title}",
            f"要求：{item.measure or '（无）'}",
            f"时限：{assignment.due_on.isoformat()}",
            f"承诺于 {promised_on.isoformat()} 前办结",
            f"规则：{rule_version}",
        ]
    )


async def progress(
    session: Session, assignment_id: UUID, *, by: Actor, share: int, words: str, evidence: Sequence[UUID]
) -> Assignment:
    """Say how much of it is done, in words and per cent. Raises `NotSignedYet`."""
    assignment, _ = await _for_work(session, assignment_id, by=by)
    name = await policy.check_may_work(session, by, assignment)
    fact = assignment.progress(share, at=session.now)
    await name_evidence(session, evidence, request_id=assignment.id, by=by, required=False)
    session.publish(fact)
    note(session, assignment, "progress", by=by.person_id, name=name, words=words, share=share)
    return assignment


async def report(
    session: Session, assignment_id: UUID, *, by: Actor, words: str, evidence: Sequence[UUID]
) -> Assignment:
    """Say that it is done, with evidence where the item asks for some. Raises `NotSignedYet`, `EvidenceMissing`."""
    assignment, item = await _for_work(session, assignment_id, by=by)
    name = await policy.check_may_work(session, by, assignment)
    fact = assignment.report(by.person_id, on=local_date(session.now), at=session.now)
    await name_evidence(session, evidence, request_id=assignment.id, by=by, required=item.evidence)
    session.publish(fact)
    note(session, assignment, "report", by=by.person_id, name=name, words=words, share=100)
    today = local_date(session.now)
    for above in await roster.organizations_above(session, assignment.organization_id):
        head = await roster.head_of(session, above, today=today, past=assignment.assignee_id)
        if head is not None:
            tell(session, head.person_id, NoticeKind.ITEM_REPORTED, about_id=assignment.id)
            break
    return assignment


async def accept(session: Session, assignment_id: UUID, *, by: Actor, words: str | None) -> Assignment:
    """Find a reported item done. Raises `MayNotAccept`, `NotAllowedNow`."""
    assignment, _ = await load(session, assignment_id)
    name = await policy.check_may_accept(session, by, assignment)
    session.publish(assignment.accept(by.person_id, at=session.now))
    note(session, assignment, "accept", by=by.person_id, name=name, words=words)
    tell(session, assignment.assignee_id, NoticeKind.ITEM_ACCEPTED, about_id=assignment.id)
    return assignment


async def return_(session: Session, assignment_id: UUID, *, by: Actor, words: str) -> Assignment:
    """Give a reported item back, with the reason. Raises `MayNotAccept`, `NotAllowedNow`."""
    assignment, _ = await load(session, assignment_id)
    name = await policy.check_may_accept(session, by, assignment)
    session.publish(assignment.return_(by.person_id, at=session.now))
    note(session, assignment, "return", by=by.person_id, name=name, words=words)
    tell(session, assignment.assignee_id, NoticeKind.ITEM_RETURNED, about_id=assignment.id)
    return assignment


async def close_out(session: Session, assignment_id: UUID, *, by: Actor, words: str | None) -> Assignment:
    """Strike an accepted item off its list by its number.

    A problem and its rectification need evidence, and what came from citizens goes only once they said that it is
    solved. Raises `MayNotAccept`, `NotWitnessed`, `SignalNotTurned`, `NotAllowedNow`.
    """
    assignment, item = await load(session, assignment_id)
    name = await policy.check_may_accept(session, by, assignment)
    fact = assignment.close_out(by.person_id, at=session.now)
    checklist = await session.get(Checklist, assignment.checklist_id)
    if checklist is not None:
        await check_witnessed(session, assignment, item, checklist.kind)
    await check_signal(session, item)
    session.publish(fact)
    note(session, assignment, "close_out", by=by.person_id, name=name, words=words)
    await close_what_is_struck_off(session, item.id)
    tell(session, assignment.assignee_id, NoticeKind.ITEM_CLOSED_OUT, about_id=assignment.id)
    return assignment


async def hand_over(session: Session, assignment_id: UUID, *, by: Actor, post: Post, words: str) -> Assignment:
    """Give it to the holder of another post, who signs for it anew: by those above, or by whoever has it.

    Raises `HandedToOneself`, `MayNotAccept`, `NotAllowedNow`.
    """
    assignment, _ = await _for_work(session, assignment_id, by=by)
    if by.person_id == assignment.assignee_id:
        name = await policy.check_may_work(session, by, assignment)
    else:
        name = await policy.check_may_accept(session, by, assignment)
    if post.person_id == assignment.assignee_id:
        raise HandedToOneself()
    session.publish(
        assignment.hand_over(
            to=post.person_id,
            name=post.name,
            post_id=post.id,
            organization_id=post.organization_id,
            at=session.now,
        )
    )
    note(session, assignment, "hand_over", by=by.person_id, name=name, words=words)
    tell(session, post.person_id, NoticeKind.ITEMS_ASSIGNED, about_id=assignment.checklist_id, lines=1)
    return assignment


async def withdraw(session: Session, assignment: Assignment, *, by: Actor, name: str | None, words: str) -> None:
    """Take an item, whose list the actor keeps, from whoever has it. Raises `NotAllowedNow`."""
    session.publish(assignment.withdraw(broken_down=False, at=session.now))
    note(session, assignment, "withdraw", by=by.person_id, name=name, words=words)
    await close_what_is_struck_off(session, assignment.item_id)
    tell(session, assignment.assignee_id, NoticeKind.ITEM_WITHDRAWN, about_id=assignment.id)


def tell_of_change(session: Session, assignment: Assignment, *, by: Actor, name: str | None, on: date | None) -> None:
    """Whoever has an item is told that it reads otherwise now, or falls due on another day."""
    note(session, assignment, "change", by=by.person_id, name=name, words=None, on=on)
    tell(session, assignment.assignee_id, NoticeKind.ITEM_CHANGED, about_id=assignment.id)


async def _for_work(session: Session, assignment_id: UUID, *, by: Actor) -> tuple[Assignment, ChecklistItem]:
    """The same, of a list that goes on, for who may see it. Raises `ListClosed`, `NotFound`."""
    assignment, item = await load(session, assignment_id)
    await policy.check_may_see(session, by, assignment)
    checklist = await session.get(Checklist, assignment.checklist_id)
    if checklist is None or checklist.closed_at is not None:
        raise ListClosed()
    return assignment, item


def note(
    session: Session,
    assignment: Assignment,
    move: str,
    *,
    by: UUID | None,
    name: str | None,
    words: str | None,
    share: int | None = None,
    on: date | None = None,
) -> None:
    """Keep what was done with an assignment, in whose name, and with which words."""
    step_id = new_id()
    session.add(
        AssignmentStep(
            id=step_id,
            township_code=assignment.township_code,
            assignment_id=assignment.id,
            move=move,
            at=session.now,
            by=by,
            by_name=name,
            words=session.use(Vault).seal(words, place=place_of("assignment_step", "words", step_id))
            if words
            else None,
            share=share,
            on=on,
        )
    )
