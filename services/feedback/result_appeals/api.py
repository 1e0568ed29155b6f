"""Appeals against results over HTTP."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field
from sqlalchemy import bindparam, or_
from sqlmodel import col, select

from chassis.clock import local_date
from chassis.http import Route, SignedIn, Transaction
from chassis.paging import Cursor, Limit, cursor_of_next, place
from chassis.secrecy import Vault, place_of
from chassis.session import Session
from chassis.words import Input, Output, Words
from services.feedback.accountability.views import name_of
from services.feedback.grades.words import Grade
from services.feedback.grounds.api import GroundGiven, given
from services.feedback.result_appeals import actions
from services.feedback.result_appeals.model import ResultAppeal, ResultKind
from services.feedback.roster.views import BELOW

router = APIRouter(prefix="/result-appeals", tags=["对结果的申诉"], route_class=Route)

SEEN = (
    select(ResultAppeal)
    .where(
        or_(
            col(ResultAppeal.organization_id).in_(select(BELOW.c.id)),
            col(ResultAppeal.person_id) == bindparam("person"),
        ),
        col(ResultAppeal.id) < bindparam("before"),
    )
    .order_by(col(ResultAppeal.id).desc())
    .limit(bindparam("limit"))
)


class ResultContested(Input):
    """Which result, and what is said against it."""

    kind: ResultKind
    about_id: UUID
    words: Words


class ResultAppealDecided(Input):
    """Whether it is upheld and why; for a grade also which it is to be, and on which grounds."""

    upheld: bool
    words: Words
    grade: Grade | None = None
    grounds: Annotated[list[GroundGiven], Field(max_length=20, default_factory=list)]


class ResultAppealView(Output):
    """An appeal; a decision is shown once two persons made it."""

    id: UUID
    kind: str
    kind_zh: str
    about_id: UUID
    organization_id: UUID
    organization_name: str
    words: str | None
    made_at: datetime
    stage: str
    stage_zh: str
    waits_for_second: bool
    decision: str | None
    grade: str | None
    decided_at: datetime | None


class ResultAppealPage(Output):
    """From new to old."""

    items: list[ResultAppealView]
    next: str | None


@router.post("", status_code=201)
async def contest_result(body: ResultContested, session: Transaction, actor: SignedIn) -> ResultAppealView:
    """Appeal against a report, a grade or a veto about you or the unit whose secretary you are.

    Refusals: `not-found`, `nobody-above`, `not-yours-to-contest`, `result-contested-already`, `contested-too-late`.
    """
    made = await actions.contest(session, by=actor, kind=body.kind, about_id=body.about_id, words=body.words)
    return await _view(session, made)


@router.get("")
async def result_appeals(
    session: Transaction, actor: SignedIn, cursor: Cursor = None, limit: Limit = 25
) -> ResultAppealPage:
    """Appeals of units below yours, and your own."""
    given_ = {"person": actor.person_id, "today": local_date(session.now), "before": place(cursor), "limit": limit}
    found = await session.all(SEEN, **given_)
    return ResultAppealPage(items=[await _view(session, one) for one in found], next=cursor_of_next(found, limit=limit))


@router.post("/{result_appeal_id}/decision")
async def decide_result_appeal(
    result_appeal_id: UUID, body: ResultAppealDecided, session: Transaction, actor: SignedIn
) -> ResultAppealView:
    """Draft the decision, as somebody who had no part in the result; a second person confirms it.

    What is upheld is then put right: the report is issued anew, the grade changed, the veto lifted. Refusals:
    `not-found`, `may-not-hold-to-account`, `decides-again`, `grade-missing`, `ground-not-in-record`,
    `not-allowed-now`; of the confirmation also `report-unchanged`, `too-many-excellent`, `vetoed-unit`.
    """
    found = await actions.decide(
        session,
        result_appeal_id,
        by=actor,
        upheld=body.upheld,
        words=body.words,
        grade=body.grade,
        grounds=given(body.grounds),
    )
    return await _view(session, found)


async def _view(session: Session, one: ResultAppeal) -> ResultAppealView:
    def words(column: str, sealed: bytes | None) -> str | None:
        return session.use(Vault).open(sealed, place=place_of("result_appeal", column, one.id)) if sealed else None

    return ResultAppealView(
        id=one.id,
        kind=one.kind.value,
        kind_zh=one.kind.title_zh,
        about_id=one.about_id,
        organization_id=one.organization_id,
        organization_name=await name_of(session, one.organization_id),
        words=words("words", one.words),
        made_at=one.made_at,
        stage=one.stage.value,
        stage_zh=one.stage.title_zh,
        waits_for_second=one.proposal_id is not None and one.decided_at is None,
        decision=words("outcome", one.outcome),
        grade=one.grade.value if one.grade else None,
        decided_at=one.decided_at,
    )
