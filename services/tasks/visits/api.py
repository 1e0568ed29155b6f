"""Visits over HTTP."""

import asyncio
from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query, Response

from chassis.clock import local_date
from chassis.http import Route, SignedIn, Transaction, client_made
from chassis.identity import Actor
from chassis.paging import Cursor, Limit, cursor_after, place
from chassis.problems import NotFound
from chassis.session import Session
from chassis.sheets.writing import GIVEN_OUT, XLSX
from chassis.words import DivisionCode, Input, Output, Words
from services.tasks.rules.pack import MatterKind
from services.tasks.visits import actions, exporting, policy, views
from services.tasks.visits.forms import VisitForm
from services.tasks.visits.model import LeaveWay, Visit, VisitContest, VisitNeed, VisitStage
from services.tasks.visits.views import NotVisited

router = APIRouter(prefix="/visits", tags=["走访"], route_class=Route)

EMPTY = "还没有走访记录。"
ALL_VISITED = "规定期限内都已走访。"
MOST_EXPORTED = 20_000


class Whose(StrEnum):
    """Which visits to list."""

    PAID = "paid"
    RECEIVED = "received"


class Contesting(Input):
    """What the household has against the entry."""

    words: Words


class Answering(Input):
    """Whether the household is right, and why."""

    upheld: bool
    words: Words


class RecordedView(Output):
    """A visit that was taken in; the same answer however often it is sent."""

    id: UUID
    household_id: UUID
    visited_on: date
    recorded_at: datetime


class VisitLine(Output):
    """One visit of a list."""

    id: UUID
    household_id: UUID
    division_code: str
    visitor_id: UUID
    visited_on: date
    stage: VisitStage
    stage_zh: str


class VisitPage(Output):
    """Visits, in the order in which they came in, the newest first."""

    items: list[VisitLine]
    next: str | None
    hint_zh: str | None


class NeedView(Output):
    """One need; its words only for the visitor, the household, and whoever answers a contest."""

    number: int
    kind: MatterKind | None
    kind_zh: str | None
    item_code: str | None
    words: str | None
    request_id: UUID | None
    next_zh: str | None


class ContestView(Output):
    """What the household has against the entry, and the answer."""

    id: UUID
    words: str | None
    made_at: datetime
    upheld: bool | None
    answer: str | None
    answered_at: datetime | None


class VisitView(Output):
    """One visit whole."""

    visit: VisitLine
    leave_by: UUID | None
    leave_way: LeaveWay | None
    leave_way_zh: str | None
    needs: list[NeedView]
    contests: list[ContestView]


class NotVisitedView(Output):
    """A household that was not visited in the rule's period."""

    pairing_id: UUID
    household_id: UUID | None
    division_code: str
    helper_person_id: UUID | None
    last_on: date | None


class CoveragePage(Output):
    """Who was not visited, and by which rule."""

    period_days: int
    since: date
    items: list[NotVisitedView]
    next: str | None
    hint_zh: str | None


@router.put("/{visit_id}", status_code=201)
@client_made
async def record_visit(visit_id: UUID, body: VisitForm, session: Transaction, actor: SignedIn) -> RecordedView:
    """Take in a visit that was written down in the house, perhaps without a line, under the id that the client made.

    The same id and body is the same answer for as long as the row is there; needs become cases once. For whoever is
    paired with the household, and posts of its area. Refusals: `recorded-differently`, `id-not-random`, `not-found`,
    `visit-ahead`, `leave-missing`, `not-of-the-household`, `not-a-need`, `voice-not-asked`, `no-such-item`.
    """
    visit = await actions.record(session, visit_id, body, by=actor)
    return RecordedView(
        id=visit.id, household_id=visit.household_id, visited_on=visit.visited_on, recorded_at=visit.recorded_at
    )


@router.get("")
async def visits(
    session: Transaction,
    actor: SignedIn,
    *,
    whose: Annotated[Whose, Query(description="本人走访的，或走访本户的")] = Whose.PAID,
    division_code: Annotated[DivisionCode | None, Query(description="某辖区内的走访")] = None,
    cursor: Cursor = None,
    limit: Limit = 25,
) -> VisitPage:
    """The visits that one paid, those to one's own household, or those in an area for posts that oversee it.

    Raises `Forbidden`, `WrongCursor`.
    """
    before = place(cursor)
    if division_code is not None:
        await policy.check_oversees_area(session, actor, division_code)
        found = await views.in_area(session, division_code, before=before, most=limit)
    elif whose is Whose.PAID:
        found = await views.paid_by(session, actor.person_id, before=before, most=limit)
    else:
        found = await views.of_own_household(session, actor.person_id, before=before, most=limit)
    return VisitPage(
        items=[_line(one) for one in found],
        next=cursor_after(found[-1].arrival) if len(found) == limit else None,
        hint_zh=None if found else EMPTY,
    )


@router.get("/coverage")
async def visit_coverage(
    session: Transaction,
    actor: SignedIn,
    *,
    division_code: Annotated[DivisionCode | None, Query(description="某辖区；不填为本人负责的户")] = None,
    cursor: Cursor = None,
    limit: Limit = 25,
) -> CoveragePage:
    """Paired households that nobody visited within the rule's natural days (`visit.period`) up to today.

    Raises `Forbidden`, `WrongCursor`.
    """
    found = await _not_visited(session, actor, division_code, before=place(cursor), most=limit)
    days, since = views.period(session)
    return CoveragePage(
        period_days=days,
        since=since,
        items=[
            NotVisitedView(
                pairing_id=one.pairing_id,
                household_id=one.household_id,
                division_code=one.division_code,
                helper_person_id=one.helper_person_id,
                last_on=one.last_on,
            )
            for one in found
        ],
        next=cursor_after(found[-1].pairing_id) if len(found) == limit else None,
        hint_zh=None if found else ALL_VISITED,
    )


@router.get(
    "/coverage/export",
    response_class=Response,
    responses=GIVEN_OUT,
)
async def export_visit_coverage(
    session: Transaction,
    actor: SignedIn,
    *,
    division_code: Annotated[DivisionCode | None, Query(description="某辖区；不填为本人负责的户")] = None,
) -> Response:
    """The same as an .xlsx, whole, up to 20,000 lines. Raises `Forbidden`."""
    newest = place(None)
    found = await _not_visited(session, actor, division_code, before=newest, most=MOST_EXPORTED)
    content = await asyncio.to_thread(exporting.spreadsheet, found)
    name = f"visits-{local_date(session.now).isoformat()}.xlsx"
    return Response(content, media_type=XLSX, headers={"Content-Disposition": f'attachment; filename="{name}"'})


@router.get("/{visit_id}")
async def visit(visit_id: UUID, session: Transaction, actor: SignedIn) -> VisitView:
    """One visit: whole for the visitor and the household; posts of the area read words once they are contested.

    Raises `NotFound`.
    """
    found = await session.get(Visit, visit_id)
    if found is None:
        raise NotFound()
    words = await policy.reads_words(session, actor, found)
    return VisitView(
        visit=_line(found),
        leave_by=found.leave_by,
        leave_way=found.leave_way,
        leave_way_zh=found.leave_way.title_zh if found.leave_way else None,
        needs=[_need(session, one, words=words) for one in await views.needs_of(session, found)],
        contests=[_contest(session, one, words=words) for one in await views.contests_of(session, found)],
    )


@router.post("/{visit_id}/needs/{number}/case", status_code=201)
async def make_visit_case(
    visit_id: UUID, number: Annotated[int, Path(ge=1, le=100)], session: Transaction, actor: SignedIn
) -> NeedView:
    """Somebody of the household has a need dealt with that was written down and is no case yet.

    Refusals: `not-found`, `forbidden`, `case-already`.
    """
    return _need(session, await actions.make_case(session, visit_id, number, by=actor), words=True)


@router.post("/{visit_id}/contest", status_code=201)
async def contest_visit(visit_id: UUID, body: Contesting, session: Transaction, actor: SignedIn) -> ContestView:
    """Somebody of the household says that the entry is not right; it is marked, and a superior is told.

    Refusals: `not-found`, `forbidden`, `not-allowed-now` while one waits for its answer.
    """
    return _contest(session, await actions.contest(session, visit_id, by=actor, words=body.words), words=True)


@router.post("/{visit_id}/contest/answer")
async def answer_visit_contest(visit_id: UUID, body: Answering, session: Transaction, actor: SignedIn) -> ContestView:
    """Answer it from the township or above; never whoever paid the visit. Entry, contest and answer are all kept.

    Refusals: `not-found`, `forbidden`, `visitors-own`, `not-allowed-now`.
    """
    done = await actions.answer(session, visit_id, by=actor, upheld=body.upheld, words=body.words)
    return _contest(session, done, words=True)


async def _not_visited(
    session: Session, actor: Actor, code: str | None, *, before: UUID, most: int
) -> Sequence[NotVisited]:
    if code is not None:
        await policy.check_oversees_area(session, actor, code)
    return await views.not_visited(session, code=code, person_id=actor.person_id, before=before, most=most)


def _line(found: Visit) -> VisitLine:
    return VisitLine(
        id=found.id,
        household_id=found.household_id,
        division_code=found.division_code,
        visitor_id=found.visitor_id,
        visited_on=found.visited_on,
        stage=found.stage,
        stage_zh=found.stage.title_zh,
    )


def _need(session: Session, need: VisitNeed, *, words: bool) -> NeedView:
    return NeedView(
        number=need.number,
        kind=need.kind,
        kind_zh=need.kind.title_zh if need.kind else None,
        item_code=need.item_code,
        words=views.words_of(session, need) if words else None,
        request_id=need.request_id,
        next_zh=None if need.request_id else "还没有转为事项；需要办理的，请家庭成员打开确认。",
    )


def _contest(session: Session, one: VisitContest, *, words: bool) -> ContestView:
    return ContestView(
        id=one.id,
        words=views.said_against(session, one) if words else None,
        made_at=one.made_at,
        upheld=one.upheld,
        answer=views.answer_to(session, one) if words else None,
        answered_at=one.answered_at,
    )
