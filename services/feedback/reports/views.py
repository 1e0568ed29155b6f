"""The figures of a period, of a unit and of those right below it, for a report."""

from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis.divisions import span_of
from chassis.session import Session
from services.feedback.cases.model import CaseRecord
from services.feedback.reports.content import Content, Part, Said, Share, told, told_apart
from services.feedback.reports.model import Report
from services.feedback.reports.periods import Period
from services.feedback.roster.model import Organization
from services.feedback.scorecards.model import INDICATORS
from services.feedback.scorecards.units import Level, Unit, parts_directly_below, parts_of_one
from services.feedback.scorecards.views import OPEN_TO_ALL, figures, figures_in

MONTHS = col(CaseRecord.month).in_([bindparam(f"month_{number}") for number in range(12)])
"""Month by month, as the indexes begin with it; a shorter period names its last one again. Give `months_of`."""
OF_ONE = {level: figures(level, parts_of_one(level), INDICATORS.values(), MONTHS, open_=OPEN_TO_ALL) for level in Level}
LEVEL_BELOW = {
    Level.DISTRICT: Level.TOWNSHIP,
    Level.TOWNSHIP: Level.VILLAGE,
    Level.ORGANIZATION: Level.ORGANIZATION,
}
OF_PARTS = {
    level: figures(below, parts_directly_below(level), INDICATORS.values(), MONTHS, open_=OPEN_TO_ALL)
    for level, below in LEVEL_BELOW.items()
}
NEWEST = select(Report).where(
    col(Report.unit) == bindparam("unit"),
    col(Report.code) == bindparam("code"),
    col(Report.kind) == bindparam("kind"),
    col(Report.period) == bindparam("period"),
    col(Report.replaced_at).is_(None),
)


def unit_kind(unit: Unit) -> str:
    """Whether its code is that of an area or of an organisation."""
    return "division" if unit.organization_id is None else "organization"


async def area_of(session: Session, unit: Unit) -> str:
    """The code of the area that a unit is, or that an organisation lies in."""
    if unit.organization_id is None:
        return unit.code
    organization = await session.get(Organization, unit.organization_id)
    return organization.division_code if organization else ""


async def newest(session: Session, unit: Unit, period: Period) -> Report | None:
    """The edition that stands, of a unit's report of a period."""
    given = {"unit": unit_kind(unit), "code": unit.code, "kind": period.kind.value, "period": str(period)}
    found = await session.all(NEWEST, **given)
    return found[0] if found else None


async def content_of(session: Session, unit: Unit, period: Period) -> Content:
    """What the records say now of a unit's period, beside what its last report said."""
    area = await area_of(session, unit)
    last = await newest(session, unit, period.previous)
    return Content(
        title=f"{unit.name}{period.title_zh}群众事项{period.kind.title_zh}",
        name=unit.name,
        period_zh=period.title_zh,
        last_zh=period.previous.title_zh,
        as_of=session.now,
        compared=area.endswith("000"),
        parts_compared=area.endswith("000000"),
        indicators=tuple(
            Said(
                id=one.id,
                name=one.name,
                numerator=one.numerator.words,
                denominator=one.denominator.words,
                exclusions=tuple(each.words for each in one.exclusions),
                source=one.source,
                confidence=one.confidence,
            )
            for one in INDICATORS.values()
        ),
        shares=await _shares(session, unit, period),
        last=Content.unpacked(last.content).shares if last else await _shares(session, unit, period.previous),
        parts=await _parts(session, unit, period),
    )


async def _shares(session: Session, unit: Unit, period: Period) -> tuple[Share, ...]:
    (row,) = await session.all(OF_ONE[unit.level], code=unit.code, **_given(session, period))
    return told(figures_in(row[2:], INDICATORS))


async def _parts(session: Session, unit: Unit, period: Period) -> tuple[Part, ...]:
    if unit.level not in OF_PARTS:
        return ()
    span = {} if unit.level is Level.ORGANIZATION else {"last": span_of(unit.code)[1]}
    rows = await session.all(OF_PARTS[unit.level], code=unit.code, **span, **_given(session, period))
    return told_apart([Part(row[0], row[1], told(figures_in(row[2:], INDICATORS))) for row in rows])


def _given(session: Session, period: Period) -> dict[str, object]:
    return {**months_of(period), "now": session.now}


def months_of(period: Period) -> dict[str, object]:
    """What `MONTHS` takes."""
    months = period.every_month
    return {f"month_{number}": months[min(number, len(months) - 1)] for number in range(12)}
