"""The loop that hands texts to the carrier: each try is noted before it is made, and no transaction waits for it."""

from uuid import UUID

import structlog
from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis.clock import real_now
from chassis.inbox import Sessions
from services.members.contacts.known import known_as
from services.members.texts.actions import values_of
from services.members.texts.model import Message, TextMessage, TextRefused, Texts

AT_ONCE = 50
DUE = (
    select(TextMessage.id)
    .where(col(TextMessage.next_at) <= bindparam("now"))
    .order_by(col(TextMessage.next_at))
    .limit(AT_ONCE)
)

log = structlog.get_logger("texts")


async def send_texts(sessions: Sessions) -> int:
    """Try what is to be tried now, one after the other; returns how many were."""
    async with sessions(None) as session:
        texts = session.use(Texts)
        if texts.sender is None:
            return 0
        due = await session.all(DUE, now=real_now())
    for text_id in due:
        await _try(sessions, texts, text_id)
    return len(due)


async def _try(sessions: Sessions, texts: Texts, text_id: UUID) -> None:
    message = await _begin(sessions, text_id)
    if message is None or texts.sender is None:
        return
    why: TextRefused | None = None
    try:
        await texts.sender.send(message)
    except TextRefused as refusal:
        why = refusal
    async with sessions(None) as session:
        text = await session.get(TextMessage, text_id, lock=True)
        if text is None or text.next_at is None:  # whoever it was for was erased meanwhile
            return
        if why is None:
            text.sent(at=real_now())
        else:
            text.refused(why, at=real_now())
            log.warning("refused", kind=text.kind.value, code=why.code, stage=text.stage.value)


async def _begin(sessions: Sessions, text_id: UUID) -> Message | None:
    """Note that it is tried, in a transaction of its own, and put together what is sent."""
    async with sessions(None) as session:
        text = await session.get(TextMessage, text_id, lock=True)
        if text is None or not text.begin(at=real_now()):
            return None
        known = await known_as(session, text.person_id)
        to = known.secret("phone") if known else None
        if to is None:
            text.refused(TextRefused("no-number", again=False), at=real_now())
            return None
        return Message(text.id, to, text.kind, values_of(session, text))
