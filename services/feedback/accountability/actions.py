"""Proposing, hearing and deciding: nothing is decided about somebody unheard, and nothing by the machine."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from chassis import audit
from chassis.clock import local_date, midnight
from chassis.identity import Actor
from chassis.problems import NotAllowedNow, NotFound
from chassis.secrecy import Vault, place_of
from chassis.session import Session
from chassis.tables import new_id
from chassis.two_persons import Act, Proposal, ProposalOver, propose
from services.feedback.accountability import policy, views
from services.feedback.accountability.model import (
    AccountabilityCase,
    Consideration,
    NotHeardYet,
    ObjectionUnanswered,
    OnePosition,
)
from services.feedback.accountability.words import STANDING, AccountabilityStage, Measure
from services.feedback.grounds import views as grounds_of
from services.feedback.grounds.model import Ground
from services.feedback.reports.policy import second_persons_areas
from services.feedback.roster.model import Organization, Post
from services.feedback.rules.consequences import ConsequenceId, ConsequenceRules

HEARD, END = "accountability_heard", "accountability_end"
"""The timers of a case: whoever it is about has had their time; its effect is over."""


async def bring(
    session: Session,
    *,
    by: Actor,
    organization_id: UUID,
    post_id: UUID | None,
    measure: Measure,
    grounds: Sequence[Ground],
    reason: str,
    consideration_id: UUID | None,
) -> AccountabilityCase:
    """Propose a measure for an organisation, or for who holds one of its posts, from what is in the record.

    Raises `NotFound`, `NobodyAbove`, `MayNotHoldToAccount`, `OnePosition`, `GroundNotInRecord`, `AlreadyConsidered`.
    """
    organization = await session.get(Organization, organization_id)
    if organization is None:
        raise NotFound()
    above = await policy.superior_of(session, organization.id)
    await policy.check_in_charge(session, by, above.id)
    today, rules = local_date(session.now), session.use(ConsequenceRules)
    post = None if post_id is None else await _held(session, post_id, organization)
    days = rules.rule(ConsequenceId.NOTICE if measure.praises else ConsequenceId.HEARING, on=today).value
    case_id, until = new_id(), midnight(today + timedelta(days=days + 1))
    case = AccountabilityCase(
        id=case_id,
        division_code=organization.division_code,
        organization_id=organization.id,
        post_id=post.id if post else None,
        person_id=post.person_id if post else None,
        measure=measure,
        praises=measure.praises,
        grounds=await grounds_of.kept(session, grounds, area=organization.division_code),
        reason=sealed(session, case_id, "reason", reason),
        stage=AccountabilityStage.PROPOSED,
        proposed_by=by.person_id,
        proposed_at=session.now,
        heard_until=until,
        answer=None,
        answered_at=None,
        decision=None,
        document_no=None,
        proposal_id=None,
        effect_days=None,
        decided_by=None,
        confirmed_by=None,
        decided_at=None,
        effect_until=None,
        appeal_until=None,
        appeal=None,
        appealed_by=None,
        appealed_at=None,
        outcome=None,
        outcome_by=None,
        outcome_at=None,
    )
    await policy.check_not_about(session, by.person_id, case)
    if consideration_id is not None:
        await _take_up(session, consideration_id, case, by=by)
    session.add(case)
    session.remind(HEARD, about=case.id, due_at=until)
    session.publish(case.told("bring", at=session.now))
    return case


async def answer(session: Session, case_id: UUID, *, by: Actor, words: str) -> AccountabilityCase:
    """Say what one has to say, once. Raises `NotFound`, `NotYoursToAnswer`, `NotAllowedNow`."""
    case = await _load(session, case_id, by)
    if not await policy.is_about(session, by.person_id, case):
        raise policy.NotYoursToAnswer()
    if case.praises:
        raise NotAllowedNow(move="answer", stage=case.stage.value)
    case.move("answer")
    case.answer, case.answered_at = sealed(session, case.id, "answer", words), session.now
    return case


async def hear_no_longer(case_id: UUID, session: Session) -> None:
    """The time for an answer, or of the notice, is over: those above may decide."""
    case = await session.get(AccountabilityCase, case_id, lock=True)
    if case is None or case.stage is not AccountabilityStage.PROPOSED or session.now < case.heard_until:
        return
    case.move("pass")
    audit.record(session, actor_id=None, action="hear_no_longer", about=case.id, reason="time_to_answer_is_over")


async def decide(
    session: Session, case_id: UUID, *, by: Actor, words: str, document_no: str | None
) -> AccountabilityCase:
    """Decide on what was heard; a graver measure waits for a second person.

    Raises `NotFound`, `MayNotHoldToAccount`, `NotHeardYet`, `ObjectionUnanswered`, `NotAllowedNow`.
    """
    case = await _load_above(session, case_id, by)
    if case.stage is AccountabilityStage.PROPOSED:
        raise NotHeardYet()
    if case.stage is not AccountabilityStage.HEARD:
        raise NotAllowedNow(move="decide", stage=case.stage.value)
    if any(one.answered_at is None for one in await views.objections_to(session, case.id)):
        raise ObjectionUnanswered()
    persons, days = session.use(ConsequenceRules).of_measure(case.measure, on=local_date(session.now))
    case.document_no, case.decided_by, case.effect_days = document_no, by.person_id, days
    if persons == 1:
        _put_in_force(session, case, words)
        return case
    above = await policy.superior_of(session, case.organization_id)
    waiting = propose(
        session, DECIDE, about=case.id, scope=above.division_code, reason=case.measure.value, words=words, by=by
    )
    case.proposal_id = waiting.id
    return case


async def drop(session: Session, case_id: UUID, *, by: Actor, words: str) -> AccountabilityCase:
    """Have nothing follow from it, with words. Raises `NotFound`, `MayNotHoldToAccount`, `NotAllowedNow`."""
    case = await _load_above(session, case_id, by)
    case.move("drop")
    case.decision, case.decided_by = sealed(session, case.id, "decision", words), by.person_id
    case.decided_at = session.now
    session.publish(case.told("drop", at=session.now))
    return case


async def end(case_id: UUID, session: Session) -> None:
    """The effect of a decision is over."""
    case = await session.get(AccountabilityCase, case_id, lock=True)
    if case is None or case.stage not in STANDING or case.effect_until is None or session.now < case.effect_until:
        return
    case.move("end")
    audit.record(session, actor_id=None, action="end", about=case.id, reason="effect_is_over")


async def set_aside(session: Session, consideration_id: UUID, *, by: Actor, words: str) -> Consideration:
    """Have nothing follow from what was put on the desk. Raises `NotFound`, `AlreadyConsidered`."""
    found = await _considered(session, consideration_id, by)
    found.settle(by=by.person_id, at=session.now)
    found.set_aside = session.use(Vault).seal(words, place=place_of("consideration", "set_aside", found.id))
    return found


def sealed(session: Session, case_id: UUID, column: str, words: str) -> bytes:
    """Words of a case, for its column."""
    return session.use(Vault).seal(words, place=place_of("accountability_case", column, case_id))


async def _held(session: Session, post_id: UUID, organization: Organization) -> Post:
    post, today = await session.get(Post, post_id), local_date(session.now)
    if post is None or post.organization_id != organization.id or post.ended_at is not None:
        raise OnePosition()
    if today < post.from_on or (post.to_on is not None and post.to_on < today):
        raise OnePosition()
    return post


async def _take_up(session: Session, consideration_id: UUID, case: AccountabilityCase, *, by: Actor) -> None:
    found = await _considered(session, consideration_id, by)
    if found.organization_id != case.organization_id:
        raise NotFound()
    found.settle(by=by.person_id, at=session.now)
    found.case_id = case.id


async def _considered(session: Session, consideration_id: UUID, by: Actor) -> Consideration:
    found = await session.get(Consideration, consideration_id, lock=True)
    if found is None:
        raise NotFound()
    above = await policy.superior_of(session, found.organization_id)
    try:
        await policy.check_in_charge(session, by, above.id)
    except policy.MayNotHoldToAccount:
        raise NotFound() from None
    return found


async def _load(session: Session, case_id: UUID, by: Actor) -> AccountabilityCase:
    return await policy.check_may_see(session, by, await session.get(AccountabilityCase, case_id, lock=True))


async def _load_above(session: Session, case_id: UUID, by: Actor) -> AccountabilityCase:
    """A case, to those in charge right above or higher. Raises `NotFound`, `MayNotHoldToAccount`."""
    case = await _load(session, case_id, by)
    above = await policy.superior_of(session, case.organization_id)
    await policy.check_in_charge(session, by, above.id)
    await policy.check_not_about(session, by.person_id, case)
    return case


async def _confirm(session: Session, proposal: Proposal, second: UUID) -> None:
    """The second person's word. Raises `ProposalOver` for a draft that a newer one replaced, `MayNotHoldToAccount`."""
    case = await session.get(AccountabilityCase, proposal.about, lock=True)
    if case is None or case.proposal_id != proposal.id:
        raise ProposalOver()
    await policy.check_not_about(session, second, case)
    case.confirmed_by = second
    words = session.use(Vault).open(proposal.words or b"", place=place_of("proposal", "words", proposal.id))
    _put_in_force(session, case, words)


def _put_in_force(session: Session, case: AccountabilityCase, words: str) -> None:
    case.move("decide")
    case.decision = sealed(session, case.id, "decision", words)
    today = local_date(session.now)
    limit = session.use(ConsequenceRules).rule(ConsequenceId.APPEAL, on=today).value
    case.decided_at, case.appeal_until = session.now, today + timedelta(days=limit)
    case.effect_until = midnight(today + timedelta(days=(case.effect_days or 0) + 1))
    session.remind(END, about=case.id, due_at=case.effect_until)
    session.publish(case.told("decide", at=session.now))


DECIDE = Act(
    kind="accountability.decide",
    title_zh="问责或表彰决定",
    good_for=timedelta(days=30),
    areas=second_persons_areas,
    carry_out=_confirm,
)
