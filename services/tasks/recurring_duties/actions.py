"""Doing a duty, sending it back, and leaving a period out with a reason and a second person."""

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import bindparam, select

from chassis.clock import local_date, real_now
from chassis.identity import Actor
from chassis.problems import NotFound
from chassis.secrecy import Vault, place_of
from chassis.session import Session
from chassis.tables import PROPOSAL, new_id
from chassis.two_persons import Act, Proposal, TwoPersons, propose
from services.tasks.attachments.actions import name_evidence
from services.tasks.notices.actions import tell
from services.tasks.notices.kinds import NoticeKind
from services.tasks.recurring_duties import policy
from services.tasks.recurring_duties.making import holders_of
from services.tasks.recurring_duties.model import (
    DutyHasEnded,
    DutyStage,
    RecurringDuty,
    RecurringStep,
    SkipReason,
)
from services.tasks.recurring_duties.rules import Asks
from services.tasks.roster import views as roster

SKIP = "recurring_duty.skip"
GOOD_FOR = timedelta(days=7)

PROPOSED = select(PROPOSAL.c.id).where(
    PROPOSAL.c.about == bindparam("duty"),
    PROPOSAL.c.kind == bindparam("kind"),
    PROPOSAL.c.stage == "open",
    PROPOSAL.c.expires_at > bindparam("now"),
)


async def do(session: Session, duty_id: UUID, *, by: Actor, on: date, evidence: Sequence[UUID]) -> RecurringDuty:
    """Note that a duty was done, late or in time, with what its rule asks.

    Raises `NotFound`, `NotYourDuty`, `EvidenceMissing`, `NoSuchAttachment`, `DoneOutsideItsPeriod`, `NotAllowedNow`.
    """
    duty = await _locked(session, duty_id)
    name = await policy.check_may_do(session, by, duty)
    fact = duty.do(on=on, today=local_date(session.now), by=by.person_id)
    await name_evidence(session, evidence, request_id=duty.id, by=by, required=duty.asks is Asks.EVIDENCE)
    session.publish(fact)
    _note(session, duty, "do", by=by.person_id, name=name)
    return duty


async def send_back(session: Session, duty_id: UUID, *, by: Actor, words: str) -> RecurringDuty:
    """Have a duty open again, with what is missing. Raises `NotFound`, `MayNotReturnDuty`, `NotAllowedNow`."""
    duty = await _locked(session, duty_id)
    name = await policy.check_may_return(session, by, duty)
    session.publish(duty.send_back(today=local_date(session.now), at=session.now))
    _note(session, duty, "return", by=by.person_id, name=name, words=words)
    for person_id in await holders_of(session, duty, today=local_date(session.now)):
        tell(session, person_id, NoticeKind.RECURRING_RETURNED, about_id=duty.id)
    return duty


async def propose_skip(
    session: Session, duty_id: UUID, *, by: Actor, reason: SkipReason, words: str
) -> tuple[RecurringDuty, Proposal]:
    """Put forward that a period be left out. Raises `NotFound`, `NotYourDuty`, `DutyHasEnded`."""
    duty = await _locked(session, duty_id)
    name = await policy.check_may_propose_skip(session, by, duty)
    waits = await session.first(PROPOSED, duty=duty.id, kind=SKIP, now=real_now())
    if duty.stage is not DutyStage.OPEN or waits is not None:
        raise DutyHasEnded()
    _note(session, duty, "propose_skip", by=by.person_id, name=name, reason=reason.value)
    act = session.use(TwoPersons).act(SKIP)
    proposal = propose(session, act, about=duty.id, scope=duty.division_code, reason=reason.value, words=words, by=by)
    return duty, proposal


async def _skip(session: Session, proposal: Proposal, second: UUID) -> None:
    """The second person is none whose duty it is."""
    duty = await _locked(session, proposal.about)
    if second in await holders_of(session, duty, today=local_date(session.now)):
        raise NotFound()
    session.publish(duty.skip(proposal.reason, at=session.now))
    posts = await roster.posts_of(session, second, today=local_date(session.now))
    name = next((post.name for post in posts if post.kind in policy.SECOND), "")
    _note(session, duty, "skip", by=second, name=name, reason=proposal.reason)


SKIPPING = Act(
    kind=SKIP,
    title_zh="一项定期职责本期不办",
    good_for=GOOD_FOR,
    areas=policy.areas_of_second,
    carry_out=_skip,
)


def _note(
    session: Session,
    duty: RecurringDuty,
    move: str,
    *,
    by: UUID,
    name: str,
    reason: str | None = None,
    words: str | None = None,
) -> None:
    step_id = new_id()
    place = place_of("recurring_step", "words", step_id)
    session.add(
        RecurringStep(
            id=step_id,
            duty_id=duty.id,
            township_code=duty.township_code,
            move=move,
            at=session.now,
            by=by,
            by_name=name,
            reason=reason,
            words=session.use(Vault).seal(words, place=place) if words else None,
        )
    )


async def _locked(session: Session, duty_id: UUID) -> RecurringDuty:
    duty = await session.get(RecurringDuty, duty_id, lock=True)
    if duty is None:
        raise NotFound()
    return duty
