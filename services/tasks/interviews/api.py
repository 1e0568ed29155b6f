"""Interviews over HTTP."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import Field

from chassis.http import Route, SignedIn, Transaction
from chassis.paging import Cursor, Limit, cursor_of_next, place
from chassis.session import Session
from chassis.words import Input, Output, Words
from services.tasks.groups import views as groups
from services.tasks.interviews import actions, views
from services.tasks.interviews.model import Interview, InterviewStage
from services.tasks.interviews.views import Whose

router = APIRouter(tags=["约谈"], route_class=Route)


class Calling(Input):
    """For which findings of one unit, on which local day, and why."""

    finding_ids: Annotated[list[UUID], Field(min_length=1, max_length=20)]
    meets_on: date
    reason: Words


class Holding(Input):
    """On which local day it was held, what was promised, and by which local day."""

    held_on: date
    promise: Words
    promised_on: date


class Judging(Input):
    """Whether the promise was kept, and what was seen."""

    kept: bool
    words: Words


class CallingOff(Input):
    """Why it does not take place."""

    words: Words


class InterviewLine(Output):
    """One interview in a list."""

    id: UUID
    organization_id: UUID
    organization_name: str
    interviewee_name: str
    convener_name: str
    stage: str
    stage_zh: str
    called_at: datetime
    meets_on: date
    held_on: date | None
    promised_on: date | None
    judged_at: datetime | None
    next_zh: str


class InterviewView(InterviewLine):
    """One interview with its words and findings."""

    finding_ids: list[UUID]
    reason: str | None
    promise: str | None
    outcome: str | None


class InterviewPage(Output):
    """Interviews from new to old."""

    items: list[InterviewLine]
    next: str | None
    title_zh: str


@router.post("/interviews", status_code=201)
async def call_to_interview(body: Calling, session: Transaction, actor: SignedIn) -> InterviewView:
    """Call whoever answers for a unit, for findings of it.

    Refusals: `not-found`, `findings-apart`, `nobody-to-interview`, `may-not-interview`, `meeting-in-the-past`.
    """
    made = await actions.call(
        session, by=actor, finding_ids=body.finding_ids, meets_on=body.meets_on, reason=body.reason
    )
    return _whole(session, made, list(dict.fromkeys(body.finding_ids)))


@router.get("/interviews")
async def interviews(
    session: Transaction,
    actor: SignedIn,
    *,
    whose: Whose = Whose.BELOW,
    over: Annotated[bool, Query(description="包括已核实和已取消的")] = False,
    cursor: Cursor = None,
    limit: Limit = 25,
) -> InterviewPage:
    """Interviews of units within your reach, those that you called, or those to which you were called."""
    found = await views.page(session, actor, whose, over=over, before=place(cursor), limit=limit)
    return InterviewPage(
        items=[_line(one) for one in found],
        next=cursor_of_next(found, limit=limit),
        title_zh="" if found else "没有约谈。",
    )


@router.get("/groups/{group_id}/interviews")
async def group_interviews(
    group_id: UUID, session: Transaction, actor: SignedIn, cursor: Cursor = None, limit: Limit = 25
) -> InterviewPage:
    """Interviews of a working group's members from their time in it, over ones too; those within your reach.

    Refusals: `not-found`.
    """
    group = await groups.seen(session, actor, group_id)
    found = await views.of_group(session, actor, group, before=place(cursor), limit=limit)
    return InterviewPage(
        items=[_line(one) for one in found],
        next=cursor_of_next(found, limit=limit),
        title_zh="" if found else "您可以查看的范围内，工作组成员没有被约谈。",
    )


@router.get("/interviews/{interview_id}")
async def interview(interview_id: UUID, session: Transaction, actor: SignedIn) -> InterviewView:
    """One interview within your reach. Refusals: `not-found`."""
    return await _view(session, await views.seen(session, interview_id, by=actor))


@router.post("/interviews/{interview_id}/record")
async def record_interview(interview_id: UUID, body: Holding, session: Transaction, actor: SignedIn) -> InterviewView:
    """Record that it was held, with the promise and its day; past that day the superior is told.

    Refusals: `not-found`, `may-not-interview`, `promise-out-of-order`, `not-allowed-now`.
    """
    made = await actions.hold(
        session, interview_id, by=actor, held_on=body.held_on, promise=body.promise, promised_on=body.promised_on
    )
    return await _view(session, made)


@router.post("/interviews/{interview_id}/outcome")
async def judge_interview(interview_id: UUID, body: Judging, session: Transaction, actor: SignedIn) -> InterviewView:
    """Say whether the promise was kept; broken only once its day is over.

    Refusals: `not-found`, `may-not-interview`, `not-allowed-now`.
    """
    made = await actions.judge(session, interview_id, by=actor, kept=body.kept, words=body.words)
    return await _view(session, made)


@router.post("/interviews/{interview_id}/calling-off")
async def call_off_interview(
    interview_id: UUID, body: CallingOff, session: Transaction, actor: SignedIn
) -> InterviewView:
    """Have it not take place. Refusals: `not-found`, `may-not-interview`, `not-allowed-now`."""
    return await _view(session, await actions.call_off(session, interview_id, by=actor, words=body.words))


def _line(found: Interview) -> InterviewLine:
    return InterviewLine(
        id=found.id,
        organization_id=found.organization_id,
        organization_name=found.organization_name,
        interviewee_name=found.interviewee_name,
        convener_name=found.convener_name,
        stage=found.stage.value,
        stage_zh=found.stage.title_zh,
        called_at=found.called_at,
        meets_on=found.meets_on,
        held_on=found.held_on,
        promised_on=found.promised_on,
        judged_at=found.judged_at,
        next_zh={
            InterviewStage.CALLED: f"请 {found.interviewee_name} 于 {found.meets_on} 参加约谈；谈后由约谈人记录承诺。",
            InterviewStage.HELD: f"请在 {found.promised_on} 前兑现承诺，由上级核实。",
            InterviewStage.LATE: "承诺日期已过，请上级核实是否兑现。",
        }.get(found.stage, "已结束，无需处理。"),
    )


async def _view(session: Session, found: Interview) -> InterviewView:
    return _whole(session, found, await views.finding_ids(session, found.id))


def _whole(session: Session, found: Interview, finding_ids: list[UUID]) -> InterviewView:
    return InterviewView(
        **_line(found).model_dump(),
        finding_ids=finding_ids,
        reason=views.words_of(session, found, "reason"),
        promise=views.words_of(session, found, "promise"),
        outcome=views.words_of(session, found, "outcome"),
    )
