"""A complaint about somebody in office: routed past them, to those who supervise from above.

Of what it is about, the reason decides who that is: money, gifts and revenge go to discipline supervision.
"""

from uuid import UUID

from chassis.clock import local_date
from chassis.identity import Actor
from chassis.problems import Conflict, Forbidden, Invalid
from chassis.session import Session
from contracts.tasks import RequestProtected
from services.tasks.notices.actions import tell
from services.tasks.notices.kinds import NoticeKind
from services.tasks.requests import discipline
from services.tasks.requests.model import ServiceRequest
from services.tasks.requests.reasons import AboutReason
from services.tasks.roster import views as roster
from services.tasks.roster.duty import Duty, on_duty
from services.tasks.roster.model import DISCIPLINE, Post
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


class ForDisciplineAlone(Conflict):
    """What is said of money, gifts or revenge is looked into by discipline inspectors alone."""

    title_zh = "此类反映只能交由纪检监察人员办理，请选择在岗的纪检监察人员。"


class NoComplaint(Invalid):
    """A reason is given for a complaint or a report in free words."""

    title_zh = "只有投诉或举报可以填写反映的问题类别，请选择「投诉」或「举报」并写明情况。"


def check_reason(reason: AboutReason | None, *, kind: MatterKind, item_code: str | None) -> None:
    """See that a reason belongs to a complaint or a report. Raises `NoComplaint`."""
    if reason is not None and (kind not in ABOUT_SOMEBODY or item_code is not None):
        raise NoComplaint()


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


def protect(session: Session, request: ServiceRequest) -> None:
    """Tell `members` whose names it shows to nobody, or to nobody in somebody's line; not whose they are."""
    if request.anonymous or request.about_person_id is not None or request.for_discipline:
        session.publish(
            RequestProtected(
                request_id=request.id,
                anonymous=request.anonymous,
                discipline=request.for_discipline,
                about_person_id=request.about_person_id,
                about_organization_id=request.about_organization_id,
            )
        )


async def who_looks_into_it(session: Session, request: ServiceRequest, subject: Post | None) -> Duty | None:
    """The nearest discipline inspector for what is theirs; else who supervises from above the post complained of."""
    if request.for_discipline:
        return await discipline.nearest_inspector(session, request)
    if subject is None:
        raise TypeError("what is said of nobody in office goes to the agent of the village")
    return await nearest_supervision(session, subject, past=request.requester_id)


async def wait(session: Session, request: ServiceRequest, subject: Post | None) -> None:
    """Lie with nobody until somebody is there who may look into it; they are told, and nobody else."""
    if request.for_discipline or subject is None:
        await discipline.wait_for_an_inspector(session, request)
    else:
        await wait_above(session, request, subject)


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
    if request.for_discipline:
        await discipline.tell_inspectors(session, request, kind)
        return
    if request.about_organization_id is None or request.about_person_id is None:
        raise TypeError("a request about nobody in office has no supervision of its own")
    today = local_date(session.now)
    watching = await roster.supervision_over(
        session, request.about_organization_id, today=today, past=request.about_person_id
    )
    for person_id in sorted({post.person_id for post in watching}):
        tell(session, person_id, kind, request_id=request.id)


async def check_above(session: Session, request: ServiceRequest, post: Post) -> None:
    """See that a complaint goes to somebody above the person complained of. Raises `NotAboveThem`.

    What lies with discipline supervision goes to its inspectors alone: `ForDisciplineAlone`.
    """
    if request.for_discipline and post.kind != DISCIPLINE:
        raise ForDisciplineAlone()
    if request.about_organization_id is None:
        return
    above = await roster.organizations_over(session, request.about_organization_id)
    if post.person_id == request.about_person_id or post.organization_id not in above:
        raise NotAboveThem()
