"""Who may grade: the person served, unless the same person handled the case."""

from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis.identity import Actor
from chassis.problems import Forbidden, NotFound
from chassis.session import Session
from services.feedback.ratings.model import Invitation

HANDLED_BY = (
    select(Invitation.id)
    .where(col(Invitation.request_id) == bindparam("request"), col(Invitation.handler_id) == bindparam("person"))
    .limit(1)
)


class HandlerMayNotRate(Forbidden):
    """Whoever handled a case may not rate it, not even as the person served."""

    title_zh = "这件事由您本人承办，承办人不能评价自己承办的事项。"


def check_served(invitation: Invitation | None, actor: Actor) -> Invitation:
    """The invitation, if it was addressed to the actor. Raises `NotFound`."""
    if invitation is None or invitation.citizen_id != actor.person_id:
        raise NotFound()
    return invitation


async def check_handled_by_another(session: Session, invitation: Invitation) -> None:
    """See that the person served handled no round of the case. Raises `HandlerMayNotRate`."""
    handled = await session.first(HANDLED_BY, request=invitation.request_id, person=invitation.citizen_id)
    if handled is not None:
        raise HandlerMayNotRate()
