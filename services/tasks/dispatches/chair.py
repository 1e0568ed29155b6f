"""The chair of an area: who decides where nobody is clearly responsible, or three gave a case back."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import bindparam
from sqlalchemy.orm import aliased
from sqlmodel import col, select

from chassis.clock import local_date
from chassis.identity import Actor
from chassis.problems import Forbidden
from chassis.session import Session
from services.tasks.dispatches.model import Dispatch
from services.tasks.merges import following as merges
from services.tasks.notices.actions import tell
from services.tasks.notices.kinds import NoticeKind
from services.tasks.requests import complaints, discipline, policy
from services.tasks.requests.model import ServiceRequest
from services.tasks.requests.stages import Stage
from services.tasks.roster import views as roster
from services.tasks.roster.duty import Duty, on_duty
from services.tasks.roster.model import Organization, Post

_above = aliased(Organization)
TOP_OF_AREA = (
    select(Organization)
    .outerjoin(_above, col(Organization.superior_id) == col(_above.id))
    .where(
        col(Organization.division_code) == bindparam("division"),
        (col(_above.id).is_(None)) | (col(_above.division_code) != bindparam("division")),
    )
    .order_by(col(Organization.code), col(Organization.id))
    .limit(1)
)
"""The organisation of an area under which its others are."""

RETURNED = select(Dispatch).where(
    col(Dispatch.request_id) == bindparam("request"), col(Dispatch.returned_at).is_not(None)
)


class ForTheChair(Forbidden):
    """The case lies with the chair of the area, who decides whose it is or takes it up."""

    title_zh = "这件事项已交负责人裁定，请等待其指派承办人或自行承办。"


@dataclass(frozen=True, slots=True)
class Chair:
    """Who decides, and for which organisation; nobody while every post up to the top is vacant."""

    organization_id: UUID
    duty: Duty | None


async def chair_of(session: Session, request: ServiceRequest) -> Chair | None:
    """The head of the lowest organisation that stands over the area and over all who gave the case back.

    Of a complaint about somebody in office it is who supervises from above them, or a discipline inspector.
    """
    today = local_date(session.now)
    if request.for_discipline:
        inspector = await discipline.nearest_inspector(session, request)
        return Chair(inspector.post.organization_id, inspector) if inspector else None
    if request.about_post_id is not None:
        found = await _supervision(session, request)
        return Chair(found.post.organization_id, found) if found else None
    organization_id = await _organization(session, request)
    if organization_id is None:
        return None
    owner, head = await roster.head_at_or_above(
        session, organization_id, steps=0, today=today, past=request.requester_id
    )
    return Chair(owner, await on_duty(session, head, today=today) if head else None)


async def lay_before(session: Session, request: ServiceRequest) -> Duty | None:
    """Have the chair decide; where every post is vacant, those who dispatch for the county are told."""
    chair = await chair_of(session, request)
    request.working_organization_id = chair.organization_id if chair else None
    request.working_person_id = None
    if chair is None or chair.duty is None:
        if request.about_person_id is not None or request.for_discipline:
            await complaints.tell_supervision(session, request, NoticeKind.DIFFICULT)
        else:
            await tell_the_county(session, request, NoticeKind.DIFFICULT)
        await merges.keep_together(session, request)
        return None
    request.working_person_id = chair.duty.post.person_id
    await merges.keep_together(session, request)
    tell(session, chair.duty.post.person_id, NoticeKind.DIFFICULT, request_id=request.id)
    return chair.duty


async def decides(session: Session, actor: Actor, request: ServiceRequest) -> bool:
    """Whether the case lies before this person as its chair, or before a colleague for whom they act."""
    if request.stage not in {Stage.RECEIVED, Stage.DIFFICULT} or request.working_person_id is None:
        return False
    if request.handled_at is not None:  # redone so often: it has an owner, who puts it right
        return False
    if actor.person_id == request.about_person_id:
        return False
    acting = await policy.acting_for(session, actor, request)
    if acting is None and actor.person_id != request.working_person_id:
        return False
    if acting is not None:
        session.by_post = acting.post.id
    return True


async def tell_the_county(session: Session, request: ServiceRequest, kind: NoticeKind) -> None:
    """Have those told who dispatch by hand for the whole county; never somebody complained of."""
    county = f"{request.township_code[:6]}000000"
    today = local_date(session.now)
    for post in await roster.county_operators(session, county, today=today):
        if post.person_id != request.about_person_id:
            tell(session, post.person_id, kind, request_id=request.id)


async def top_of_area(session: Session, division_code: str) -> Organization | None:
    """The organisation of an area under which its others are."""
    found = await session.all(TOP_OF_AREA, division=division_code)
    return found[0] if found else None


async def _supervision(session: Session, request: ServiceRequest) -> Duty | None:
    """Who supervises from above whom a complaint is about; first those who have not given it back."""
    subject = await session.get(Post, request.about_post_id) if request.about_post_id else None
    if subject is None:
        return None
    today = local_date(session.now)
    returned = {one.person_id for one in await session.all(RETURNED, request=request.id)}
    past = {subject.person_id, request.requester_id}
    watching = await roster.supervision_over(session, subject.organization_id, today=today, past=subject.person_id)
    found = [await on_duty(session, post, today=today) for post in watching if post.kind == "supervisor"]
    able = [one for one in found if one.post.person_id not in past]
    return next((one for one in able if one.post.person_id not in returned), able[0] if able else None)


async def _organization(session: Session, request: ServiceRequest) -> UUID | None:
    top = await top_of_area(session, request.township_code)
    returned = {one.organization_id for one in await session.all(RETURNED, request=request.id)}
    if top is None:
        chain = await roster.organizations_over(session, returned.pop()) if returned else []
    else:
        chain = await roster.organizations_above(session, top.id)
    over = [set(await roster.organizations_above(session, one)) for one in returned]
    common = (above for above in chain if all(above in those for those in over))
    return next(common, chain[-1] if chain else None)
