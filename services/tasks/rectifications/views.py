"""Reading one rectification with what came before it in its case; never whose grade it was."""

from uuid import UUID

from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis.identity import Actor
from chassis.problems import NotFound
from chassis.secrecy import Vault, place_of
from chassis.session import Session
from services.tasks.rectifications import policy
from services.tasks.rectifications.model import Rectification
from services.tasks.requests.model import ServiceRequest

EARLIER = (
    select(Rectification)
    .where(col(Rectification.request_id) == bindparam("request"), col(Rectification.round) < bindparam("round"))
    .order_by(col(Rectification.round))
)


async def whole(session: Session, rectification_id: UUID, *, by: Actor) -> tuple[Rectification, list[Rectification]]:
    """A rectification, and every earlier one of its case, the first first. Raises `NotFound`."""
    mending = await session.get(Rectification, rectification_id)
    request = await session.get(ServiceRequest, mending.request_id) if mending else None
    if mending is None or request is None:
        raise NotFound()
    await policy.check_may_see(session, by, mending, request)
    return mending, await session.all(EARLIER, request=request.id, round=mending.round)


def opened(session: Session, mending: Rectification, column: str) -> str | None:
    """The plan of a rectification, or what was said to be done."""
    sealed: bytes | None = getattr(mending, column)
    if not sealed:
        return None
    return session.use(Vault).open(sealed, place=place_of("rectification", column, mending.id))
