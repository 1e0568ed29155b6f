"""Supervision orders over HTTP."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from chassis.http import Route, SignedIn, Transaction
from chassis.paging import Cursor, Limit, cursor_of_next, place
from chassis.session import Session
from chassis.words import Input, Output, Words
from services.tasks.findings.actions import load as load_finding
from services.tasks.notices.sentences import moment
from services.tasks.orders import actions, policy, views
from services.tasks.orders.matters import of_case, of_finding, of_item
from services.tasks.orders.model import ExpediteNotice, OrderStage
from services.tasks.orders.views import Whose
from services.tasks.requests.views import load as load_request
from services.tasks.rules.pack import RulePack

router = APIRouter(tags=["督办单"], route_class=Route)


class Issuing(Input):
    """What an order says, and whether it is about something urgent."""

    words: Words
    urgent: bool = False


class Answering(Input):
    """What the unit answers, and by which day (local) it will be done."""

    words: Words
    promised_on: date


class Closing(Input):
    """Why an order is taken back."""

    words: Words


class StepView(Output):
    """One thing that was done with it."""

    at: datetime
    what_zh: str
    by: UUID | None
    words: str | None


class OrderLine(Output):
    """One order in a list."""

    id: UUID
    request_id: UUID | None  # the case that it is about,
    finding_id: UUID | None  # the finding of an inspection,
    item_id: UUID | None  # or the item of a problem list
    stage: str
    stage_zh: str
    colour: str
    colour_zh: str
    meaning_zh: str
    urgent: bool
    by_clock: bool
    issuer_name: str | None
    issued_at: datetime
    organization_name: str
    addressee_name: str
    due_at: datetime  # to be answered, or what was promised to be done, before this instant
    promised_on: date | None
    next_zh: str  # what is to be done now


class OrderView(OrderLine):
    """One order with everything that was done."""

    steps: list[StepView]


class OrderPage(Output):
    """Orders from new to old."""

    items: list[OrderLine]
    next: str | None
    title_zh: str  # what to show where there are none


class ColourCount(Output):
    """How many open orders have a colour."""

    colour: str
    colour_zh: str
    orders: int


class CountsView(Output):
    """Open orders by colour, the gravest first."""

    colours: list[ColourCount]
    more: bool  # so many that nobody counted on


@router.post("/requests/{request_id}/orders", status_code=201)
async def issue(request_id: UUID, body: Issuing, session: Transaction, actor: SignedIn) -> OrderView:
    """Put a case under a supervision order, to the head of the unit that has it; under one already, it is raised."""
    request = await load_request(session, request_id)
    order = await actions.issue(session, of_case(request), by=actor, words=body.words, urgent=body.urgent)
    return await _view(session, order)


@router.post("/findings/{finding_id}/orders", status_code=201)
async def issue_on_finding(finding_id: UUID, body: Issuing, session: Transaction, actor: SignedIn) -> OrderView:
    """Put a finding under a supervision order, to the head of the unit; under one already, it is raised.

    Refusals: `not-found`, `may-not-issue`, `nothing-to-expedite`, `nobody-to-address`.
    """
    finding = await load_finding(session, finding_id)
    order = await actions.issue(session, of_finding(finding), by=actor, words=body.words, urgent=body.urgent)
    return await _view(session, order)


@router.post("/checklist-items/{item_id}/orders", status_code=201)
async def issue_on_problem(item_id: UUID, body: Issuing, session: Transaction, actor: SignedIn) -> OrderView:
    """Put a late item of a problem list under a supervision order, to the head of the unit that has it.

    Under one already, it is raised. One that a finding is about is the finding, and has that one's order.
    Refusals: `not-found`, `may-not-issue`, `nothing-to-expedite`, `not-a-late-problem`, `nobody-to-address`.
    """
    matter = await of_item(session, item_id, lock=True)
    order = await actions.issue(session, matter, by=actor, words=body.words, urgent=body.urgent)
    return await _view(session, order)


@router.get("/orders")
async def orders(
    session: Transaction,
    actor: SignedIn,
    *,
    whose: Whose = Whose.ADDRESSED,
    colour: Annotated[str | None, Query(pattern=r"^[a-z]{1,16}$", description="颜色代码，见规则包")] = None,
    closed: Annotated[bool, Query(description="包括已销号的")] = False,
    cursor: Cursor = None,
    limit: Limit = 25,
) -> OrderPage:
    """Orders addressed to you, issued by you, or on what your posts reach."""
    found = await views.page(session, actor, whose, closed=closed, colour=colour, before=place(cursor), limit=limit)
    return OrderPage(
        items=[_line(session, one) for one in found],
        next=cursor_of_next(found, limit=limit),
        title_zh="" if found else "没有督办单。",
    )


@router.get("/orders/counts")
async def counts(session: Transaction, actor: SignedIn, whose: Whose = Whose.BELOW) -> CountsView:
    """How many open orders there are of each colour."""
    found, more = await views.counts(session, actor, whose)
    scale = {one.code: one for one in sorted(session.use(RulePack).orders, key=lambda one: one.rank)}
    graver_first = sorted(scale.keys() | found.keys(), key=lambda code: -(scale[code].rank if code in scale else 0))
    return CountsView(
        colours=[
            ColourCount(colour=code, colour_zh=scale[code].name if code in scale else code, orders=found.get(code, 0))
            for code in graver_first
        ],
        more=more,
    )


@router.get("/orders/{order_id}")
async def order(order_id: UUID, session: Transaction, actor: SignedIn) -> OrderView:
    """One order with everything that was said and done."""
    found, request = await views.seen(session, order_id)
    await policy.check_may_see(session, actor, found, request)
    return await _view(session, found)


@router.post("/orders/{order_id}/reply")
async def reply(order_id: UUID, body: Answering, session: Transaction, actor: SignedIn) -> OrderView:
    """Answer an order that is addressed to you, with a date."""
    found, request = await actions.load(session, order_id)
    await actions.answer(session, found, request, by=actor, words=body.words, promised_on=body.promised_on)
    return await _view(session, found)


@router.post("/orders/{order_id}/close")
async def close(order_id: UUID, body: Closing, session: Transaction, actor: SignedIn) -> OrderView:
    """Take an order back, with the reason; one whose case is done closes by itself."""
    found, request = await actions.load(session, order_id)
    await actions.close(session, found, request, by=actor, words=body.words)
    return await _view(session, found)


async def _view(session: Session, order: ExpediteNotice) -> OrderView:
    names = {one.code: one.name for one in session.use(RulePack).orders}
    told = [
        StepView(
            at=step.at,
            what_zh=views.said(step, names.get(step.colour, step.colour)),
            by=step.by,
            words=views.words_of(session, step),
        )
        for step in await views.steps(session, order.id)
    ]
    return OrderView(**_line(session, order).model_dump(), steps=told)


def _line(session: Session, order: ExpediteNotice) -> OrderLine:
    colour = next((one for one in session.use(RulePack).orders if one.code == order.colour), None)
    until = moment(order.due_at)
    return OrderLine(
        id=order.id,
        request_id=order.request_id,
        finding_id=order.finding_id,
        item_id=order.item_id,
        stage=order.stage.value,
        stage_zh=order.stage.title_zh,
        colour=order.colour,
        colour_zh=colour.name if colour else order.colour,
        meaning_zh=colour.meaning if colour else "",
        urgent=order.urgent,
        by_clock=order.by_clock,
        issuer_name=order.issuer_name,
        issued_at=order.issued_at,
        organization_name=order.organization_name,
        addressee_name=order.addressee_name,
        due_at=order.due_at,
        promised_on=order.promised_on,
        next_zh={
            OrderStage.CLOSED: "已销号，无需处理。",
            OrderStage.ANSWERED: f"责任单位已答复，请在 {until} 前办结；到时未办结的升级。",
        }.get(order.stage, f"请责任单位在 {until} 前答复并写明办结日期；到时不答复的升级。"),
    )
