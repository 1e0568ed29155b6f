"""Attachments over HTTP."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import StreamingResponse

from chassis.http import Route, SignedIn, Transaction, Transactions, public, streamed
from chassis.objects import Objects
from chassis.secrecy import Vault
from chassis.session import Session
from chassis.words import Output
from services.tasks.attachments import actions, views
from services.tasks.attachments.addresses import GOOD_FOR, address_of, check_address
from services.tasks.attachments.kinds import BY_MEDIA_TYPE
from services.tasks.attachments.model import Attachment

router = APIRouter(tags=["附件"], route_class=Route)

# A file is somebody's: whatever is in it, a browser shows it and runs nothing of it.
HEADERS = {
    "Cache-Control": f"private, max-age={int(GOOD_FOR.total_seconds())}",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
}


class AttachmentView(Output):
    """What is known of a file, and where it can be had for the next minutes."""

    id: UUID
    request_id: UUID | None  # none until a case names it
    media_type: str
    size: int  # bytes
    digest: str  # SHA-256 of the file as it was kept, hexadecimal
    arrived_at: datetime
    address: str  # with a signature that is good for five minutes; not to be kept


class AttachmentList(Output):
    """The files of a case."""

    items: list[AttachmentView]


@router.post(
    "/attachments",
    status_code=201,
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {kind: {"schema": {"type": "string", "format": "binary"}} for kind in BY_MEDIA_TYPE},
        }
    },
)
@streamed
async def attach(request: Request, session: Transaction, transactions: Transactions, actor: SignedIn) -> AttachmentView:
    """Upload a picture, a paper or a voice note as the body, at most 10 MiB.

    JPEG, PNG, PDF, MP3, AAC, M4A, AMR, WAV or OGG, by its content. Pictures lose what the camera wrote beside
    them, the place above all. A file that no case names is gone after a day.
    Refusals: `wrong-media-type`, `too-large`, `picture-broken`, `picture-too-large`, `too-many-loose`.
    """
    return _view(session, await actions.attach(session, request.stream(), by=actor, beside=transactions))


@router.get("/attachments/{attachment_id}")
async def attachment(attachment_id: UUID, session: Transaction, actor: SignedIn) -> AttachmentView:
    """One file of yours, or of a case that you may see, with an address to have it."""
    return _view(session, await views.seen(session, attachment_id, by=actor))


@router.get("/requests/{request_id}/attachments")
async def attachments(request_id: UUID, session: Transaction, actor: SignedIn) -> AttachmentList:
    """The files of a case that you may see, each with an address to have it."""
    found = await views.of_request(session, request_id, by=actor)
    return AttachmentList(items=[_view(session, one) for one in found])


@router.get(
    "/attachments/{attachment_id}/content",
    response_class=Response,
    responses={200: {"content": {kind: {} for kind in BY_MEDIA_TYPE}, "description": "The file."}},
)
@public
async def content(
    attachment_id: UUID,
    session: Transaction,
    until: Annotated[int, Query(ge=0, lt=1 << 62)],
    signature: Annotated[str, Query(pattern="^[0-9a-f]{64}$")],
) -> Response:
    """The file itself, by an address that was given for it; `not-found` once that is five minutes old."""
    check_address(session.use(Vault), attachment_id, until=until, signature=signature)
    found = await views.arrived(session, attachment_id)
    pieces = await session.use(Objects).get(actions.name_of(found.id), key=actions.key_of(session, found))
    kind = BY_MEDIA_TYPE[found.media_type or ""]
    return StreamingResponse(
        pieces,
        media_type=kind.media_type,
        headers=HEADERS
        | {
            "Content-Length": str(found.size),
            "Content-Disposition": f'inline; filename="{found.id}.{kind.ending}"',
        },
    )


def _view(session: Session, found: Attachment) -> AttachmentView:
    return AttachmentView(
        id=found.id,
        request_id=found.request_id,
        media_type=found.media_type or "",
        size=found.size or 0,
        digest=(found.digest or b"").hex(),
        arrived_at=found.arrived_at or found.at,
        address=address_of(session.use(Vault), found.id),
    )
