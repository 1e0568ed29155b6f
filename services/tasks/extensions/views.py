"""Reading extensions: of one case, and those that wait for a decision of one's own."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis.secrecy import Vault, place_of
from chassis.session import Session
from services.tasks.clocks.limits import latest_promise
from services.tasks.extensions.model import Extension

OF_REQUEST = select(Extension).where(col(Extension.request_id) == bindparam("request")).order_by(col(Extension.id))


async def extensions_of(session: Session, request_id: UUID) -> list[Extension]:
    """Every extension that was asked for in a case, in order."""
    return await session.all(OF_REQUEST, request=request_id)


async def history(session: Session, request_id: UUID) -> list[tuple[datetime, str, UUID | None]]:
    """What was asked and decided: when, what (for the screen), and by whom."""
    told: list[tuple[datetime, str, UUID | None]] = []
    for one in await extensions_of(session, request_id):
        told.append((one.asked_at, f"申请延期{one.more().title_zh}：{one.code.title_zh}", one.asked_by))
        if one.decided_at is not None and one.due_after is not None:
            told.append((one.decided_at, f"同意延期，新的办结日期 {latest_promise(one.due_after)}", one.decided_by))
        elif one.decided_at is not None:
            told.append((one.decided_at, "没有同意延期，按原时限办理", one.decided_by))
    return told


async def last_granted(session: Session, request_id: UUID) -> Extension | None:
    """The extension by which a case has its present limit; none if it was never extended."""
    granted = [one for one in await extensions_of(session, request_id) if one.due_after is not None]
    return granted[-1] if granted else None


def reason_of(session: Session, one: Extension) -> str | None:
    """Why it was asked for."""
    return session.use(Vault).open(one.reason, place=place_of("extension", "reason", one.id)) if one.reason else None


def words_of(session: Session, one: Extension) -> str | None:
    """What was said with the decision."""
    return session.use(Vault).open(one.words, place=place_of("extension", "words", one.id)) if one.words else None
