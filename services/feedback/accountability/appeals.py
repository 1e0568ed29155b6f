"""Appeals against a decision, one level higher and by somebody else; and objections to a praise while it is posted."""

from uuid import UUID

from chassis.clock import local_date
from chassis.identity import Actor
from chassis.problems import NotAllowedNow, NotFound
from chassis.secrecy import Vault, place_of
from chassis.session import Session
from chassis.tables import new_id
from services.feedback.accountability import policy, views
from services.feedback.accountability.actions import sealed
from services.feedback.accountability.model import (
    AccountabilityCase,
    AnsweredAlready,
    AppealTooLate,
    NotAPraise,
    ObjectedAlready,
    PraiseObjection,
)
from services.feedback.accountability.words import AccountabilityStage


async def appeal(session: Session, case_id: UUID, *, by: Actor, words: str) -> AccountabilityCase:
    """Appeal, once, within the days for it. Raises `NotFound`, `NotYoursToAnswer`, `AppealTooLate`, `NotAllowedNow`."""
    case = await policy.check_may_see(session, by, await session.get(AccountabilityCase, case_id, lock=True))
    if not await policy.is_about(session, by.person_id, case):
        raise policy.NotYoursToAnswer()
    if case.praises:
        raise NotAllowedNow(move="appeal", stage=case.stage.value)
    case.move("appeal")
    if case.appeal_until is None or local_date(session.now) > case.appeal_until:
        raise AppealTooLate()
    case.appeal = sealed(session, case.id, "appeal", words)
    case.appealed_by, case.appealed_at = by.person_id, session.now
    return case


async def decide(session: Session, case_id: UUID, *, by: Actor, quash: bool, words: str) -> AccountabilityCase:
    """Quash a decision or let it stand. One whose time went by meanwhile is over with it.

    Raises `NotFound`, `MayNotHoldToAccount`, `DecidesAgain`, `NotAllowedNow`.
    """
    case = await policy.check_may_see(session, by, await session.get(AccountabilityCase, case_id, lock=True))
    level = await policy.appeals_go_to(session, case.organization_id)
    await policy.check_in_charge(session, by, level.id)
    await policy.check_not_about(session, by.person_id, case)
    if by.person_id in case.deciders:
        raise policy.DecidesAgain()
    move = "quash" if quash else "confirm"
    case.move(move)
    case.outcome = sealed(session, case.id, "outcome", words)
    case.outcome_by, case.outcome_at = by.person_id, session.now
    session.publish(case.told(move, at=session.now))
    if not quash and case.effect_until is not None and case.effect_until <= session.now:
        case.move("end")
    return case


async def object_to(session: Session, case_id: UUID, *, by: Actor, words: str) -> PraiseObjection:
    """Say what one has against a praise while it is posted. Raises `NotFound`, `NotAPraise`, `ObjectedAlready`."""
    case = await session.get(AccountabilityCase, case_id, lock=True)
    if case is None or not case.praises:
        raise NotFound()
    if case.stage is not AccountabilityStage.PROPOSED:
        raise NotAPraise()
    if await views.objection_of(session, case.id, by.person_id) is not None:
        raise ObjectedAlready()
    objection_id = new_id()
    made = PraiseObjection(
        id=objection_id,
        case_id=case.id,
        person_id=by.person_id,
        words=_sealed(session, objection_id, "words", words),
        made_at=session.now,
        answer=None,
        answered_by=None,
        answered_at=None,
    )
    session.add(made)
    return made


async def answer_objection(session: Session, objection_id: UUID, *, by: Actor, words: str) -> PraiseObjection:
    """Answer an objection. Raises `NotFound`, `MayNotHoldToAccount`, `AnsweredAlready`."""
    objection = await session.get(PraiseObjection, objection_id, lock=True)
    found = None if objection is None else await session.get(AccountabilityCase, objection.case_id)
    case = await policy.check_may_see(session, by, found)
    above = await policy.superior_of(session, case.organization_id)
    await policy.check_in_charge(session, by, above.id)
    await policy.check_not_about(session, by.person_id, case)
    if objection is None or objection.answered_at is not None:
        raise AnsweredAlready()
    objection.answer = _sealed(session, objection.id, "answer", words)
    objection.answered_by, objection.answered_at = by.person_id, session.now
    return objection


def _sealed(session: Session, objection_id: UUID, column: str, words: str) -> bytes:
    return session.use(Vault).seal(words, place=place_of("praise_objection", column, objection_id))
