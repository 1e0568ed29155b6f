"""Taking in what `tasks` tells of mandates, and whose an account is."""

from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis.session import Session
from contracts.members import AccountBound
from contracts.tasks import MandateEnded, MandateGiven
from services.feedback.mandates.model import Mandated
from services.feedback.roster.model import BoundAccount

OF_ACCOUNT = select(Mandated).where(col(Mandated.principal_id) == bindparam("account")).with_for_update()


async def know_of_a_mandate(event: MandateGiven, session: Session) -> None:
    """Somebody acts for a villager from now on."""
    if await session.get(Mandated, event.mandate_id) is None:
        bound = await session.get(BoundAccount, event.principal_id)
        session.add(
            Mandated(
                id=event.mandate_id,
                principal_id=event.principal_id if bound is None else bound.person_id,
                agent_id=event.agent_id,
                from_on=event.from_on,
                to_on=event.to_on,
                ended_at=None,
            )
        )


async def know_of_its_end(event: MandateEnded, session: Session) -> None:
    """They no longer do; one that was never given was never heard of."""
    mandated = await session.get(Mandated, event.mandate_id, lock=True)
    if mandated is not None:
        mandated.ended_at = event.ended_at


async def hand_mandates_over(event: AccountBound, session: Session) -> None:
    """What an account gave leave for is the person's."""
    for mandated in await session.all(OF_ACCOUNT, account=event.account_id):
        mandated.principal_id = event.person_id
