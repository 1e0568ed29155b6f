"""How often units and people in office of a county were held to account or praised, for everybody: counts alone."""

from typing import Annotated

from fastapi import APIRouter, Query

from chassis.clock import SHANGHAI
from chassis.http import Route, Transaction, public
from chassis.words import Output
from services.feedback.accountability import views
from services.feedback.accountability.words import Measure
from services.feedback.public_figures.views import FEW

router = APIRouter(prefix="/accountability-figures", tags=["问责和表彰"], route_class=Route)

County = Annotated[str, Query(pattern=r"^[0-9]{6}000000$", description="县（区）的 12 位区划代码")]
Year = Annotated[int | None, Query(ge=2020, le=2100, description="作出决定的年份；不填为今年")]

SAYS_ZH = (
    "按作出决定的年份，全县（区）合计，不分单位和个人，免得看出是谁。"
    f"少于 {FEW} 件的只说“少于 {FEW} 件”。申诉后撤销的不计入。"
)


class MeasureCount(Output):
    """How many decisions of one measure hold or held; none where there were some, and fewer than are told."""

    measure: str
    measure_zh: str
    praises: bool
    count: int | None
    says_zh: str


class AccountabilityFigures(Output):
    """Every measure with its count."""

    year: int
    division_code: str
    says_zh: str
    items: list[MeasureCount]


@router.get("")
@public
async def accountability_figures(session: Transaction, code: County, year: Year = None) -> AccountabilityFigures:
    """How many measures were decided in a county in a year, by kind; of whom, is told by no count."""
    year = year or session.now.astimezone(SHANGHAI).year
    counts = await views.counted(session, code, year=year)
    return AccountabilityFigures(
        year=year, division_code=code, says_zh=SAYS_ZH, items=[_count(one, counts.get(one, 0)) for one in Measure]
    )


def _count(measure: Measure, many: int) -> MeasureCount:
    few = 0 < many < FEW
    return MeasureCount(
        measure=measure.value,
        measure_zh=measure.title_zh,
        praises=measure.praises,
        count=None if few else many,
        says_zh=f"少于 {FEW} 件" if few else f"{many} 件",
    )
