"""Appealing against a result, and deciding it by two; what is upheld is put right in the same transaction."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis.clock import local_date
from chassis.identity import Actor
from chassis.problems import NotFound
from chassis.secrecy import Vault, place_of
from chassis.session import Session
from chassis.tables import new_id
from chassis.two_persons import Act, Proposal, ProposalOver, propose
from contracts.feedback import ResultAppealSettled
from services.feedback.accountability import policy
from services.feedback.grades.actions import amend
from services.feedback.grades.words import Grade
from services.feedback.grounds import views as grounds_of
from services.feedback.grounds.model import Ground
from services.feedback.reports.actions import issue_anew
from services.feedback.reports.model import ReportReason
from services.feedback.reports.policy import second_persons_areas
from services.feedback.result_appeals.model import (
    LIFECYCLE,
    ContestedTooLate,
    GradeMissing,
    NotYoursToContest,
    ResultAppeal,
    ResultAppealStage,
    ResultContestedAlready,
    ResultKind,
)
from services.feedback.result_appeals.subjects import Result, result
from services.feedback.roster import views as roster
from services.feedback.roster.model import Organization
from services.feedback.rules.consequences import ConsequenceId, ConsequenceRules
from services.feedback.vetoes.model import Veto

AGAINST = select(ResultAppeal.id).where(col(ResultAppeal.about_id) == bindparam("about"))


class Decided(BaseModel):
    """What was drafted for the second person."""

    upheld: bool
    words: str
    grade: Grade | None
    grounds: list[str]


async def contest(session: Session, *, by: Actor, kind: ResultKind, about_id: UUID, words: str) -> ResultAppeal:
    """Appeal against a result about oneself or the unit whose secretary one is.

    Raises `NotFound`, `NotYoursToContest`, `ResultContestedAlready`, `ContestedTooLate`.
    """
    about = await result(session, kind, about_id)
    if not await _is_about(session, by.person_id, about):
        above = await policy.superior_of(session, about.organization_id)
        if await roster.oversees_organization(session, by.person_id, above.id, today=local_date(session.now)):
            raise NotYoursToContest()
        raise NotFound()
    if not about.holds:
        raise NotFound()
    if await session.first(AGAINST, about=about_id) is not None:
        raise ResultContestedAlready()
    today = local_date(session.now)
    days = session.use(ConsequenceRules).rule(ConsequenceId.GRADE_APPEAL, on=today).value
    if today > local_date(about.since) + timedelta(days=days):
        raise ContestedTooLate()
    organization = await session.get(Organization, about.organization_id)
    appeal_id = new_id()
    appeal = ResultAppeal(
        id=appeal_id,
        division_code=organization.division_code if organization else "",
        organization_id=about.organization_id,
        kind=kind,
        about_id=about_id,
        person_id=by.person_id,
        words=_sealed(session, appeal_id, "words", words),
        made_at=session.now,
        stage=ResultAppealStage.OPEN,
        proposal_id=None,
        grade=None,
        draft=None,
        outcome=None,
        decided_by=None,
        confirmed_by=None,
        decided_at=None,
    )
    session.add(appeal)
    return appeal


async def decide(
    session: Session,
    appeal_id: UUID,
    *,
    by: Actor,
    upheld: bool,
    words: str,
    grade: Grade | None,
    grounds: Sequence[Ground],
) -> ResultAppeal:
    """Draft the decision; it holds once a second person confirms it. Neither had a part in the result.

    Raises `NotFound`, `MayNotHoldToAccount`, `DecidesAgain`, `GradeMissing`, `GroundNotInRecord`, `NotAllowedNow`.
    """
    appeal = await check_sees(session, by, await session.get(ResultAppeal, appeal_id, lock=True))
    level = await policy.appeals_go_to(session, appeal.organization_id)
    await policy.check_in_charge(session, by, level.id)
    LIFECYCLE.after("uphold" if upheld else "dismiss", appeal.stage)
    about = await result(session, appeal.kind, appeal.about_id)
    await _check_apart(session, by.person_id, about)
    wanted = appeal.kind is ResultKind.GRADE and upheld
    if wanted is not (grade is not None and bool(grounds)) or (not wanted and (grade is not None or grounds)):
        raise GradeMissing()
    draft = Decided(
        upheld=upheld,
        words=words,
        grade=grade,
        grounds=await grounds_of.kept(session, grounds, area=appeal.division_code),
    )
    move = "uphold" if upheld else "dismiss"
    waiting = propose(session, DECIDE, about=appeal.id, scope=level.division_code, reason=move, words=words, by=by)
    appeal.proposal_id, appeal.decided_by = waiting.id, by.person_id
    appeal.draft = _sealed(session, appeal.id, "draft", draft.model_dump_json())
    return appeal


async def check_sees(session: Session, actor: Actor, appeal: ResultAppeal | None) -> ResultAppeal:
    """An appeal, to who made it and to those above the unit. Raises `NotFound`."""
    if appeal is None:
        raise NotFound()
    above = await policy.superior_of(session, appeal.organization_id)
    today = local_date(session.now)
    if appeal.person_id != actor.person_id and not await roster.oversees_organization(
        session, actor.person_id, above.id, today=today
    ):
        raise NotFound()
    return appeal


def _drafted(session: Session, appeal: ResultAppeal) -> Decided:
    text = session.use(Vault).open(appeal.draft or b"", place=place_of("result_appeal", "draft", appeal.id))
    return Decided.model_validate_json(text)


async def _is_about(session: Session, person_id: UUID, about: Result) -> bool:
    if about.person_id is not None:
        return about.person_id == person_id
    return await policy.speaks_for(session, person_id, about.organization_id)


async def _check_apart(session: Session, person_id: UUID, about: Result) -> None:
    """Neither whom it is about, nor who had a part in it. Raises `MayNotHoldToAccount`, `DecidesAgain`."""
    if await _is_about(session, person_id, about):
        raise policy.MayNotHoldToAccount()
    if person_id in about.had_a_part:
        raise policy.DecidesAgain()


async def _confirm(session: Session, proposal: Proposal, second: UUID) -> None:
    """Put right what is upheld: a new edition, another grade, no veto. Raises what these raise, and `DecidesAgain`."""
    appeal = await session.get(ResultAppeal, proposal.about, lock=True)
    if appeal is None or appeal.proposal_id != proposal.id:
        raise ProposalOver()
    draft = _drafted(session, appeal)
    await _check_apart(session, second, await result(session, appeal.kind, appeal.about_id))
    appeal.stage = LIFECYCLE.after("uphold" if draft.upheld else "dismiss", appeal.stage)
    appeal.grade, appeal.confirmed_by, appeal.decided_at = draft.grade, second, session.now
    appeal.draft, appeal.outcome = None, _sealed(session, appeal.id, "outcome", draft.words)
    session.publish(ResultAppealSettled(appeal_id=appeal.id, person_id=appeal.person_id, settled_at=session.now))
    if not draft.upheld:
        return
    match appeal.kind:
        case ResultKind.REPORT:
            reason = ReportReason.APPEAL
            await issue_anew(session, appeal.about_id, reason=reason, first=proposal.proposed_by, second=second)
        case ResultKind.GRADE:
            if draft.grade is not None:
                await amend(session, appeal.about_id, draft.grade, grounds=draft.grounds, words=draft.words)
        case ResultKind.VETO:
            veto = await session.get(Veto, appeal.about_id, lock=True)
            if veto is not None:
                veto.lift()


def _sealed(session: Session, appeal_id: UUID, column: str, words: str) -> bytes:
    return session.use(Vault).seal(words, place=place_of("result_appeal", column, appeal_id))


DECIDE = Act(
    kind="result_appeal.decide",
    title_zh="对结果申诉的决定",
    good_for=timedelta(days=30),
    areas=second_persons_areas,
    carry_out=_confirm,
)
