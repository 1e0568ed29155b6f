"""Contests of grades and cells over HTTP; none of it tells who graded, or how."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import Field

from chassis.http import Route, SignedIn, Transaction, public
from chassis.paging import Cursor, Limit, cursor_of_next, place
from chassis.session import Session
from chassis.words import DivisionCode, Input, Output, Words
from services.tasks.contests import actions, views
from services.tasks.contests.model import Contest, ContestReason

router = APIRouter(tags=["评价异议"], route_class=Route)

SAYS_ZH = "异议由上级两人认定；成立的不计入考核，不成立的照常计入。匿名票无法单独剔除，只能整个单元不计入。"


class CellContesting(Input):
    """Why a cell does not tell what people think."""

    reason: ContestReason
    words: Words


class GradeContesting(CellContesting):
    """Why a bad grade is not real, and the files that prove it."""

    evidence: tuple[UUID, ...] = Field((), max_length=20)


class ContestFinding(Input):
    """What is to be found, and why."""

    upheld: bool
    words: Words


class GradeContestView(Output):
    """A contest, for who made it and for those above the unit."""

    id: UUID
    division_code: str
    request_id: UUID | None
    rectification_id: UUID | None
    cell_id: UUID | None
    reason: str
    reason_zh: str
    words: str | None
    evidence: list[UUID]
    stage: str
    stage_zh: str
    at: datetime
    decided_at: datetime | None


class GradeContestPage(Output):
    """Contests from new to old."""

    items: list[GradeContestView]
    next: str | None


class FindingProposed(Output):
    """What another person has to confirm under `/proposals`."""

    proposal_id: UUID
    expires_at: datetime


class CountedView(Output):
    """How many contests of one unit, of one sort, have come so far."""

    division_code: str
    organization: str
    about: str
    about_zh: str
    stage: str
    stage_zh: str
    count: int


class ContestFigures(Output):
    """The contests of a month in an area."""

    month: str
    division_code: str
    says_zh: str
    items: list[CountedView]


@router.post("/rectifications/{rectification_id}/contest", status_code=201)
async def contest_grade(
    rectification_id: UUID, body: GradeContesting, session: Transaction, actor: SignedIn
) -> GradeContestView:
    """Say that the bad grade behind a rectification is not real; the rectification and its limit go on.

    Refusals: `not-found`, `not-for-complaints`, `nothing-to-contest`, `contested-already`, `evidence-missing`,
    `no-such-attachment`.
    """
    made = await actions.contest_grade(
        session, rectification_id, by=actor, reason=body.reason, words=body.words, evidence=body.evidence
    )
    return _view(session, made)


@router.post("/unit-rectifications/{cell_id}/contest", status_code=201)
async def contest_cell(cell_id: UUID, body: CellContesting, session: Transaction, actor: SignedIn) -> GradeContestView:
    """Say that the cell below the line was stuffed, or people were made to vote; who answers for the unit does.

    Refusals: `not-found`, `nothing-to-contest`, `contested-already`.
    """
    return _view(session, await actions.contest_cell(session, cell_id, by=actor, reason=body.reason, words=body.words))


@router.get("/contests")
async def contests(
    session: Transaction,
    actor: SignedIn,
    *,
    mine: Annotated[bool, Query(description="只看本人提出的；否则看待认定的")] = False,
    cursor: Cursor = None,
    limit: Limit = 25,
) -> GradeContestPage:
    """What waits to be decided at or below your organisation, or what you contested yourself."""
    found = await views.page(session, actor, mine=mine, before=place(cursor), limit=limit)
    return GradeContestPage(items=[_view(session, one) for one in found], next=cursor_of_next(found, limit=limit))


@router.post("/contests/{contest_id}/finding", status_code=201)
async def propose_finding(
    contest_id: UUID, body: ContestFinding, session: Transaction, actor: SignedIn
) -> FindingProposed:
    """Put forward whether a contest is right; a second person confirms it under `/proposals`.

    Refusals: `not-found`, `part-in-the-contest`.
    """
    made = await actions.propose_decision(session, contest_id, by=actor, upheld=body.upheld, words=body.words)
    return FindingProposed(proposal_id=made.id, expires_at=made.expires_at)


@router.get("/contests/figures")
@public
async def contest_figures(
    session: Transaction,
    division: Annotated[DivisionCode, Query(description="区、乡镇或村（社区）的 12 位区划代码")],
    month: Annotated[str, Query(pattern=r"^20[0-9]{2}-(0[1-9]|1[0-2])$", description="提出异议的月份，如 2026-11")],
) -> ContestFigures:
    """How many grades and cells were contested, by unit and outcome; for everybody to see."""
    found = await views.figures(session, division, month=date.fromisoformat(f"{month}-01"))
    return ContestFigures(
        month=month,
        division_code=division,
        says_zh=SAYS_ZH,
        items=[
            CountedView(
                division_code=one.division_code,
                organization=one.organization,
                about="cell" if one.of_cell else "grade",
                about_zh="匿名测评单元" if one.of_cell else "实名差评",
                stage=one.stage.value,
                stage_zh=one.stage.title_zh,
                count=one.count,
            )
            for one in found
        ],
    )


def _view(session: Session, one: Contest) -> GradeContestView:
    return GradeContestView(
        id=one.id,
        division_code=one.division_code,
        request_id=one.request_id,
        rectification_id=one.rectification_id,
        cell_id=one.cell_id,
        reason=one.reason.value,
        reason_zh=one.reason.title_zh,
        words=views.words_of(session, one),
        evidence=[UUID(name) for name in one.evidence],
        stage=one.stage.value,
        stage_zh=one.stage.title_zh,
        at=one.at,
        decided_at=one.decided_at,
    )
