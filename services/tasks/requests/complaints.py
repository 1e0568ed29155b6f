"""A complaint about somebody in office: routed past them, to those who supervise from above."""

from uuid import UUID

from chassis.clock import local_date
from chassis.identity import Actor
from chassis.problems import Conflict, Forbidden, Invalid
from chassis.session import Session
from services.tasks.notices.actions import tell
from services.tasks.notices.model import NoticeKind
from services.tasks.requests.model import ServiceRequest
from services.tasks.roster import views as roster
from services.tasks.roster.duty import Duty, on_duty
from services.tasks.roster.model import Post
from services.tasks.rules.pack import MatterKind

ABOUT_SOMEBODY = {MatterKind.COMPLAINT, MatterKind.REPORT}


class NotAComplaint(Invalid):
    """Only a complaint or a report in free words is about somebody in office."""

    title_zh = "只有投诉或举报可以指明所反映的工作人员，请选择「投诉」或「举报」并写明情况。"


class NoSuchOffice(Invalid):
    """There is no such post; choose it from the contact card of the village or township."""

    title_zh = "没有这个岗位，请从本村（社区）或乡镇的公示名单中选择。"


class AboutYourself(Forbidden):
    """Nobody takes a complaint about themselves in."""

    title_zh = "不能由您登记反映您本人的事项，请当事人本人提交或由他人登记。"


class NotAboveThem(Conflict):
    """A complaint about somebody is handled by those above them alone."""

    title_zh = "反映工作人员的事项只能交由其上级组织的人员办理，请另选岗位。"


async def subject_of(session: Session, post_id: UUID, *, kind: MatterKind, by: Actor, requester_id: UUID) -> Post:
    """The post complained of. Raises `NotAComplaint`, `NoSuchOffice`, `AboutYourself`."""
    if kind not in ABOUT_SOMEBODY:
        raise NotAComplaint()
    post = await session.get(Post, post_id)
    if post is None:
        raise NoSuchOffice()
    if post.person_id in {by.person_id, requester_id}:
        raise AboutYourself()
    return post


async def nearest_supervision(session: Session, subject: Post, *, past: UUID) -> Duty | None:
    """Who supervises from above the post complained of, the nearest first; neither its holder nor who complains."""
    today = local_date(session.now)
    for post in await roster.supervision_over(session, subject.organization_id, today=today, past=subject.person_id):
        found = await on_duty(session, post, today=today)
        if post.kind == "supervisor" and found.post.person_id not in {subject.person_id, past}:
            return found
    return None


async def wait_above(session: Session, request: ServiceRequest, subject: Post) -> None:
    """Lie with the organisation above until those who supervise there give it to somebody."""
    above = await roster.organizations_over(session, subject.organization_id)
    request.organization_id = request.working_organization_id = above[0]
    await tell_supervision(session, request, NoticeKind.UNASSIGNED)


async def tell_supervision(session: Session, request: ServiceRequest, kind: NoticeKind) -> None:
    """Have those told who supervise from above the person complained of, and never that person."""
    if request.about_organization_id is None or request.about_person_id is None:
        raise TypeError("a request about nobody in office has no supervision of its own")
    today = local_date(session.now)
    watching = await roster.supervision_over(
        session, request.about_organization_id, today=today, past=request.about_person_id
    )
    for person_id in sorted({post.person_id for post in watching}):
        tell(session, person_id, kind, request_id=request.id)


async def check_above(session: Session, request: ServiceRequest, post: Post) -> None:
    """See that a complaint goes to somebody above the person complained of. Raises `NotAboveThem`."""
    if request.about_organization_id is None:
        return
    above = await roster.organizations_over(session, request.about_organization_id)
    if post.person_id == request.about_person_id or post.organization_id not in above:
        raise NotAboveThem()
