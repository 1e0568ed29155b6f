"""Nobody grades in the place of whoever they act for."""

from uuid import UUID

from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis.clock import local_date
from chassis.identity import Actor
from chassis.problems import Forbidden
from chassis.session import Session
from services.feedback.mandates.model import Mandated

ACTS_FOR = (
    select(Mandated.id)
    .where(
        col(Mandated.agent_id) == bindparam("agent"),
        col(Mandated.principal_id) == bindparam("principal"),
        col(Mandated.from_on) <= bindparam("today"),
        col(Mandated.to_on) >= bindparam("today"),
        col(Mandated.ended_at).is_(None),
    )
    .limit(1)
)


class AgentMayNotRate(Forbidden):
    """Whoever acts for a villager grades nothing in their place; only the villager does."""

    title_zh = "您是这位群众的代办员，不能代为评价：请群众在自己的手机上评价，或等回访、凭评价条评价。"


async def check_not_in_their_place(session: Session, actor: Actor, *, citizen_id: UUID) -> None:
    """Raises `AgentMayNotRate` for somebody else's invitation whose agent the actor is today."""
    if citizen_id == actor.person_id:
        return
    given = {"agent": actor.person_id, "principal": citizen_id, "today": local_date(session.now)}
    if await session.first(ACTS_FOR, **given) is not None:
        raise AgentMayNotRate()
