"""Reading what the public is told: closed months of a village, the newest first."""

from datetime import date

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis.divisions import township_of
from chassis.session import Session
from services.tasks.ledger.disclosures.model import DisclosureLine
from services.tasks.ledger.periods.model import LedgerPeriod

PERIODS = (
    select(LedgerPeriod)
    .where(
        col(LedgerPeriod.township_code) == bindparam("township"),
        col(LedgerPeriod.division_code) == bindparam("division"),
        col(LedgerPeriod.month) < bindparam("before", type_=sa.Date()),
    )
    .order_by(col(LedgerPeriod.month).desc())
    .limit(bindparam("limit"))
)
LINES = (
    select(DisclosureLine)
    .where(
        col(DisclosureLine.township_code) == bindparam("township"),
        col(DisclosureLine.division_code) == bindparam("division"),
        col(DisclosureLine.month).between(bindparam("first", type_=sa.Date()), bindparam("last", type_=sa.Date())),
    )
    .order_by(col(DisclosureLine.month).desc(), col(DisclosureLine.place))
)


async def disclosed(
    session: Session, division_code: str, *, before: date, limit: int
) -> list[tuple[LedgerPeriod, list[DisclosureLine]]]:
    """Closed months of a division before one, from new to old, each with its lines."""
    place = {"township": township_of(division_code), "division": division_code}
    periods = await session.all(PERIODS, before=before, limit=limit, **place)
    if not periods:
        return []
    lines = await session.all(LINES, first=periods[-1].month, last=periods[0].month, **place)
    return [(period, [line for line in lines if line.month == period.month]) for period in periods]
