"""What is on its way to the province's platform, over HTTP, for the county's operator; no grade is shown here."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis.http import Route, SignedIn, Transaction
from chassis.paging import Cursor, Limit, cursor_of_next, place
from chassis.words import Input, Output
from services.feedback.national_ratings import actions, policy
from services.feedback.national_ratings.model import DEAD, NationalRating, SendingStage

router = APIRouter(prefix="/national-ratings", tags=["好差评上报"], route_class=Route)

District = Annotated[str, Query(pattern=r"^[0-9]{6}000000$", description="县（区）的 12 位区划代码")]

REFUSALS_ZH = {
    "item-not-mapped": "字段对照里没有这个事项，请补上对照后按现行对照重发",
    "changed-here": "这条评价在本系统里被改动过，没有上报，请报告系统管理员查留痕",
    "unknown-service": "平台没有这个事项编码，请核对字段对照里的编码和版本",
    "field-missing": "平台要求的字段没有填，请核对字段对照",
    "field-wrong": "有字段不合平台的格式，请核对字段对照",
    "altered": "平台已有同一编号而内容不同的评价，请与平台核对后再处理",
    "too-old": "超过平台接收的时限，请与平台联系",
    "bad-signature": "签名不对，请核对密钥设置",
    "clock-wrong": "与平台的时间相差过大，请校准本机时钟",
    "too-often": "上报过于频繁，系统会自动放慢",
    "busy": "平台繁忙，系统会自动重试",
    "away": "平台没有回答，系统会自动重试",
    "not-answered": "平台没有说明这一条的结果，系统会自动重试",
    "unreadable": "平台的回答看不懂，请与平台联系",
}


class Showing(StrEnum):
    """Which are shown."""

    DEAD = "dead"
    WAITING = "waiting"
    TAKEN = "taken"
    ALL = "all"


STAGES = {
    Showing.DEAD: DEAD,
    Showing.WAITING: (SendingStage.WAITING,),
    Showing.TAKEN: (SendingStage.TAKEN,),
    Showing.ALL: tuple(SendingStage),
}
SHOWN = {
    showing: select(NationalRating)
    .where(
        col(NationalRating.district_code) == bindparam("district"),
        col(NationalRating.stage).in_(stages),
        col(NationalRating.id) < bindparam("before"),
    )
    .order_by(col(NationalRating.id).desc())
    .limit(bindparam("limit"))
    for showing, stages in STAGES.items()
}


class SentAgain(Input):
    """Whether it is made anew by today's field map, as a version beside the one that was sent."""

    anew: bool


class SendingView(Output):
    """How far a grade has come; never what it was."""

    id: UUID
    request_id: UUID
    round: int
    version: int
    map_version: str
    digest: str | None  # SHA-256 of what is sent, hexadecimal
    stage: SendingStage
    stage_zh: str
    queued_at: datetime
    attempts: int
    next_at: datetime | None
    taken_at: datetime | None
    receipt: str | None
    refusal: str | None
    refusal_zh: str | None


class SendingPage(Output):
    """From new to old."""

    items: list[SendingView]
    next_cursor: str | None


@router.get("")
async def list_sendings(
    session: Transaction,
    actor: SignedIn,
    *,
    district_code: District,
    showing: Showing = Showing.DEAD,
    cursor: Cursor = None,
    limit: Limit = 25,
) -> SendingPage:
    """What your county sends to the platform; what came to nothing waits here. Refusals: `may-not-see-sending`,
    `wrong-cursor`.
    """
    await policy.check_operates(session, actor, district_code)
    found = await session.all(SHOWN[showing], district=district_code, before=place(cursor), limit=limit)
    return SendingPage(items=[_view(one) for one in found], next_cursor=cursor_of_next(found, limit=limit))


@router.post("/{rating_id}/resending")
async def send_again(rating_id: UUID, body: SentAgain, session: Transaction, actor: SignedIn) -> SendingView:
    """Send what came to nothing once more. Refusals: `not-found`, `not-allowed-now`, `never-made`, `still-unmapped`."""
    return _view(await actions.send_again(session, rating_id, by=actor, anew=body.anew))


def _view(one: NationalRating) -> SendingView:
    return SendingView(
        id=one.id,
        request_id=one.request_id,
        round=one.round,
        version=one.version,
        map_version=one.map_version,
        digest=one.digest.hex() if one.digest else None,
        stage=one.stage,
        stage_zh=one.stage.title_zh,
        queued_at=one.queued_at,
        attempts=one.attempts,
        next_at=one.next_at,
        taken_at=one.taken_at,
        receipt=one.receipt,
        refusal=one.refusal,
        refusal_zh=REFUSALS_ZH.get(one.refusal) if one.refusal else None,
    )
