"""Reading supervision orders: issued by one, addressed to one, within reach of one's posts; and counts by colour."""

from collections import Counter
from datetime import datetime
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import ColumnElement, bindparam, or_
from sqlmodel import col, select

from chassis.clock import local_date
from chassis.identity import Actor
from chassis.problems import NotFound
from chassis.secrecy import Vault, place_of
from chassis.session import Session
from services.tasks.checklists.model import ChecklistItem
from services.tasks.findings.model import InspectionFinding
from services.tasks.findings.policy import BELOW as FOUND_BELOW
from services.tasks.orders.matters import Matter, of_order
from services.tasks.orders.model import ExpediteNotice, ExpediteStep, OrderStage
from services.tasks.requests.model import ServiceRequest
from services.tasks.requests.scope import BY_POST, NOT_ABOUT_THEM, ORDINARY
from services.tasks.roster.duty import ACTED_FOR, ACTED_FOR_IN
from services.tasks.roster.views import DOWNWARD
from services.tasks.rules.pack import RulePack

MOST_COUNTED = 1000
"""Open orders are counted up to here."""


class Whose(StrEnum):
    """Which orders are listed."""

    ADDRESSED = "addressed"  # to me, or to a colleague for whom I act
    ISSUED = "issued"  # by me, or by the clock in my name
    BELOW = "below"  # on cases, findings and problems that my posts reach


_person = bindparam("person", type_=ServiceRequest.__table__.c.requester_id.type)  # type: ignore[attr-defined]
_colour = bindparam("colour", type_=sa.String)
_open = col(ExpediteNotice.stage) != OrderStage.CLOSED
_WITHIN: dict[Whose, ColumnElement[bool]] = {
    Whose.ADDRESSED: or_(
        col(ExpediteNotice.addressee_id) == _person,
        sa.and_(col(ExpediteNotice.addressee_id).in_(ACTED_FOR), col(ExpediteNotice.organization_id).in_(ACTED_FOR_IN)),
    ),
    Whose.ISSUED: col(ExpediteNotice.issuer_id) == _person,
    Whose.BELOW: or_(
        sa.and_(col(ExpediteNotice.request_id).is_not(None), BY_POST),
        col(ExpediteNotice.finding_id).in_(select(col(InspectionFinding.id)).where(FOUND_BELOW)),
        col(ExpediteNotice.item_id).in_(
            select(col(ChecklistItem.id)).where(col(ChecklistItem.organization_id).in_(select(DOWNWARD.c.id)))
        ),
    ),
}
_coloured = or_(_colour == "", col(ExpediteNotice.colour) == _colour)
_case = col(ServiceRequest.id) == col(ExpediteNotice.request_id)
_joined = select(ExpediteNotice).outerjoin(ServiceRequest, _case)  # what is no case complains of nobody
PAGES = {
    (whose, also_closed): _joined.where(
        within,
        NOT_ABOUT_THEM,
        ORDINARY,
        _coloured,
        sa.true() if also_closed else _open,
        col(ExpediteNotice.id) < bindparam("before"),
    )
    .order_by(col(ExpediteNotice.id).desc())
    .limit(bindparam("limit"))
    for whose, within in _WITHIN.items()
    for also_closed in (False, True)
}
COUNTS = {
    whose: sa.select(col(ExpediteNotice.colour), col(ExpediteNotice.id))
    .outerjoin(ServiceRequest, _case)
    .where(within, NOT_ABOUT_THEM, ORDINARY, _open)
    .limit(MOST_COUNTED)
    for whose, within in _WITHIN.items()
}
STEPS = (
    select(ExpediteStep)
    .where(col(ExpediteStep.order_id) == bindparam("order"))
    .order_by(col(ExpediteStep.at), col(ExpediteStep.id))
)
STEPS_OF_CASE = (
    select(ExpediteStep)
    .where(col(ExpediteStep.request_id) == bindparam("request"))
    .order_by(col(ExpediteStep.at), col(ExpediteStep.id))
)

_MOVES = {"issue": "发出", "raise": "升级为", "answer": "答复", "close": "销号"}


async def page(
    session: Session, actor: Actor, whose: Whose, *, closed: bool, colour: str | None, before: UUID, limit: int
) -> list[ExpediteNotice]:
    """Orders from new to old, after a place; without the closed ones unless asked for."""
    given = {"person": actor.person_id, "before": before, "limit": limit, "colour": colour or ""}
    return await session.all(PAGES[whose, closed], **given, **_today(session, whose))


async def counts(session: Session, actor: Actor, whose: Whose) -> tuple[dict[str, int], bool]:
    """How many open orders there are of each colour, and whether there are more than were counted."""
    found = await session.all(COUNTS[whose], person=actor.person_id, **_today(session, whose))
    return dict(Counter(colour for colour, _ in found)), len(found) == MOST_COUNTED


async def seen(session: Session, order_id: UUID) -> tuple[ExpediteNotice, Matter]:
    """An order and its matter, to read. Raises `NotFound`."""
    order = await session.get(ExpediteNotice, order_id)
    if order is None:
        raise NotFound()
    return order, await of_order(session, order)


async def steps(session: Session, order_id: UUID) -> list[ExpediteStep]:
    """What was done with an order, in order."""
    return await session.all(STEPS, order=order_id)


def words_of(session: Session, step: ExpediteStep) -> str | None:
    """What was said with it."""
    return (
        session.use(Vault).open(step.words, place=place_of("expedite_step", "words", step.id)) if step.words else None
    )


async def history(session: Session, request_id: UUID) -> list[tuple[datetime, str, UUID | None]]:
    """What the history of a case tells of its order; its words are for those who see the order."""
    names = {one.code: one.name for one in session.use(RulePack).orders}
    return [
        (step.at, said(step, names.get(step.colour, step.colour)), step.by)
        for step in await session.all(STEPS_OF_CASE, request=request_id)
    ]


def said(step: ExpediteStep, name: str) -> str:
    """One step in words."""
    who = step.by_name or ""
    match step.move:
        case "answer":
            return f"{who}答复{name}，承诺 {step.promised_on} 前办结"
        case "close":
            return f"{who}将{name}销号" if step.by else f"事项办结，{name}销号"
        case _:
            return f"{who if step.by else '时限逾期，'}{_MOVES[step.move]}{name}"


def _today(session: Session, whose: Whose) -> dict[str, object]:
    return {} if whose is Whose.ISSUED else {"today": local_date(session.now)}
