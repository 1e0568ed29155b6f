"""A case's times side by side: the law's, what its agent usually needs, and what they promised for this one."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from chassis.calendar import WorkCalendar
from chassis.clock import local_date
from chassis.identity import Actor
from chassis.session import Session
from services.tasks.clocks.limits import Amount, Unit, latest_promise, limit
from services.tasks.own_times import views
from services.tasks.requests import policy
from services.tasks.requests.model import ServiceRequest
from services.tasks.requests.stages import Stage
from services.tasks.requests.views import DISPATCHES, item_of, seen
from services.tasks.rules.pack import RulePack

OVER = {Stage.HANDLED, Stage.REPLIED, Stage.CALL_BACK, Stage.JUDGED, Stage.ARCHIVED}


@dataclass(frozen=True, slots=True)
class Sheet:
    """Local dates, each the last day that is in time."""

    item: str | None
    legal_time: str
    legal_on: date
    usual_days: int | None
    usual_on: date | None
    first_promised_on: date | None
    promised_on: date | None
    earlier: str | None  # promise, legal, or same
    due_on: date
    days_to_go: int | None  # none once it is done; below nought when it is late
    said: str


async def sheet_of(session: Session, actor: Actor, request_id: UUID) -> Sheet:
    """The times of a case that the actor may see. Raises `NotFound`."""
    request = await seen(session, request_id)
    await policy.check_may_see(session, actor, request)
    today = local_date(session.now)
    item = item_of(session, request)
    amount = item.legal_time if item else _rule(session, request)
    legal_on = latest_promise(request.finish_due_at)
    usual = await _usual(session, request, today)
    promised = request.promised_on
    due_on = min(promised, legal_on) if promised else legal_on
    days = None if request.stage in OVER else (due_on - today).days
    return Sheet(
        item=item.name if item else None,
        legal_time=amount.title_zh,
        legal_on=legal_on,
        usual_days=usual[0] if usual else None,
        usual_on=usual[1] if usual else None,
        first_promised_on=request.first_promised_on,
        promised_on=promised,
        earlier=_earlier(promised, legal_on),
        due_on=due_on,
        days_to_go=days,
        said=_said(promised, legal_on, days),
    )


def _rule(session: Session, request: ServiceRequest) -> Amount:
    return session.use(RulePack).rule(request.kind, on=local_date(request.submitted_at)).amount


async def _usual(session: Session, request: ServiceRequest, today: date) -> tuple[int, date] | None:
    """What whoever has it usually needs for the errand, counted from when it was given to them."""
    given = await session.all(DISPATCHES, request=request.id)
    if not given or request.item_code is None:
        return None
    own = await views.of_post(session, given[-1].post_id, request.item_code, today=today)
    if own is None:
        return None
    amount = Amount(value=own.own_days, unit=Unit.WORKING_DAYS)
    end = limit(amount, given[-1].dispatched_at, session.use(WorkCalendar))
    return own.own_days, latest_promise(end.due_at)


def _earlier(promised: date | None, legal: date) -> str | None:
    if promised is None:
        return None
    return "promise" if promised < legal else "legal" if legal < promised else "same"


def _said(promised: date | None, legal: date, days: int | None) -> str:
    """The same in one sentence for whoever asked."""
    if promised is None:
        beside = f"承办人还没有承诺日期，最迟 {legal.isoformat()} 办结"
    elif promised < legal:
        beside = (
            f"承办人承诺 {promised.isoformat()} 前办结，比法定的 {legal.isoformat()} 早 {(legal - promised).days} 天"
        )
    else:
        beside = f"承办人承诺 {promised.isoformat()} 前办结，法定最迟 {legal.isoformat()}"
    if days is None:
        return f"{beside}；已经办理。"
    if days < 0:
        return f"{beside}；已经超过 {-days} 天。"
    return f"{beside}；还有 {days} 天。" if days else f"{beside}；就是今天。"
