"""Attachments over HTTP."""

from uuid import UUID

from fastapi import APIRouter, Request

from chassis.http import Route, SignedIn, Transaction
from chassis.words import Output
from services.tasks.attachments import actions

router = APIRouter(prefix="/attachments", tags=["附件"], route_class=Route)


class AttachmentView(Output):
    """What is known of an attachment."""

    id: UUID
    media_type: str
    size: int  # bytes
    digest: str  # SHA-256, hexadecimal


@router.post(
    "",
    status_code=201,
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                kind: {"schema": {"type": "string", "format": "binary"}}
                for kind in ("image/jpeg", "image/png", "application/pdf")
            },
        }
    },
)
async def attach(request: Request, session: Transaction, actor: SignedIn) -> AttachmentView:
    """Upload a picture or paper (JPEG, PNG or PDF, at most 10 MiB) as the body."""
    kept = await actions.attach(session, await request.body(), by=actor)
    return AttachmentView(id=kept.id, media_type=kept.media_type, size=kept.size, digest=kept.digest.hex())
