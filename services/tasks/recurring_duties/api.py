"""Recurring duties over HTTP."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import Field

from chassis.clock import local_date
from chassis.http import Route, SignedIn, Transaction
from chassis.paging import NEWEST, Cursor, Limit, cursor_of_next, place
from chassis.problems import NotFound
from chassis.sheets.writing import GIVEN_OUT, XLSX
from chassis.words import Input, Output, Words
from services.tasks.recurring_duties import actions, policy, views
from services.tasks.recurring_duties.model import RecurringDuty, SkipReason
from services.tasks.recurring_duties.periods import Every
from services.tasks.recurring_duties.rules import RecurringRules
from services.tasks.recurring_duties.sheet import spreadsheet
from services.tasks.recurring_duties.showing import DutyDetail, DutyLine, detail, line
from services.tasks.recurring_duties.views import When, Whose

router = APIRouter(prefix="/recurring-duties", tags=["定期职责"], route_class=Route)

MOST_ROWS = 2000
EMPTY = {
    When.MISSED: "没有逾期未办的定期职责。",
    When.TODAY: "今天没有到期的定期职责。",
    When.SOON: "近期没有到期的定期职责。",
}
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
        items=[await line(session, one) for one in found],
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
    lines = [await line(session, one) for one in found]
    headers = {"Content-Disposition": 'attachment; filename="recurring-duties.xlsx"', "Cache-Control": "no-store"}
    return Response(spreadsheet(lines), headers=headers, media_type=XLSX)


@router.get("/{duty_id}")
async def recurring_duty(duty_id: UUID, session: Transaction, actor: SignedIn) -> DutyDetail:
    """One duty with everything that was done. Refusals: `not-found`."""
    found = await session.get(RecurringDuty, duty_id)
    if found is None:
        raise NotFound()
    await policy.check_may_see(session, actor, found)
    return await detail(session, found)


@router.post("/{duty_id}/done")
async def do_recurring_duty(duty_id: UUID, body: Doing, session: Transaction, actor: SignedIn) -> DutyDetail:
    """Say that it was done; late, too.

    Refusals: `not-found`, `not-your-duty`, `evidence-missing`, `no-such-attachment`, `done-outside-its-period`,
    `not-allowed-now`.
    """
    return await detail(session, await actions.do(session, duty_id, by=actor, on=body.done_on, evidence=body.evidence))


@router.post("/{duty_id}/return")
async def return_recurring_duty(duty_id: UUID, body: Returning, session: Transaction, actor: SignedIn) -> DutyDetail:
    """Send it back, with what is missing. Refusals: `not-found`, `may-not-return-duty`, `not-allowed-now`."""
    return await detail(session, await actions.send_back(session, duty_id, by=actor, words=body.words))


@router.post("/{duty_id}/skip", status_code=202)
async def skip_recurring_duty(duty_id: UUID, body: Skipping, session: Transaction, actor: SignedIn) -> SkipView:
    """Propose that the period be left out; another person above confirms it.

    Refusals: `not-found`, `not-your-duty`, `duty-has-ended`.
    """
    duty, proposal = await actions.propose_skip(session, duty_id, by=actor, reason=body.reason, words=body.words)
    return SkipView(id=duty.id, proposal_id=proposal.id, says_zh="已提请，须由另一位上级人员确认；确认前仍须按期办理。")
