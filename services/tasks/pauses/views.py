"""Reading the pauses of a case."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis.secrecy import Vault, place_of
from chassis.session import Session
from services.tasks.pauses.model import Pause

OF_REQUEST = (
    select(Pause).where(col(Pause.request_id) == bindparam("request")).order_by(col(Pause.paused_at), col(Pause.id))
)


async def pauses_of(session: Session, request_id: UUID) -> list[Pause]:
    """Every pause of a case, in order."""
    return await session.all(OF_REQUEST, request=request_id)


async def going_on(session: Session, request_id: UUID) -> Pause | None:
    """The pause that a case is in; none while its clock runs."""
    return next((one for one in await pauses_of(session, request_id) if one.resumed_at is None), None)


async def history(session: Session, request_id: UUID) -> list[tuple[datetime, str, UUID | None]]:
    """What a case waited for: when, what (for the screen), and by whom."""
    told: list[tuple[datetime, str, UUID | None]] = []
    for one in await pauses_of(session, request_id):
        told.append((one.paused_at, f"暂停计时：{one.reason.title_zh}", one.paused_by))
        if one.resumed_at is not None:
            how = "恢复计时" if one.resumed_by else "挂起已满最长时间，自动恢复计时"
            told.append((one.resumed_at, how, one.resumed_by))
    return told


def words_of(session: Session, one: Pause) -> str | None:
    """What was said beside the reason."""
    return session.use(Vault).open(one.words, place=place_of("pause", "words", one.id)) if one.words else None
