"""Calling a meeting about a matter, recording it, and having another person confirm it."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import bindparam, func, select
from sqlmodel import col
from sqlmodel import select as select_rows

from chassis.clock import local_date
from chassis.identity import Actor
from chassis.problems import NotFound
from chassis.secrecy import Vault, place_of
from chassis.session import Session
from chassis.tables import new_id
from services.feedback.deliberations import policy
from services.feedback.deliberations.actions import locked
from services.feedback.deliberations.majorities import Counts, MeetingOutcome
from services.feedback.deliberations.meetings.model import (
    MeetingCalledAlready,
    VillageMeeting,
    VillageMeetingStage,
    WrongBody,
    check_notice,
)
from services.feedback.deliberations.model import Deliberation, DeliberationStage
from services.feedback.roster.model import Division
from services.feedback.rules.meetings import DeliberationRules, Figure, MeetingKind

OF_MATTER = (
    select_rows(VillageMeeting)
    .where(col(VillageMeeting.deliberation_id) == bindparam("matter"))
    .order_by(col(VillageMeeting.id))
)
OPEN = {VillageMeetingStage.CALLED, VillageMeetingStage.RECORDED}
LAST_NUMBER = select(func.max(col(Deliberation.number))).where(
    col(Deliberation.division_code) == bindparam("village"), col(Deliberation.year) == bindparam("year")
)


@dataclass(frozen=True, slots=True)
class Call:
    """When and where a meeting takes place, what about, and how many were due by the register of a day."""

    kind: MeetingKind
    meets_at: datetime
    place: str
    agenda: str
    entitled: int
    entitled_on: date


async def call(session: Session, matter_id: UUID, *, by: Actor, what: Call) -> VillageMeeting:
    """Call the meeting of the step that a matter is at, under the rule of today.

    Raises `NotFound`, `MayNotKeepDeliberations`, `WrongBody`, `MeetingCalledAlready`, `NoticeTooShort`.
    """
    matter = await locked(session, matter_id, by=by)
    if what.kind not in matter.bodies:
        raise WrongBody(kinds=[kind.value for kind in matter.bodies])
    earlier = await session.all(OF_MATTER, matter=matter.id)
    if any(one.stage in OPEN for one in earlier):
        raise MeetingCalledAlready()
    today = local_date(session.now)
    rule = session.use(DeliberationRules).meeting(what.kind, on=today)
    check_notice(rule, what.meets_at, today=today)
    meeting_id = new_id()
    meeting = VillageMeeting(
        id=meeting_id,
        township_code=matter.township_code,
        division_code=matter.division_code,
        deliberation_id=matter.id,
        step=matter.stage,
        kind=what.kind,
        number=1 + sum(1 for one in earlier if one.step is matter.stage),
        version=matter.version,
        stage=VillageMeetingStage.CALLED,
        meets_at=what.meets_at,
        place=what.place,
        agenda=session.use(Vault).seal(what.agenda, place=place_of("village_meeting", "agenda", meeting_id)),
        called_by=by.person_id,
        called_at=session.now,
        notice_days=rule.notice_days,
        quorum=rule.quorum.packed,
        majority=rule.majority.packed,
        base=rule.base,
        rule_source=rule.source,
        rule_confidence=rule.confidence.value,
        entitled=what.entitled,
        entitled_source=rule.entitled,
        entitled_on=what.entitled_on,
        attended=None,
        in_favour=None,
        against=None,
        abstained=None,
        minutes_title=None,
        minutes_digest=None,
        recorded_by=None,
        recorded_at=None,
        confirmed_by=None,
        confirmed_at=None,
        outcome=None,
    )
    session.add(meeting)
    return meeting


async def record(
    session: Session,
    meeting_id: UUID,
    *,
    by: Actor,
    attended: int,
    in_favour: int,
    against: int,
    abstained: int,
    minutes_title: str,
    minutes_digest: bytes,
) -> VillageMeeting:
    """Write down who came and how many voted how, with the digest of the signed minutes.

    Raises `NotFound`, `MayNotKeepDeliberations`, `NotAllowedNow`, `MeetingNotHeldYet`, `CountsDoNotAddUp`.
    """
    meeting = await _locked(session, meeting_id, by=by)
    counts = Counts(meeting.entitled, attended, in_favour, against, abstained)
    meeting.record(counts, minutes_title=minutes_title, minutes_digest=minutes_digest, by=by.person_id, at=session.now)
    return meeting


async def confirm(session: Session, meeting_id: UUID, *, by: Actor) -> VillageMeeting:
    """Find a meeting as recorded; its matter goes on, waits for another meeting, or was not carried.

    Raises `NotFound`, `MayNotKeepDeliberations`, `NotAllowedNow`, `ConfirmedByKeeper`.
    """
    meeting = await _locked(session, meeting_id, by=by)
    outcome = meeting.confirm(by=by.person_id, at=session.now)
    matter = await locked(session, meeting.deliberation_id, by=by)
    if outcome is MeetingOutcome.CARRIED:
        matter.carry()
        if matter.stage is DeliberationStage.RESOLVED:
            await _number(session, matter)
    elif outcome is MeetingOutcome.NOT_CARRIED:
        matter.move("reject")
    return meeting


async def return_(session: Session, meeting_id: UUID, *, by: Actor) -> VillageMeeting:
    """Find what was recorded wrong: it is recorded again.

    Raises `NotFound`, `MayNotKeepDeliberations`, `NotAllowedNow`, `ConfirmedByKeeper`.
    """
    meeting = await _locked(session, meeting_id, by=by)
    meeting.return_(by=by.person_id)
    return meeting


async def call_off(session: Session, meeting_id: UUID, *, by: Actor) -> VillageMeeting:
    """Have a meeting not take place. Raises `NotFound`, `MayNotKeepDeliberations`, `NotAllowedNow`."""
    meeting = await _locked(session, meeting_id, by=by)
    meeting.call_off()
    return meeting


async def _number(session: Session, matter: Deliberation) -> None:
    """Give a resolution the next number of its village and year, and the day by which it is to be published."""
    await session.get(Division, matter.division_code, lock=True)  # numbers are given one by one
    today = local_date(session.now)
    found = await session.first(LAST_NUMBER, village=matter.division_code, year=today.year)
    last = found[0] if found else None
    matter.year, matter.number, matter.resolved_on = today.year, (last or 0) + 1, today
    within = session.use(DeliberationRules).days(Figure.RESOLUTION_WITHIN, on=today)
    matter.due_on = today + timedelta(days=within)


async def _locked(session: Session, meeting_id: UUID, *, by: Actor) -> VillageMeeting:
    meeting = await session.get(VillageMeeting, meeting_id, lock=True)
    if meeting is None:
        raise NotFound()
    await policy.check_may_keep(session, by, meeting.division_code)
    return meeting
