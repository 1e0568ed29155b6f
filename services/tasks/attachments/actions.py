"""Taking a file in, letting it go again, and naming it as the evidence of a case."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from tempfile import SpooledTemporaryFile
from typing import IO
from uuid import UUID

from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis.identity import Actor
from chassis.inbox import Sessions
from chassis.objects import IN_MEMORY, PIECE, Objects, Pieces, new_key
from chassis.problems import Conflict, Invalid, NotFound, TooLarge, WrongMediaType
from chassis.secrecy import Vault, place_of
from chassis.session import Session
from chassis.tables import new_id
from services.tasks.attachments.kinds import BY_MEDIA_TYPE, LOOK, Kind, kind_of
from services.tasks.attachments.model import Attachment
from services.tasks.attachments.pictures import cleaned

FORGET = "forget_attachment"
"""The timer that takes away a file that no case names."""
KEPT_LOOSE = timedelta(days=1)
MOST_LOOSE = 20

CLEANING = ThreadPoolExecutor(2, thread_name_prefix="pictures")
"""So few pictures are whole in memory at once; the others wait on the disk, however many come."""

LOOSE = (
    select(Attachment.id)
    .where(col(Attachment.owner_id) == bindparam("owner"), col(Attachment.request_id).is_(None))
    .limit(MOST_LOOSE)
)


class EvidenceMissing(Conflict):
    """The rule of this errand asks for evidence; attach a picture or paper first."""

    title_zh = "此事项办结须附凭证，请先上传照片或文件。"


class NoSuchAttachment(Invalid):
    """An attachment that you name is not there, not yours, or belongs to another case."""

    title_zh = "找不到所附文件，请重新上传。"


class TooManyLoose(Conflict):
    """You have uploaded many files that no case names yet; name them there first, or wait a day."""

    title_zh = "您已上传多个文件还没有用到事项上，请先提交事项，或明天再上传。"


async def attach(session: Session, pieces: Pieces, *, by: Actor, beside: Sessions) -> Attachment:
    """Keep a file as it comes. Raises `TooManyLoose`, `WrongMediaType`, `TooLarge`, or a problem of its picture.

    `beside` opens the transaction that notes the file before it comes: what breaks off is swept with that row.
    """
    async with beside(session.traceparent) as first:
        attachment_id, key = await _expect(first, by.person_id)
    kind, rest = await _known(pieces)
    if kind.media_type.startswith("image/"):
        rest = _picture(rest, kind)
    kept = await session.use(Objects).put(name_of(attachment_id), _bounded(rest, kind), key=key)
    attachment = await session.get(Attachment, attachment_id, lock=True)
    if attachment is None:
        raise TypeError("the row of a file is there before the file")
    attachment.media_type, attachment.size, attachment.digest = kind.media_type, kept.size, kept.digest
    attachment.arrived_at = session.now
    return attachment


async def forget(attachment_id: UUID, session: Session) -> None:
    """Take away a file that no case has named in all this time."""
    attachment = await session.get(Attachment, attachment_id, lock=True)
    if attachment is not None and attachment.request_id is None:
        await session.use(Objects).delete(name_of(attachment_id))
        session.delete(attachment)


async def name_evidence(
    session: Session, named: Sequence[UUID], *, request_id: UUID, by: Actor, required: bool
) -> None:
    """Have files belong to a case. Raises `EvidenceMissing` where its rule asks for some; `NoSuchAttachment`."""
    if required and not named:
        raise EvidenceMissing()
    for attachment_id in named:
        found = await session.get(Attachment, attachment_id, lock=True)
        if (
            found is None
            or found.arrived_at is None
            or found.owner_id != by.person_id
            or found.request_id not in {None, request_id}
        ):
            raise NoSuchAttachment(attachment=str(attachment_id))
        found.request_id = request_id


def key_of(session: Session, attachment: Attachment) -> bytes:
    """The key of its file. Raises `NotFound` once it was taken away."""
    if attachment.key is None:
        raise NotFound()
    return session.use(Vault).open_bytes(attachment.key, place=_place(attachment.id))


def name_of(attachment_id: UUID) -> str:
    """Under which its file is kept."""
    return f"attachments/{attachment_id}"


async def _expect(session: Session, owner_id: UUID) -> tuple[UUID, bytes]:
    """Note that a file is about to come."""
    if len(await session.all(LOOSE, owner=owner_id)) == MOST_LOOSE:
        raise TooManyLoose(most=MOST_LOOSE)
    attachment_id, key = new_id(), new_key()
    session.add(
        Attachment(
            id=attachment_id,
            owner_id=owner_id,
            request_id=None,
            key=session.use(Vault).seal_bytes(key, place=_place(attachment_id)),
            media_type=None,
            size=None,
            digest=None,
            at=session.now,
            arrived_at=None,
        )
    )
    session.remind(FORGET, about=attachment_id, due_at=session.now + KEPT_LOOSE)
    return attachment_id, key


async def _known(pieces: Pieces) -> tuple[Kind, Pieces]:
    """The kind of a file, by its first bytes, and the file."""
    start = b""
    async for piece in pieces:
        start += piece
        if len(start) >= LOOK:
            break
    kind = kind_of(start)
    if kind is None:
        raise WrongMediaType(taken=sorted(BY_MEDIA_TYPE))

    async def whole() -> AsyncIterator[bytes]:
        yield start
        async for piece in pieces:
            yield piece

    return kind, whole()


async def _bounded(pieces: Pieces, kind: Kind) -> AsyncIterator[bytes]:
    size = 0
    async for piece in pieces:
        size += len(piece)
        if size > kind.largest:
            raise TooLarge(largest=kind.largest)
        yield piece


async def _picture(pieces: Pieces, kind: Kind) -> AsyncIterator[bytes]:
    """A picture as it is kept. Raises `TooLarge`, or a problem of the picture."""
    with SpooledTemporaryFile(max_size=IN_MEMORY) as waiting:
        async for piece in _bounded(pieces, kind):
            waiting.write(piece)
        await asyncio.get_running_loop().run_in_executor(CLEANING, _clean, waiting, kind)
        waiting.seek(0)
        while piece := waiting.read(PIECE):
            yield piece


def _clean(waiting: IO[bytes], kind: Kind) -> None:
    waiting.seek(0)
    clean = cleaned(waiting.read(), kind)
    waiting.seek(0)
    waiting.truncate()
    waiting.write(clean)


def _place(attachment_id: UUID) -> str:
    return place_of("attachment", "key", attachment_id)
