"""Handing over to the petition channel, over HTTP."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response
from fastapi.responses import StreamingResponse
from pydantic import Field, StringConstraints

from chassis.http import Route, SignedIn, Transaction
from chassis.session import Session
from chassis.words import PLAIN, Input, Output, Words
from services.tasks.clocks.limits import latest_promise
from services.tasks.petitions import actions, extensions
from services.tasks.petitions.model import Petition
from services.tasks.petitions.pack import whole
from services.tasks.requests.policy import check_may_see
from services.tasks.requests.views import seen

router = APIRouter(tags=["信访移送"], route_class=Route)

OfficeName = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=100, pattern=PLAIN)]
Short = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=64, pattern=PLAIN)]


class HandingOver(Input):
    """To which office, and why the matter belongs there."""

    office: OfficeName
    reason: Words


class Receipt(Input):
    """What stands on the receipt."""

    number: Short
    received_by: Short
    received_on: date = Field(description="回执上的日期（北京时间）")


class Approval(Input):
    """That the office was given longer, as its approval says."""

    reason: Words
    approved_by: Short = Field(description="批准人或批准机关，照批准文件填写")
    approved_on: date = Field(description="批准文件上的日期（北京时间）")


class PetitionView(Output):
    """Where a case went, in plain words; its own clocks run on."""

    id: UUID
    request_id: UUID
    number: str
    office: str
    handed_at: datetime
    pack_sha256: str
    told_by: date
    receipt_number: str | None
    received_by: str | None
    received_on: date | None
    ends_by: date | None
    longest_by: date | None
    extended_on: date | None
    extension_approver: str | None
    extension_reason: str | None
    says_zh: str


class PetitionList(Output):
    """The handing over of a case, if there was one."""

    items: list[PetitionView]


@router.post("/requests/{request_id}/petition", status_code=201)
async def hand_over(request_id: UUID, body: HandingOver, session: Transaction, actor: SignedIn) -> PetitionView:
    """Hand an accepted matter over to the petition channel as a complete pack; nothing of it stops here.

    Refusals: `not-found`, `may-not-hand-over`, `handed-over-already`, `not-allowed-now`.
    """
    made = await actions.hand_over(session, request_id, by=actor, office=body.office, reason=body.reason)
    return _view(session, made)


@router.get("/requests/{request_id}/petition")
async def petition_of_a_case(request_id: UUID, session: Transaction, actor: SignedIn) -> PetitionList:
    """Where a case that you may see was handed over, and until when you are to hear of it there."""
    return PetitionList(items=[_view(session, one) for one in await _of(session, request_id, actor)])


@router.get(
    "/petitions/{petition_id}/pack",
    response_class=Response,
    responses={200: {"content": {"application/zip": {}}, "description": "The pack."}},
)
async def petition_pack(
    petition_id: UUID,
    session: Transaction,
    actor: SignedIn,
    *,
    files: Annotated[bool, Query(description="false：不含附件，只取移送时封存的记录")] = True,
) -> Response:
    """The pack as it was handed over, for those above: the record and the files that it lists.

    Without the files it is the record alone, byte for byte, whose SHA-256 stands in the view; it holds the SHA-256 of
    each file. A file that was taken away since then, as by an erasure, is in the list alone. Refusals: `not-found`.
    """
    made, pack = await actions.pack_of(session, petition_id, by=actor)
    headers = {"Content-Disposition": f'attachment; filename="{made.number}.zip"', "Cache-Control": "no-store"}
    if not files:
        return Response(pack, headers=headers, media_type="application/zip")
    pieces = whole(pack, await actions.files_of(session, pack))
    return StreamingResponse(pieces, headers=headers, media_type="application/zip")


@router.post("/petitions/{petition_id}/receipt")
async def enter_receipt(petition_id: UUID, body: Receipt, session: Transaction, actor: SignedIn) -> PetitionView:
    """Enter the receipt of the office that took it.

    Refusals: `not-found`, `may-not-hand-over`, `receipt-in-the-future`, `receipt-there`.
    """
    made = await actions.enter_receipt(
        session, petition_id, by=actor, number=body.number, received_by=body.received_by, on=body.received_on
    )
    return _view(session, made)


@router.post("/petitions/{petition_id}/extension")
async def enter_extension(petition_id: UUID, body: Approval, session: Transaction, actor: SignedIn) -> PetitionView:
    """Enter that the office was given the longer time, why and by whom; the requester is told.

    The amount is the rule `petition.extension` (C19: 30 days). Refusals: `not-found`, `may-not-hand-over`,
    `no-receipt-yet`, `extended-already`, `approval-out-of-time`.
    """
    made = await extensions.extend(
        session, petition_id, by=actor, reason=body.reason, approved_by=body.approved_by, on=body.approved_on
    )
    return _view(session, made)


async def _of(session: Session, request_id: UUID, actor: SignedIn) -> list[Petition]:
    request = await seen(session, request_id)
    await check_may_see(session, actor, request)
    return await session.all(actions.OF_CASE, request=request_id)


def _view(session: Session, one: Petition) -> PetitionView:
    return PetitionView(
        id=one.id,
        request_id=one.request_id,
        number=one.number,
        office=one.office,
        handed_at=one.handed_at,
        pack_sha256=one.pack_digest.hex(),
        told_by=latest_promise(one.told_by),
        receipt_number=one.receipt_number,
        received_by=one.received_by,
        received_on=one.received_on,
        ends_by=latest_promise(one.ends_by) if one.ends_by else None,
        longest_by=latest_promise(one.longest_by) if one.longest_by else None,
        extended_on=one.extended_on,
        extension_approver=one.extension_approver,
        extension_reason=extensions.reason_of(session, one),
        says_zh=_says(one),
    )


def _says(one: Petition) -> str:
    goes_on = "本系统的时限照常计算，您仍可在这里查看、评判和申诉"
    if one.ends_by is None or one.longest_by is None:
        told_by = latest_promise(one.told_by)
        return f"您的事项已移送{one.office}，对方应于 {told_by} 前告知是否受理；{goes_on}。"
    if one.extended_on is not None:
        return (
            f"{one.office}已收件（回执 {one.receipt_number}），"
            f"经 {one.extension_approver} 于 {one.extended_on} 批准延长，"
            f"应于 {latest_promise(one.longest_by)} 前办结；{goes_on}。"
        )
    return (
        f"{one.office}已收件（回执 {one.receipt_number}），应于 {latest_promise(one.ends_by)} 前办结，"
        f"经批准延长的不晚于 {latest_promise(one.longest_by)}；{goes_on}。"
    )
