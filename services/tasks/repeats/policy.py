"""Who marks a case as a repetition, who decides about an appeal, and who has a case left out of scores."""

from collections.abc import Sequence
from uuid import UUID

from chassis.clock import local_date
from chassis.divisions import span_of
from chassis.identity import Actor
from chassis.problems import Forbidden
from chassis.session import Session
from chassis.two_persons import Span
from services.tasks.merges.model import MayNotMerge
from services.tasks.merges.policy import check_may_merge
from services.tasks.repeats.model import MayNotMark, NotForComplaints, RepeatMark, SomebodyElseDecides
from services.tasks.requests import policy as requests
from services.tasks.requests.model import ServiceRequest
from services.tasks.roster import views as roster

SECOND = ("supervisor", "county_operator")
"""Posts whose holders confirm that a case is left out of scores."""


class MayNotLeaveOut(Forbidden):
    """Only those above the organisation that has the case propose that it be left out of scores."""

    title_zh = "只有上级组织的工作人员可以申请从考核中剔除，并须由另一位督查或县级管理员确认。"


async def check_may_mark(session: Session, actor: Actor, request: ServiceRequest) -> None:
    """Those above it, and whoever is on duty at a desk of its area. Raises `NotFound`, `MayNotMark`."""
    try:
        await check_may_merge(session, actor, request)
    except MayNotMerge as refusal:
        raise MayNotMark() from refusal
    if request.about_person_id is not None:
        raise NotForComplaints()


async def check_may_decide(session: Session, actor: Actor, mark: RepeatMark, request: ServiceRequest) -> None:
    """Those above it, but neither who set the mark nor who has the case. Raises also `SomebodyElseDecides`."""
    await requests.check_may_see(session, actor, request)
    if actor.person_id in {mark.marked_by, request.working_person_id, request.handler_id}:
        raise SomebodyElseDecides()
    if not await requests.is_overseer(session, actor, request):
        raise MayNotMark()


async def check_may_leave_out(session: Session, actor: Actor, request: ServiceRequest) -> None:
    """Those above it who did not handle it. Raises `NotFound`, `MayNotLeaveOut`, `NotForComplaints`."""
    await requests.check_may_see(session, actor, request)
    if not await requests.is_overseer(session, actor, request):
        raise MayNotLeaveOut()
    if request.about_person_id is not None:
        raise NotForComplaints()


async def areas_of_second(session: Session, person_id: UUID) -> Sequence[Span]:
    """Where somebody is a supervisor or the operator today, and so the second person of an exclusion."""
    posts = await roster.posts_of(session, person_id, today=local_date(session.now))
    return [span_of(post.division_code) for post in posts if post.kind in SECOND]
