"""Reading meetings: the problems that wait for one, and what each decided."""

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis.clock import local_date
from chassis.identity import Actor
from chassis.problems import NotFound
from chassis.secrecy import Vault, place_of
from chassis.session import Session
from services.tasks.assignments.model import Assignment, AssignmentStage
from services.tasks.checklists.model import Checklist, ChecklistItem, ChecklistKind
from services.tasks.coordination.model import AgendaEntry, CoordinationMeeting, Decision, MeetingStage
from services.tasks.roster import views as roster

MOST_ON_AGENDA = 100

_OVER = [AssignmentStage.ACCEPTED.value, AssignmentStage.CLOSED_OUT.value, AssignmentStage.WITHDRAWN.value]

WAITING = (
    select(ChecklistItem)
    .join(Checklist, col(Checklist.id) == col(ChecklistItem.checklist_id))
    .join(Assignment, col(Assignment.id) == col(ChecklistItem.assignment_id))
    .where(
        col(Checklist.kind) == ChecklistKind.PROBLEM,
        sa.or_(
            col(Checklist.organization_id) == bindparam("organization"),
            col(Checklist.organization_id).in_(roster.BELOW_ONE),
        ),
        sa.type_coerce(col(Assignment.stage), sa.String).not_in(_OVER),
        ~select(AgendaEntry.id)
        .join(CoordinationMeeting, col(CoordinationMeeting.id) == col(AgendaEntry.meeting_id))
        .where(
            col(AgendaEntry.item_id) == col(ChecklistItem.id),
            col(CoordinationMeeting.stage) == MeetingStage.CALLED,
        )
        .exists(),
    )
    .order_by(col(Assignment.missed_at).is_(None), col(ChecklistItem.due_on), col(ChecklistItem.id))
    .limit(MOST_ON_AGENDA)
)
"""Open problems of an organisation and of those below it that no meeting ahead takes up; what is late first."""

PAGE = (
    select(CoordinationMeeting)
    .where(
        col(CoordinationMeeting.organization_id).in_(select(roster.DOWNWARD.c.id)),
        col(CoordinationMeeting.id) < bindparam("before"),
    )
    .order_by(col(CoordinationMeeting.id).desc())
    .limit(bindparam("limit"))
)
SEEN = select(CoordinationMeeting.id).where(
    col(CoordinationMeeting.id) == bindparam("meeting"),
    col(CoordinationMeeting.organization_id).in_(select(roster.DOWNWARD.c.id)),
)
AGENDA = (
    select(AgendaEntry).where(col(AgendaEntry.meeting_id) == bindparam("meeting")).order_by(col(AgendaEntry.position))
)
AHEAD = (
    select(AgendaEntry)
    .join(CoordinationMeeting, col(CoordinationMeeting.id) == col(AgendaEntry.meeting_id))
    .where(col(AgendaEntry.item_id) == bindparam("item"), col(CoordinationMeeting.stage) == MeetingStage.CALLED)
    .limit(1)
)
LAST = (
    select(CoordinationMeeting)
    .where(col(CoordinationMeeting.organization_id) == bindparam("organization"))
    .order_by(col(CoordinationMeeting.number).desc())
    .limit(1)
)


async def waiting(session: Session, organization_id: UUID) -> list[ChecklistItem]:
    """Open problems that the next meeting could take up, what is late first."""
    return await session.all(WAITING, organization=organization_id)


async def page(session: Session, actor: Actor, *, before: UUID, limit: int) -> list[CoordinationMeeting]:
    """Meetings of the organisations that one's posts reach, from new to old."""
    today = local_date(session.now)
    return await session.all(PAGE, person=actor.person_id, today=today, before=before, limit=limit)


async def seen(session: Session, actor: Actor, meeting_id: UUID) -> CoordinationMeeting:
    """One meeting of an organisation that one's posts reach. Raises `NotFound`."""
    found = await session.get(CoordinationMeeting, meeting_id)
    given = {"meeting": meeting_id, "person": actor.person_id, "today": local_date(session.now)}
    if found is None or await session.first(SEEN, **given) is None:
        raise NotFound()
    return found


async def agenda_of(session: Session, meeting_id: UUID) -> list[tuple[AgendaEntry, ChecklistItem]]:
    """What stands on the agenda, each with its problem."""
    entries = await session.all(AGENDA, meeting=meeting_id)
    await fetch_items(session, entries)
    items = [await session.get(ChecklistItem, one.item_id) for one in entries]
    return [(one, item) for one, item in zip(entries, items, strict=True) if item is not None]


async def fetch_items(session: Session, entries: Sequence[AgendaEntry]) -> None:
    """Read the problems, and the rectifications, of many entries at once."""
    ids = [one.item_id for one in entries] + [one.decided_item_id for one in entries if one.decided_item_id]
    await session.fetch(ChecklistItem, ids)


def words_of(session: Session, entry: AgendaEntry) -> str | None:
    """What was decided, or why it was put off."""
    if entry.words is None:
        return None
    return session.use(Vault).open(entry.words, place=place_of("agenda_entry", "words", entry.id))


def open_in(entries: Sequence[AgendaEntry]) -> int:
    """How many of them wait for a decision."""
    return sum(one.decision is Decision.OPEN for one in entries)
