"""Grading a level at once: capped, justified from the record, confirmed by a second person who is not in it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from pydantic import BaseModel

from chassis.clock import local_date
from chassis.identity import Actor
from chassis.problems import NotFound
from chassis.session import Session
from chassis.two_persons import Act, Proposal, ProposalOver, propose
from services.feedback.grades import policy, views
from services.feedback.grades.model import (
    GradesIncomplete,
    NotReadyToGrade,
    Review,
    ReviewIsOver,
    ReviewStage,
    ReviewSubject,
    TooManyExcellent,
    VetoedUnit,
)
from services.feedback.grades.words import Grade, ReviewKind
from services.feedback.grounds import views as grounds_of
from services.feedback.grounds.model import Ground
from services.feedback.reports.policy import second_persons_areas
from services.feedback.roster.model import Organization
from services.feedback.rules.consequences import ConsequenceId, ConsequenceRules
from services.feedback.vetoes import views as vetoes

CAPS = {
    ReviewKind.UNITS: ConsequenceId.EXCELLENT_UNITS,
    ReviewKind.SECRETARIES: ConsequenceId.EXCELLENT_SECRETARIES,
    ReviewKind.MEMBERS: ConsequenceId.EXCELLENT_MEMBERS,
}


class Draft(BaseModel):
    """A grade as it was proposed."""

    grade: Grade
    grounds: list[str]
    words: str


@dataclass(frozen=True, slots=True)
class Given:
    """A grade for one subject, with what it rests on."""

    subject_id: UUID
    grade: Grade
    grounds: Sequence[Ground]
    words: str


async def grade_all(session: Session, review_id: UUID, *, by: Actor, grades: Sequence[Given]) -> Review:
    """Propose the grades of everybody in a review; they hold once a second person confirms them.

    Raises `NotFound`, `MayNotReview`, `ReviewIsOver`, `GradesIncomplete`, `NotReadyToGrade`, `TooManyExcellent`,
    `VetoedUnit`, `GroundNotInRecord`.
    """
    review = await policy.check_sees(session, by, await session.get(Review, review_id, lock=True))
    await policy.check_runs(session, by, review.organization_id)
    if review.stage is ReviewStage.GRADED:
        raise ReviewIsOver()
    subjects = {one.id: one for one in await views.subjects_of(session, review.id, lock=True)}
    if Counter(one.subject_id for one in grades) != Counter(subjects.keys()):
        raise GradesIncomplete(subjects=len(subjects))
    check_cap(session, review, [one.grade for one in grades])
    for one in grades:
        subject = subjects[one.subject_id]
        _check_ready(review, subject, one.grade)
        await check_veto(session, review, subject, one.grade)
        grounds = await _grounds(session, subject, one.grounds)
        draft = Draft(grade=one.grade, grounds=grounds, words=one.words).model_dump_json()
        subject.draft = views.sealed(session, subject, "draft", draft)
    waiting = propose(
        session,
        GRADES,
        about=review.id,
        scope=review.division_code,
        reason=review.kind.value,
        words=f"{review.year} 年{review.kind.title_zh}，共 {len(subjects)} 个等次，请打开评议逐个核对。",
        by=by,
    )
    review.move("propose")
    review.proposal_id, review.proposed_by = waiting.id, by.person_id
    return review


def check_cap(session: Session, review: Review, grades: Sequence[Grade]) -> None:
    """No more than the rule's share of a level has the best grade. Raises `TooManyExcellent`."""
    share = session.use(ConsequenceRules).rule(CAPS[review.kind], on=local_date(session.now)).value
    if share * sum(grade is Grade.EXCELLENT for grade in grades) > len(grades):
        raise TooManyExcellent(most=len(grades) // share)


async def check_veto(session: Session, review: Review, subject: ReviewSubject, grade: Grade) -> None:
    """A unit with a veto that stands has no better grade than that allows. Raises `VetoedUnit`."""
    if review.kind is not ReviewKind.UNITS:
        return
    best = (await vetoes.caps(session, year=review.year)).get(subject.organization_id)
    if best is not None and grade.better_than(best):
        raise VetoedUnit(organization=str(subject.organization_id))


async def amend(session: Session, subject_id: UUID, grade: Grade, *, grounds: list[str], words: str) -> None:
    """Give another grade, after an appeal that two persons upheld; the cap and the vetoes hold as before.

    Raises `NotFound`, `TooManyExcellent`, `VetoedUnit`.
    """
    subject = await session.get(ReviewSubject, subject_id, lock=True)
    review = None if subject is None else await session.get(Review, subject.review_id)
    if subject is None or review is None or subject.grade is None:
        raise NotFound()
    others = [one.grade for one in await views.subjects_of(session, review.id) if one.id != subject.id and one.grade]
    check_cap(session, review, [*others, grade])
    await check_veto(session, review, subject, grade)
    subject.grade, subject.grounds = grade, list(dict.fromkeys([*(subject.grounds or ()), *grounds]))
    subject.justification = views.sealed(session, subject, "justification", words)


def _check_ready(review: Review, subject: ReviewSubject, grade: Grade) -> None:
    lacking = (
        (subject.reported_at is None and grade is Grade.EXCELLENT)
        or (review.kind is ReviewKind.SECRETARIES and subject.comment is None)
        or (review.kind is not ReviewKind.UNITS and subject.counted_by is None)
    )
    if lacking:
        raise NotReadyToGrade(subject=str(subject.id))


async def _grounds(session: Session, subject: ReviewSubject, grounds: Sequence[Ground]) -> list[str]:
    organization = await session.get(Organization, subject.organization_id)
    return await grounds_of.kept(session, grounds, area=organization.division_code if organization else "")


async def _confirm(session: Session, proposal: Proposal, second: UUID) -> None:
    """Raises `ProposalOver` for grades that newer ones replaced, `MayNotReview` for somebody who is in the review."""
    review = await _waiting(session, proposal)
    subjects = await views.subjects_of(session, review.id, lock=True)
    for subject in subjects:
        if await policy.is_about(session, second, subject):
            raise policy.MayNotReview()
    review.move("confirm")
    review.confirmed_by, review.graded_at = second, session.now
    for subject in subjects:
        if subject.draft is None:  # of somebody who had themselves erased meanwhile
            continue
        draft = Draft.model_validate_json(views.words_of(session, subject, "draft", subject.draft) or "{}")
        await check_veto(session, review, subject, draft.grade)
        subject.grade, subject.grounds, subject.draft = draft.grade, draft.grounds, None
        subject.justification = views.sealed(session, subject, "justification", draft.words)
        session.publish(subject.graded(at=session.now))


async def _refuse(session: Session, proposal: Proposal) -> None:
    review = await session.get(Review, proposal.about, lock=True)
    if review is not None and review.proposal_id == proposal.id:
        review.move("refuse")


async def _waiting(session: Session, proposal: Proposal) -> Review:
    review = await session.get(Review, proposal.about, lock=True)
    if review is None or review.proposal_id != proposal.id:
        raise ProposalOver()
    return review


GRADES = Act(
    kind="review.grades",
    title_zh="确定等次",
    good_for=timedelta(days=30),
    areas=second_persons_areas,
    carry_out=_confirm,
    let_go=_refuse,
)
