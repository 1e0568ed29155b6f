"""Which rule gives a case its finishing limit: its urgency, its errand, or its kind."""

from datetime import datetime

from chassis.calendar import WorkCalendar
from chassis.clock import local_date
from chassis.session import Session
from services.tasks.catalogue.model import CatalogueItem
from services.tasks.clocks.limits import Amount, limit
from services.tasks.rules.pack import MatterKind, Rule, RulePack, Urgency


def finishing(
    session: Session, *, item: CatalogueItem | None, kind: MatterKind, urgency: Urgency, at: datetime
) -> Rule | CatalogueItem:
    """The rule of the pack for this urgency, if it has one, else the errand's legal time, else the kind's.

    An errand's legal time is only ever shortened by an urgency. `at` is when the request came in.
    """
    pack, calendar, today = session.use(RulePack), session.use(WorkCalendar), local_date(at)
    urgent = pack.urgent(urgency, on=today)
    if item is None:
        return urgent or pack.rule(kind, on=today)
    if urgent is None or limit(item.legal_time, at, calendar).due_at <= limit(urgent.amount, at, calendar).due_at:
        return item
    return urgent


def amount_of(rule: Rule | CatalogueItem) -> Amount:
    """How long it gives."""
    return rule.amount if isinstance(rule, Rule) else rule.legal_time


def name_of(rule: Rule | CatalogueItem) -> str:
    """By which id a clock keeps it."""
    return rule.id.value if isinstance(rule, Rule) else rule.code
