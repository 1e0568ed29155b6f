"""Uploads over HTTP, after tus 1.0.0 with creation, termination and expiration, so that its clients can be used."""

from datetime import datetime
from email.utils import format_datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Header, Request, Response

from chassis.http import Route, SignedIn, Transaction, Transactions, repeatable, streamed
from chassis.identity import Actor
from chassis.inbox import Sessions
from chassis.problems import Problem, WrongMediaType
from chassis.session import Session
from chassis.words import Output
from services.tasks.uploads import actions
from services.tasks.uploads.model import Upload

router = APIRouter(prefix="/attachments/uploads", tags=["附件"], route_class=Route)

VERSION = "1.0.0"
PIECE = "application/offset+octet-stream"
LONGEST = 1 << 40

Resumable = Annotated[
    str | None, Header(alias="tus-resumable", max_length=16, description="协议版本，必填，固定为 1.0.0")
]
Offset = Annotated[int, Header(alias="upload-offset", ge=0, lt=LONGEST, description="这一段从第几个字节开始")]


REFUSES = {"responses": {"412": {"$ref": "#/components/responses/Problem"}}}
BODY = REFUSES | {
    "requestBody": {"required": True, "content": {PIECE: {"schema": {"type": "string", "format": "binary"}}}}
}


class WrongVersion(Problem):
    """This is not the version of the tus protocol that is spoken here: 1.0.0."""

    status = 412
    title_zh = "上传协议版本不支持，请更新应用后重试。"


class UploadView(Output):
    """How far an upload has come, and what it became."""

    id: UUID
    size: int  # bytes
    arrived: int  # bytes
    attachment_id: UUID | None  # once it is whole; to be named in a request, a report or a note
    expires_at: datetime


@router.post("", status_code=201, openapi_extra=REFUSES)
async def begin_upload(
    session: Transaction,
    actor: SignedIn,
    *,
    tus_resumable: Resumable = None,
    upload_length: Annotated[int, Header(ge=1, lt=LONGEST, description="文件大小（字节），最多 10 MiB")],
) -> Response:
    """Say that a file is to come; `Location` is where its pieces go, for a day.

    What kind of file it is, is seen from its content. Refusals: `wrong-version`, `too-large`, `too-many-uploads`.
    """
    _check_version(tus_resumable)
    upload = await actions.begin(session, by=actor, size=upload_length)
    return Response(status_code=201, headers={"Location": f"{router.prefix}/{upload.id}", **_said(upload)})


@router.head("/{upload_id}", openapi_extra=REFUSES)
async def where_upload_stands(
    upload_id: UUID, session: Transaction, actor: SignedIn, tus_resumable: Resumable = None
) -> Response:
    """How much has come, in `Upload-Offset`: a broken upload goes on from there."""
    _check_version(tus_resumable)
    upload = await actions.own(session, upload_id, by=actor)
    return Response(status_code=200, headers={"Cache-Control": "no-store", **_said(upload)})


@router.get("/{upload_id}")
async def upload_progress(upload_id: UUID, session: Transaction, actor: SignedIn) -> UploadView:
    """How far one of your uploads has come, and the attachment that it became."""
    upload = await actions.own(session, upload_id, by=actor)
    return UploadView(
        id=upload.id,
        size=upload.size,
        arrived=upload.arrived,
        attachment_id=upload.attachment_id,
        expires_at=upload.expires_at,
    )


async def _piece(
    request: Request, session: Session, transactions: Sessions, *, upload_id: UUID, by: Actor, offset: int
) -> Response:
    _check_version(request.headers.get("tus-resumable"))
    if request.headers.get("content-type", "").partition(";")[0].strip() != PIECE:
        raise WrongMediaType(taken=[PIECE])
    await actions.go_on(session, upload_id, request.stream(), by=by, offset=offset, beside=transactions)
    await actions.finish(session, upload_id, by=by, beside=transactions)
    return Response(status_code=204, headers=_said(await actions.own(session, upload_id, by=by)))


@router.patch("/{upload_id}", status_code=204, openapi_extra=BODY)
@streamed
@repeatable
async def send_piece(
    upload_id: UUID,
    request: Request,
    session: Transaction,
    transactions: Transactions,
    actor: SignedIn,
    *,
    upload_offset: Offset,
    _: Resumable = None,
) -> Response:
    """Send a piece from an offset on; the last one makes the attachment, whose id the upload then tells.

    What has come is kept though the connection breaks. Refusals: `wrong-version`, `wrong-media-type`, `wrong-offset`,
    `too-much-sent`, and with the last piece those of an attachment.
    """
    return await _piece(request, session, transactions, upload_id=upload_id, by=actor, offset=upload_offset)


@router.post("/{upload_id}", status_code=204, openapi_extra=BODY)
@streamed
@repeatable
async def send_piece_by_post(
    upload_id: UUID,
    request: Request,
    session: Transaction,
    transactions: Transactions,
    actor: SignedIn,
    *,
    upload_offset: Offset,
    _: Resumable = None,
) -> Response:
    """The same for a mini-program, whose `wx.request` knows no PATCH."""
    return await _piece(request, session, transactions, upload_id=upload_id, by=actor, offset=upload_offset)


@router.delete("/{upload_id}", status_code=204, openapi_extra=REFUSES)
@repeatable
async def give_up_upload(
    upload_id: UUID, session: Transaction, actor: SignedIn, tus_resumable: Resumable = None
) -> Response:
    """Take an upload back. The attachment that it became, if it did, stays."""
    _check_version(tus_resumable)
    await actions.give_up(session, upload_id, by=actor)
    return Response(status_code=204, headers={"Tus-Resumable": VERSION})


def _check_version(said: str | None) -> None:
    if said != VERSION:
        raise WrongVersion(spoken=VERSION)


def _said(upload: Upload) -> dict[str, str]:
    return {
        "Tus-Resumable": VERSION,
        "Upload-Offset": str(upload.arrived),
        "Upload-Length": str(upload.size),
        "Upload-Expires": format_datetime(upload.expires_at, usegmt=True),
    }
