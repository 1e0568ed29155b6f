"""Having a text sent, once what it is about is committed."""

import json
from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID

from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis.clock import real_now
from chassis.secrecy import Vault, place_of
from chassis.session import Session
from chassis.tables import new_id
from services.members.contacts.known import known_as
from services.members.texts.model import SLOTS, TextKind, TextMessage, Texts, TextStage

A_DAY = timedelta(days=1)

ABOUT = select(TextMessage).where(col(TextMessage.about) == bindparam("about"))


async def can_be_sent(session: Session, person_id: UUID) -> bool:
    """Whether texts are sent here at all, and the person has a number that opens."""
    if session.use(Texts).sender is None:
        return False
    known = await known_as(session, person_id)
    return known is not None and known.secret("phone") is not None


def queue(
    session: Session, person_id: UUID, kind: TextKind, *, about: UUID, values: Mapping[str, str], good_for: timedelta
) -> None:
    """Have a text sent after this transaction; a second one about the same thing is refused by the database.

    Raises `ValueError` for anything that a text may not hold.
    """
    said = dict(values) | {"call_back": session.use(Texts).call_back}
    for slot, value in said.items():
        if slot not in SLOTS or not SLOTS[slot].fullmatch(value):
            raise ValueError(f"a text holds no such {slot}")
    text_id, now = new_id(), real_now()
    session.add(
        TextMessage(
            id=text_id,
            person_id=person_id,
            kind=kind,
            about=about,
            values=session.use(Vault).seal(json.dumps(said), place=place(text_id)),
            queued_at=now,
            good_until=now + good_for,
            stage=TextStage.WAITING,
            attempts=0,
            next_at=now,
            sent_at=None,
            refusal=None,
        )
    )


async def about_thing(session: Session, about: UUID) -> TextMessage | None:
    """The text about a thing, if there is one."""
    found = await session.first(ABOUT, about=about)
    return found  # noqa: RET504  # with the type of what it found


def values_of(session: Session, message: TextMessage) -> dict[str, str]:
    """What a text says; nothing once it was sent."""
    if message.values is None:
        return {}
    said: dict[str, str] = json.loads(session.use(Vault).open(message.values, place=place(message.id)))
    return said


def place(text_id: UUID) -> str:
    """What a text's sealed values are bound to."""
    return place_of("text_message", "values", text_id)
