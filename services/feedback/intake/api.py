"""The intake of a month over HTTP."""

from decimal import ROUND_HALF_UP, Decimal
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel

from chassis.http import Route, SignedIn, Transaction
from contracts.bulletin import BulletinChannel
from services.feedback.intake.views import intake
from services.feedback.scorecards import units
from services.feedback.scorecards.api import Month

router = APIRouter(prefix="/intake", tags=["受理情况"], route_class=Route)

Area = Annotated[str, Query(pattern=r"^[0-9]{12}$", description="村（社区）、乡镇（街道）或县（区）的 12 位区划代码")]

OTHERS_ZH = "其他渠道"
SPOT, DISPATCHED = "当场答复", "派办"


class Share(BaseModel):
    """One line: how many, and which share of the total in percent with two decimals; none of nothing."""

    code: str
    title_zh: str
    count: int
    percent: str | None


class IntakeView(BaseModel):
    """What came in during a month of submission (local); each list adds up to the total."""

    month: str
    code: str
    name: str
    total: int
    channels: list[Share]
    kinds: list[Share]
    ways: list[Share]  # answered on the spot, or dispatched
    left_out_zh: str


KINDS = {
    "appointment": "预约",
    "enquiry": "咨询",
    "help": "求助",
    "suggestion": "建议",
    "complaint": "投诉",
    "report": "举报",
}
LEFT_OUT_ZH = "反映工作人员的事项只计入其上级的统计。"


@router.get("")
async def monthly_intake(session: Transaction, actor: SignedIn, code: Area, month: Month) -> IntakeView:
    """How many cases came in by each channel and of each kind, and how many were answered on the spot.

    The channels stand under the six headings of a hotline's bulletin (rule C12), the others as «其他渠道». Refusals:
    `no-such-unit`.
    """
    unit = await units.area(session, code)
    found = await intake(session, unit, by=actor, month=month)
    total = found.total
    channels = [_share(one.value, one.title_zh, found.headings[one.value], total) for one in BulletinChannel]
    kinds = [_share(kind, title, found.kinds[kind], total) for kind, title in KINDS.items()]
    ways = [
        _share("on_the_spot", SPOT, found.answered, total),
        _share("dispatched", DISPATCHED, total - found.answered, total),
    ]
    return IntakeView(
        month=month,
        code=unit.code,
        name=unit.name,
        total=total,
        channels=[*channels, _share("other", OTHERS_ZH, found.headings[None], total)],
        kinds=kinds,
        ways=ways,
        left_out_zh=LEFT_OUT_ZH,
    )


def _share(code: str, title_zh: str, count: int, total: int) -> Share:
    share = Decimal(100 * count) / total if total else None
    percent = None if share is None else str(share.quantize(Decimal("0.01"), ROUND_HALF_UP))
    return Share(code=code, title_zh=title_zh, count=count, percent=percent)
