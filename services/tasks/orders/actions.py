"""Issuing an order, by the clock or by hand, answering it, raising what is not answered, and closing what is done."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis.calendar import WorkCalendar
from chassis.clock import local_date
from chassis.identity import Actor
from chassis.problems import Conflict, NotFound
from chassis.secrecy import Vault, place_of
from chassis.session import Session
from chassis.tables import new_id
from services.tasks.clocks.limits import end_of, limit
from services.tasks.notices.actions import tell
from services.tasks.notices.kinds import NoticeKind
from services.tasks.orders import policy
from services.tasks.orders.matters import Matter, of_case, of_order
from services.tasks.orders.model import ExpediteNotice, ExpediteStep, OrderStage
from services.tasks.requests.model import PromiseInThePast, ServiceRequest
from services.tasks.roster import views as roster
from services.tasks.roster.duty import Duty, on_duty
from services.tasks.roster.model import Organization
from services.tasks.rules.colours import OrderColour
from services.tasks.rules.pack import RulePack

TIMER = "order"

OF_CASE = select(ExpediteNotice).where(col(ExpediteNotice.request_id) == bindparam("request")).with_for_update()
OF_FINDING = select(ExpediteNotice).where(col(ExpediteNotice.finding_id) == bindparam("finding")).with_for_update()
OF_ITEM = select(ExpediteNotice).where(col(ExpediteNotice.item_id) == bindparam("item")).with_for_update()


class NothingToExpedite(Conflict):
    """The matter is done already."""

    title_zh = "事项已经办理，无需督办；群众仍不满意的会进入整改，届时可再督办。"


class NotALateProblem(Conflict):
    """An item is put under an order if it is on a problem list, in somebody's name, and its day is over."""

    title_zh = "督办单只发给问题清单上已交办、已过时限仍未办结的事项；未到时限的请先提醒责任人，未交办的请先交办。"


class NobodyToAddress(Conflict):
    """The unit has no head in office who could be addressed."""

    title_zh = "责任单位和上级单位现在都没有在岗负责人，请先补齐岗位或直接指派。"


@dataclass(frozen=True, slots=True)
class _Issuer:
    """In whose name an order is issued or raised."""

    person_id: UUID | None
    name: str | None
    by_clock: bool


async def issue(session: Session, matter: Matter, *, by: Actor, words: str, urgent: bool) -> ExpediteNotice:
    """Put a matter, locked, under an order, with words; where it is under one already, raise that.

    Raises `MayNotIssue`, `NothingToExpedite`, `NotALateProblem`, `NobodyToAddress`.
    """
    post = await policy.check_may_issue(session, by, matter)
    if matter.over:
        raise NothingToExpedite()
    if matter.early:
        raise NotALateProblem()
    issuer = _Issuer(by.person_id, post.name, by_clock=False)
    order = await _issue(session, matter, issuer, words=words, urgent=urgent)
    if order is None:
        raise NobodyToAddress()
    return order


async def issue_by_clock(session: Session, request: ServiceRequest, told: Duty | None) -> None:
    """A missed limit has climbed as high as the rule pack says: order, in the name of whoever was told there."""
    issuer = _Issuer(told.post.person_id if told else None, told.post.name if told else None, by_clock=True)
    await _issue(session, of_case(request), issuer, words=None, urgent=False)


async def answer(
    session: Session, order: ExpediteNotice, matter: Matter, *, by: Actor, words: str, promised_on: date
) -> None:
    """The unit answers, with a date by which it will be done. Raises `NotTheAddressee`, `PromiseInThePast`."""
    name = await policy.check_may_answer(session, by, order, matter)
    today = local_date(session.now)
    if promised_on < today:
        raise PromiseInThePast(today=today.isoformat())
    order.move("answer")
    order.promised_on = promised_on
    _due(session, order, end_of(promised_on))
    take_step(session, order, "answer", by=by.person_id, name=name, words=words)
    if order.issuer_id is not None:
        _tell(session, order.issuer_id, NoticeKind.ORDER_ANSWERED, matter)


async def close(session: Session, order: ExpediteNotice, matter: Matter, *, by: Actor, words: str) -> None:
    """Take an order back, with words. Raises `NotTheIssuer`."""
    post = await policy.check_may_close(session, by, order, matter)
    order.move("close")
    order.closed_at = session.now
    take_step(session, order, "close", by=by.person_id, name=post.name, words=words)


async def fire(order_id: UUID, session: Session) -> None:
    """Raise an order that was not answered, or whose promise was not kept, in time; once, whatever restarts."""
    seen = await session.get(ExpediteNotice, order_id)
    if seen is None:
        return
    matter = await of_order(session, seen, lock=True)
    order = await session.get(ExpediteNotice, order_id, lock=True)
    if order is None or order.stage is OrderStage.CLOSED or session.now < order.due_at:
        return
    scale = session.use(RulePack).order_colours_on(local_date(session.now))
    if matter.waits:
        _due(session, order, _answered_by(session, _colour(scale, order.colour)))
        return
    graver = _next(scale, order.colour)
    if graver is not None:
        await _raise(session, order, matter, graver, _Issuer(None, None, by_clock=True), words=None)


async def load(session: Session, order_id: UUID) -> tuple[ExpediteNotice, Matter]:
    """An order and its matter, both locked, the matter first as everywhere. Raises `NotFound`."""
    seen = await session.get(ExpediteNotice, order_id)
    if seen is None:
        raise NotFound()
    matter = await of_order(session, seen, lock=True)
    order = await session.get(ExpediteNotice, order_id, lock=True)
    if order is None:
        raise NotFound()
    return order, matter


async def _issue(
    session: Session, matter: Matter, issuer: _Issuer, *, words: str | None, urgent: bool
) -> ExpediteNotice | None:
    scale = session.use(RulePack).order_colours_on(local_date(session.now))
    order = await _of(session, matter)
    if order is not None:
        graver = _next(scale, order.colour) or _colour(scale, order.colour)
        if issuer.by_clock and graver.code == order.colour and order.stage is not OrderStage.CLOSED:
            return order  # as grave as it gets; the clock says nothing twice
        if issuer.person_id is not None:
            order.issuer_id, order.issuer_name, order.by_clock = issuer.person_id, issuer.name, issuer.by_clock
        await _raise(session, order, matter, graver, issuer, words=words)
        return order
    found = await _addressee(session, matter, past=issuer.person_id)
    if found is None:
        return None
    unit, head = found
    colour = next((one for one in scale if urgent and one.urgent), scale[0])
    organization = await session.get(Organization, unit)
    order = ExpediteNotice(
        id=new_id(),
        request_id=matter.request_id,
        finding_id=matter.finding_id,
        item_id=matter.item_id,
        stage=OrderStage.ISSUED,
        colour=colour.code,
        urgent=urgent,
        by_clock=issuer.by_clock,
        issuer_id=issuer.person_id,
        issuer_name=issuer.name,
        issued_at=session.now,
        organization_id=unit,
        organization_name=organization.name if organization else "",
        addressee_id=head.post.person_id,
        addressee_name=head.post.name,
        acting_for_name=head.acting_for.name if head.acting_for else None,
        due_at=session.now,
        promised_on=None,
        closed_at=None,
    )
    session.add(order)
    _due(session, order, _answered_by(session, colour))
    take_step(session, order, "issue", by=_hand(issuer), name=issuer.name, words=words)
    _tell(session, order.addressee_id, NoticeKind.ORDER_ISSUED, matter)
    return order


async def _raise(
    session: Session,
    order: ExpediteNotice,
    matter: Matter,
    colour: OrderColour,
    issuer: _Issuer,
    *,
    words: str | None,
) -> None:
    """Make an order graver; it goes to whoever answers for the unit by now."""
    order.move("raise")
    order.colour, order.promised_on, order.closed_at = colour.code, None, None
    found = await _addressee(session, matter, past=issuer.person_id)
    if found is not None:
        unit, head = found
        organization = await session.get(Organization, unit)
        order.organization_id, order.organization_name = unit, organization.name if organization else ""
        order.addressee_id, order.addressee_name = head.post.person_id, head.post.name
        order.acting_for_name = head.acting_for.name if head.acting_for else None
    _due(session, order, _answered_by(session, colour))
    take_step(session, order, "raise", by=_hand(issuer), name=issuer.name, words=words)
    _tell(session, order.addressee_id, NoticeKind.ORDER_RAISED, matter)
    if order.issuer_id is not None and order.issuer_id not in {issuer.person_id, order.addressee_id}:
        _tell(session, order.issuer_id, NoticeKind.ORDER_RAISED, matter)


async def _of(session: Session, matter: Matter) -> ExpediteNotice | None:
    """The order of a matter, locked, if it is under one."""
    if matter.finding is not None:
        found = await session.all(OF_FINDING, finding=matter.finding.id)
    elif matter.item is not None:
        found = await session.all(OF_ITEM, item=matter.item.id)
    else:
        found = await session.all(OF_CASE, request=matter.request_id)
    return found[0] if found else None


async def _addressee(session: Session, matter: Matter, *, past: UUID | None) -> tuple[UUID, Duty] | None:
    """The unit and its head, or who acts for the head; next above where the post is vacant.

    Neither who is complained of, nor who issues the order; of what lies with discipline supervision there is none.
    """
    if matter.for_discipline:
        return None
    today = local_date(session.now)
    for unit in await roster.unit_and_above(session, matter.unit, area=matter.township_code):
        head = await roster.head_of(session, unit, today=today, past=matter.past)
        if head is None:
            continue
        found = await on_duty(session, head, today=today)
        if found.post.person_id not in {past, matter.past}:
            return unit, found
    return None


def _tell(session: Session, person_id: UUID, kind: NoticeKind, matter: Matter) -> None:
    tell(session, person_id, kind, request_id=matter.request_id, about_id=matter.about_id)


def _due(session: Session, order: ExpediteNotice, at: datetime) -> None:
    order.due_at = at
    session.remind(TIMER, about=order.id, due_at=at)


def _answered_by(session: Session, colour: OrderColour) -> datetime:
    return limit(colour.answer_within, session.now, session.use(WorkCalendar)).due_at


def _colour(scale: list[OrderColour], code: str) -> OrderColour:
    """The colour of this code, or the gravest where the pack has it no longer."""
    return next((one for one in scale if one.code == code), scale[-1])


def _next(scale: list[OrderColour], code: str) -> OrderColour | None:
    """The next graver colour, if there is one."""
    rank = _colour(scale, code).rank
    return next((one for one in scale if one.rank > rank), None)


def _hand(issuer: _Issuer) -> UUID | None:
    return None if issuer.by_clock else issuer.person_id


def take_step(
    session: Session, order: ExpediteNotice, move: str, *, by: UUID | None, name: str | None, words: str | None
) -> None:
    """Write down one thing that was done with an order, and the words with it, sealed."""
    step_id = new_id()
    sealed = session.use(Vault).seal(words, place=place_of("expedite_step", "words", step_id)) if words else None
    session.add(
        ExpediteStep(
            id=step_id,
            order_id=order.id,
            request_id=order.request_id,
            move=move,
            colour=order.colour,
            at=session.now,
            by=by,
            by_name=name,
            words=sealed,
            promised_on=order.promised_on if move == "answer" else None,
        )
    )
