"""Reading the interim replies of a case, and what its history tells of them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis.secrecy import Vault, place_of
from chassis.session import Session
from services.tasks.interim.model import InterimReply

OF_CASE = (
    select(InterimReply)
    .where(col(InterimReply.request_id) == bindparam("request"))
    .order_by(col(InterimReply.at), col(InterimReply.id))
)


def words_of(session: Session, written: InterimReply) -> str | None:
    """What was said."""
    place = place_of("interim_reply", "words", written.id)
    return session.use(Vault).open(written.words, place=place) if written.words else None


async def history(session: Session, request_id: UUID) -> list[tuple[datetime, str, UUID | None]]:
    """That somebody wrote to the requester how it stands, and when; the words are for those who see the case."""
    return [
        (one.at, f"{one.by_name}{f'（代{one.acting_for_name}）' if one.acting_for_name else ''}作阶段性答复", one.by)
        for one in await session.all(OF_CASE, request=request_id)
    ]
