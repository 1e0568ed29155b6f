"""Who asks the person served, and prints the slips by which they answer: a desk that had no part in the case."""

from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis.clock import local_date
from chassis.identity import Actor
from chassis.problems import Forbidden
from chassis.session import Session
from services.tasks.dispatches.model import Dispatch
from services.tasks.rectifications.model import Rectification
from services.tasks.requests.model import Completion, ServiceRequest
from services.tasks.requests.policy import check_may_see
from services.tasks.roster import views as roster
from services.tasks.roster.model import AGENTS, DISCIPLINE, Post

DESK = ("township_cadre", "supervisor", "county_operator")
"""Posts of a call-back desk, in the township or the county."""

GIVEN_TO = select(col(Dispatch.person_id)).where(col(Dispatch.request_id) == bindparam("request"))
DONE_BY = select(col(Completion.by)).where(col(Completion.request_id) == bindparam("request"))
MENDED_BY = select(Rectification).where(col(Rectification.request_id) == bindparam("request"))


class HadAPartInIt(Forbidden):
    """Whoever handled a case, or serves its village as an agent, neither asks the person served nor hands out slips."""

    title_zh = "经办过此事的人员和本村代办员不能回访，也不能打印评判条，请由没有经办此事的乡镇或县级人员办理。"


class NotAtACallBackDesk(Forbidden):
    """A cadre, a supervisor or the county's operator of the area asks the person served."""

    title_zh = "回访和评判条由本辖区的乡镇（街道）干部、督查或县级人员办理。"


async def check_at_the_desk(session: Session, actor: Actor, request: ServiceRequest) -> Post:
    """By which post somebody without a part in the case asks.

    Raises `NotFound`, `HadAPartInIt`, `NotAtACallBackDesk`.
    """
    await check_may_see(session, actor, request)
    posts = await roster.posts_of(session, actor.person_id, today=local_date(session.now))
    if any(post.kind in AGENTS and post.covers(request.division_code) for post in posts):
        raise HadAPartInIt()
    if actor.person_id in await had_a_part(session, request):
        raise HadAPartInIt()
    kinds = (DISCIPLINE,) if request.for_discipline else DESK
    for post in posts:
        if post.kind in kinds and post.covers(request.division_code):
            session.by_post = post.id
            return post
    raise NotAtACallBackDesk()


async def check_has_a_desk(session: Session, actor: Actor) -> None:
    """See that somebody holds a post of a call-back desk. Raises `NotAtACallBackDesk`."""
    posts = await roster.posts_of(session, actor.person_id, today=local_date(session.now))
    if not any(post.kind in (*DESK, DISCIPLINE) for post in posts):
        raise NotAtACallBackDesk()


async def had_a_part(session: Session, request: ServiceRequest) -> set[object]:
    """Whoever asked it, was given it, reported it done, or put it right."""
    given = await session.all(GIVEN_TO, request=request.id)
    done = await session.all(DONE_BY, request=request.id)
    part: set[object] = {request.requester_id, request.handler_id, *given, *done}
    for mending in await session.all(MENDED_BY, request=request.id):
        part |= {mending.responsible_id, mending.acted_by, mending.lifted_from}
    return part
