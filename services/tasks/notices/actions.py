"""Telling somebody, in the hours in which they may be told, and noting that it was read."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis.calendar import WorkCalendar
from chassis.clock import local_date
from chassis.identity import Actor
from chassis.problems import NotFound
from chassis.session import Session
from chassis.tables import new_id
from services.tasks.clocks.model import Clock
from services.tasks.notices import hours
from services.tasks.notices.kinds import NoticeKind
from services.tasks.notices.model import Notice, Reminded
from services.tasks.notices.occasions import AT_ANY_HOUR, GATHERED, IN_OFFICE
from services.tasks.rules.pack import RuleId, RulePack

DIGEST = "digest"
"""The timer that tells a person what was gathered for them."""

MOST_LINES = 1000  # of one digest; what is left is the next one
MOST_READ = 500  # notices that one call marks as read

GATHERED_FOR = (
    select(Notice)
    .where(col(Notice.person_id) == bindparam("person"), col(Notice.gathered), col(Notice.digest_id).is_(None))
    .order_by(col(Notice.id))
    .limit(MOST_LINES)
    .with_for_update()
)
COUNTING_FOR = (
    select(Notice)
    .where(
        col(Notice.person_id) == bindparam("person"),
        col(Notice.kind) == bindparam("kind"),
        col(Notice.gathered),
        col(Notice.digest_id).is_(None),
    )
    .order_by(col(Notice.id))
    .limit(1)
    .with_for_update()
)
UNREAD_OF = (
    select(Notice)
    .where(col(Notice.person_id) == bindparam("person"), col(Notice.read_at).is_(None), ~col(Notice.gathered))
    .order_by(col(Notice.id))
    .limit(MOST_READ)
    .with_for_update()
)
COUNTED = (
    select(Reminded)
    .where(
        col(Reminded.request_id) == bindparam("request"),
        col(Reminded.person_id) == bindparam("person"),
        col(Reminded.kind) == bindparam("kind"),
    )
    .with_for_update()
)
UNREAD_LINES_OF = (
    select(Notice)
    .where(col(Notice.digest_id) == bindparam("digest"), col(Notice.read_at).is_(None))
    .order_by(col(Notice.id))
    .with_for_update()
)


def tell(
    session: Session,
    person_id: UUID,
    kind: NoticeKind,
    *,
    request_id: UUID | None = None,
    about_id: UUID | None = None,
    clock: Clock | None = None,
    due_at: datetime | None = None,
    colour: str | None = None,
    lines: int | None = None,
) -> None:
    """Have a person told about a case, or about another thing by its id; a reminder of the clock is gathered."""
    telling, calendar = session.use(RulePack).telling, session.use(WorkCalendar)
    if kind in GATHERED:
        tell_at = hours.digest_at(session.now, telling, calendar)
        session.remind(DIGEST, about=person_id, due_at=tell_at)
    elif kind in IN_OFFICE:
        tell_at = hours.next_in_working_hours(session.now, telling, calendar)
    elif kind in AT_ANY_HOUR:
        tell_at = session.now
    else:
        tell_at = hours.after_the_quiet(session.now, telling)
    session.add(
        Notice(
            id=new_id(),
            person_id=person_id,
            kind=kind,
            request_id=request_id,
            about_id=about_id,
            at=session.now,
            tell_at=tell_at if tell_at > session.now else None,
            read_at=None,
            gathered=kind in GATHERED,
            digest_id=None,
            lines=lines,
            clock_id=clock.id if clock else None,
            clock=clock.kind.value if clock else None,
            due_at=clock.due_at if clock else due_at,
            colour=colour,
        )
    )


async def count_up(session: Session, person_id: UUID, kind: NoticeKind, *, about_id: UUID) -> None:
    """Have a gathered kind be one line of a person's next digest, that counts; about the first thing of which it is."""
    await session.flush()
    counting = await session.first(COUNTING_FOR, person=person_id, kind=kind)
    if counting is None:
        tell(session, person_id, kind, about_id=about_id, lines=1)
    else:
        counting.lines = (counting.lines or 0) + 1


async def remind(
    session: Session,
    person_id: UUID,
    kind: NoticeKind,
    *,
    request_id: UUID,
    clock: Clock | None = None,
    colour: str | None = None,
) -> bool:
    """Tell what the clock reminds of, as often as the rule pack allows; what is more is counted. Returns whether told.

    The case is locked by whoever calls, so that two clocks of it do not count past each other.
    """
    most = session.use(RulePack).rule(RuleId.REMINDERS, on=local_date(session.now)).value
    counted = await session.first(COUNTED, person=person_id, request=request_id, kind=kind)
    if counted is None:
        counted = Reminded(
            id=new_id(), person_id=person_id, request_id=request_id, kind=kind, told=0, held_back=0, last_at=session.now
        )
        session.add(counted)
    counted.last_at = session.now
    if counted.told >= most:
        counted.held_back += 1
        return False
    counted.told += 1
    tell(session, person_id, kind, request_id=request_id, clock=clock, colour=colour)
    return True


async def last_reminded(session: Session, person_id: UUID, kind: NoticeKind, *, request_id: UUID) -> datetime | None:
    """When a person was last reminded of a kind of thing in a case."""
    counted = await session.first(COUNTED, person=person_id, request=request_id, kind=kind)
    return counted.last_at if counted else None


async def tell_digest(person_id: UUID, session: Session) -> None:
    """Tell a person everything that was gathered for them, as one notice; what was done meanwhile is left out.

    Each line has a timer of its own: the first of them takes all lines along, and the others find none.
    """
    opens = hours.next_in_working_hours(session.now, session.use(RulePack).telling, session.use(WorkCalendar))
    gathered = await session.all(GATHERED_FOR, person=person_id)
    if not gathered:
        return
    if opens > session.now:  # the timer comes late, after hours: it waits for the morning
        session.remind(DIGEST, about=person_id, due_at=opens)
        return
    await session.fetch(Clock, {line.clock_id for line in gathered if line.clock_id is not None})
    lines = []
    for line in gathered:
        clock = await session.get(Clock, line.clock_id) if line.clock_id else None
        if line.kind is NoticeKind.WARNING and clock is not None and not clock.running:
            session.delete(line)
        else:
            lines.append(line)
    if not lines:
        return
    digest = Notice(
        id=new_id(),
        person_id=person_id,
        kind=NoticeKind.DIGEST,
        request_id=None,
        about_id=None,
        at=session.now,
        tell_at=None,
        read_at=None,
        gathered=False,
        digest_id=None,
        lines=len(lines),
        clock_id=None,
        clock=None,
        due_at=None,
        colour=None,
    )
    session.add(digest)
    for line in lines:
        line.digest_id = digest.id


async def read(session: Session, notice_id: UUID, *, by: Actor) -> Notice:
    """Note that a notice was read, a digest with its lines; a second time changes nothing."""
    notice = await session.get(Notice, notice_id, lock=True)
    if notice is None or notice.person_id != by.person_id:
        raise NotFound()
    await _read(session, notice)
    return notice


async def read_all(session: Session, *, by: Actor) -> tuple[int, bool]:
    """Note that one's unread notices were read; how many, and whether so many were unread that some are left."""
    unread = await session.all(UNREAD_OF, person=by.person_id)
    for notice in unread:
        await _read(session, notice)
    return len(unread), len(unread) == MOST_READ


async def _read(session: Session, notice: Notice) -> None:
    if notice.read_at is not None:
        return
    notice.read_at = session.now
    if notice.kind is NoticeKind.DIGEST:
        for line in await session.all(UNREAD_LINES_OF, digest=notice.id):
            line.read_at = session.now
