"""The clocks of a case over HTTP, each minute with what caused it."""

from datetime import date, datetime
from uuid import UUID

from fastapi import APIRouter

from chassis.dated import Confidence
from chassis.http import Route, SignedIn, Transaction
from chassis.words import Output
from services.tasks.clocks.explaining import Explained, explain
from services.tasks.clocks.limits import PROVISIONAL_ZH, latest_promise
from services.tasks.requests import policy
from services.tasks.requests.views import clocks_of, seen

router = APIRouter(prefix="/requests", tags=["诉求"], route_class=Route)


class IntervalView(Output):
    """From when to when, what the clock did, and why; the minutes of a clock's intervals add up to its life."""

    begins: datetime
    ends: datetime
    minutes: int
    state: str
    state_zh: str
    why_zh: str
    fact_id: UUID | None
    rule: str
    source: str | None
    version: str


class ClockView(Output):
    """One clock of a case, with its whole life up to now."""

    clock: str
    clock_zh: str
    turn: int
    started_at: datetime
    amount_zh: str | None
    due_at: datetime
    last_day: date
    provisional: bool
    provisional_zh: str | None
    state: str
    state_zh: str
    rule: str
    rule_zh: str | None
    rule_version: str
    source: str | None
    confidence: str | None
    confidence_zh: str | None
    calendar_version: str | None
    days_counted: int | None
    running_minutes: int
    paused_minutes: int
    overdue_minutes: int
    met_at: datetime | None
    intervals: list[IntervalView]


@router.get("/{request_id}/clocks")
async def clocks(request_id: UUID, session: Transaction, actor: SignedIn) -> list[ClockView]:
    """Every clock of a case, and every minute of it by what caused it, for those who may see the case."""
    request = await seen(session, request_id)
    await policy.check_may_see(session, actor, request)
    return [_view(await explain(session, clock)) for clock in await clocks_of(session, request.id)]


def _view(one: Explained) -> ClockView:
    clock = one.clock
    return ClockView(
        clock=clock.kind.value,
        clock_zh=clock.kind.title_zh,
        turn=clock.turn,
        started_at=clock.started_at,
        amount_zh=one.amount_zh,
        due_at=one.limit.due_at,
        last_day=latest_promise(one.limit.due_at),
        provisional=one.limit.provisional,
        provisional_zh=PROVISIONAL_ZH if one.limit.provisional else None,
        state=one.state.value,
        state_zh=one.state.title_zh,
        rule=clock.rule,
        rule_zh=clock.rule_name,
        rule_version=clock.rule_version,
        source=clock.rule_source,
        confidence=clock.rule_confidence,
        confidence_zh=Confidence(clock.rule_confidence).title_zh if clock.rule_confidence else None,
        calendar_version=clock.calendar_version,
        days_counted=one.days_counted,
        running_minutes=one.running_minutes,
        paused_minutes=one.paused_minutes,
        overdue_minutes=one.overdue_minutes,
        met_at=clock.met_at,
        intervals=[
            IntervalView(
                begins=line.begins,
                ends=line.ends,
                minutes=line.minutes,
                state=line.state.value,
                state_zh=line.state.title_zh,
                why_zh=line.why_zh,
                fact_id=line.fact_id,
                rule=line.rule,
                source=line.source,
                version=line.version,
            )
            for line in one.lines
        ],
    )
