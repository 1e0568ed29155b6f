"""Coordination meetings over HTTP."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field

from chassis.http import Route, SignedIn, Transaction
from chassis.paging import Cursor, Limit, cursor_of_next, place
from chassis.problems import NotFound
from chassis.session import Session
from chassis.words import Input, Output, Words
from services.tasks.checklists import policy
from services.tasks.checklists.api import Title
from services.tasks.checklists.model import ChecklistItem
from services.tasks.checklists.showing import ItemLine, shown_items
from services.tasks.coordination import actions, views
from services.tasks.coordination.model import AgendaEntry, CoordinationMeeting

router = APIRouter(prefix="/coordination-meetings", tags=["推进例会"], route_class=Route)


class Calling(Input):
    """On which local day, and which problems; none stands for every open one that no other meeting takes up."""

    organization_id: UUID
    on: date
    item_ids: tuple[UUID, ...] = Field((), max_length=views.MOST_ON_AGENDA)


class CameUp(Input):
    """A problem that came up at the meeting; whose it is, if not the meeting's organisation's."""

    title: Title
    due_on: date
    organization_id: UUID | None = None
    post_id: UUID | None = None


class Deciding(CameUp):
    """What is done about a problem, by whom and until when; and what was said."""

    words: Words | None = None


class Deferring(Input):
    """Why it is put off."""

    words: Words


class MeetingLine(Output):
    """One meeting among others."""

    id: UUID
    organization_id: UUID
    number: int
    on: date
    stage: str
    stage_zh: str
    title_zh: str
    ended_at: datetime | None


class MeetingPage(Output):
    """Meetings from new to old."""

    items: list[MeetingLine]
    next: str | None
    title_zh: str


class EntryView(Output):
    """One problem on the agenda, and what became of it."""

    id: UUID
    position: int
    problem: ItemLine
    decision: str
    decision_zh: str
    words: str | None
    decided_at: datetime | None
    rectification: ItemLine | None


class MeetingView(MeetingLine):
    """One meeting with its agenda."""

    agenda: list[EntryView]
    said_zh: str


class WaitingView(Output):
    """Open problems that the next meeting could take up."""

    items: list[ItemLine]
    title_zh: str


@router.get("/agenda/{organization_id}")
async def problems_waiting(organization_id: UUID, session: Transaction, actor: SignedIn) -> WaitingView:
    """Open problems of an organisation and of those below it that no meeting ahead takes up; what is late first."""
    await policy.check_may_keep(session, actor, organization_id)
    found = await views.waiting(session, organization_id)
    empty = "没有待解决的问题，不需要召开推进例会。"
    return WaitingView(items=await shown_items(session, found), title_zh="" if found else empty)


@router.post("", status_code=201)
async def call_meeting(body: Calling, session: Transaction, actor: SignedIn) -> MeetingView:
    """Call a meeting of an organisation on open problems.

    Refusals: `may-not-keep-lists`, `organization-not-in-tree`, `no-problems-open`, `on-agenda-already`.
    """
    meeting = await actions.call(session, by=actor, **body.model_dump())
    await session.flush()
    return await _view(session, meeting)


@router.get("")
async def meetings(session: Transaction, actor: SignedIn, cursor: Cursor = None, limit: Limit = 25) -> MeetingPage:
    """Meetings of the organisations that your posts reach."""
    found = await views.page(session, actor, before=place(cursor), limit=limit)
    return MeetingPage(
        items=[MeetingLine(**_line(one)) for one in found],
        next=cursor_of_next(found, limit=limit),
        title_zh="" if found else "还没有推进例会；有待解决的问题时，组织负责人可以召集。",
    )


@router.get("/{meeting_id}")
async def meeting(meeting_id: UUID, session: Transaction, actor: SignedIn) -> MeetingView:
    """One meeting, with what became of each problem since."""
    return await _view(session, await views.seen(session, actor, meeting_id))


@router.post("/{meeting_id}/problems", status_code=201)
async def add_problem_to_meeting(meeting_id: UUID, body: CameUp, session: Transaction, actor: SignedIn) -> MeetingView:
    """Take up a problem that came up at the meeting.

    Refusals: `decided-before`, `nobody-answers`, `not-in-office`, `outside-the-organization`.
    """
    await actions.add_problem(session, meeting_id, by=actor, **body.model_dump())
    return await _after(session, meeting_id)


@router.post("/{meeting_id}/agenda/{entry_id}/decision")
async def decide_on_problem(
    meeting_id: UUID, entry_id: UUID, body: Deciding, session: Transaction, actor: SignedIn
) -> MeetingView:
    """Decide what is done about a problem; the decision is somebody's work from now on.

    Refusals: `decided-before`, `nobody-answers`, `not-in-office`, `outside-the-organization`.
    """
    await actions.decide(session, meeting_id, entry_id, by=actor, **body.model_dump())
    return await _after(session, meeting_id)


@router.post("/{meeting_id}/agenda/{entry_id}/deferral")
async def defer_problem(
    meeting_id: UUID, entry_id: UUID, body: Deferring, session: Transaction, actor: SignedIn
) -> MeetingView:
    """Put a problem off to the next meeting. Refusals: `decided-before`."""
    await actions.defer(session, meeting_id, entry_id, by=actor, words=body.words)
    return await _after(session, meeting_id)


@router.post("/{meeting_id}/holding")
async def hold_meeting(meeting_id: UUID, session: Transaction, actor: SignedIn) -> MeetingView:
    """Mark a meeting as held. Refusals: `not-decided-yet`, `meeting-ahead`, `not-allowed-now`."""
    return await _view(session, await actions.hold(session, meeting_id, by=actor))


@router.post("/{meeting_id}/cancellation")
async def cancel_meeting(meeting_id: UUID, session: Transaction, actor: SignedIn) -> MeetingView:
    """Call a meeting off. Refusals: `not-allowed-now`."""
    return await _view(session, await actions.cancel(session, meeting_id, by=actor))


async def _after(session: Session, meeting_id: UUID) -> MeetingView:
    await session.flush()
    found = await session.get(CoordinationMeeting, meeting_id)
    if found is None:
        raise NotFound()
    return await _view(session, found)


async def _view(session: Session, found: CoordinationMeeting) -> MeetingView:
    agenda = await views.agenda_of(session, found.id)
    decided = [await session.get(ChecklistItem, one.decided_item_id) for one, _ in agenda if one.decided_item_id]
    items = [*(item for _, item in agenda), *(one for one in decided if one is not None)]
    lines = {one.id: one for one in await shown_items(session, items)}
    entries = [_entry(session, one, lines) for one, _ in agenda]
    return MeetingView(**_line(found), agenda=entries, said_zh=_said([one for one, _ in agenda], entries))


def _entry(session: Session, one: AgendaEntry, lines: dict[UUID, ItemLine]) -> EntryView:
    return EntryView(
        id=one.id,
        position=one.position,
        problem=lines[one.item_id],
        decision=one.decision.value,
        decision_zh=one.decision.title_zh,
        words=views.words_of(session, one),
        decided_at=one.decided_at,
        rectification=lines.get(one.decided_item_id) if one.decided_item_id else None,
    )


def _line(one: CoordinationMeeting) -> dict[str, Any]:
    return {
        "id": one.id,
        "organization_id": one.organization_id,
        "number": one.number,
        "on": one.on,
        "stage": one.stage.value,
        "stage_zh": one.stage.title_zh,
        "title_zh": f"第 {one.number} 次推进例会（{one.on.isoformat()}）",
        "ended_at": one.ended_at,
    }


def _said(entries: Sequence[AgendaEntry], shown: Sequence[EntryView]) -> str:
    closed = sum(one.problem.holder is not None and one.problem.holder.stage == "closed_out" for one in shown)
    waiting = views.open_in(entries)
    rest = f"，{waiting} 个待议" if waiting else ""
    return f"共 {len(shown)} 个问题{rest}，{closed} 个已销号。"
