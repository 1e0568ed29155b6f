"""Who runs a review, who is in it, and who sees it."""

from uuid import UUID

from chassis.clock import local_date
from chassis.identity import Actor
from chassis.problems import Forbidden, NotFound
from chassis.session import Session
from services.feedback.accountability.policy import speaks_for
from services.feedback.grades.model import Review, ReviewSubject
from services.feedback.roster import views as roster


class MayNotReview(Forbidden):
    """A review is run by those in charge at its level or above, and never confirmed by somebody who is in it."""

    title_zh = "评议由本级或上级负责人办理，参加评议的人不能确认自己的等次，请联系本级或上级组织。"


async def check_runs(session: Session, actor: Actor, organization_id: UUID) -> None:
    """Those in charge at an organisation or above it. Raises `MayNotReview`."""
    given = {"organization": organization_id, "person": actor.person_id, "today": local_date(session.now)}
    post = await session.first(roster.CHARGE_OF_ORGANIZATION, **given)
    if post is None:
        raise MayNotReview()
    session.by_post = post


async def is_about(session: Session, person_id: UUID, subject: ReviewSubject) -> bool:
    """Whether somebody is in the review as this subject, or is the secretary of the unit that is."""
    if subject.person_id is not None:
        return subject.person_id == person_id
    return await speaks_for(session, person_id, subject.organization_id)


async def check_sees(session: Session, actor: Actor, review: Review | None) -> Review:
    """A review whole, to those who see the work of its level. Raises `NotFound`."""
    if review is None:
        raise NotFound()
    today = local_date(session.now)
    if not await roster.oversees_organization(session, actor.person_id, review.organization_id, today=today):
        raise NotFound()
    return review
