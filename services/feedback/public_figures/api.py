"""Public figures over HTTP: anybody may read how a unit keeps its promises, and keep the page until it changes."""

from enum import StrEnum
from typing import Annotated

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel

from chassis.cached import IfNoneMatch, cached
from chassis.clock import SHANGHAI
from chassis.http import Route, Transaction, public
from chassis.paging import Limit
from services.feedback.public_figures.views import FEW, KEPT, Kept, kept_by_one, kept_by_page
from services.feedback.scorecards import units
from services.feedback.scorecards.api import After, Month

router = APIRouter(prefix="/public-figures", tags=["公开数据"], route_class=Route)

Area = Annotated[str | None, Query(pattern=r"^[0-9]{12}$", description="只看一个村（社区）、乡镇（街道）或县（区）")]

LEFT_OUT_ZH = (
    "反映工作人员的事项不计入公开数据；尚在承诺期限内、还没有办结的也不计入；"
    "经两人确认剔除的不计入，件数和理由另行公开。"
)
FEW_ZH = f"少于 {FEW} 件，不单独列出，计入上一级"
NONE_ZH = "本月没有到期的承诺"


class PublicLevel(StrEnum):
    """Which units are listed."""

    VILLAGE = "village"
    TOWNSHIP = "township"
    DISTRICT = "district"


class PublicFigure(BaseModel):
    """How one unit kept its promises; both numbers and the percentage are none where there were fewer than five."""

    code: str
    name: str
    kept: int | None
    due: int | None
    percent: str | None
    left_out: int | None  # promises that fell due, of cases that two persons left out of scores; in no other figure
    says_zh: str


class PublicFigures(BaseModel):
    """The promises of some units by code, which is no order of merit."""

    month: str
    running: bool  # the month is not over: the figures still grow
    name_zh: str
    kept_zh: str
    due_zh: str
    left_out_zh: str
    source: str
    confidence: str
    units: list[PublicFigure]
    next_cursor: str | None


@router.get("", response_model=PublicFigures)
@public
async def public_figures(
    session: Transaction,
    *,
    month: Annotated[Month | None, Query(description="事项提交的月份（北京时间）；不填为本月")] = None,
    level: PublicLevel = PublicLevel.TOWNSHIP,
    code: Area = None,
    after: After = "",
    limit: Limit = 100,
    if_none_match: IfNoneMatch = None,
) -> Response:
    """How many promised dates each unit kept, of the cases of a month of submission (local), or of this month.

    What is said about a person in office is left out. An `ETag` is given, and 304 answered to who has that page.
    Refusals: `no-such-unit`.
    """
    running = session.now.astimezone(SHANGHAI).strftime("%Y-%m")
    month = month or running
    if code is not None:
        unit = await units.area(session, code)
        found = [await kept_by_one(session, unit.level, unit.code, month=month)]
    else:
        found = await kept_by_page(session, units.Level(level), month=month, after=after, limit=limit)
    view = PublicFigures(
        month=month,
        running=month >= running,
        name_zh=KEPT.name,
        kept_zh=KEPT.numerator.words,
        due_zh=KEPT.denominator.words,
        left_out_zh=LEFT_OUT_ZH,
        source=KEPT.source,
        confidence=KEPT.confidence,
        units=[_view(one) for one in found],
        next_cursor=found[-1].code if code is None and len(found) == limit else None,
    )
    return cached(view, if_none_match)


def _view(one: Kept) -> PublicFigure:
    shown = None if one.few else one.figure
    if one.few:
        says = FEW_ZH
    elif one.figure.denominator == 0:
        says = NONE_ZH
    else:
        says = f"到期承诺 {one.figure.denominator} 件，按期办结 {one.figure.numerator} 件，兑现率 {one.figure.percent}%"
    if not one.few and one.figure.excluded:
        says += f"；另有 {one.figure.excluded} 件经两人确认不计入"
    return PublicFigure(
        code=one.code,
        name=one.name,
        kept=shown.numerator if shown else None,
        due=shown.denominator if shown else None,
        percent=shown.percent if shown else None,
        left_out=shown.excluded if shown else None,
        says_zh=says,
    )
