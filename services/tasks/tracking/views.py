"""What a tracking code shows: the way of a case in plain words, and nothing by which anybody could be known."""

from datetime import date, datetime, timedelta

from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis.clock import local_date
from chassis.problems import NotFound
from chassis.secrecy import Vault
from chassis.session import Session
from chassis.words import Output
from services.tasks.clocks.limits import latest_promise
from services.tasks.clocks.model import Clock, ClockKind
from services.tasks.dispatches.model import Dispatch
from services.tasks.extensions.views import last_granted
from services.tasks.merges.views import lead_of
from services.tasks.outcomes.views import OutcomeView, outcome_of
from services.tasks.pauses.views import going_on
from services.tasks.requests.forms import LimitView
from services.tasks.requests.model import ServiceRequest
from services.tasks.requests.showing import limit_view
from services.tasks.requests.stages import Stage
from services.tasks.requests.views import clocks_of, item_of
from services.tasks.roster.model import Organization, Post
from services.tasks.rules.pack import Rule
from services.tasks.tracking.words import POSTS_ZH, Until, countdown, says
from services.tasks.urgencies.limits import amount_of, finishing

BY_CODE = select(ServiceRequest).where(col(ServiceRequest.tracking_index) == bindparam("tracking"))
LAST_GIVEN = (
    select(Dispatch)
    .where(col(Dispatch.request_id) == bindparam("request"))
    .order_by(col(Dispatch.turn).desc())
    .limit(1)
)

NO_RIGHT_ZH = "查询码只能查看进度，不能评判；评判请本人登录、等候回访或使用评判条。"


class PostView(Output):
    """The post that answers for it: who holds it stands on the contact card at the village's door."""

    kind_zh: str
    unit_zh: str | None  # none where the case goes past the unit's own people


class PromisedView(Output):
    """The handler's promise beside what came of it."""

    first_on: date  # kept for scoring, whatever was promised later
    on: date
    changed: bool
    days_left: int | None  # none once it was handled; below nought when it is over
    countdown_zh: str | None
    kept: bool | None  # the first promise; none while that is open


class PausedView(Output):
    """What a paused case waits for, in the words of the rules alone."""

    since: date
    resumes_by: date  # by itself, at the latest
    reason: str
    reason_zh: str


class ExtendedView(Output):
    """The extension by which a case has its present limit, in the words of the rules alone."""

    granted_on: date
    more_zh: str
    last_day: date
    reason: str
    reason_zh: str


class TrackedView(Output):
    """How far a case has come. Whoever has the code reads it, and may do nothing with the case."""

    stage: str
    stage_zh: str
    says_zh: str
    submitted_on: date
    post: PostView | None
    promise: PromisedView | None
    lead_promise: PromisedView | None  # of the case together with which it is done
    paused: PausedView | None
    extended: ExtendedView | None
    legal_time_zh: str
    outcome: OutcomeView
    limits: list[LimitView]
    note_zh: str


async def by_code(session: Session, digits: str) -> ServiceRequest:
    """The case with this code. Raises `NotFound`."""
    index = session.use(Vault).index(digits, place="service_request.tracking")
    request = await session.first(BY_CODE, tracking=index)
    if request is None:
        raise NotFound()
    return request


async def tracked(session: Session, request: ServiceRequest) -> TrackedView:
    """A case as its code shows it."""
    clocks = await clocks_of(session, request.id)
    today = local_date(session.now)
    merged = await lead_of(session, request) if request.stage is Stage.MERGED else None
    paused, extended = await _paused(session, request), await _extended(session, request)
    because = {Stage.PAUSED: paused, Stage.EXTENDED: extended}.get(request.stage)
    return TrackedView(
        stage=request.stage.value,
        stage_zh=request.stage.title_zh,
        says_zh=says(
            request.stage,
            _until(request, clocks, lead=merged, resume=paused.resumes_by if paused else None),
            why=because.reason_zh if because else None,
        ),
        submitted_on=local_date(request.submitted_at),
        post=await _post(session, request),
        promise=_promised(request, today=today),
        lead_promise=_promised(merged, today=today) if merged else None,
        paused=paused,
        extended=extended,
        legal_time_zh=_legal_time(session, request),
        outcome=await outcome_of(session, request),
        limits=[limit_view(clock) for clock in clocks],
        note_zh=NO_RIGHT_ZH,
    )


async def _post(session: Session, request: ServiceRequest) -> PostView | None:
    given = await session.first(LAST_GIVEN, request=request.id)
    if given is None or given.returned_at is not None:
        return None
    post = await session.get(Post, given.post_id)
    if post is None:
        return None
    unit = await session.get(Organization, given.organization_id)
    past = request.about_person_id is not None
    return PostView(kind_zh=POSTS_ZH.get(post.kind, "工作人员"), unit_zh=None if past or unit is None else unit.name)


def _promised(request: ServiceRequest, *, today: date) -> PromisedView | None:
    first, on = request.first_promised_on, request.promised_on
    if first is None or on is None:
        return None
    handled = local_date(request.handled_at) if request.handled_at else None
    kept = handled <= first if handled else False if today > first else None
    return PromisedView(
        first_on=first,
        on=on,
        changed=first != on,
        days_left=None if handled else (on - today).days,
        countdown_zh=None if handled else countdown(on, today=today),
        kept=kept,
    )


def _legal_time(session: Session, request: ServiceRequest) -> str:
    item, kind, urgency = item_of(session, request), request.kind, request.urgency
    rule = finishing(session, item=item, kind=kind, urgency=urgency, at=request.submitted_at)
    jurisdiction = f"（{rule.jurisdiction}）" if isinstance(rule, Rule) else ""
    return f"{amount_of(rule).title_zh}{jurisdiction}"


async def _paused(session: Session, request: ServiceRequest) -> PausedView | None:
    pause = await going_on(session, request.id) if request.stage is Stage.PAUSED else None
    if pause is None:
        return None
    return PausedView(
        since=local_date(pause.paused_at),
        resumes_by=local_date(pause.ends_at),
        reason=pause.reason.value,
        reason_zh=pause.reason.title_zh,
    )


async def _extended(session: Session, request: ServiceRequest) -> ExtendedView | None:
    extension = await last_granted(session, request.id)
    if extension is None or extension.decided_at is None or extension.due_after is None:
        return None
    return ExtendedView(
        granted_on=local_date(extension.decided_at),
        more_zh=extension.more().title_zh,
        last_day=latest_promise(extension.due_after),
        reason=extension.code.value,
        reason_zh=extension.code.title_zh,
    )


def _until(request: ServiceRequest, clocks: list[Clock], *, lead: ServiceRequest | None, resume: date | None) -> Until:
    def end(kind: ClockKind) -> datetime | None:
        return next((one.due_at for one in reversed(clocks) if one.kind is kind and one.met_at is None), None)

    def day(kind: ClockKind) -> date | None:
        due_at = end(kind)
        return latest_promise(due_at) if due_at else None

    return Until(
        accept=end(ClockKind.ACCEPT),
        finish=latest_promise(request.finish_due_at),
        rectify=day(ClockKind.RECTIFY),
        call_back=day(ClockKind.CALL_BACK),
        appeal=day(ClockKind.APPEAL),
        promised=request.promised_on,
        lead_promised=lead.promised_on if lead else None,
        resume=resume,
        finish_provisional=request.finish_provisional,
        archive=local_date(request.archive_at - timedelta(microseconds=1)) if request.archive_at else None,
    )
