"""Totals of an area, and what one household got, over HTTP."""

from datetime import date
from uuid import UUID

from fastapi import APIRouter

from chassis.http import Route, SignedIn, Transaction
from chassis.words import DivisionCode, Output
from services.tasks.ledger.books.model import AccountKind
from services.tasks.ledger.goods import GoodsList
from services.tasks.ledger.policy import check_may_read
from services.tasks.ledger.summaries import views

router = APIRouter(prefix="/ledger", tags=["扶持台账"], route_class=Route)

EMPTY = "您负责的范围内没有这一户的扶持记录。"


class TotalView(Output):
    """What came or went of one kind, from one source, of one thing."""

    kind: str
    kind_zh: str
    source_id: UUID | None
    commodity: str
    amount: int  # in the smallest unit
    amount_zh: str
    households: int


class LoanTotalsView(Output):
    """All loans of an area; money in fen."""

    asked: int
    asked_households: int
    asked_fen: int
    granted: int
    granted_households: int
    granted_fen: int
    repaid_fen: int
    owed_fen: int
    refused: int
    overdue: int
    overdue_fen: int
    said_zh: str


class SummaryView(Output):
    """Everything in the books of an area, counted anew with each call."""

    division_code: str
    totals: list[TotalView]
    aided_households: int
    loans: LoanTotalsView


class HouseholdLine(Output):
    """One thing that a household got, gave or owes."""

    entry_id: UUID
    book_id: UUID
    kind: str
    kind_zh: str
    booked_on: date
    commodity: str
    amount: int  # in the smallest unit; what is given back is below nought
    amount_zh: str
    source_id: UUID | None
    budget_line_id: UUID | None


class HouseholdLoan(Output):
    """One loan of a household, in fen."""

    loan_id: UUID
    stage: str
    asked: int
    granted: int
    repaid: int
    due_on: date | None


class HouseholdView(Output):
    """What one household got, worked and owes, the newest first; at most 500 of each."""

    household_id: UUID
    lines: list[HouseholdLine]
    loans: list[HouseholdLoan]
    hint_zh: str | None


@router.get("/summary")
async def summary(session: Transaction, actor: SignedIn, division_code: DivisionCode) -> SummaryView:
    """What came and went in a village, township or county: aid, goods, labour and loans. Refusals: `not-found`."""
    await check_may_read(session, actor, division_code)
    found, aided, loans = await views.totals(session, division_code)
    goods = session.use(GoodsList)
    money = goods.of("money")
    return SummaryView(
        division_code=division_code,
        totals=[
            TotalView(
                kind=one.kind.value,
                kind_zh=one.kind.title_zh,
                source_id=one.source_id,
                commodity=one.commodity,
                amount=one.amount,
                amount_zh=goods.of(one.commodity).said(one.amount),
                households=one.households,
            )
            for one in found
        ],
        aided_households=aided,
        loans=LoanTotalsView(
            asked=loans.asked,
            asked_households=loans.asked_households,
            asked_fen=loans.asked_fen,
            granted=loans.granted,
            granted_households=loans.granted_households,
            granted_fen=loans.granted_fen,
            repaid_fen=loans.repaid_fen,
            owed_fen=loans.granted_fen - loans.repaid_fen,
            refused=loans.refused,
            overdue=loans.overdue,
            overdue_fen=loans.overdue_fen,
            said_zh=(
                f"申请贷款 {loans.asked} 笔 {money.said(loans.asked_fen)}；"
                f"发放 {loans.granted_households} 户 {money.said(loans.granted_fen)}；"
                f"收回 {money.said(loans.repaid_fen)}；逾期 {loans.overdue} 笔 {money.said(loans.overdue_fen)}。"
            ),
        ),
    )


@router.get("/households/{household_id}")
async def household(household_id: UUID, session: Transaction, actor: SignedIn) -> HouseholdView:
    """What a household got, worked and owes, in the books that your posts see."""
    moved, loans = await views.of_household(session, household_id, by=actor)
    goods = session.use(GoodsList)
    lines = []
    for one in moved:
        amount = -one.amount if one.account is AccountKind.LABOUR else one.amount
        lines.append(
            HouseholdLine(
                entry_id=one.entry_id,
                book_id=one.book_id,
                kind=one.kind.value,
                kind_zh=one.kind.title_zh,
                booked_on=one.booked_on,
                commodity=one.commodity,
                amount=amount,
                amount_zh=goods.of(one.commodity).said(amount),
                source_id=one.source_id,
                budget_line_id=one.budget_line_id,
            )
        )
    return HouseholdView(
        household_id=household_id,
        lines=lines,
        loans=[
            HouseholdLoan(
                loan_id=one.id,
                stage=one.stage.value,
                asked=one.asked,
                granted=one.granted,
                repaid=one.repaid,
                due_on=one.due_on,
            )
            for one in loans
        ],
        hint_zh=None if lines or loans else EMPTY,
    )
