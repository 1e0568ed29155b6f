"""Spreadsheets of a book over HTTP."""

import asyncio
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from chassis.http import Route, SignedIn, Transaction, Transactions, question, streamed
from chassis.identity import Actor
from chassis.inbox import Sessions
from chassis.sheets.faults import RowFault
from chassis.sheets.reading import Workbook
from chassis.sheets.receiving import received
from chassis.sheets.writing import GIVEN_OUT, XLSX
from chassis.words import Output
from services.tasks.ledger.books.actions import book_kept, book_read
from services.tasks.ledger.goods import GoodsList
from services.tasks.ledger.periods.api import Month, first_of
from services.tasks.ledger.policy import Hand
from services.tasks.ledger.sheets import actions, export
from services.tasks.ledger.sheets.rows import Checked

router = APIRouter(prefix="/ledger", tags=["扶持台账"], route_class=Route)

CSV = "text/csv"
BODY = {
    "requestBody": {
        "required": True,
        "content": {kind: {"schema": {"type": "string", "format": "binary"}} for kind in (XLSX, CSV)},
    }
}


class FaultView(Output):
    """One thing that is wrong: where, what, and what would be right."""

    sheet: str
    row: int
    column: str
    fault: str
    remedy: str
    shown: str  # numbers of persons masked


class SumView(Output):
    """How much of one thing the good rows of one kind hold."""

    kind_zh: str
    commodity: str
    amount: int
    amount_zh: str


class TrialView(Output):
    """What a file would bring in, and every bad row of it."""

    good: bool
    loans: int
    vouchers: int
    lines: int
    sums: list[SumView]
    faults: list[FaultView]
    unread: list[str]  # sheets that are none of the ledger's
    said_zh: str


class TakenView(Output):
    """What was recorded; each entry waits for its approval and payment by two others."""

    import_id: UUID
    loans: int
    entries: list[UUID]
    said_zh: str


Spreadsheet = Annotated[str, Query(pattern="^(xlsx|csv)$", description="文件格式：xlsx 或 csv")]


@router.post("/imports/{book_id}/trial", openapi_extra=BODY)
@streamed
@question
async def try_import(
    book_id: UUID,
    request: Request,
    session: Transaction,
    transactions: Transactions,
    actor: SignedIn,
    *,
    ending: Spreadsheet = "xlsx",
) -> TrialView:
    """See what a file (the body, at most 10 MiB and 5,000 rows) would bring into a book, with all its bad rows.

    Refusals: `not-found`, `may-not-keep-books`, `too-large`, `no-ledger-sheet`, `sheet-too-long`, and those of a
    file that cannot be read.
    """
    workbook = await _received(request, transactions, actor, book_id, ending)
    checked = await actions.try_out(session, book_id, workbook, by=actor)
    goods = session.use(GoodsList)
    return TrialView(
        good=not checked.faults,
        loans=len(checked.loans),
        vouchers=len({row.voucher for row in checked.rows}),
        lines=len(checked.rows),
        sums=_sums(checked, goods),
        faults=[_fault(one) for one in checked.faults],
        unread=checked.unread,
        said_zh=_said(checked),
    )


@router.post("/imports/{book_id}", status_code=201, openapi_extra=BODY)
@streamed
async def import_sheet(
    book_id: UUID,
    request: Request,
    session: Transaction,
    transactions: Transactions,
    actor: SignedIn,
    *,
    evidence: Annotated[list[UUID], Query(max_length=20, description="凭证附件编号，至少一个")] = [],  # noqa: B006  # a query's
    ending: Spreadsheet = "xlsx",
) -> TakenView:
    """Record every loan and entry of a file, or nothing of it; the entries wait for two others.

    Refusals: those of the trial, `ledger-rows-faulty`, `evidence-missing`, `no-such-attachment`.
    """
    workbook = await _received(request, transactions, actor, book_id, ending)
    taken = await actions.take_in(session, book_id, workbook, by=actor, evidence=evidence)
    return TakenView(
        import_id=taken.import_id,
        loans=len(taken.checked.loans),
        entries=list(taken.entries),
        said_zh=f"已登记贷款申请 {len(taken.checked.loans)} 笔、凭证 {len(taken.entries)} 张，请另两人审批和付款。",
    )


@router.get(
    "/books/{book_id}/sheet",
    response_class=Response,
    responses=GIVEN_OUT,
)
async def sheet(
    book_id: UUID,
    session: Transaction,
    actor: SignedIn,
    month: Annotated[Month, Query(description="月份，如 2026-11")],
) -> Response:
    """The paid lines of a month as .xlsx, in the form that the import takes.

    Refusals: `not-found`, `too-much-for-a-sheet`.
    """
    book = await book_read(session, book_id, by=actor)
    rows = await export.rows_of(session, book_id, first_of(month))
    content = await asyncio.to_thread(export.sheet_of, rows)
    headers = {
        "Cache-Control": "private, no-store",
        "Content-Disposition": f'attachment; filename="ledger-{book.division_code}-{month}.xlsx"',
        "X-Content-Type-Options": "nosniff",
    }
    return Response(content, media_type=XLSX, headers=headers)


async def _received(request: Request, beside: Sessions, actor: Actor, book_id: UUID, ending: str) -> Workbook:
    """The file, read once it is clear that it may come; no connection is held while it comes."""
    async with beside(None) as first:
        await book_kept(first, book_id, by=actor, hand=Hand.RECORD)
    return await received(request.stream(), name=f"ledger.{ending}", largest=actions.LARGEST)


def _sums(checked: Checked, goods: GoodsList) -> list[SumView]:
    sums: dict[tuple[str, str], int] = {}
    for row in checked.rows:
        key = row.kind.title_zh, row.commodity
        sums[key] = sums.get(key, 0) + row.amount
    if checked.loans:
        sums["贷款申请", "money"] = sum(one.amount for one in checked.loans)
    return [
        SumView(kind_zh=kind, commodity=code, amount=amount, amount_zh=goods.of(code).said(amount))
        for (kind, code), amount in sums.items()
    ]


def _fault(one: RowFault) -> FaultView:
    return FaultView(
        sheet=one.sheet, row=one.row, column=one.column, fault=one.fault, remedy=one.remedy, shown=one.shown
    )


def _said(checked: Checked) -> str:
    if checked.faults:
        rows = len({(one.sheet, one.row) for one in checked.faults})
        return f"有 {rows} 行需要改正，见下表；改正后再试一次，没有错误才能导入。"
    return "没有错误，可以导入；这只是试导入，还没有写入。"
