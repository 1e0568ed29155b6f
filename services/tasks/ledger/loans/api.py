"""Loans over HTTP. They are granted and repaid by entries, through three hands like all money."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import Field

from chassis.clock import local_date
from chassis.http import Route, SignedIn, Transaction
from chassis.paging import Cursor, Limit, cursor_of_next, place
from chassis.session import Session
from chassis.words import Input, Output, Words
from services.tasks.ledger.books.actions import book_read
from services.tasks.ledger.evidence import EvidenceView, evidence_of
from services.tasks.ledger.funds.api import Code
from services.tasks.ledger.goods import MOST, GoodsList
from services.tasks.ledger.loans import actions, views
from services.tasks.ledger.loans.model import Loan, LoanStage

router = APIRouter(prefix="/ledger", tags=["扶持台账"], route_class=Route)

EMPTY = "没有符合条件的贷款；农户申请的贷款由乡镇经办人登记。"


class NewLoan(Input):
    """Which household asks which lender for how many fen."""

    code: Code
    household_id: UUID
    lender_id: UUID
    amount: Annotated[int, Field(gt=0, le=MOST)]
    asked_on: date
    evidence: Annotated[list[UUID], Field(min_length=1, max_length=20, description="申请材料附件编号，至少一个")]


class LoanRefusal(Input):
    """Why it is refused."""

    words: Words


class LoanView(Output):
    """One loan, in fen; its figures follow the paid entries."""

    id: UUID
    book_id: UUID
    code: str
    household_id: UUID
    lender_id: UUID
    stage: str
    stage_zh: str
    overdue: bool
    asked: int
    granted: int
    repaid: int
    owed: int
    owed_zh: str
    asked_on: date
    granted_on: date | None
    due_on: date | None
    recorded_by: UUID
    recorded_at: datetime
    refused_by: UUID | None
    refusal: str | None


class LoanPage(Output):
    """Loans from new to old."""

    items: list[LoanView]
    next: str | None
    hint_zh: str | None


class WholeLoanView(Output):
    """One loan with what was handed in for it."""

    loan: LoanView
    evidence: list[EvidenceView]


@router.post("/books/{book_id}/loans", status_code=201)
async def take_in_loan(book_id: UUID, body: NewLoan, session: Transaction, actor: SignedIn) -> LoanView:
    """Record that a household asks for a loan.

    Refusals: `not-found`, `may-not-keep-books`, `period-closed`, `no-such-source`, `household-not-in-area`,
    `code-there`, `no-such-attachment`.
    """
    loan = await actions.take_in(
        session,
        book_id,
        by=actor,
        code=body.code,
        household_id=body.household_id,
        lender_id=body.lender_id,
        amount=body.amount,
        asked_on=body.asked_on,
        evidence=body.evidence,
    )
    return _view(session, loan)


@router.get("/books/{book_id}/loans")
async def loans(
    book_id: UUID,
    session: Transaction,
    actor: SignedIn,
    *,
    stage: Annotated[LoanStage | None, Query(description="只看这一步的")] = None,
    overdue: Annotated[bool, Query(description="只看逾期的")] = False,
    cursor: Cursor = None,
    limit: Limit = 25,
) -> LoanPage:
    """Loans of a book. Refusals: `not-found`."""
    await book_read(session, book_id, by=actor)
    today = local_date(session.now) if overdue else None
    found = await views.loans(session, book_id, stage=stage, overdue_on=today, before=place(cursor), limit=limit)
    return LoanPage(
        items=[_view(session, one) for one in found],
        next=cursor_of_next(found, limit=limit),
        hint_zh=None if found else EMPTY,
    )


@router.get("/loans/{loan_id}")
async def loan(loan_id: UUID, session: Transaction, actor: SignedIn) -> WholeLoanView:
    """One loan with what was handed in for it. Refusals: `not-found`."""
    found = await views.loan_read(session, loan_id, by=actor)
    return WholeLoanView(loan=_view(session, found), evidence=await evidence_of(session, found.id, found.import_id))


@router.post("/loans/{loan_id}/refusal")
async def refuse_loan(loan_id: UUID, body: LoanRefusal, session: Transaction, actor: SignedIn) -> LoanView:
    """Refuse a loan that somebody else took in.

    Refusals: `not-found`, `may-not-keep-books`, `hands-not-separate`, `not-allowed-now`.
    """
    return _view(session, await actions.refuse(session, loan_id, by=actor, words=body.words))


def _view(session: Session, one: Loan) -> LoanView:
    overdue = one.overdue(local_date(session.now))
    return LoanView(
        id=one.id,
        book_id=one.book_id,
        code=one.code,
        household_id=one.household_id,
        lender_id=one.lender_id,
        stage=one.stage.value,
        stage_zh="已逾期" if overdue else one.stage.title_zh,
        overdue=overdue,
        asked=one.asked,
        granted=one.granted,
        repaid=one.repaid,
        owed=one.owed,
        owed_zh=session.use(GoodsList).of("money").said(one.owed),
        asked_on=one.asked_on,
        granted_on=one.granted_on,
        due_on=one.due_on,
        recorded_by=one.recorded_by,
        recorded_at=one.recorded_at,
        refused_by=one.refused_by,
        refusal=actions.refusal_of(session, one),
    )
