"""Entries over HTTP."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import Field

from chassis.http import Route, SignedIn, Transaction
from chassis.paging import Cursor, Limit, cursor_of_next, place
from chassis.session import Session
from chassis.words import Input, Output, Words
from services.tasks.ledger.books.actions import book_read
from services.tasks.ledger.entries import actions, recording, views
from services.tasks.ledger.entries.model import EntryKind, EntryStage, LedgerEntry, LedgerLine
from services.tasks.ledger.evidence import EvidenceView, evidence_of
from services.tasks.ledger.goods import MOST, GoodsList

router = APIRouter(prefix="/ledger", tags=["扶持台账"], route_class=Route)

EMPTY = "没有符合条件的记账；新的记账由乡镇经办人登记，再由另外两人审批和付款。"

Evidence = Annotated[tuple[UUID, ...], Field(min_length=1, max_length=20, description="凭证附件编号，至少一个")]


class LineInput(Input):
    """One line; the amount in the smallest unit: fen, kilograms, pieces, tenths of a day."""

    commodity: Annotated[str, Field(max_length=32)]
    amount: Annotated[int, Field(gt=0, le=MOST)]
    source_id: UUID | None = None
    household_id: UUID | None = None
    budget_line_id: UUID | None = None
    loan_id: UUID | None = None
    due_on: date | None = None


class NewEntry(Input):
    """What happened, on which local day, with its evidence."""

    kind: EntryKind
    booked_on: date
    lines: Annotated[tuple[LineInput, ...], Field(min_length=1, max_length=500)]
    evidence: Evidence
    words: Words | None = None


class NewReversal(Input):
    """On which local day, why, and with which evidence."""

    booked_on: date
    evidence: Evidence
    words: Words


class Refusal(Input):
    """Why it is let go."""

    words: Words


class LineView(Output):
    """One line of an entry."""

    place: int
    commodity: str
    amount: int
    amount_zh: str
    source_id: UUID | None
    household_id: UUID | None
    budget_line_id: UUID | None
    loan_id: UUID | None
    due_on: date | None


class EntryView(Output):
    """One entry, by whose three hands it went."""

    id: UUID
    book_id: UUID
    kind: str
    kind_zh: str
    stage: str
    stage_zh: str
    number: int | None
    booked_on: date
    reverses_id: UUID | None
    voucher: str | None  # the number in the file that it came in with
    words: str | None
    recorded_by: UUID
    recorded_at: datetime
    approved_by: UUID | None
    approved_at: datetime | None
    paid_by: UUID | None
    paid_at: datetime | None
    refused_by: UUID | None
    refused_at: datetime | None
    refusal: str | None


class EntryPage(Output):
    """Entries from new to old."""

    items: list[EntryView]
    next: str | None
    hint_zh: str | None


class WholeEntryView(Output):
    """One entry with lines and evidence."""

    entry: EntryView
    lines: list[LineView]
    next: int | None  # the place after which the next lines stand
    evidence: list[EvidenceView]


@router.post("/books/{book_id}/entries", status_code=201)
async def record_entry(book_id: UUID, body: NewEntry, session: Transaction, actor: SignedIn) -> EntryView:
    """Record an entry. It counts once two others have approved and paid it.

    What a line says, by kind: opening, receipt: source; grant: source, household, budget line; use: source, budget
    line; labour: household, budget line; loan_grant: loan, day of repayment; loan_repayment: loan.
    Refusals: `not-found`, `may-not-keep-books`, `period-closed`, `entry-incomplete`, `no-such-goods`,
    `no-such-source`, `no-such-budget-line`, `no-such-loan`, `household-not-in-area`, `no-such-attachment`.
    """
    lines = [recording.NewLine(**line.model_dump()) for line in body.lines]
    entry = await recording.record(
        session,
        book_id,
        by=actor,
        kind=body.kind,
        booked_on=body.booked_on,
        lines=lines,
        evidence=body.evidence,
        words=body.words,
    )
    return entry_view(session, entry)


@router.get("/books/{book_id}/entries")
async def entries(
    book_id: UUID,
    session: Transaction,
    actor: SignedIn,
    *,
    stage: Annotated[EntryStage | None, Query(description="只看这一步的")] = None,
    kind: Annotated[EntryKind | None, Query(description="只看这一类的")] = None,
    cursor: Cursor = None,
    limit: Limit = 25,
) -> EntryPage:
    """Entries of a book. Refusals: `not-found`."""
    await book_read(session, book_id, by=actor)
    found = await views.entries(session, book_id, stage=stage, kind=kind, before=place(cursor), limit=limit)
    return EntryPage(
        items=[entry_view(session, one) for one in found],
        next=cursor_of_next(found, limit=limit),
        hint_zh=None if found else EMPTY,
    )


@router.get("/entries/{entry_id}")
async def entry(
    entry_id: UUID,
    session: Transaction,
    actor: SignedIn,
    *,
    after: Annotated[int, Query(ge=0, le=100_000, description="从第几行之后看起")] = 0,
    limit: Limit = 100,
) -> WholeEntryView:
    """One entry with its lines and with addresses to see its evidence. Refusals: `not-found`."""
    found = await views.entry_read(session, entry_id, by=actor)
    lines = await views.lines_of(session, entry_id, after=after, limit=limit)
    return WholeEntryView(
        entry=entry_view(session, found),
        lines=[_line(session, one) for one in lines],
        next=lines[-1].place if len(lines) == limit else None,
        evidence=await evidence_of(session, found.id, found.import_id),
    )


@router.post("/entries/{entry_id}/approval")
async def approve_entry(entry_id: UUID, session: Transaction, actor: SignedIn) -> EntryView:
    """Find an entry right that somebody else recorded.

    Refusals: `not-found`, `may-not-keep-books`, `hands-not-separate`, `not-allowed-now`.
    """
    return entry_view(session, await actions.approve(session, entry_id, by=actor))


@router.post("/entries/{entry_id}/payment")
async def pay_entry(entry_id: UUID, session: Transaction, actor: SignedIn) -> EntryView:
    """Pay out, or take in, what two others recorded and approved: it is in the book from now on.

    Refusals: `not-found`, `may-not-keep-books`, `hands-not-separate`, `not-allowed-now`, `period-closed`,
    `not-enough-held`, `loan-too-large`.
    """
    return entry_view(session, await actions.pay(session, entry_id, by=actor))


@router.post("/entries/{entry_id}/refusal")
async def refuse_entry(entry_id: UUID, body: Refusal, session: Transaction, actor: SignedIn) -> EntryView:
    """Let an entry go that is not paid. Refusals: `not-found`, `may-not-keep-books`, `not-allowed-now`."""
    return entry_view(session, await actions.refuse(session, entry_id, by=actor, words=body.words))


@router.post("/entries/{entry_id}/reversal", status_code=201)
async def reverse_entry(entry_id: UUID, body: NewReversal, session: Transaction, actor: SignedIn) -> EntryView:
    """Record the reversal of a paid entry; it is approved and paid like any other, and nothing is ever edited.

    Refusals: `not-found`, `may-not-keep-books`, `not-reversible`, `reversed-already`, `period-closed`,
    `no-such-attachment`.
    """
    made = await recording.reverse(
        session, entry_id, by=actor, booked_on=body.booked_on, evidence=body.evidence, words=body.words
    )
    return entry_view(session, made)


def entry_view(session: Session, one: LedgerEntry) -> EntryView:
    """An entry for the screen."""
    return EntryView(
        id=one.id,
        book_id=one.book_id,
        kind=one.kind.value,
        kind_zh=f"冲销：{one.kind.title_zh}" if one.reverses_id else one.kind.title_zh,
        stage=one.stage.value,
        stage_zh=one.stage.title_zh,
        number=one.number,
        booked_on=one.booked_on,
        reverses_id=one.reverses_id,
        voucher=one.voucher,
        words=recording.words_of(session, one),
        recorded_by=one.recorded_by,
        recorded_at=one.recorded_at,
        approved_by=one.approved_by,
        approved_at=one.approved_at,
        paid_by=one.paid_by,
        paid_at=one.paid_at,
        refused_by=one.refused_by,
        refused_at=one.refused_at,
        refusal=actions.refusal_of(session, one),
    )


def _line(session: Session, one: LedgerLine) -> LineView:
    return LineView(
        place=one.place,
        commodity=one.commodity,
        amount=one.amount,
        amount_zh=session.use(GoodsList).of(one.commodity).said(one.amount),
        source_id=one.source_id,
        household_id=one.household_id,
        budget_line_id=one.budget_line_id,
        loan_id=one.loan_id,
        due_on=one.due_on,
    )
