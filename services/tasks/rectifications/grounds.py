"""How much time the ground of a rectification gives, and that it makes no running limit longer without leave."""

from uuid import UUID

from chassis.calendar import WorkCalendar
from chassis.clock import local_date
from chassis.session import Session
from services.tasks.clocks.explaining import BY_GROUND
from services.tasks.clocks.life import Happening, What
from services.tasks.clocks.limits import Amount, limit
from services.tasks.clocks.model import Clock, ClockKind
from services.tasks.clocks.moving import happen, would_be
from services.tasks.clocks.running import RUNNING
from services.tasks.notices.actions import tell
from services.tasks.notices.kinds import NoticeKind
from services.tasks.rectifications.model import Ground, Rectification
from services.tasks.requests.discipline import head_over
from services.tasks.requests.model import ServiceRequest
from services.tasks.rules.pack import Rule, RuleId, RulePack

RULES = {
    Ground.NOT_TRUE: RuleId.RECTIFY_NOT_TRUE,
    Ground.SIMPLE: RuleId.RECTIFY_SIMPLE,
    Ground.COMPLEX: RuleId.RECTIFY_COMPLEX,
    Ground.OTHERS_DUTY: RuleId.RECTIFY_OTHERS_DUTY,
    Ground.POLICY: RuleId.RECTIFY_POLICY,
}


async def follow(session: Session, mending: Rectification, request: ServiceRequest, *, by: UUID) -> None:
    """Have the running limit follow the ground at once if it gets shorter, and with the next level's leave if longer.

    A limit that is over stays as it is. What is named late ends with today at the earliest.
    """
    mending.ask_leave(False, at=session.now)
    clock = await session.first(RUNNING, request=request.id, kind=ClockKind.RECTIFY)
    if clock is None or not clock.running or session.now >= clock.due_at:
        return
    rule = _rule(session, mending)
    amount = _not_over_yet(session, clock, rule.amount)
    found = await would_be(session, clock, Happening(What.ORDERED, session.now, amount))
    if found.due_at > clock.due_at:
        mending.ask_leave(True, at=session.now)
        _, above = await head_over(session, request, mending.organization_id, steps=1, today=local_date(session.now))
        if above is not None and above.person_id not in {mending.responsible_id, request.handler_id}:
            tell(session, above.person_id, NoticeKind.RECTIFY_LEAVE_ASKED, request_id=request.id)
    elif found.due_at < clock.due_at:
        await happen(session, clock, request, What.ORDERED, amount=amount, rule=rule, by=by, cause=BY_GROUND)


async def give_longer(session: Session, mending: Rectification, request: ServiceRequest, *, by: UUID) -> None:
    """Have the limit be as long as the ground gives, counted from its start."""
    clock = await session.first(RUNNING, request=request.id, kind=ClockKind.RECTIFY)
    if clock is not None and clock.running:
        rule = _rule(session, mending)
        await happen(session, clock, request, What.ORDERED, amount=rule.amount, rule=rule, by=by, cause=BY_GROUND)


def _rule(session: Session, mending: Rectification) -> Rule:
    if mending.ground is None:
        raise TypeError("a rectification is planned before its ground gives it time")
    return session.use(RulePack).rule(RULES[mending.ground], on=local_date(mending.opened_at))


def _not_over_yet(session: Session, clock: Clock, amount: Amount) -> Amount:
    """The amount, or so much more that its end is still to come."""
    calendar = session.use(WorkCalendar)
    while limit(amount, clock.started_at, calendar).due_at <= session.now:
        amount = Amount(value=amount.value + 1, unit=amount.unit)
    return amount
