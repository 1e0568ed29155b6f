"""What the public reads of a village's ledger, without signing in."""

from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Query

from chassis.http import Route, Transaction, public
from chassis.words import DivisionCode, Output
from services.tasks.ledger.disclosures import views
from services.tasks.ledger.disclosures.model import DisclosedKind, DisclosureLine
from services.tasks.ledger.goods import GoodsList
from services.tasks.ledger.periods.api import Month, first_of

router = APIRouter(prefix="/ledger/disclosures", tags=["村务公开"], route_class=Route)

EMPTY = "该村还没有已结账月份的扶持台账；月末结账后在这里公布。"
WITHHELD = "有的补助或贷款涉及户数较少，为不使人认出是哪一户，本月没有单独公布，相关结存也暂不更新。"
LOANS = {DisclosedKind.LOANS_ASKED, DisclosedKind.LOANS_GRANTED, DisclosedKind.LOANS_REPAID}


class DisclosedLine(Output):
    """One line: money or goods by line, loans as totals since the book began, and what is left."""

    kind: str
    kind_zh: str
    title: str
    commodity: str
    amount: int  # in the smallest unit
    amount_zh: str
    count: int | None  # households; of loans, how many of them
    count_zh: str | None
    as_of: str  # the month up to which it is counted


class DisclosedMonth(Output):
    """A closed month; it never changes."""

    month: str
    published_at: datetime
    lines: list[DisclosedLine]
    withheld: bool
    withheld_zh: str | None


class DisclosedMonths(Output):
    """Months from new to old."""

    division_code: str
    items: list[DisclosedMonth]
    next: str | None  # give it as `before` for the next page
    hint_zh: str | None


@router.get("/{division_code}")
@public
async def disclosures(
    division_code: DivisionCode,
    session: Transaction,
    before: Annotated[Month | None, Query(description="只看此月以前的，即上一页给出的位置")] = None,
    limit: Annotated[int, Query(ge=1, le=12, description="每页月数，最多 12")] = 3,
) -> DisclosedMonths:
    """Grants, goods, works and labour of a village's closed months, by line, its loans as totals, and what is left.

    No household is told of, and no line that fewer households share than the rule pack asks for.
    """
    start = first_of(before) if before else date.max
    found = await views.disclosed(session, division_code, before=start, limit=limit)
    goods = session.use(GoodsList)
    return DisclosedMonths(
        division_code=division_code,
        items=[
            DisclosedMonth(
                month=f"{period.month:%Y-%m}",
                published_at=period.closed_at,
                lines=[_line(goods, one) for one in lines],
                withheld=period.withheld,
                withheld_zh=WITHHELD if period.withheld else None,
            )
            for period, lines in found
        ],
        next=f"{found[-1][0].month:%Y-%m}" if len(found) == limit else None,
        hint_zh=None if found else EMPTY,
    )


def _line(goods: GoodsList, one: DisclosureLine) -> DisclosedLine:
    measure = "笔" if one.kind in LOANS else "户"
    return DisclosedLine(
        kind=one.kind.value,
        kind_zh=one.kind.title_zh,
        title=one.title,
        commodity=one.commodity,
        amount=one.amount,
        amount_zh=goods.of(one.commodity).said(one.amount),
        count=one.households,
        count_zh=f"{one.households}{measure}" if one.households is not None else None,
        as_of=f"{one.as_of:%Y-%m}",
    )
