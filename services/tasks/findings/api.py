"""Findings of inspections over HTTP."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import Field

from chassis.http import Route, SignedIn, Transaction
from chassis.paging import Cursor, Limit, cursor_of_next, place
from chassis.session import Session
from chassis.words import Input, Output, Words
from services.tasks.attachments.views import OF_REQUEST as FILES
from services.tasks.findings import actions, views
from services.tasks.findings.model import FindingStage, InspectionFinding
from services.tasks.findings.views import Whose
from services.tasks.notices.sentences import moment

router = APIRouter(tags=["督查发现问题"], route_class=Route)


class Feedback(Input):
    """The unit's word: owned, or contested with words."""

    owned: bool
    words: Words | None = None


class Ruling(Input):
    """Whether a contested finding stands, and why."""

    upheld: bool
    words: Words


class Reporting(Input):
    """What was done, and the proof."""

    words: Words
    files: list[UUID] = Field(default=[], max_length=9)


class Closing(Input):
    """Whether it is put right, and what was seen."""

    put_right: bool
    words: Words


class FindingLine(Output):
    """One finding in a list."""

    id: UUID
    inspection_id: UUID
    organization_id: UUID
    organization_name: str
    title: str
    due_on: date
    stage: str
    stage_zh: str
    raised_at: datetime
    feedback_by: datetime  # the first instant (UTC) at which the unit's word is late
    problem_id: UUID | None
    next_zh: str


class FindingStepView(Output):
    """One thing that was done with it."""

    at: datetime
    what_zh: str
    words: str | None


class FindingView(FindingLine):
    """One finding with everything that was done, and the ids of its files."""

    steps: list[FindingStepView]
    files: list[UUID]


class FindingPage(Output):
    """Findings, the newest ids first."""

    items: list[FindingLine]
    next: str | None
    title_zh: str


@router.get("/findings")
async def findings(
    session: Transaction,
    actor: SignedIn,
    *,
    whose: Whose = Whose.BELOW,
    stage: Annotated[FindingStage | None, Query(description="只看这一阶段的")] = None,
    closed: Annotated[bool, Query(description="包括已销号和已撤回的")] = False,
    cursor: Cursor = None,
    limit: Limit = 25,
) -> FindingPage:
    """Findings within your reach, of the unit for which you answer, or of your teams."""
    asked = closed or stage in {FindingStage.CLOSED, FindingStage.WITHDRAWN}
    found = await views.page(
        session, actor, whose, closed=asked, stage=stage.value if stage else "", before=place(cursor), limit=limit
    )
    return FindingPage(
        items=[_line(session, one) for one in found],
        next=cursor_of_next(found, limit=limit),
        title_zh="" if found else "没有督查发现的问题。",
    )


@router.get("/findings/{finding_id}")
async def finding(finding_id: UUID, session: Transaction, actor: SignedIn) -> FindingView:
    """One finding within your reach. Refusals: `not-found`."""
    return await _view(session, await views.seen(session, finding_id, by=actor))


@router.post("/findings/{finding_id}/feedback")
async def feed_back_on_finding(finding_id: UUID, body: Feedback, session: Transaction, actor: SignedIn) -> FindingView:
    """The unit owns the finding, which then is a problem on its list, or contests it.

    Refusals: `not-found`, `not-of-the-unit`, `words-missing`, `not-allowed-now`.
    """
    made = await actions.feed_back(session, finding_id, by=actor, owned=body.owned, words=body.words)
    return await _view(session, made)


@router.post("/findings/{finding_id}/ruling")
async def rule_on_finding(finding_id: UUID, body: Ruling, session: Transaction, actor: SignedIn) -> FindingView:
    """Whether a contested finding stands; never said by the finder. Refusals: `not-found`, `may-not-rule`."""
    return await _view(
        session, await actions.decide(session, finding_id, by=actor, upheld=body.upheld, words=body.words)
    )


@router.post("/findings/{finding_id}/report")
async def report_finding(finding_id: UUID, body: Reporting, session: Transaction, actor: SignedIn) -> FindingView:
    """The unit shows that it is put right; a file is asked for, since it is struck off by it.

    Refusals: `not-found`, `not-of-the-unit`, `evidence-missing`, `no-such-attachment`, `not-allowed-now`.
    """
    return await _view(session, await actions.report(session, finding_id, by=actor, words=body.words, files=body.files))


@router.post("/findings/{finding_id}/closing")
async def close_out_finding(finding_id: UUID, body: Closing, session: Transaction, actor: SignedIn) -> FindingView:
    """Strike it off, or send it back: above the unit, by nobody of the team or of the finder's unit.

    Refusals: `not-found`, `may-not-close-out`, `not-allowed-now`.
    """
    made = await actions.close_out(session, finding_id, by=actor, put_right=body.put_right, words=body.words)
    return await _view(session, made)


def _line(session: Session, found: InspectionFinding) -> FindingLine:
    return FindingLine(
        id=found.id,
        inspection_id=found.inspection_id,
        organization_id=found.organization_id,
        organization_name=found.organization_name,
        title=views.title_of(session, found),
        due_on=found.due_on,
        stage=found.stage.value,
        stage_zh=found.stage.title_zh,
        raised_at=found.raised_at,
        feedback_by=found.feedback_by,
        problem_id=found.problem_id,
        next_zh={
            FindingStage.RAISED: f"请单位在 {moment(found.feedback_by)} 前反馈：认领，或写明异议。",
            FindingStage.CONTESTED: "请上级组织裁定，发现人本人不裁定。",
            FindingStage.OWNED: f"请单位在 {found.due_on} 前整改，附证明材料报完成。",
            FindingStage.REPORTED: "请上级组织中不属于督查组的人员复核材料后销号。",
        }.get(found.stage, "已结束，无需处理。"),
    )


async def _view(session: Session, found: InspectionFinding) -> FindingView:
    return FindingView(
        **_line(session, found).model_dump(),
        steps=[
            FindingStepView(at=step.at, what_zh=views.said(step), words=views.words_of(session, step))
            for step in await views.steps(session, found.id)
        ],
        files=[one.id for one in await session.all(FILES, request=found.id)],
    )
