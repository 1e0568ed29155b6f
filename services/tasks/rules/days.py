"""The day by which what begins now is to be done, by a rule."""

from datetime import date

from chassis.calendar import WorkCalendar
from chassis.clock import local_date
from chassis.session import Session
from services.tasks.clocks.limits import latest_promise, limit
from services.tasks.rules.pack import MatterKind, RuleId, RulePack


def last_day(session: Session, rule: RuleId | MatterKind) -> date:
    """The last local day of the time that the rule of today, or that of a kind of matter, gives from now on."""
    amount = session.use(RulePack).rule(rule, on=local_date(session.now)).amount
    return latest_promise(limit(amount, session.now, session.use(WorkCalendar)).due_at)
