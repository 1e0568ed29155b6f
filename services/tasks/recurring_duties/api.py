"""Recurring duties over HTTP."""

from datetime import date, datetime
from io import BytesIO
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import Field

from chassis.clock import local_date
from chassis.http import Route, SignedIn, Transaction
from chassis.paging import NEWEST, Cursor, Limit, cursor_of_next, place
from chassis.problems import NotFound
from chassis.secrecy import Vault
from chassis.session import Session
from chassis.sheets.report import harmless
from chassis.sheets.writing import GIVEN_OUT, XLSX, workbook
from chassis.words import Input, Output, Words
from services.tasks.attachments.addresses import address_of
from services.tasks.attachments.views import OF_REQUEST
from services.tasks.burden.model import ROLES
from services.tasks.recurring_duties import actions, policy, views
from services.tasks.recurring_duties.model import DutyStage, RecurringDuty, SkipReason
from services.tasks.recurring_duties.periods import Every
from services.tasks.recurring_duties.rules import Asks, RecurringRules
from services.tasks.recurring_duties.views import When, Whose, when_of
from services.tasks.roster.model import Organization

router = APIRouter(prefix="/recurring-duties", tags=["定期职责"], route_class=Route)

MOST_ROWS = 2000
COLUMNS = ("职责", "组织", "岗位", "本期开始", "本期结束", "到期日", "情况", "完成日期")
EMPTY = {
    When.MISSED: "没有逾期未办的定期职责。",
    When.TODAY: "今天没有到期的定期职责。",
    When.SOON: "近期没有到期的定期职责。",
}
_MOVES = {"do": "完成", "return": "退回", "propose_skip": "提请本期不办", "skip": "确认本期不办"}
_Rule = Annotated[str | None, Query(pattern=r"^[a-z][a-z0-9-]{1,31}$", description="只看一种职责，代码见规则文件")]


class Doing(Input):
    """On which day (local) it was done, and the files that the rule asks for; nothing is written."""

    done_on: date
    evidence: tuple[UUID, ...] = Field((), max_length=20)


class Returning(Input):
    """What is missing."""

    words: Words


class Skipping(Input):
    """Why the period is left out."""

    reason: SkipReason
    words: Words


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


class DutyDetail(DutyLine):
    """One duty with everything that was done."""

    asks_zh: str
    steps: list[StepView]
    evidence: list[FileView]


class DutyPage(Output):
    """Duties from new to old."""

    items: list[DutyLine]
    next: str | None
    title_zh: str  # what to show where there are none


class WhenCount(Output):
    """How many open duties there are."""

    when: When
    title_zh: str
    duties: int


class CountsView(Output):
    """Open duties by how near their day is; no duty is in two of them."""

    items: list[WhenCount]
    more: bool  # so many that nobody counted on


class RuleLine(Output):
    """One rule, as it holds today."""

    code: str
    title: str
    every: Every
    every_zh: str
    asks_zh: str
    source: str
    confidence_zh: str


class RuleList(Output):
    """The rules by which duties are made."""

    items: list[RuleLine]


class SkipView(Output):
    """A skip that waits for its second person."""

    id: UUID
    proposal_id: UUID
    says_zh: str


@router.get("")
async def recurring_duties(
    session: Transaction,
    actor: SignedIn,
    *,
    whose: Whose = Whose.MINE,
    when: When = When.OPEN,
    rule: _Rule = None,
    organization_id: Annotated[UUID | None, Query(description="只看这个组织的")] = None,
    cursor: Cursor = None,
    limit: Limit = 25,
) -> DutyPage:
    """Duties of your posts and of colleagues for whom you act, or of the organisations that your posts reach."""
    found = await views.page(
        session, actor, whose, when, rule=rule, organization_id=organization_id, before=place(cursor), limit=limit
    )
    return DutyPage(
        items=[await _line(session, one) for one in found],
        next=cursor_of_next(found, limit=limit),
        title_zh="" if found else EMPTY.get(when, "没有定期职责。"),
    )


@router.get("/counts")
async def recurring_counts(session: Transaction, actor: SignedIn, whose: Whose = Whose.MINE) -> CountsView:
    """How many open duties are missed, due today, due soon, and due later."""
    found, more = await views.counts(session, actor, whose)
    return CountsView(
        items=[WhenCount(when=when, title_zh=when.title_zh, duties=count) for when, count in found.items()], more=more
    )


@router.get("/rules")
async def recurring_rules(session: Transaction, _: SignedIn) -> RuleList:
    """The rules that hold today, each with its source."""
    rules, today = session.use(RecurringRules), local_date(session.now)
    held = (rules.on(code, today) for code in rules.codes)
    return RuleList(
        items=[
            RuleLine(
                code=one.code,
                title=one.title,
                every=one.every,
                every_zh=one.every.title_zh,
                asks_zh=one.asks.title_zh,
                source=one.source,
                confidence_zh=one.confidence.title_zh,
            )
            for one in held
            if one is not None
        ]
    )


@router.get("/sheet", response_class=Response, responses=GIVEN_OUT)
async def recurring_sheet(
    session: Transaction,
    actor: SignedIn,
    *,
    whose: Whose = Whose.BELOW,
    when: When = When.MISSED,
    rule: _Rule = None,
    organization_id: Annotated[UUID | None, Query(description="只看这个组织的")] = None,
) -> Response:
    """The same as .xlsx, up to 2,000 rows."""
    found = await views.page(
        session, actor, whose, when, rule=rule, organization_id=organization_id, before=NEWEST, limit=MOST_ROWS
    )
    lines = [await _line(session, one) for one in found]
    headers = {"Content-Disposition": 'attachment; filename="recurring-duties.xlsx"', "Cache-Control": "no-store"}
    return Response(_sheet(lines), headers=headers, media_type=XLSX)


@router.get("/{duty_id}")
async def recurring_duty(duty_id: UUID, session: Transaction, actor: SignedIn) -> DutyDetail:
    """One duty with everything that was done. Refusals: `not-found`."""
    found = await session.get(RecurringDuty, duty_id)
    if found is None:
        raise NotFound()
    await policy.check_may_see(session, actor, found)
    return await _detail(session, found)


@router.post("/{duty_id}/done")
async def do_recurring_duty(duty_id: UUID, body: Doing, session: Transaction, actor: SignedIn) -> DutyDetail:
    """Say that it was done; late, too.

    Refusals: `not-found`, `not-your-duty`, `evidence-missing`, `no-such-attachment`, `done-outside-its-period`,
    `not-allowed-now`.
    """
    return await _detail(session, await actions.do(session, duty_id, by=actor, on=body.done_on, evidence=body.evidence))


@router.post("/{duty_id}/return")
async def return_recurring_duty(duty_id: UUID, body: Returning, session: Transaction, actor: SignedIn) -> DutyDetail:
    """Send it back, with what is missing. Refusals: `not-found`, `may-not-return-duty`, `not-allowed-now`."""
    return await _detail(session, await actions.send_back(session, duty_id, by=actor, words=body.words))


@router.post("/{duty_id}/skip", status_code=202)
async def skip_recurring_duty(duty_id: UUID, body: Skipping, session: Transaction, actor: SignedIn) -> SkipView:
    """Propose that the period be left out; another person above confirms it.

    Refusals: `not-found`, `not-your-duty`, `duty-has-ended`.
    """
    duty, proposal = await actions.propose_skip(session, duty_id, by=actor, reason=body.reason, words=body.words)
    return SkipView(id=duty.id, proposal_id=proposal.id, says_zh="已提请，须由另一位上级人员确认；确认前仍须按期办理。")


async def _line(session: Session, one: RecurringDuty) -> DutyLine:
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


async def _detail(session: Session, one: RecurringDuty) -> DutyDetail:
    vault = session.use(Vault)
    return DutyDetail(
        **(await _line(session, one)).model_dump(),
        asks_zh=one.asks.title_zh,
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


def _sheet(lines: list[DutyLine]) -> bytes:
    whole = BytesIO()
    with workbook(whole, in_memory=True) as book:
        sheet = book.add_worksheet("定期职责")
        sheet.set_column(0, len(COLUMNS) - 1, 16)
        sheet.write_row(0, 0, COLUMNS, book.add_format({"bold": True}))
        for row, one in enumerate(lines, start=1):
            days = (one.first_on, one.last_on, one.due_on)
            cells = (one.title, one.organization or "", one.post_zh, *map(str, days), one.when.title_zh)
            for column, cell in enumerate((*cells, str(one.done_on or ""))):
                sheet.write_string(row, column, harmless(cell))
    return whole.getvalue()
