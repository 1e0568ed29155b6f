"""Who issues the reports of a unit, who reads them, and who is the second person for a new edition."""

from collections.abc import Sequence
from uuid import UUID

from sqlmodel import col, select

from chassis.clock import local_date
from chassis.divisions import span_of
from chassis.identity import Actor
from chassis.problems import Forbidden, NotFound
from chassis.session import Session
from chassis.two_persons import Span
from services.feedback.reports.model import MayNotIssueReports
from services.feedback.roster import views as roster
from services.feedback.roster.model import Post
from services.feedback.scorecards.units import Unit

SECOND = ("supervisor", "county_operator")
"""Posts whose holders may be the second person within their area."""
SECOND_POSTS = select(Post.division_code).where(roster.OWN_POSTS, col(Post.kind).in_(SECOND))


async def check_may_read(session: Session, actor: Actor, unit: Unit) -> None:
    """Those who see the work of the unit, by a post there or above. Raises `Forbidden`."""
    if not await _sees(session, actor, unit, overseeing=False):
        raise Forbidden()


async def check_may_issue(session: Session, actor: Actor, unit: Unit) -> None:
    """Of these, those in charge: not auditors or guides. Raises `MayNotIssueReports`."""
    if not await _sees(session, actor, unit, overseeing=True):
        raise MayNotIssueReports()


async def second_persons_areas(session: Session, person_id: UUID) -> Sequence[Span]:
    """Where somebody may confirm a new edition today."""
    return [span_of(code) for code in await session.all(SECOND_POSTS, person=person_id, today=local_date(session.now))]


async def _sees(session: Session, actor: Actor, unit: Unit, *, overseeing: bool) -> bool:
    today = local_date(session.now)
    if unit.organization_id is not None:
        return await roster.oversees_organization(
            session, actor.person_id, unit.organization_id, today=today, in_charge=overseeing
        )
    return await roster.oversees_area(session, actor.person_id, unit.code, today=today, in_charge=overseeing)


async def check_may_read_one(session: Session, actor: Actor, unit: Unit) -> None:
    """As `check_may_read`, about a report that others need not know to be there. Raises `NotFound`."""
    if not await _sees(session, actor, unit, overseeing=False):
        raise NotFound()
