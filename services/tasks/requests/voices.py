"""A voice note as the description of a request, of somebody who cannot type."""

from uuid import UUID

from chassis.identity import Actor
from chassis.problems import Invalid
from chassis.session import Session
from services.tasks.attachments.actions import name_evidence
from services.tasks.attachments.model import Attachment
from services.tasks.requests.model import ServiceRequest


class NotAVoice(Invalid):
    """The description is to be a voice note; other files are attached beside it."""

    title_zh = "语音诉求请上传录音；照片和文件请作为附件上传。"


async def name_voice(session: Session, voice_id: UUID, *, request_id: UUID, by: Actor) -> None:
    """Have a recording of the actor's own be what a request says. Raises `NoSuchAttachment`, `NotAVoice`."""
    await name_evidence(session, [voice_id], request_id=request_id, by=by, required=False)
    found = await session.get(Attachment, voice_id)
    if found is None or found.media_type is None or not found.media_type.startswith("audio/"):
        raise NotAVoice()


async def said_of(session: Session, request: ServiceRequest) -> str | None:
    """What stands for a voice note in a text that is signed: the digest of the file as it was kept."""
    found = await session.get(Attachment, request.voice_id) if request.voice_id else None
    return f"（语音，SHA-256：{found.digest.hex()}）" if found is not None and found.digest else None
