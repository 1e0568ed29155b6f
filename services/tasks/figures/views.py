"""Reading the figures of an area's units from the rows, as they stand at the end of a span of days."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlalchemy.orm import Mapped
from sqlmodel import col, select

from chassis.clock import midnight
from chassis.divisions import span_of
from chassis.session import Session
from services.tasks.assignments.model import Assignment
from services.tasks.figures.model import NOTHING, Figures, Unit
from services.tasks.orders.model import ExpediteNotice
from services.tasks.rectifications.model import Rectification
from services.tasks.requests.model import ServiceRequest
from services.tasks.requests.scope import ORDINARY
from services.tasks.roster.model import Organization

MOST_UNITS = 500

_begin = bindparam("begin", type_=ServiceRequest.__table__.c.submitted_at.type)  # type: ignore[attr-defined]
_end = bindparam("end", type_=ServiceRequest.__table__.c.submitted_at.type)  # type: ignore[attr-defined]
_in_area = col(Organization.division_code).between(bindparam("first_code"), bindparam("last_code"))

UNITS = (
    select(Organization)
    .where(_in_area)
    .order_by(col(Organization.division_code), col(Organization.id))
    .limit(MOST_UNITS)
)


def _within(at: Mapped[datetime] | Mapped[datetime | None]) -> sa.ColumnElement[bool]:
    return sa.and_(at >= _begin, at < _end)


def _count(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
    return sa.func.sum(sa.case((condition, 1), else_=0))


_submitted, _handled = col(ServiceRequest.submitted_at), col(ServiceRequest.handled_at)
CASES = (
    sa.select(
        col(ServiceRequest.organization_id),
        _count(_within(_submitted)),
        _count(_within(_handled)),
        _count(sa.and_(_within(_handled), col(ServiceRequest.handled_in_time).is_(True))),
        _count(
            sa.and_(
                _submitted < _end,
                col(ServiceRequest.finish_due_at) <= _end,
                sa.or_(_handled.is_(None), _handled >= _end),
            )
        ),
    )
    .join(Organization, col(Organization.id) == col(ServiceRequest.organization_id))
    .where(_in_area, ORDINARY, _submitted < _end, sa.or_(_submitted >= _begin, _handled.is_(None), _handled >= _begin))
    .group_by(col(ServiceRequest.organization_id))
)
MENDED = (
    sa.select(
        col(ServiceRequest.organization_id),
        _count(_within(col(Rectification.opened_at))),
        _count(_within(col(Rectification.verified_at))),
    )
    .join(ServiceRequest, col(ServiceRequest.id) == col(Rectification.request_id))
    .join(Organization, col(Organization.id) == col(ServiceRequest.organization_id))
    .where(_in_area, ORDINARY, sa.or_(_within(col(Rectification.opened_at)), _within(col(Rectification.verified_at))))
    .group_by(col(ServiceRequest.organization_id))
)
ORDERED = (
    sa.select(col(ExpediteNotice.organization_id), sa.func.count())
    .join(Organization, col(Organization.id) == col(ExpediteNotice.organization_id))
    .where(_in_area, _within(col(ExpediteNotice.issued_at)))
    .group_by(col(ExpediteNotice.organization_id))
)

LISTED = (
    sa.select(
        col(Assignment.organization_id),
        _count(_within(col(Assignment.closed_at))),
        _count(_within(col(Assignment.missed_at))),
    )
    .join(Organization, col(Organization.id) == col(Assignment.organization_id))
    .where(_in_area, sa.or_(_within(col(Assignment.closed_at)), _within(col(Assignment.missed_at))))
    .group_by(col(Assignment.organization_id))
)


async def units(session: Session, area: str, *, first: date, last: date) -> tuple[Unit, ...]:
    """The units of an area with their figures in these local days, by division code; those without any, too."""
    first_code, last_code = span_of(area)
    codes = {"first_code": first_code, "last_code": last_code}
    given = codes | {"begin": midnight(first), "end": midnight(last + timedelta(days=1))}
    found: dict[UUID | None, Figures] = {}
    for unit, received, handled, in_time, overdue in await session.all(CASES, **given):
        found[unit] = replace(NOTHING, received=received, handled=handled, in_time=in_time, overdue=overdue)
    for unit, opened, verified in await session.all(MENDED, **given):
        found[unit] = replace(found.get(unit, NOTHING), rectifications=opened, verified=verified)
    for unit, issued in await session.all(ORDERED, **given):
        found[unit] = replace(found.get(unit, NOTHING), orders=issued)
    for unit, closed, missed in await session.all(LISTED, **given):
        found[unit] = replace(found.get(unit, NOTHING), closed_out=closed, missed=missed)
    return tuple(
        Unit(one.division_code, one.name, found.get(one.id, NOTHING)) for one in await session.all(UNITS, **codes)
    )
