"""Every minute of a case told by what caused it: from when to when, what its clocks did, under which rule."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis.session import Session
from services.tasks.clocks.intervals import Interval, days_counted, intervals, minutes_in
from services.tasks.clocks.life import Course, State, What, limit_of, worked_out
from services.tasks.clocks.limits import Limit, Unit, latest_promise
from services.tasks.clocks.model import Clock, ClockFact
from services.tasks.clocks.moving import course_of, facts_of
from services.tasks.pauses.model import PauseReason

BY_URGENCY = "urgency"
"""Why a clock was given another amount, where a case was found more or less urgent."""

BY_GROUND = "ground"
"""Why a rectification's clock was given another amount: on what ground it is put right."""

COUNTED = (State.COUNTED, State.FIRST_DAY, State.RESUMED_DAY, State.REST)


@dataclass(frozen=True, slots=True)
class Line:
    """One interval of a clock, and why it is as it is."""

    begins: datetime
    ends: datetime
    minutes: int
    state: State
    why_zh: str
    fact_id: UUID | None  # none where it is the start, or the calendar
    rule: str
    source: str | None
    version: str


@dataclass(frozen=True, slots=True)
class Explained:
    """One clock with its life up to an instant."""

    clock: Clock
    limit: Limit  # worked out anew from what happened; while it is paused, as it stood at the pause
    state: State
    amount_zh: str | None
    days_counted: int | None  # of a limit of days
    running_minutes: int
    paused_minutes: int
    overdue_minutes: int
    lines: list[Line]


async def explain(session: Session, clock: Clock) -> Explained:
    """A clock's life up to now."""
    facts, course = await facts_of(session, clock), await course_of(session, clock)
    life = intervals(course, until=session.now)
    worked = worked_out(course, None)
    last = life[-1].state if life else State.COUNTED
    amount = clock.base()
    return Explained(
        clock=clock,
        limit=limit_of(course),
        state=last,
        amount_zh=amount.title_zh if amount else None,
        days_counted=None if worked.unit is Unit.HOURS else days_counted(course, until=_end(clock, session.now)),
        running_minutes=minutes_in(life, *COUNTED),
        paused_minutes=minutes_in(life, State.PAUSED),
        overdue_minutes=minutes_in(life, State.OVERDUE),
        lines=_lines(clock, course, facts, life),
    )


def _end(clock: Clock, now: datetime) -> datetime:
    return min(now, clock.met_at or now, clock.due_at)


def _lines(clock: Clock, course: Course, facts: list[ClockFact], life: list[Interval]) -> list[Line]:
    by_happening = {id(one): fact for one, fact in zip(course.happened, facts, strict=True)}
    found: list[Line] = []
    for one in life:
        fact = by_happening[id(one.because)] if one.because is not None else None
        line = _line(clock, course, fact, one)
        last = found[-1] if found else None
        if last is not None and line.state is State.REST is last.state and line.why_zh == last.why_zh:
            found[-1] = Line(
                last.begins,
                line.ends,
                last.minutes + line.minutes,
                line.state,
                line.why_zh,
                None,
                line.rule,
                line.source,
                line.version,
            )
        else:
            found.append(line)
    return found


def _line(clock: Clock, course: Course, fact: ClockFact | None, one: Interval) -> Line:
    rule = fact.rule if fact and fact.rule else clock.rule
    source = fact.rule_source if fact and fact.rule else clock.rule_source
    version = fact.rule_version if fact and fact.rule_version else clock.rule_version
    why = _why(clock, fact, one)
    if one.state is State.REST and one.day is not None:
        calendar = worked_out(course, one.begins).calendar
        said = calendar.why(one.day)
        why = f"非工作日：{said[0] or '放假'}" if said else "非工作日：周末"
        if calendar.provisional(one.day):
            why += "（暂定）"
        rule, source, version = "work_calendar", said[1] if said else None, calendar.version
    return Line(one.begins, one.ends, one.minutes, one.state, why, fact.id if fact else None, rule, source, version)


def _why(clock: Clock, fact: ClockFact | None, one: Interval) -> str:
    amount = clock.base()
    start = f"{clock.rule_name or clock.rule}{f'：{amount.title_zh}' if amount else ''}"
    match one.state:
        case State.FIRST_DAY:
            return f"开始计时（{start}），当日不计入"
        case State.MET | State.MET_LATE:
            return one.state.title_zh
        case State.OVERDUE:
            return f"已超过时限（最后一天 {latest_promise(one.begins)}）"
    return start if fact is None else _of_fact(fact, one)


def _of_fact(fact: ClockFact, one: Interval) -> str:
    last_day = latest_promise(fact.due_after)
    amount = f"{fact.amount}{fact.unit.title_zh}" if fact.amount and fact.unit else ""
    match fact.what:
        case What.PAUSED:
            return f"挂起：{PauseReason(fact.cause).title_zh if fact.cause else ''}"
        case What.RESUMED:
            how = "挂起已满最长时间，自动恢复" if fact.by is None else "恢复计时"
            return f"{how}，当日不计入" if one.state is State.RESUMED_DAY else f"{how}，最后一天改为 {last_day}"
        case What.EXTENDED:
            return f"同意延期{amount}，最后一天改为 {last_day}"
        case What.ORDERED:
            return f"{_by_order(fact)}，改用新时限{amount}，最后一天改为 {last_day}"
        case What.RECOUNTED:
            return f"按新工作日历 {fact.calendar_version} 重算，最后一天改为 {last_day}"


def _by_order(fact: ClockFact) -> str:
    if fact.cause == BY_GROUND:
        return "按整改原因"
    return "紧急程度变更" if fact.cause == BY_URGENCY else f"奉令（{fact.cause or '未写原因'}）"
