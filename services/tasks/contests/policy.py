"""Who contests, and who decides: two of the level above who had no part in it."""

from chassis.clock import local_date
from chassis.identity import Actor
from chassis.problems import Forbidden, NotFound
from chassis.session import Session
from services.tasks.call_backs.policy import had_a_part
from services.tasks.contests.model import Contest
from services.tasks.rectifications.model import Rectification
from services.tasks.requests.model import ServiceRequest
from services.tasks.roster import views as roster


class PartInTheContest(Forbidden):
    """Whoever contests, or had a part in the case, does not decide."""

    title_zh = "提出异议的人和经办过此事的人不能参加认定，请由上级组织中没有经办的人认定。"


def check_may_contest(actor: Actor, mending: Rectification, request: ServiceRequest) -> None:
    """Who handled the round, and who answers for putting it right. Raises `NotFound`."""
    concerned = {request.handler_id, mending.responsible_id, mending.lifted_from}
    if request.for_discipline or actor.person_id not in concerned or actor.person_id == request.about_person_id:
        raise NotFound()


async def check_answers_for_unit(session: Session, actor: Actor, division_code: str) -> None:
    """Who answers for the organisation of a unit. Raises `NotFound`."""
    today = local_date(session.now)
    for organization in await roster.in_area(session, division_code):
        head = await roster.head_of(session, organization.id, today=today)
        if head is not None and head.person_id == actor.person_id:
            session.by_post = head.id
            return
    raise NotFound()


async def check_may_see(session: Session, actor: Actor, contest: Contest) -> None:
    """Who contests, and those above the unit. Raises `NotFound`."""
    if actor.person_id != contest.by and not await roster.oversees(
        session, actor.person_id, contest.unit_id, today=local_date(session.now)
    ):
        raise NotFound()


async def check_may_propose(session: Session, actor: Actor, contest: Contest) -> None:
    """The first of the two, above the unit. Raises `NotFound`, `PartInTheContest`."""
    await check_may_see(session, actor, contest)
    await check_took_no_part(session, actor, contest)


async def check_took_no_part(session: Session, actor: Actor, contest: Contest) -> None:
    """Neither who contests nor whoever had a part in the case. Raises `PartInTheContest`."""
    request = await session.get(ServiceRequest, contest.request_id) if contest.request_id else None
    part = {contest.by} | (await had_a_part(session, request) if request else set())
    if actor.person_id in part:
        raise PartInTheContest()
