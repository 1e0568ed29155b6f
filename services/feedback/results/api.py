"""Cells and what was published of them, for everybody."""

from datetime import date, datetime
from decimal import ROUND_FLOOR, Decimal
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from chassis.http import Route, Transaction, public
from chassis.paging import Cursor, Limit, cursor_of_next, place
from chassis.words import Output
from services.feedback.ballots.model import GRADES
from services.feedback.cells import views as cells_of_terms
from services.feedback.cells.model import BallotTerm, Cell, Outcome, TermStage
from services.feedback.ratings.model import Reason
from services.feedback.results.publication import Tally
from services.feedback.results.views import sums, tally_of

router = APIRouter(prefix="/cells", tags=["匿名测评"], route_class=Route)

Area = Annotated[str | None, Query(pattern=r"^[0-9]{12}$", description="只看这个村（社区）、乡镇（街道）或县（区）")]
Term = Annotated[UUID | None, Query(description="只看这一期")]

RUNNING_ZH = "正在收集，截止后一次公布，中途不显示任何结果。"
LEFT_OUT_ZH = (
    "每张票只计入一个单元。票数不足的单元并入事先公布的上一级，仍然不足的只公布收到几张。"
    "几乎全是一边意见的，只公布区间，免得看出每个人怎么评。合计只由已公布的单元相加。"
)


class GradeCount(Output):
    """How many gave one grade."""

    grade: int
    title_zh: str
    count: int


class ReasonCount(Output):
    """How many at least named one reason, by its code."""

    reason: str
    title_zh: str
    at_least: int


class TableView(Output):
    """What is published of ballots: how many, how many of them good, and each grade where that tells of nobody."""

    responses: int
    good_least: int
    good_most: int
    percent_least: str
    percent_most: str
    grades: list[GradeCount] | None
    reasons: list[ReasonCount] | None
    says_zh: str


class CellView(Output):
    """One cell: whose, about what, and once it is closed what became of it."""

    id: UUID
    term_id: UUID
    division_code: str
    name: str
    level: str
    group_code: str
    item_codes: list[str]
    expected: int
    parent_id: UUID | None
    casts_from: date
    ends_at: datetime
    stage: str
    outcome: Outcome | None
    responses: int | None
    table: TableView | None
    below_line: bool | None
    says_zh: str


class CellPage(Output):
    """Cells from new to old; of one unit, its history."""

    notice_zh: str
    items: list[CellView]
    next_cursor: str | None


class AreaSum(Output):
    """The sum over the published cells of an area, of one group of items."""

    division_code: str
    group_code: str
    cells: int
    table: TableView


class TermSums(Output):
    """The sums of a term by area."""

    notice_zh: str
    term_id: UUID
    served_from: date
    served_to: date
    items: list[AreaSum]


@router.get("")
@public
async def list_cells(
    session: Transaction, *, code: Area = None, term_id: Term = None, cursor: Cursor = None, limit: Limit = 25
) -> CellPage:
    """Cells open or closed, from new to old; with `code`, the history of one unit. Refusals: `wrong-cursor`."""
    cells = await cells_of_terms.public_cells(session, code=code, term_id=term_id, before=place(cursor), limit=limit)
    names = await cells_of_terms.names_of(session, cells)
    return CellPage(
        notice_zh=LEFT_OUT_ZH,
        items=[_view(cell, names[cell.division_code]) for cell in cells],
        next_cursor=cursor_of_next(cells, limit=limit),
    )


@router.get("/sums/{term_id}")
@public
async def sum_term(term_id: UUID, session: Transaction) -> TermSums:
    """The sums of a closed term for its county and each township with a published cell. Refusals: `not-found`."""
    term = await cells_of_terms.closed_term(session, term_id)
    cells = await cells_of_terms.cells_of(session, term)
    return TermSums(
        notice_zh=LEFT_OUT_ZH,
        term_id=term.id,
        served_from=term.served_from,
        served_to=term.served_to,
        items=_sums(term, cells),
    )


@router.get("/{cell_id}")
@public
async def show_cell(cell_id: UUID, session: Transaction) -> CellView:
    """One cell that is open or closed. Refusals: `not-found`."""
    cell = await cells_of_terms.public_cell(session, cell_id)
    names = await cells_of_terms.names_of(session, [cell])
    return _view(cell, names[cell.division_code])


def _sums(term: BallotTerm, cells: list[Cell]) -> list[AreaSum]:
    areas = sorted({term.district_code, *(cell.division_code[:9] + "000" for cell in cells)})
    return [
        AreaSum(division_code=area, group_code=group, cells=many, table=_table(summed))
        for group in sorted({cell.group_code for cell in cells})
        for area, (many, summed) in sums([cell for cell in cells if cell.group_code == group], areas).items()
    ]


def _view(cell: Cell, name: str) -> CellView:
    tally = tally_of(cell)
    return CellView(
        id=cell.id,
        term_id=cell.term_id,
        division_code=cell.division_code,
        name=name,
        level=cell.level,
        group_code=cell.group_code,
        item_codes=cell.item_codes,
        expected=cell.expected,
        parent_id=cell.parent_id,
        casts_from=cell.casts_from,
        ends_at=cell.ends_at,
        stage=cell.stage,
        outcome=cell.outcome,
        responses=cell.responses,
        table=None if tally is None else _table(tally),
        below_line=cell.below_line,
        says_zh=_says(cell),
    )


def _says(cell: Cell) -> str:
    if cell.stage is TermStage.OPEN or cell.outcome is None:
        return RUNNING_ZH
    if cell.outcome is Outcome.TOO_FEW:
        return f"{cell.outcome.title_zh}：共收到 {cell.responses} 张。"
    if cell.set_aside_at is not None:
        return "经两人认定有刷票或胁迫投票，这一单元不计入考核和合计。"
    if cell.below_line:
        return "满意票占比低于底线，已转上一级督促整改，下一期再看。"
    return f"{cell.outcome.title_zh}。"


def _table(tally: Tally) -> TableView:
    least, most = _percent(tally.good_least, tally.responses), _percent(tally.good_most, tally.responses)
    rate = f"{least}%" if tally.good_least == tally.good_most else f"{least}%—{most}%"
    return TableView(
        responses=tally.responses,
        good_least=tally.good_least,
        good_most=tally.good_most,
        percent_least=least,
        percent_most=most,
        grades=None
        if tally.grades is None
        else [
            GradeCount(grade=number, title_zh=grade.title_zh, count=count)
            for number, (grade, count) in enumerate(zip(GRADES, tally.grades, strict=True), 1)
        ],
        reasons=None
        if tally.reasons is None
        else [
            ReasonCount(reason=code, title_zh=Reason(code).title_zh, at_least=many)
            for code, many in tally.reasons.items()
        ],
        says_zh=f"收到 {tally.responses} 张，满意率 {rate}",
    )


def _percent(part: int, whole: int) -> str:
    return str((Decimal(100 * part) / whole).quantize(Decimal("0.01"), ROUND_FLOOR))
