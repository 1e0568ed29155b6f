"""A household's own lines and loans over HTTP."""

from datetime import date
from uuid import UUID

from fastapi import APIRouter

from chassis.clock import local_date
from chassis.http import Route, SignedIn, Transaction
from chassis.paging import Cursor, Limit, cursor_of_next, place
from chassis.session import Session
from chassis.words import Output
from services.tasks.ledger.books.model import AccountKind
from services.tasks.ledger.disclosures.actions import NOT_NAMED
from services.tasks.ledger.entries.model import LedgerEntry, Posting
from services.tasks.ledger.funds.actions import name_of
from services.tasks.ledger.funds.model import BudgetLine, FundSource
from services.tasks.ledger.goods import GoodsList
from services.tasks.ledger.loans.actions import refusal_of
from services.tasks.ledger.loans.model import Loan, LoanStage
from services.tasks.ledger.own import views

router = APIRouter(prefix="/ledger/own-household", tags=["扶持台账"], route_class=Route)

NOT_KNOWN = "系统还不知道您是哪一户的。请村里先为您家确定联系人（结对），之后您家的补助、投工和贷款就在这里显示。"
NO_LINES = "您家还没有已入账的补助、投工或贷款。觉得有遗漏的，请在“我要反映”中提出。"
NO_LOANS = "您家没有登记过贷款。需要贷款的，请找村代办员或乡镇经办人办理。"
DOUBT = "与实际不符的，请记下凭证号，在“我要反映”中提出；账目由乡镇冲销更正，不会改动原来的记录。"


class OwnLine(Output):
    """One thing that the household got, worked or borrowed."""

    entry_id: UUID
    voucher_number: int | None
    kind: str
    kind_zh: str
    booked_on: date
    commodity: str
    amount: int  # in the smallest unit; what is taken back, put right or repaid is below nought
    amount_zh: str
    source_zh: str | None  # from whom; a donor who does not want to be named is not
    line_zh: str | None  # under which budget line


class OwnLines(Output):
    """Lines from new to old."""

    items: list[OwnLine]
    next: str | None
    hint_zh: str  # what to do where something is missing or not right


class OwnLoan(Output):
    """One loan of the household, in fen."""

    loan_id: UUID
    code: str
    lender_zh: str
    stage: str
    asked: int
    granted: int
    repaid: int
    owed: int
    owed_zh: str
    due_on: date | None
    refusal: str | None
    next_zh: str


class OwnLoans(Output):
    """Loans from new to old."""

    items: list[OwnLoan]
    next: str | None
    hint_zh: str | None


@router.get("/lines")
async def own_household_lines(
    session: Transaction, actor: SignedIn, cursor: Cursor = None, limit: Limit = 25
) -> OwnLines:
    """The aid, labour and loans that are booked for your own household; of a household that somebody is paired with."""
    found = await views.lines(session, actor, before=place(cursor), limit=limit)
    hint = DOUBT
    if not found and not cursor:
        hint = NO_LINES if await views.is_known(session, actor) else NOT_KNOWN
    return OwnLines(
        items=[await _line(session, one) for one in found], next=cursor_of_next(found, limit=limit), hint_zh=hint
    )


@router.get("/loans")
async def own_household_loans(
    session: Transaction, actor: SignedIn, cursor: Cursor = None, limit: Limit = 25
) -> OwnLoans:
    """What your own household asked to borrow, owes, and until when; of a household that somebody is paired with."""
    found = await views.loans(session, actor, before=place(cursor), limit=limit)
    hint = None
    if not found and not cursor:
        hint = NO_LOANS if await views.is_known(session, actor) else NOT_KNOWN
    return OwnLoans(
        items=[await _loan(session, one) for one in found], next=cursor_of_next(found, limit=limit), hint_zh=hint
    )


async def _line(session: Session, one: Posting) -> OwnLine:
    amount = -one.amount if one.account is AccountKind.LABOUR else one.amount
    entry = await session.get(LedgerEntry, one.entry_id)
    line = await session.get(BudgetLine, one.budget_line_id) if one.budget_line_id else None
    return OwnLine(
        entry_id=one.entry_id,
        voucher_number=entry.number if entry else None,
        kind=one.kind.value,
        kind_zh=f"冲销：{one.kind.title_zh}" if entry and entry.reverses_id else one.kind.title_zh,
        booked_on=one.booked_on,
        commodity=one.commodity,
        amount=amount,
        amount_zh=session.use(GoodsList).of(one.commodity).said(amount),
        source_zh=await _name(session, one.source_id) if one.source_id else None,
        line_zh=line.title if line else None,
    )


async def _loan(session: Session, one: Loan) -> OwnLoan:
    owed = session.use(GoodsList).of("money").said(one.owed)
    return OwnLoan(
        loan_id=one.id,
        code=one.code,
        lender_zh=await _name(session, one.lender_id),
        stage=one.stage.value,
        asked=one.asked,
        granted=one.granted,
        repaid=one.repaid,
        owed=one.owed,
        owed_zh=owed,
        due_on=one.due_on,
        refusal=refusal_of(session, one),
        next_zh=_next(one, owed, today=local_date(session.now)),
    )


def _next(one: Loan, owed: str, *, today: date) -> str:
    """What the household does next."""
    if one.overdue(today):
        return f"已过还款日期 {one.due_on}，还欠 {owed}：请尽快还款，有困难的请找村代办员商量。"
    return {
        LoanStage.ASKED: "申请已登记，请等待审批；批准后在这里显示金额和还款日期。",
        LoanStage.GRANTED: f"还欠 {owed}，请在 {one.due_on} 前还清；还款后由乡镇登记，在这里核对。",
        LoanStage.REFUSED: "没有批准；对理由有异议的，请在“我要反映”中提出。",
        LoanStage.REPAID: "已还清，无需处理。",
    }[one.stage]


async def _name(session: Session, source_id: UUID) -> str:
    source = await session.get(FundSource, source_id)
    return name_of(session, source) if source is not None and source.named else NOT_NAMED
