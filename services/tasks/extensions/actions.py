"""Asking for an extension, and deciding about it."""

from uuid import UUID

from chassis.calendar import WorkCalendar
from chassis.clock import local_date
from chassis.identity import Actor
from chassis.problems import NotFound
from chassis.secrecy import Vault, place_of
from chassis.session import Session
from chassis.tables import new_id
from contracts.tasks import RequestExtended
from services.tasks.acceptances.policy import check_is_with
from services.tasks.clocks.life import What, prolonged
from services.tasks.clocks.limits import Amount, Unit, latest_promise, limit
from services.tasks.clocks.model import ClockKind
from services.tasks.clocks.moving import happen
from services.tasks.clocks.running import RUNNING
from services.tasks.extensions.model import (
    DecidedAlready,
    Extension,
    ExtensionReason,
    ExtensionTooLate,
    ExtensionTooLong,
    LimitOver,
    MayNotDecide,
    TooManyExtensions,
)
from services.tasks.extensions.views import extensions_of
from services.tasks.notices.actions import tell
from services.tasks.notices.kinds import NoticeKind
from services.tasks.requests import policy
from services.tasks.requests.model import ServiceRequest
from services.tasks.requests.stages import LIFECYCLE
from services.tasks.requests.views import load
from services.tasks.roster import views as roster
from services.tasks.rules.pack import Rule, RuleId, RulePack


async def ask(
    session: Session, request_id: UUID, *, by: Actor, days: int, reason: str, code: ExtensionReason
) -> Extension:
    """Ask for more time, in the unit of the rule; those above the organisation are told.

    Raises `ExtensionTooLate`, `ExtensionTooLong`, `TooManyExtensions`.
    """
    request = await load(session, request_id)
    await policy.check_may_see(session, by, request)
    await check_is_with(session, by, request)
    LIFECYCLE.after("extend", request.stage)
    pack, calendar, today = session.use(RulePack), session.use(WorkCalendar), local_date(session.now)
    cap = pack.rule(RuleId.EXTENSION, on=today)
    clock = await session.first(RUNNING, request=request.id, kind=ClockKind.FINISH)
    before = pack.rule(RuleId.EXTENSION_BEFORE, on=today).amount
    if clock is None or limit(before, session.now, calendar).due_at > clock.due_at:
        raise ExtensionTooLate(before=before.title_zh)
    _check_cap(await extensions_of(session, request.id), days, cap, most=pack.rule(RuleId.EXTENSIONS, on=today).value)
    more = Amount(value=days, unit=Unit(cap.unit))
    extension_id = new_id()
    asked = Extension(
        id=extension_id,
        request_id=request.id,
        amount=more.value,
        unit=more.unit,
        code=code,
        reason=session.use(Vault).seal(reason, place=place_of("extension", "reason", extension_id)),
        asked_at=session.now,
        asked_by=by.person_id,
        due_before=clock.due_at,
        would_be=prolonged(clock.due_at, more, calendar),
        granted=None,
        decided_at=None,
        decided_by=None,
        words=None,
        due_after=None,
    )
    session.add(asked)
    await _tell_those_above(session, request, by=by.person_id)
    return asked


async def decide(
    session: Session, extension_id: UUID, *, by: Actor, granted: bool, words: str | None
) -> tuple[ServiceRequest, Extension]:
    """Grant an extension or refuse it, from above; the first promise stays, and the requester is told the new day.

    Raises `NotFound`, `MayNotDecide`, `DecidedAlready`, `LimitOver`.
    """
    seen = await session.get(Extension, extension_id)
    if seen is None:
        raise NotFound()
    request = await load(session, seen.request_id)
    await policy.check_may_see(session, by, request)
    asked = await session.get(Extension, extension_id, lock=True)
    if asked is None:
        raise NotFound()
    involved = by.person_id in {asked.asked_by, request.working_person_id}
    if involved or not await policy.is_overseer(session, by, request):
        raise MayNotDecide()
    if asked.granted is not None:
        raise DecidedAlready()
    asked.granted, asked.decided_at, asked.decided_by = granted, session.now, by.person_id
    if words:
        asked.words = session.use(Vault).seal(words, place=place_of("extension", "words", asked.id))
    if not granted:
        tell(session, asked.asked_by, NoticeKind.EXTENSION_REFUSED, request_id=request.id)
        return request, asked
    clock = await session.first(RUNNING, request=request.id, kind=ClockKind.FINISH)
    if clock is None or session.now >= clock.due_at:
        raise LimitOver()
    request.move("extend")
    rule = session.use(RulePack).rule(RuleId.EXTENSION, on=local_date(session.now))
    found = await happen(
        session, clock, request, What.EXTENDED, amount=asked.more(), rule=rule, about_id=asked.id, by=by.person_id
    )
    asked.due_after = found.due_at
    if request.promised_on is not None:
        request.promised_on = latest_promise(found.due_at)
    session.publish(
        RequestExtended(
            request_id=request.id, reason=asked.code.value, extended_at=session.now, finish_due_at=found.due_at
        )
    )
    tell(session, request.requester_id, NoticeKind.EXTENDED, request_id=request.id)
    tell(session, asked.asked_by, NoticeKind.EXTENSION_GRANTED, request_id=request.id)
    return request, asked


def _check_cap(known: list[Extension], days: int, cap: Rule, *, most: int) -> None:
    """As often and as long as the rule allows, refused ones not counted."""
    counted = [one for one in known if one.granted is not False]
    if len(counted) >= most or any(one.granted is None for one in counted):
        raise TooManyExtensions(most=most)
    used = sum(one.amount for one in counted if one.unit == cap.unit)
    if used + days > cap.value:
        raise ExtensionTooLong(left=max(cap.value - used, 0), unit=Unit(cap.unit).title_zh)


async def _tell_those_above(session: Session, request: ServiceRequest, *, by: UUID) -> None:
    if request.working_organization_id is None:
        return
    _, head = await roster.head_at_or_above(
        session,
        request.working_organization_id,
        steps=1,
        today=local_date(session.now),
        past=request.about_person_id,
    )
    if head is not None and head.person_id != by:
        tell(session, head.person_id, NoticeKind.EXTENSION_ASKED, request_id=request.id)
