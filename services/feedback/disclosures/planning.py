"""Putting the disclosures of every village on its list ahead, by the schedule alone, so that a missing one is seen."""

from datetime import date, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam, exists, func
from sqlmodel import col, select

from chassis.clock import local_date
from chassis.session import Session
from chassis.tables import new_id
from services.feedback.disclosures.model import Disclosure
from services.feedback.disclosures.schedule import Beat, DisclosureRule, DisclosureSchedule
from services.feedback.roster.model import Division

OVER = "disclosure_over"
"""The timer of a disclosure: its last day is over."""

BATCH = 200  # villages in one transaction
VILLAGES = ("village", "community")

NEWEST_PERIOD = sa.select(func.max(col(Disclosure.first_on))).where(
    col(Disclosure.kind_code) == bindparam("kind"), col(Disclosure.listed_by).is_(None)
)
WITHOUT = (
    select(Division.code)
    .where(
        col(Division.kind).in_(VILLAGES),
        ~exists(
            sa.select(col(Disclosure.id)).where(
                col(Disclosure.kind_code) == bindparam("kind"),
                col(Disclosure.first_on) == bindparam("first"),
                col(Disclosure.division_code) == col(Division.code),
                col(Disclosure.event) == "",
            )
        ),
    )
    .order_by(col(Division.code))
    .limit(BATCH)
)


def put_on_list(session: Session, *disclosures: Disclosure) -> None:
    """Have disclosures stand on the lists of their villages, to be found missing once their last day is over."""
    session.add(*disclosures)
    for one in disclosures:
        session.remind(OVER, about=one.id, due_at=one.late_from)


async def find_missing(disclosure_id: UUID, session: Session) -> None:
    """Its last day is over: those whom it concerns are told, unless it is public."""
    found = await session.get(Disclosure, disclosure_id, lock=True)
    if found is not None and found.published_at is None:
        session.publish(found.found_missing(at=session.now))


async def list_ahead(session: Session) -> int:
    """List what the schedule asks of every village, up to the periods that begin soon; returns how many were listed.

    The service's upkeep. It goes on from the last period that it listed, however long the service was down.
    """
    schedule, today, listed = session.use(DisclosureSchedule), local_date(session.now), 0
    for code in schedule.codes:
        rule = schedule.on(code, today)
        if rule is not None and rule.beat is not Beat.AT_ONCE:
            listed += await _list_kind(session, schedule, rule, today)
    return listed


async def _list_kind(session: Session, schedule: DisclosureSchedule, rule: DisclosureRule, today: date) -> int:
    first = rule.beat.around(today)[0]
    newest = await session.first(NEWEST_PERIOD, kind=rule.code)
    if newest is not None and newest[0] is not None:
        first = min(first, newest[0])
    listed = 0
    while first - timedelta(days=rule.ahead) <= today:
        then = schedule.on(rule.code, first)
        first, last = rule.beat.around(first)
        if then is not None and then.beat is rule.beat:
            villages = await session.all(WITHOUT, kind=rule.code, first=first)
            put_on_list(session, *(_periodic(session, then, code, first, last) for code in villages))
            listed += len(villages)
            if len(villages) == BATCH:  # the rest of this period comes before the next one
                return listed
        first = last + timedelta(days=1)
    return listed


def _periodic(session: Session, rule: DisclosureRule, division_code: str, first: date, last: date) -> Disclosure:
    return Disclosure(
        id=new_id(),
        division_code=division_code,
        kind_code=rule.code,
        title=rule.title,
        beat=rule.beat,
        event="",
        first_on=first,
        last_on=last,
        due_on=rule.due_on(last),
        listed_at=session.now,
        listed_by=None,
        published_at=None,
        edition=0,
        written=0,
        waiting=False,
    )
