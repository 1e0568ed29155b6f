"""Taking a file in piece by piece; what has come is kept, wherever the connection breaks."""

from collections.abc import AsyncIterator
from datetime import timedelta
from uuid import UUID

from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis.identity import Actor
from chassis.inbox import Sessions
from chassis.objects import Objects, Pieces, new_key
from chassis.problems import Conflict, Invalid, NotFound, Problem, TooLarge
from chassis.secrecy import Vault, place_of
from chassis.session import Session
from chassis.tables import new_id
from services.tasks.attachments import actions as attachments
from services.tasks.attachments.kinds import KINDS
from services.tasks.attachments.model import Attachment
from services.tasks.uploads.model import Upload, UploadPiece

FORGET = "forget_upload"
"""The timer that takes an upload and its pieces away."""
GOES_ON = timedelta(days=1)
"""For how long an upload may go on."""
MOST = 10  # uploads of one owner under way
LARGEST = max(kind.largest for kind in KINDS)
BLOCK = 256 * 1024
"""Bytes that are kept at once: what a broken connection loses at most."""

UNDER_WAY = (
    select(Upload.id).where(col(Upload.owner_id) == bindparam("owner"), col(Upload.attachment_id).is_(None)).limit(MOST)
)
PIECES = select(UploadPiece).where(col(UploadPiece.upload_id) == bindparam("upload")).order_by(col(UploadPiece.begins))


class TooManyUploads(Conflict):
    """You have many uploads under way; go on with those, or give them up."""

    title_zh = "您有多个文件正在上传，请先完成或取消后再传新的。"


class TooMuchSent(Invalid):
    """More has come than was said at the beginning of the upload."""

    title_zh = "上传内容超出文件大小，请重新选择文件上传。"


async def begin(session: Session, *, by: Actor, size: int) -> Upload:
    """Say that a file of this size (bytes) is to come. Raises `TooLarge`, `TooManyUploads`."""
    if size > LARGEST:
        raise TooLarge(largest=LARGEST)
    if len(await session.all(UNDER_WAY, owner=by.person_id)) == MOST:
        raise TooManyUploads(most=MOST)
    upload_id = new_id()
    upload = Upload(
        id=upload_id,
        owner_id=by.person_id,
        size=size,
        arrived=0,
        attachment_id=None,
        at=session.now,
        expires_at=session.now + GOES_ON,
    )
    session.add(upload)
    session.remind(FORGET, about=upload_id, due_at=upload.expires_at)
    return upload


async def own(session: Session, upload_id: UUID, *, by: Actor, lock: bool = False) -> Upload:
    """An upload of one's own. Raises `NotFound`."""
    upload = await session.get(Upload, upload_id, lock=lock)
    if upload is None or upload.owner_id != by.person_id:
        raise NotFound()
    return upload


async def go_on(session: Session, upload_id: UUID, pieces: Pieces, *, by: Actor, offset: int, beside: Sessions) -> int:
    """Take in what comes from a place on, block by block, each durable by itself; returns how much has come.

    Raises `WrongOffset`, `TooMuchSent`, and what `pieces` raises where the connection breaks: what came before is kept.
    """
    async with beside(session.traceparent) as first:
        upload = await own(first, upload_id, by=by)
        upload.take(0, at_offset=offset)
        room = upload.size - upload.arrived
    async for block in _blocks(pieces):
        if len(block) > room:
            raise TooMuchSent(size=upload.size)
        await _keep(session, upload_id, block, begins=offset, beside=beside)
        offset += len(block)
        room -= len(block)
    return offset


async def finish(session: Session, upload_id: UUID, *, by: Actor, beside: Sessions) -> Attachment | None:
    """Make an attachment of an upload that is whole; none before. What the attachment refuses ends the upload, too.

    Raises what `attachments.actions.attach` raises.
    """
    async with beside(session.traceparent) as first:
        upload = await own(first, upload_id, by=by)
        pieces = await first.all(PIECES, upload=upload_id)
        if upload.attachment_id is not None:
            return await session.get(Attachment, upload.attachment_id)
        if not upload.whole:
            return None
        keys = {piece.id: first.use(Vault).open_bytes(piece.key, place=_place(piece.id)) for piece in pieces}
    try:
        attachment = await attachments.attach(session, _joined(session.use(Objects), keys), by=by, beside=beside)
    except Problem:
        async with beside(session.traceparent) as last:
            await forget(upload_id, last)
        raise
    upload = await own(session, upload_id, by=by, lock=True)
    upload.attachment_id = attachment.id
    return attachment


async def give_up(session: Session, upload_id: UUID, *, by: Actor) -> None:
    """Take an upload back. Raises `NotFound`."""
    await own(session, upload_id, by=by)
    await forget(upload_id, session)


async def forget(upload_id: UUID, session: Session) -> None:
    """Take an upload and its pieces away; the attachment that it became stays."""
    upload = await session.get(Upload, upload_id, lock=True)
    if upload is None:
        return
    for piece in await session.all(PIECES, upload=upload_id):
        await session.use(Objects).delete(_name(piece.id))
        session.delete(piece)
    session.delete(upload)


async def _keep(session: Session, upload_id: UUID, block: bytes, *, begins: int, beside: Sessions) -> None:
    """Keep one block. Of two that begin at one place the second is refused by the upload's own row."""
    piece_id, key = new_id(), new_key()
    await session.use(Objects).put(_name(piece_id), _once(block), key=key)
    try:
        async with beside(session.traceparent) as own_session:
            upload = await own_session.get(Upload, upload_id, lock=True)
            if upload is None:
                raise NotFound()
            upload.take(len(block), at_offset=begins)
            sealed = session.use(Vault).seal_bytes(key, place=_place(piece_id))
            own_session.add(UploadPiece(id=piece_id, upload_id=upload_id, begins=begins, key=sealed))
    except Problem:
        await session.use(Objects).delete(_name(piece_id))
        raise


async def _blocks(pieces: Pieces) -> AsyncIterator[bytes]:
    """What comes, in blocks; what came before the connection broke is a block as well."""
    held = bytearray()
    try:
        async for piece in pieces:
            held += piece
            while len(held) >= BLOCK:
                yield bytes(held[:BLOCK])
                del held[:BLOCK]
    except Exception:
        if held:
            yield bytes(held)
        raise
    if held:
        yield bytes(held)


async def _joined(objects: Objects, keys: dict[UUID, bytes]) -> AsyncIterator[bytes]:
    for piece_id, key in keys.items():
        async for part in await objects.get(_name(piece_id), key=key):
            yield part


async def _once(block: bytes) -> AsyncIterator[bytes]:
    yield block


def _name(piece_id: UUID) -> str:
    return f"uploads/{piece_id}"


def _place(piece_id: UUID) -> str:
    return place_of("upload_piece", "key", piece_id)
