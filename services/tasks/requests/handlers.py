"""What other services tell that changes whose a request is."""

from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis.session import Session
from contracts.members import AccountBound
from services.tasks.attachments.model import Attachment
from services.tasks.notices.model import Notice
from services.tasks.requests.model import ServiceRequest
from services.tasks.roster.model import BoundAccount

ASKED = select(ServiceRequest).where(col(ServiceRequest.requester_id) == bindparam("account")).with_for_update()
TOLD = select(Notice).where(col(Notice.person_id) == bindparam("account")).with_for_update()
SENT = select(Attachment).where(col(Attachment.owner_id) == bindparam("account")).with_for_update()


async def hand_over_to_the_person(event: AccountBound, session: Session) -> None:
    """What an account asked for, was told and sent in is the person's from now on."""
    if await session.get(BoundAccount, event.account_id) is not None:
        return
    session.add(BoundAccount(id=event.account_id, person_id=event.person_id))
    for request in await session.all(ASKED, account=event.account_id):
        request.requester_id = event.person_id
    for notice in await session.all(TOLD, account=event.account_id):
        notice.person_id = event.person_id
    for attachment in await session.all(SENT, account=event.account_id):
        attachment.owner_id = event.person_id
