"""Households as the ledger names them: by id alone, and only those of the book's own area."""

from collections.abc import Iterable
from uuid import UUID

from chassis.divisions import lies_in
from chassis.problems import Invalid
from chassis.session import Session
from services.tasks.ledger.books.model import LedgerBook
from services.tasks.roster.model import Household


class HouseholdNotInArea(Invalid):
    """There is no such household in the area of this book."""

    title_zh = "本账套的区划内没有这一户，请核对户标识；新登记的户请稍候再试。"


async def strangers(session: Session, book: LedgerBook, named: Iterable[UUID]) -> set[UUID]:
    """Those of these households that are not of the book's area. One that has ended may still repay or be put right."""
    wanted = set(named)
    await session.fetch(Household, wanted)
    found = {one: await session.get(Household, one) for one in wanted}
    return {
        one for one, there in found.items() if there is None or not lies_in(there.division_code, book.division_code)
    }
