"""Reading how urgent a case was taken for, and why."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis.secrecy import Vault, place_of
from chassis.session import Session
from services.tasks.urgencies.model import UrgencyChange

OF_REQUEST = (
    select(UrgencyChange).where(col(UrgencyChange.request_id) == bindparam("request")).order_by(col(UrgencyChange.id))
)


async def changes_of(session: Session, request_id: UUID) -> list[UrgencyChange]:
    """Every change of a case, in order."""
    return await session.all(OF_REQUEST, request=request_id)


async def story(session: Session, request_id: UUID) -> list[tuple[datetime, str, UUID | None]]:
    """When it was found more or less urgent: for the history of a case."""
    return [
        (one.at, f"紧急程度由“{one.before.title_zh}”改为“{one.after.title_zh}”，{what_moved(one)}", one.by)
        for one in await changes_of(session, request_id)
    ]


def what_moved(one: UrgencyChange) -> str:
    """Whether the limit followed."""
    return "办结时限随之调整" if one.moved else "办结时限不变"


def reason_of(session: Session, one: UrgencyChange) -> str | None:
    """Why it was changed; nothing once it was taken away."""
    return (
        session.use(Vault).open(one.reason, place=place_of("urgency_change", "reason", one.id)) if one.reason else None
    )
