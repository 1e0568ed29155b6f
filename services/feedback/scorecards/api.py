"""Scorecards for everybody who is signed in, since promise-keeping is public; the cases behind them for overseers."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel

from chassis.http import Route, SignedIn, Transaction
from chassis.paging import Cursor, Limit, cursor_after, place
from chassis.problems import NotFound
from chassis.session import Session
from services.feedback.scorecards import units, views
from services.feedback.scorecards.model import INDICATORS, Figure, Part, Scorecard
from services.feedback.scorecards.policy import Hidden, hidden_from_handlers, may_see_few_grades, opens_only_own

router = APIRouter(prefix="/scorecards", tags=["考核"], route_class=Route)

Month = Annotated[str, Query(pattern=r"^20\d\d-(0[1-9]|1[0-2])$", description="事项提交的月份（北京时间），如 2023-05")]
Code = Annotated[str, Query(pattern=r"^[^\x00-\x1f\x7f]{1,64}$", description="行政区划代码或党组织编码")]
After = Annotated[
    str, Query(pattern=r"^[^\x00-\x1f\x7f]{0,64}$", alias="cursor", description="上一页的 next_cursor；第一页不填")
]

TOO_FEW_ZH = "人数太少，不向承办人显示"
NOT_YOUR_OWN = "您本人承办的事项不在此列：群众的评价不向承办人显示。"


class UnitKind(StrEnum):
    """Whether a code is that of an area or of an organisation."""

    DIVISION = "division"
    ORGANIZATION = "organization"


class ListedLevel(StrEnum):
    """The levels whose units are listed."""

    VILLAGE = "village"
    TOWNSHIP = "township"
    ORGANIZATION = "organization"


class IndicatorView(BaseModel):
    """What a figure counts, above the line, below it and outside of it, in words and as a formula, by which rule."""

    id: str
    name: str
    numerator: str
    denominator: str
    exclusions: list[str]
    numerator_formula: str
    denominator_formula: str
    exclusion_formulas: list[str]
    beside: list[str]  # indicators of the same card that are shown with this one
    source: str
    confidence: str


class FigureView(BaseModel):
    """A numerator over a denominator; the percentage, of two decimals, is none where nothing is below.

    To those who handle cases, the numerator of a satisfaction of fewer than five grades is none, too: it would tell
    them what a person served thinks. Of fewer than five who were asked, how many graded is none: it would tell who.
    """

    indicator: str
    numerator: int | None
    denominator: int | None
    percent: str | None
    outside: int  # declared by the indicator not to count, as cases still in time
    excluded: int  # left out by two persons; by reason under /api/tasks/exclusions/figures
    beside_zh: str | None  # to be shown with it: how many of those asked gave the grades that it counts


class ScorecardView(BaseModel):
    """The figures of one unit."""

    code: str
    name: str
    figures: list[FigureView]


class OneScorecard(BaseModel):
    """One unit's scorecard, as of an instant (UTC), with what its figures mean."""

    month: str
    as_of: datetime
    indicators: list[IndicatorView]
    unit: ScorecardView


class ScorecardPage(BaseModel):
    """The scorecards of some units by code, which is no order of merit."""

    month: str
    as_of: datetime
    indicators: list[IndicatorView]
    units: list[ScorecardView]
    next_cursor: str | None


class CaseBehindView(BaseModel):
    """A case that a figure counts."""

    request_id: UUID
    division_code: str
    organization_id: UUID | None
    kind: str
    item_code: str | None
    channel: str
    submitted_at: datetime
    finish_due_at: datetime
    handled_at: datetime | None


class CasesBehind(BaseModel):
    """The cases behind a figure, newest first; the notice says if some are kept from the caller."""

    notice: str | None
    items: list[CaseBehindView]
    next_cursor: str | None


@router.get("")
async def show_scorecard(
    session: Transaction, actor: SignedIn, unit: UnitKind, code: Code, month: Month
) -> OneScorecard:
    """The figures of one area or organisation for a month of submission. Raises `NoSuchUnit`."""
    found = await _unit(session, unit, code)
    card = await views.scorecard(session, found, by=actor, month=month)
    few = await may_see_few_grades(session, actor)
    return OneScorecard(month=month, as_of=session.now, indicators=_indicators(), unit=_view(card, few=few))


@router.get("/list")
async def list_scorecards(
    session: Transaction,
    actor: SignedIn,
    *,
    level: ListedLevel,
    month: Month,
    after: After = "",
    limit: Limit = 100,
) -> ScorecardPage:
    """The figures of all units of a level for a month of submission, by code."""
    cards = await views.scorecards(session, units.Level(level), by=actor, month=month, after=after, limit=limit)
    few = await may_see_few_grades(session, actor)
    return ScorecardPage(
        month=month,
        as_of=session.now,
        indicators=_indicators(),
        units=[_view(card, few=few) for card in cards],
        next_cursor=cards[-1].code if len(cards) == limit else None,
    )


@router.get("/cases")
async def list_cases_behind(
    session: Transaction,
    actor: SignedIn,
    *,
    unit: UnitKind,
    code: Code,
    month: Month,
    indicator: Annotated[str, Query(max_length=32, description="指标，如 on_time")],
    part: Part,
    cursor: Cursor = None,
    limit: Limit = 25,
) -> CasesBehind:
    """The cases that a figure counts, for those who oversee the unit; an agent sees their own.

    Raises `NoSuchUnit`, `NotFound` for an unknown indicator, `Forbidden`, `KeptFromHandler`, `WrongCursor`.
    """
    found = await _unit(session, unit, code)
    counted = INDICATORS.get(indicator)
    if counted is None:
        raise NotFound()
    only_own = await opens_only_own(session, actor, found, counted)
    cases = await views.cases_behind(
        session,
        found,
        month=month,
        indicator=counted,
        part=part,
        person_id=actor.person_id,
        only_own=only_own,
        before=place(cursor),
        limit=limit,
    )
    return CasesBehind(
        notice=NOT_YOUR_OWN if counted.kept_from_handler else None,
        items=[CaseBehindView(**case._asdict()) for case in cases],
        next_cursor=cursor_after(cases[-1].request_id) if len(cases) == limit else None,
    )


async def _unit(session: Session, kind: UnitKind, code: str) -> units.Unit:
    return await (units.area if kind is UnitKind.DIVISION else units.organization)(session, code)


def _indicators() -> list[IndicatorView]:
    return [
        IndicatorView(
            id=one.id,
            name=one.name,
            numerator=one.numerator.words,
            denominator=one.denominator.words,
            exclusions=[each.words for each in one.exclusions],
            numerator_formula=one.numerator.formula.text,
            denominator_formula=one.denominator.formula.text,
            exclusion_formulas=[each.formula.text for each in one.exclusions],
            beside=list(one.beside),
            source=one.source,
            confidence=one.confidence,
        )
        for one in INDICATORS.values()
    ]


def _view(card: Scorecard, *, few: bool) -> ScorecardView:
    hidden = Hidden() if few else hidden_from_handlers(card)
    shown = {figure.indicator: _figure(figure, hidden) for figure in card.figures}
    for one in shown.values():
        beside = [(INDICATORS[name].name, shown[name]) for name in INDICATORS[one.indicator].beside]
        one.beside_zh = "；".join(f"{name} {_zh(figure)}" for name, figure in beside) or None
    return ScorecardView(code=card.code, name=card.name, figures=list(shown.values()))


def _figure(figure: Figure, hidden: Hidden) -> FigureView:
    told = figure.indicator not in hidden.numerators
    return FigureView(
        indicator=figure.indicator,
        numerator=figure.numerator if told else None,
        denominator=None if figure.indicator in hidden.denominators else figure.denominator,
        percent=figure.percent if told else None,
        outside=figure.outside,
        excluded=figure.excluded,
        beside_zh=None,
    )


def _zh(figure: FigureView) -> str:
    if figure.numerator is None:
        return TOO_FEW_ZH
    share = f"{figure.numerator} / {figure.denominator} 件"
    return share if figure.percent is None else f"{share}（{figure.percent}%）"
