"""Issuing a report once its period is over, by hand or by itself, and anew by two persons."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import bindparam, exists, or_
from sqlmodel import col, select

from chassis.clock import local_date
from chassis.identity import Actor
from chassis.problems import NotFound
from chassis.session import Session
from chassis.tables import new_id
from chassis.two_persons import Act, Proposal, propose
from services.feedback.cases.model import CaseRecord
from services.feedback.reports import policy, views
from services.feedback.reports.content import Content, digest_of
from services.feedback.reports.model import Report, ReportIsThere, ReportReason, ReportReplaced, ReportUnchanged
from services.feedback.reports.periods import Period, ReportKind, WrongPeriod
from services.feedback.roster.model import Division
from services.feedback.scorecards import units
from services.feedback.scorecards.units import Unit

SETTLED = timedelta(days=10)
"""So long after a period its reports come by themselves: most limits of its cases have ended. Our own value."""
AT_ONCE = 20

WITHOUT = (
    select(Division)
    .where(
        col(Division.kind).in_(["district", "township", "street"]),
        or_(
            *(
                exists(select(col(CaseRecord.request_id)).where(views.MONTHS, code == col(Division.code)))
                for code in (col(CaseRecord.township_code), col(CaseRecord.district_code))
            )
        ),
        ~exists(
            select(col(Report.id)).where(
                col(Report.unit) == "division",
                col(Report.code) == col(Division.code),
                col(Report.kind) == bindparam("kind"),
                col(Report.period) == bindparam("period"),
            )
        ),
    )
    .order_by(col(Division.code))
    .limit(AT_ONCE)
)


async def unit_of(session: Session, report: Report) -> Unit:
    """What a report is about, as it is called today. Raises `NoSuchUnit`."""
    return await (units.area if report.unit == "division" else units.organization)(session, report.code)


async def issue(session: Session, unit: Unit, period: Period, *, by: Actor) -> Report:
    """Freeze what the records say of a period that is over.

    Raises `MayNotIssueReports`, `WrongPeriod`, `ReportIsThere`.
    """
    await policy.check_may_issue(session, by, unit)
    if local_date(session.now) < period.over_on:
        raise WrongPeriod()
    if await views.newest(session, unit, period) is not None:
        raise ReportIsThere()
    return await _freeze(session, unit, period, by=by.person_id)


async def issue_what_is_due(session: Session) -> int:
    """Issue the reports of counties and townships whose last month, quarter, half-year or year is over and settled.

    The service's upkeep; returns how many there were. Villages and organisations have theirs when somebody asks.
    """
    day, made = local_date(session.now) - SETTLED, 0
    for kind in ReportKind:
        period = Period.ended_before(day, kind)
        for area in await session.all(WITHOUT, kind=kind.value, period=str(period), **views.months_of(period)):
            await _freeze(session, await units.area(session, area.code), period, by=None)
            made += 1
    return made


async def ask_anew(session: Session, report_id: UUID, *, reason: ReportReason, by: Actor) -> Proposal:
    """Put a new edition before a second person. Raises `NotFound`, `MayNotIssueReports`, `ReportReplaced`."""
    report = await session.get(Report, report_id, lock=True)
    if report is None:
        raise NotFound()
    unit = await unit_of(session, report)
    await policy.check_may_read_one(session, by, unit)
    await policy.check_may_issue(session, by, unit)
    if report.replaced_at is not None:
        raise ReportReplaced()
    return propose(
        session, REISSUE, about=report.id, scope=report.division_code, reason=reason.value, words=None, by=by
    )


async def _issue_anew(session: Session, proposal: Proposal, second: UUID) -> None:
    """Raises `ReportReplaced`, `ReportUnchanged`."""
    reason = ReportReason(proposal.reason)
    await issue_anew(session, proposal.about, reason=reason, first=proposal.proposed_by, second=second)


async def issue_anew(session: Session, report_id: UUID, *, reason: ReportReason, first: UUID, second: UUID) -> None:
    """Freeze what the records say now as a new edition, which two persons want; the old one stays.

    Raises `NotFound`, `ReportReplaced`, `ReportUnchanged`.
    """
    old = await session.get(Report, report_id, lock=True)
    if old is None:
        raise NotFound()
    if old.replaced_at is not None:
        raise ReportReplaced()
    unit, period = await unit_of(session, old), Period.read(old.period)
    content = await views.content_of(session, unit, period)
    if content.says_the_same(Content.unpacked(old.content)):
        raise ReportUnchanged()
    old.replaced_at = session.now
    made = await _freeze(session, unit, period, by=first, content=content)
    made.edition, made.confirmed_by, made.reason = old.edition + 1, second, reason


async def _freeze(
    session: Session, unit: Unit, period: Period, *, by: UUID | None, content: Content | None = None
) -> Report:
    packed = (content or await views.content_of(session, unit, period)).packed()
    made = Report(
        id=new_id(),
        unit=views.unit_kind(unit),
        code=unit.code,
        division_code=await views.area_of(session, unit),
        kind=period.kind,
        period=str(period),
        edition=1,
        content=packed,
        digest=digest_of(packed),
        issued_at=session.now,
        issued_by=by,
        confirmed_by=None,
        reason=None,
        replaced_at=None,
    )
    session.add(made)
    return made


REISSUE = Act(
    kind="report.reissue",
    title_zh="重新发布报告",
    good_for=timedelta(days=30),
    areas=policy.second_persons_areas,
    carry_out=_issue_anew,
)
