"""Taking in what `tasks` tells of recurring duties; the facts of one duty come in order, and may come twice."""

from chassis.session import Session
from contracts.tasks import RecurringDutyDone, RecurringDutyMissed, RecurringDutyReturned, RecurringDutySkipped
from services.feedback.recurring_duties.model import DutyOutcome, RecurringDutyRecord


async def record_a_duty_done(event: RecurringDutyDone, session: Session) -> None:
    """It was done, in time or late."""
    await _record(session, event, DutyOutcome.IN_TIME if event.in_time else DutyOutcome.LATE)


async def record_a_missed_duty(event: RecurringDutyMissed, session: Session) -> None:
    """Its day is over, and it is not done."""
    await _record(session, event, DutyOutcome.MISSED)


async def record_a_duty_sent_back(event: RecurringDutyReturned, session: Session) -> None:
    """It is not done after all."""
    await _record(session, event, DutyOutcome.MISSED if event.missed else DutyOutcome.OPEN)


async def record_a_duty_left_out(event: RecurringDutySkipped, session: Session) -> None:
    """It counts for nothing."""
    await _record(session, event, DutyOutcome.SKIPPED)


async def _record(
    session: Session,
    event: RecurringDutyDone | RecurringDutyMissed | RecurringDutyReturned | RecurringDutySkipped,
    outcome: DutyOutcome,
) -> None:
    found = await session.get(RecurringDutyRecord, event.duty_id, lock=True)
    if found is None:
        session.add(
            RecurringDutyRecord(
                id=event.duty_id,
                organization_id=event.organization_id,
                division_code=event.division_code,
                rule_code=event.rule_code,
                due_on=event.due_on,
                outcome=outcome,
            )
        )
    else:
        found.outcome = outcome
