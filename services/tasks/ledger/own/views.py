"""The paid lines and the loans of the households that a person is of, as `members` told of those that are paired."""

from uuid import UUID

from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis.identity import Actor
from chassis.session import Session
from services.tasks.ledger.books.model import AccountKind
from services.tasks.ledger.entries.model import LedgerEntry, Posting
from services.tasks.ledger.funds.model import BudgetLine, FundSource
from services.tasks.ledger.loans.model import Loan
from services.tasks.roster.model import HouseholdPerson

_own = select(col(HouseholdPerson.household_id)).where(col(HouseholdPerson.person_id) == bindparam("person"))
IS_KNOWN = select(col(HouseholdPerson.id)).where(col(HouseholdPerson.person_id) == bindparam("person")).limit(1)
LINES = (
    select(Posting)
    .where(
        col(Posting.household_id).in_(_own),
        col(Posting.account).in_((AccountKind.AID, AccountKind.LABOUR, AccountKind.LOANS)),
        col(Posting.id) < bindparam("before"),
    )
    .order_by(col(Posting.id).desc())
    .limit(bindparam("limit"))
)
LOANS = (
    select(Loan)
    .where(col(Loan.household_id).in_(_own), col(Loan.id) < bindparam("before"))
    .order_by(col(Loan.id).desc())
    .limit(bindparam("limit"))
)


async def is_known(session: Session, actor: Actor) -> bool:
    """Whether it is known here of which household the actor is."""
    return await session.first(IS_KNOWN, person=actor.person_id) is not None


async def lines(session: Session, actor: Actor, *, before: UUID, limit: int) -> list[Posting]:
    """What the actor's household got, worked and borrowed, from new to old; with all that a line names at hand."""
    found = await session.all(LINES, person=actor.person_id, before=before, limit=limit)
    await session.fetch(LedgerEntry, {one.entry_id for one in found})
    await session.fetch(BudgetLine, {one.budget_line_id for one in found if one.budget_line_id})
    await session.fetch(FundSource, {one.source_id for one in found if one.source_id})
    return found


async def loans(session: Session, actor: Actor, *, before: UUID, limit: int) -> list[Loan]:
    """The loans of the actor's household, from new to old, with their lenders at hand."""
    found = await session.all(LOANS, person=actor.person_id, before=before, limit=limit)
    await session.fetch(FundSource, {one.lender_id for one in found})
    return found
