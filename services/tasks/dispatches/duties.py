"""What the duty list says against a dispatch: what the county has taken back goes to no township and no village."""

from uuid import UUID

from chassis.clock import local_date
from chassis.divisions import is_district
from chassis.problems import Conflict, Invalid
from chassis.session import Session
from services.tasks.duties import views as duties
from services.tasks.duties.model import DutyEntry, DutyKind
from services.tasks.requests.model import ServiceRequest
from services.tasks.roster.model import Post


class TakenBackByTheCounty(Conflict):
    """By the duty list this is the county's alone, and is not given to a township or a village."""

    title_zh = "该事项已由县级部门收回，不得派给乡镇（街道）、村（社区）；请派给清单所列部门的负责人。"


class NoSuchDuty(Invalid):
    """The duty list in force in this township has no such line."""

    title_zh = "现行履职事项清单中没有这一项，请从本乡镇（街道）现行清单中选择。"


async def entry_of(session: Session, request: ServiceRequest) -> DutyEntry | None:
    """The line by which a request goes."""
    return None if request.duty_entry_id is None else await session.get(DutyEntry, request.duty_entry_id)


async def entry_in_force(session: Session, request: ServiceRequest, entry_id: UUID) -> DutyEntry:
    """A line of the list that holds in the request's township today. Raises `NoSuchDuty`."""
    entry = await session.get(DutyEntry, entry_id)
    held = await duties.in_force(session, request.township_code, on=local_date(session.now))
    if entry is None or held is None or entry.list_id != held.id:
        raise NoSuchDuty()
    return entry


def refuse_downward(entry: DutyEntry | None, post: Post) -> None:
    """See that what was taken back goes to the county. Raises `TakenBackByTheCounty`, with the line."""
    if entry is not None and entry.kind is DutyKind.TAKEN_BACK and not of_the_county(post):
        raise TakenBackByTheCounty(number=entry.number, name=entry.name, department=entry.department)


def of_the_county(post: Post) -> bool:
    """Whether a post serves a whole county, as those of its departments do."""
    return is_district(post.division_code)
