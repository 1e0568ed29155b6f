"""Duties that come back, as a screen shows them."""

from datetime import date, datetime
from urllib.parse import quote
from uuid import UUID

from chassis.clock import local_date
from chassis.secrecy import Vault
from chassis.session import Session
from chassis.words import Output
from services.tasks.attachments.addresses import address_of
from services.tasks.attachments.views import OF_REQUEST
from services.tasks.burden.model import ROLES
from services.tasks.recurring_duties import views
from services.tasks.recurring_duties.model import DutyStage, RecurringDuty, SkipReason
from services.tasks.recurring_duties.periods import Period
from services.tasks.recurring_duties.rules import Asks
from services.tasks.recurring_duties.views import When, when_of
from services.tasks.roster.model import Organization

REPORTS = "/api/feedback/reports"
"""Where `feedback` shows and issues the reports of a unit."""

_MOVES = {"do": "完成", "return": "退回", "propose_skip": "提请本期不办", "skip": "确认本期不办"}


class DutyLine(Output):
    """One duty in a list. Days are local; `due_on` is the last one that is in time."""

    id: UUID
    rule_code: str
    title: str
    organization_id: UUID
    organization: str | None
    division_code: str
    post: str
    post_zh: str
    first_on: date
    last_on: date
    due_on: date
    provisional: bool  # the calendar of that year was not published when the duty was made
    asks: Asks
    stage: DutyStage
    when: When
    done_on: date | None
    late: bool
    says_zh: str


class StepView(Output):
    """One thing that was done with it."""

    at: datetime
    what_zh: str
    by_name: str
    reason_zh: str | None
    words: str | None


class FileView(Output):
    """A file of it, and where it can be had for the next minutes."""

    id: UUID
    media_type: str
    address: str


class MaterialView(Output):
    """What the system makes of the period by itself, to be looked at instead of written."""

    title_zh: str
    period: str  # as reports call it: 2026-11, 2026-Q4, 2026-H2, 2026
    address: str  # of the organisation's reports; one that is not there yet is issued there, once the period is over


class DutyDetail(DutyLine):
    """One duty with everything that was done."""

    asks_zh: str
    material: MaterialView | None  # none where nothing is made for it
    steps: list[StepView]
    evidence: list[FileView]


async def line(session: Session, one: RecurringDuty) -> DutyLine:
    """One duty among others, as it stands today."""
    organization, today = await session.get(Organization, one.organization_id), local_date(session.now)
    when = {DutyStage.DONE: When.DONE, DutyStage.SKIPPED: When.SKIPPED}.get(one.stage) or when_of(
        one.due_on, today=today, near=views.soon(session, today)
    )
    return DutyLine(
        id=one.id,
        rule_code=one.rule_code,
        title=one.title,
        organization_id=one.organization_id,
        organization=organization.name if organization else None,
        division_code=one.division_code,
        post=one.post,
        post_zh=ROLES.get(one.post, one.post),
        first_on=one.first_on,
        last_on=one.last_on,
        due_on=one.due_on,
        provisional=one.provisional,
        asks=one.asks,
        stage=one.stage,
        when=when,
        done_on=one.done_on,
        late=(one.done_on or today) > one.due_on and one.stage is not DutyStage.SKIPPED,
        says_zh=_says(one, when),
    )


async def detail(session: Session, one: RecurringDuty) -> DutyDetail:
    """One duty with everything that was done."""
    vault = session.use(Vault)
    return DutyDetail(
        **(await line(session, one)).model_dump(),
        asks_zh=one.asks.title_zh,
        material=await _material(session, one),
        steps=[
            StepView(
                at=step.at,
                what_zh=_MOVES[step.move],
                by_name=step.by_name,
                reason_zh=SkipReason(step.reason).title_zh if step.reason else None,
                words=words,
            )
            for step, words in await views.steps(session, one.id)
        ],
        evidence=[
            FileView(id=file.id, media_type=file.media_type or "", address=address_of(vault, file.id))
            for file in await session.all(OF_REQUEST, request=one.id)
        ],
    )


async def _material(session: Session, one: RecurringDuty) -> MaterialView | None:
    organization = await session.get(Organization, one.organization_id)
    if one.asks is not Asks.GENERATED or organization is None:
        return None
    period = Period(one.first_on, one.last_on).code
    return MaterialView(
        title_zh=f"{organization.name} {period} 的报告由系统生成，本期结束后打开看过、点完成即可，不用另写。",
        period=period,
        address=f"{REPORTS}?unit=organization&code={quote(organization.code)}",
    )


def _says(one: RecurringDuty, when: When) -> str:
    provisional = "（该年放假安排未公布，日期暂定）" if one.provisional else ""
    match when:
        case When.DONE:
            late = "，晚于到期日" if one.done_on is not None and one.done_on > one.due_on else ""
            return f"已于 {one.done_on} 完成{late}。"
        case When.SKIPPED:
            return "经两人确认，本期不办。"
        case When.MISSED:
            return f"应在 {one.due_on} 前完成，已逾期，请马上办理；{one.asks.title_zh}。"
        case When.TODAY:
            return f"今天到期，请今天完成；{one.asks.title_zh}。"
        case _:
            return f"请在 {one.due_on} 前完成{provisional}；{one.asks.title_zh}。"
