"""Calling a meeting on open problems, deciding each of them, and having held it."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from chassis.clock import local_date
from chassis.divisions import township_of
from chassis.identity import Actor
from chassis.problems import NotFound
from chassis.secrecy import Vault, place_of
from chassis.session import Session
from chassis.tables import new_id
from services.tasks.checklists import actions as lists
from services.tasks.checklists import policy
from services.tasks.checklists.model import ChecklistItem, ChecklistKind, Origin
from services.tasks.coordination import views
from services.tasks.coordination.model import (
    AgendaEntry,
    CoordinationMeeting,
    DecidedBefore,
    Decision,
    MeetingStage,
    NoProblemsOpen,
    OnAgendaAlready,
)
from services.tasks.roster.model import Organization


async def call(
    session: Session, *, by: Actor, organization_id: UUID, on: date, item_ids: Sequence[UUID]
) -> CoordinationMeeting:
    """Call a meeting; its agenda is these problems or, if none is named, every open one that no other takes up.

    Raises `OrganizationNotInTree`, `MayNotKeepLists`, `NoProblemsOpen`, `OnAgendaAlready`.
    """
    organization = await session.get(Organization, organization_id, lock=True)  # numbers are given one by one
    if organization is None:
        raise lists.OrganizationNotInTree(organization=str(organization_id))
    await policy.check_may_keep(session, by, organization_id)
    waiting = {one.id for one in await views.waiting(session, organization_id)}
    wanted = list(dict.fromkeys(item_ids)) or sorted(waiting)
    if not wanted:
        raise NoProblemsOpen()
    for item_id in wanted:
        if item_id not in waiting:
            raise OnAgendaAlready() if await session.first(views.AHEAD, item=item_id) else NotFound()
    last = await session.first(views.LAST, organization=organization_id)
    meeting = CoordinationMeeting(
        id=new_id(),
        township_code=township_of(organization.division_code),
        organization_id=organization_id,
        number=last.number + 1 if last else 1,
        on=on,
        stage=MeetingStage.CALLED,
        called_by=by.person_id,
        called_at=session.now,
        ended_at=None,
    )
    session.add(meeting)
    for position, item_id in enumerate(wanted, 1):
        _enter(session, meeting, item_id, position=position)
    return meeting


async def add_problem(
    session: Session,
    meeting_id: UUID,
    *,
    by: Actor,
    title: str,
    due_on: date,
    organization_id: UUID | None,
    post_id: UUID | None,
) -> AgendaEntry:
    """Put a problem that came up at the meeting on the list of problems, and on this agenda. Raises `NotAllowedNow`."""
    meeting = await _locked(session, meeting_id, by=by)
    unit = organization_id or meeting.organization_id
    await policy.check_may_keep(session, by, unit)
    item = await lists.enter_problem(
        session,
        organization_id=unit,
        title=title,
        origin=Origin.MEETING,
        origin_id=meeting.id,
        due_on=due_on,
        by=by.person_id,
        post=await lists.post_below(session, post_id, unit) if post_id else None,
    )
    entries = await session.all(views.AGENDA, meeting=meeting.id)
    return _enter(session, meeting, item.id, position=len(entries) + 1)


async def decide(
    session: Session,
    meeting_id: UUID,
    entry_id: UUID,
    *,
    by: Actor,
    title: str,
    due_on: date,
    organization_id: UUID | None,
    post_id: UUID | None,
    words: str | None,
) -> AgendaEntry:
    """Decide what is done about a problem: it goes on the list of rectifications, in one person's name.

    Raises `DecidedBefore`, `NobodyAnswers`, `NotInOffice`, `OutsideTheOrganization`.
    """
    meeting = await _locked(session, meeting_id, by=by)
    entry, problem = await _entry(session, meeting, entry_id)
    unit = organization_id or problem.organization_id
    item = await lists.enter_problem(
        session,
        organization_id=unit,
        title=title,
        origin=Origin.ITEM,
        origin_id=problem.id,
        due_on=due_on,
        by=by.person_id,
        post=await lists.post_below(session, post_id, unit) if post_id else None,
        kind=ChecklistKind.RECTIFICATION,
    )
    _conclude(session, entry, Decision.DECIDED, by=by, words=words)
    entry.decided_item_id = item.id
    return entry


async def defer(session: Session, meeting_id: UUID, entry_id: UUID, *, by: Actor, words: str) -> AgendaEntry:
    """Put a problem off to the next meeting, with the reason. Raises `DecidedBefore`."""
    meeting = await _locked(session, meeting_id, by=by)
    entry, _ = await _entry(session, meeting, entry_id)
    _conclude(session, entry, Decision.DEFERRED, by=by, words=words)
    return entry


async def hold(session: Session, meeting_id: UUID, *, by: Actor) -> CoordinationMeeting:
    """Mark a meeting as held, once each problem has its conclusion. Raises `NotDecidedYet`, `MeetingAhead`."""
    meeting = await _locked(session, meeting_id, by=by, move="hold")
    entries = await session.all(views.AGENDA, meeting=meeting.id)
    meeting.hold(open_entries=views.open_in(entries), today=local_date(session.now), at=session.now)
    return meeting


async def cancel(session: Session, meeting_id: UUID, *, by: Actor) -> CoordinationMeeting:
    """Call a meeting off; its problems wait for another one. Raises `NotAllowedNow`."""
    meeting = await _locked(session, meeting_id, by=by, move="cancel")
    meeting.cancel(at=session.now)
    return meeting


async def _locked(session: Session, meeting_id: UUID, *, by: Actor, move: str | None = None) -> CoordinationMeeting:
    await views.seen(session, by, meeting_id)
    meeting = await session.get(CoordinationMeeting, meeting_id, lock=True)
    if meeting is None:
        raise NotFound()
    await policy.check_may_keep(session, by, meeting.organization_id)
    if move is None and meeting.stage is not MeetingStage.CALLED:
        raise DecidedBefore()
    return meeting


async def _entry(session: Session, meeting: CoordinationMeeting, entry_id: UUID) -> tuple[AgendaEntry, ChecklistItem]:
    entry = await session.get(AgendaEntry, entry_id, lock=True)
    if entry is None or entry.meeting_id != meeting.id:
        raise NotFound()
    if entry.decision is not Decision.OPEN:
        raise DecidedBefore()
    problem = await session.get(ChecklistItem, entry.item_id)
    if problem is None:
        raise NotFound()
    return entry, problem


def _enter(session: Session, meeting: CoordinationMeeting, item_id: UUID, *, position: int) -> AgendaEntry:
    entry = AgendaEntry(
        id=new_id(),
        township_code=meeting.township_code,
        meeting_id=meeting.id,
        position=position,
        item_id=item_id,
        decision=Decision.OPEN,
        words=None,
        decided_by=None,
        decided_at=None,
        decided_item_id=None,
    )
    session.add(entry)
    return entry


def _conclude(session: Session, entry: AgendaEntry, decision: Decision, *, by: Actor, words: str | None) -> None:
    place = place_of("agenda_entry", "words", entry.id)
    entry.decision, entry.decided_by, entry.decided_at = decision, by.person_id, session.now
    entry.words = session.use(Vault).seal(words, place=place) if words else None
