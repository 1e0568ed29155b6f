"""Entering sources and budget lines."""

from uuid import UUID

from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis.divisions import is_district, township_of
from chassis.identity import Actor
from chassis.secrecy import Vault, place_of
from chassis.session import Session
from chassis.tables import new_id
from services.tasks.ledger.books.actions import book_kept
from services.tasks.ledger.funds.model import BudgetLine, CodeThere, FundSource, SourceKind
from services.tasks.ledger.goods import GoodsList
from services.tasks.ledger.policy import Hand, check_hand
from services.tasks.publications.actions import check_nobodys

SAME_SOURCE = select(FundSource.id).where(
    col(FundSource.township_code) == bindparam("township"), col(FundSource.code) == bindparam("code")
)
SAME_LINE = select(BudgetLine.id).where(
    col(BudgetLine.book_id) == bindparam("book"), col(BudgetLine.code) == bindparam("code")
)


async def enter_source(
    session: Session, *, by: Actor, area_code: str, code: str, kind: SourceKind, name: str, named: bool
) -> FundSource:
    """Enter a source of a township or of a county. Raises `NotFound`, `MayNotKeepBooks`, `CodeThere`."""
    area = area_code if is_district(area_code) else township_of(area_code)
    await check_hand(session, by, area, Hand.RECORD)
    if await session.first(SAME_SOURCE, township=area, code=code) is not None:
        raise CodeThere(given=code)
    source_id = new_id()
    source = FundSource(
        id=source_id,
        township_code=area,
        code=code,
        kind=kind,
        name=session.use(Vault).seal(name, place=place_of("fund_source", "name", source_id)),
        named=named or kind is not SourceKind.DONOR,
        entered_by=by.person_id,
        entered_at=session.now,
    )
    session.add(source)
    return source


async def enter_budget_line(
    session: Session,
    book_id: UUID,
    *,
    by: Actor,
    code: str,
    title: str,
    year: int,
    commodity: str,
    planned: int | None,
) -> BudgetLine:
    """Enter a budget line of a book; `planned` in the smallest unit.

    Raises `NotFound`, `MayNotKeepBooks`, `CodeThere`, `NoSuchGoods`, `LooksPersonal`.
    """
    book = await book_kept(session, book_id, by=by, hand=Hand.RECORD)
    session.use(GoodsList).of(commodity)
    check_nobodys(title)
    if await session.first(SAME_LINE, book=book_id, code=code) is not None:
        raise CodeThere(given=code)
    line = BudgetLine(
        id=new_id(),
        township_code=book.township_code,
        book_id=book_id,
        code=code,
        title=title,
        year=year,
        commodity=commodity,
        planned=planned,
        entered_by=by.person_id,
        entered_at=session.now,
    )
    session.add(line)
    return line


def name_of(session: Session, source: FundSource) -> str:
    """What a source is called, for those who read the book."""
    return session.use(Vault).open(source.name, place=place_of("fund_source", "name", source.id))
