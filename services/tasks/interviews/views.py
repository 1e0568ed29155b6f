"""Reading interviews: within reach, called by one, or to which one was called."""

from enum import StrEnum
from uuid import UUID

from sqlalchemy import ColumnElement, bindparam, or_
from sqlmodel import col, select

from chassis.clock import local_date
from chassis.identity import Actor
from chassis.problems import NotFound
from chassis.secrecy import Vault, place_of
from chassis.session import Session
from chassis.tables import Instant
from services.tasks.clocks.limits import end_of
from services.tasks.groups.model import GroupMember, WorkGroup
from services.tasks.interviews.model import Interview, InterviewFinding, InterviewStage
from services.tasks.interviews.policy import SEEN, check_may_see
from services.tasks.roster.views import DOWNWARD


class Whose(StrEnum):
    """Which interviews are listed."""

    BELOW = "below"  # of units within reach
    CONVENED = "convened"  # called by me
    MINE = "mine"  # to which I was called


_WITHIN: dict[Whose, ColumnElement[bool]] = {
    Whose.BELOW: col(Interview.organization_id).in_(select(DOWNWARD.c.id)),
    Whose.CONVENED: col(Interview.convener_id) == bindparam("person"),
    Whose.MINE: col(Interview.interviewee_id) == bindparam("person"),
}
_OVER = [InterviewStage.KEPT, InterviewStage.BROKEN, InterviewStage.CALLED_OFF]
PAGES = {
    (whose, also_over): select(Interview)
    .where(
        within,
        *([] if also_over else [col(Interview.stage).not_in(_OVER)]),
        col(Interview.id) < bindparam("before"),
    )
    .order_by(col(Interview.id).desc())
    .limit(bindparam("limit"))
    for whose, within in _WITHIN.items()
    for also_over in (False, True)
}
OF_GROUP = (
    select(Interview)
    .where(
        SEEN,
        col(GroupMember.group_id) == bindparam("group"),
        col(Interview.called_at) >= col(GroupMember.joined_at),
        or_(col(GroupMember.left_at).is_(None), col(Interview.called_at) <= col(GroupMember.left_at)),
        col(Interview.called_at) < bindparam("over_at", type_=Instant),
        col(Interview.id) < bindparam("before"),
    )
    .join(GroupMember, col(GroupMember.person_id) == col(Interview.interviewee_id))
    .order_by(col(Interview.id).desc())
    .distinct()
    .limit(bindparam("limit"))
)
FINDINGS = (
    select(InterviewFinding)
    .where(col(InterviewFinding.interview_id) == bindparam("interview"))
    .order_by(col(InterviewFinding.id))
)


async def page(
    session: Session, actor: Actor, whose: Whose, *, over: bool, before: UUID, limit: int
) -> list[Interview]:
    """Interviews from new to old; without those that are over unless asked for."""
    today = {"today": local_date(session.now)} if whose is Whose.BELOW else {}
    return await session.all(PAGES[whose, over], person=actor.person_id, before=before, limit=limit, **today)


async def of_group(session: Session, actor: Actor, group: WorkGroup, *, before: UUID, limit: int) -> list[Interview]:
    """Interviews to which members were called while they were in the group and it was at work, as far as one sees
    them: a colleague in the group is not shown what lies outside their reach.
    """
    given = {"person": actor.person_id, "today": local_date(session.now), "before": before, "limit": limit}
    return await session.all(OF_GROUP, group=group.id, over_at=end_of(group.to_on), **given)


async def seen(session: Session, interview_id: UUID, *, by: Actor) -> Interview:
    """One interview within reach. Raises `NotFound`."""
    found = await session.get(Interview, interview_id)
    if found is None:
        raise NotFound()
    await check_may_see(session, by, found)
    return found


async def finding_ids(session: Session, interview_id: UUID) -> list[UUID]:
    """The findings for which somebody was called."""
    return [one.finding_id for one in await session.all(FINDINGS, interview=interview_id)]


def words_of(session: Session, found: Interview, column: str) -> str | None:
    """The reason, the promise or the outcome."""
    sealed = {"reason": found.reason, "promise": found.promise, "outcome": found.outcome}[column]
    return session.use(Vault).open(sealed, place=place_of("interview", column, found.id)) if sealed else None
