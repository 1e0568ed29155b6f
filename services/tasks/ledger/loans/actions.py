"""Taking in that a household asks for a loan, and refusing one."""

from datetime import date
from uuid import UUID

from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis.clock import local_date
from chassis.identity import Actor
from chassis.problems import NotFound
from chassis.secrecy import Vault, place_of
from chassis.session import Session
from chassis.tables import new_id
from services.tasks.attachments.actions import name_evidence
from services.tasks.ledger.books.actions import book_kept
from services.tasks.ledger.books.model import LedgerBook
from services.tasks.ledger.funds.model import CodeThere, FundSource, NoSuchSource, SourceKind
from services.tasks.ledger.households import HouseholdNotInArea, strangers
from services.tasks.ledger.loans.model import Loan, LoanStage
from services.tasks.ledger.policy import Hand

SAME = select(Loan.id).where(col(Loan.book_id) == bindparam("book"), col(Loan.code) == bindparam("code"))


async def take_in(
    session: Session,
    book_id: UUID,
    *,
    by: Actor,
    code: str,
    household_id: UUID,
    lender_id: UUID,
    amount: int,
    asked_on: date,
    evidence: list[UUID],
) -> Loan:
    """Record that a household asks for a loan (fen). Nothing moves: a grant is an entry of its own.

    Raises `NotFound`, `MayNotKeepBooks`, `PeriodClosed`, `NoSuchSource`, `HouseholdNotInArea`, `CodeThere`,
    `EvidenceMissing`.
    """
    book = await book_kept(session, book_id, by=by, hand=Hand.RECORD)
    book.check_open(asked_on, today=local_date(session.now))
    lender = await session.get(FundSource, lender_id)
    if lender is None or lender.kind is not SourceKind.LENDER or not lender.serves(book.division_code):
        raise NoSuchSource(source=str(lender_id))
    if await strangers(session, book, {household_id}):
        raise HouseholdNotInArea()
    if await session.first(SAME, book=book_id, code=code) is not None:
        raise CodeThere(given=code)
    loan = asked_for(
        session,
        book,
        by=by,
        code=code,
        household_id=household_id,
        lender_id=lender_id,
        amount=amount,
        asked_on=asked_on,
    )
    await name_evidence(session, evidence, request_id=loan.id, by=by, required=True)
    return loan


def asked_for(
    session: Session,
    book: LedgerBook,
    *,
    by: Actor,
    code: str,
    household_id: UUID,
    lender_id: UUID,
    amount: int,
    asked_on: date,
    import_id: UUID | None = None,
) -> Loan:
    """Write a new loan, looked at already."""
    loan = Loan(
        id=new_id(),
        township_code=book.township_code,
        book_id=book.id,
        code=code,
        household_id=household_id,
        lender_id=lender_id,
        stage=LoanStage.ASKED,
        asked=amount,
        granted=0,
        repaid=0,
        asked_on=asked_on,
        granted_on=None,
        due_on=None,
        import_id=import_id,
        recorded_by=by.person_id,
        recorded_at=session.now,
        refused_by=None,
        refused_at=None,
        refusal=None,
    )
    session.add(loan)
    return loan


async def refuse(session: Session, loan_id: UUID, *, by: Actor, words: str) -> Loan:
    """Refuse a loan that nobody has granted.

    Raises `NotFound`, `MayNotKeepBooks`, `HandsNotSeparate`, `NotAllowedNow`.
    """
    seen = await session.get(Loan, loan_id)
    if seen is None:
        raise NotFound()
    await book_kept(session, seen.book_id, by=by, hand=Hand.APPROVE)
    loan = await session.get(Loan, loan_id, lock=True)
    if loan is None:
        raise NotFound()
    loan.refuse(by.person_id, at=session.now)
    loan.refusal = session.use(Vault).seal(words, place=place_of("loan", "refusal", loan.id))
    return loan


def refusal_of(session: Session, loan: Loan) -> str | None:
    """Why a loan was refused."""
    return session.use(Vault).open(loan.refusal, place=place_of("loan", "refusal", loan.id)) if loan.refusal else None
