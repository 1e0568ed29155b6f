"""Taking an attachment in, and checking that evidence is there."""

from collections.abc import Sequence
from hashlib import sha256
from uuid import UUID

from chassis.identity import Actor
from chassis.problems import Conflict, Invalid, TooLarge, WrongMediaType
from chassis.secrecy import Vault, place_of
from chassis.session import Session
from chassis.tables import new_id
from services.tasks.attachments.model import KINDS, LARGEST, Attachment


class EvidenceMissing(Conflict):
    """The rule of this errand asks for evidence; attach a picture or paper first."""

    title_zh = "此事项办结须附凭证，请先上传照片或文件。"


class NoSuchAttachment(Invalid):
    """An attachment that you name is not there, or not yours."""

    title_zh = "找不到所附文件，请重新上传。"


async def attach(session: Session, content: bytes, *, by: Actor) -> Attachment:
    """Keep a file of at most 10 MiB: JPEG, PNG or PDF, by its content."""
    if len(content) > LARGEST:
        raise TooLarge(largest=LARGEST)
    media_type = next((kind for start, kind in KINDS.items() if content.startswith(start)), None)
    if media_type is None:
        raise WrongMediaType(taken=sorted(KINDS.values()))
    attachment_id = new_id()
    attachment = Attachment(
        id=attachment_id,
        owner_id=by.person_id,
        media_type=media_type,
        size=len(content),
        digest=sha256(content).digest(),
        content=session.use(Vault).seal_bytes(content, place=place_of("attachment", "content", attachment_id)),
        at=session.now,
    )
    session.add(attachment)
    return attachment


async def check_evidence(session: Session, named: Sequence[UUID], *, by: Actor, required: bool) -> None:
    """Raises `EvidenceMissing` where the rule asks for some and none is named; `NoSuchAttachment`."""
    if required and not named:
        raise EvidenceMissing()
    for attachment_id in named:
        found = await session.get(Attachment, attachment_id)
        if found is None or found.owner_id != by.person_id:
            raise NoSuchAttachment(attachment=str(attachment_id))
