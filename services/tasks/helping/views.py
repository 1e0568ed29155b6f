"""Reading who helps with a case, and what they added."""

from uuid import UUID

from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis.problems import NotFound
from chassis.secrecy import Vault, place_of
from chassis.session import Session
from services.tasks.helping.model import Helper, HelperNote

HELPERS = (
    select(Helper)
    .where(col(Helper.request_id) == bindparam("request"))
    .order_by(col(Helper.asked_at), col(Helper.id))
    .limit(100)
)
NOW = (
    select(Helper)
    .where(
        col(Helper.request_id) == bindparam("request"),
        col(Helper.person_id) == bindparam("person"),
        col(Helper.released_at).is_(None),
    )
    .limit(1)
)
NOTES = (
    select(HelperNote)
    .where(col(HelperNote.request_id) == bindparam("request"))
    .order_by(col(HelperNote.at), col(HelperNote.id))
    .limit(500)
)


async def helpers_of(session: Session, request_id: UUID) -> list[Helper]:
    """Everybody who helps or helped, in the order of asking."""
    return await session.all(HELPERS, request=request_id)


async def helping_now(session: Session, request_id: UUID, person_id: UUID) -> Helper | None:
    """This person's help with the case, if it goes on."""
    found = await session.all(NOW, request=request_id, person=person_id)
    return found[0] if found else None


async def notes_of(session: Session, request_id: UUID) -> dict[UUID, list[HelperNote]]:
    """What each helper added, in order."""
    found: dict[UUID, list[HelperNote]] = {}
    for note in await session.all(NOTES, request=request_id):
        found.setdefault(note.helper_id, []).append(note)
    return found


async def helper_to_change(session: Session, request_id: UUID, helper_id: UUID) -> Helper:
    """One helper of this case, locked. Raises `NotFound`."""
    helper = await session.get(Helper, helper_id, lock=True)
    if helper is None or helper.request_id != request_id:
        raise NotFound()
    return helper


def words_of(session: Session, note: HelperNote) -> str | None:
    """What was added, unless it was erased."""
    return session.use(Vault).open(note.words, place=words_place(note.id)) if note.words else None


def words_place(note_id: UUID) -> str:
    """The place that a note's sealed words are bound to."""
    return place_of("helper_note", "words", note_id)
