"""The tasks service on one page: what it offers, hears, keeps time for and owns."""

from chassis.calendar import WorkCalendar
from chassis.service import Service
from services.tasks.attachments import api as attachments
from services.tasks.catalogue import api as catalogue
from services.tasks.catalogue.model import Catalogue
from services.tasks.clocks import actions as clocks
from services.tasks.notices import api as notices
from services.tasks.rectifications import api as rectifications
from services.tasks.rectifications.handlers import open_for_a_bad_grade
from services.tasks.requests import api as requests
from services.tasks.roster.duty import OnDuty
from services.tasks.roster.handlers import declare_absence, hold_post, list_division, record_organization
from services.tasks.rules.pack import RulePack
from services.tasks.tables import Table


def build(*, pack: RulePack, calendar: WorkCalendar, items: Catalogue) -> Service:
    """The service, working by this rule pack, work calendar and catalogue."""
    return Service(
        name="tasks",
        offers=[
            requests.router,
            requests.tracking_router,
            rectifications.router,
            notices.router,
            attachments.router,
            catalogue.router,
        ],
        hears=[list_division, record_organization, hold_post, declare_absence, open_for_a_bad_grade],
        keeps_time={clocks.TIMER: clocks.fire},
        owns=Table.metadata,
        uses=[pack, calendar, items, OnDuty()],
    )
