"""Beginning a review and collecting what belongs to it: reports of oneself, comments from above, votes of two hands."""

from collections.abc import Sequence
from uuid import UUID

from chassis.clock import local_date
from chassis.identity import Actor
from chassis.problems import NotFound
from chassis.session import Session
from chassis.tables import new_id
from services.feedback.grades import policy, views
from services.feedback.grades.model import (
    NobodyToReview,
    NotYoursToReport,
    ReportOfAnother,
    Review,
    ReviewIsThere,
    ReviewStage,
    ReviewSubject,
    VotesDoNotAddUp,
)
from services.feedback.grades.words import ReviewKind
from services.feedback.reports.model import Report
from services.feedback.roster.model import Organization
from services.feedback.rules.consequences import ConsequenceId, ConsequenceRules
from services.feedback.vetoes.model import YearToCome


async def begin(
    session: Session, *, by: Actor, organization_id: UUID, kind: ReviewKind, year: int, members: Sequence[UUID]
) -> Review:
    """Begin a review: of the units right below, of their secretaries, or of the members of a branch, who are named.

    Raises `NotFound`, `MayNotReview`, `YearToCome`, `ReviewIsThere`, `NobodyToReview`.
    """
    organization = await session.get(Organization, organization_id)
    if organization is None:
        raise NotFound()
    await policy.check_runs(session, by, organization.id)
    today = local_date(session.now)
    if year > today.year:
        raise YearToCome()
    if await session.first(views.OF_LEVEL, organization=organization.id, kind=kind.value, year=year) is not None:
        raise ReviewIsThere()
    review = Review(
        id=new_id(),
        division_code=organization.division_code,
        organization_id=organization.id,
        kind=kind,
        year=year,
        stage=ReviewStage.COLLECTING,
        opened_by=by.person_id,
        opened_at=session.now,
        proposal_id=None,
        proposed_by=None,
        confirmed_by=None,
        graded_at=None,
    )
    match kind:
        case ReviewKind.UNITS:
            units = await session.all(views.UNITS, above=organization.id)
            subjects = [ReviewSubject.begin(review, organization_id=unit.id) for unit in units]
        case ReviewKind.SECRETARIES:
            posts = await session.all(views.SECRETARIES, above=organization.id, today=today)
            subjects = [
                ReviewSubject.begin(
                    review, organization_id=post.organization_id, post_id=post.id, person_id=post.person_id
                )
                for post in posts
            ]
        case ReviewKind.MEMBERS:
            subjects = [
                ReviewSubject.begin(review, organization_id=organization.id, person_id=member)
                for member in dict.fromkeys(members)
            ]
    if not subjects:
        raise NobodyToReview()
    session.add(review, *subjects)
    return review


async def report(
    session: Session, subject_id: UUID, *, by: Actor, report_id: UUID | None, words: str
) -> tuple[Review, ReviewSubject]:
    """Report on oneself or one's unit, beside the frozen report of the year; until the grades are proposed.

    Raises `NotFound`, `NotYoursToReport`, `ReportOfAnother`, `ReviewIsOver`.
    """
    review, subject = await _load(session, subject_id, by)
    if not await policy.is_about(session, by.person_id, subject):
        raise NotYoursToReport()
    review.check_collecting()
    if report_id is not None:
        await _check_own(session, subject, report_id)
    subject.report_id, subject.reported_at = report_id, session.now
    subject.words = views.sealed(session, subject, "words", words)
    return review, subject


async def comment(session: Session, subject_id: UUID, *, by: Actor, words: str) -> tuple[Review, ReviewSubject]:
    """Comment on a report, from the level of the review. Raises `NotFound`, `MayNotReview`, `ReviewIsOver`."""
    review, subject = await _load_to_run(session, subject_id, by)
    subject.comment, subject.commented_by = views.sealed(session, subject, "comment", words), by.person_id
    return review, subject


async def count_votes(
    session: Session, subject_id: UUID, *, by: Actor, entitled: int, votes: Sequence[int]
) -> tuple[Review, ReviewSubject]:
    """Enter the votes of a secret test; they count once two persons have entered the same.

    Raises `NotFound`, `MayNotReview`, `ReviewIsOver`, `VotesDoNotAddUp`, `VotesCounted`, `VotesDiffer`.
    """
    review, subject = await _load_to_run(session, subject_id, by)
    least = session.use(ConsequenceRules).rule(ConsequenceId.TURNOUT, on=local_date(session.now)).value
    if sum(votes) > entitled or 100 * sum(votes) <= least * entitled:
        raise VotesDoNotAddUp(more_than_percent=least)
    subject.count([str(entitled), *map(str, votes)], by=by.person_id)
    return review, subject


async def _load(session: Session, subject_id: UUID, by: Actor) -> tuple[Review, ReviewSubject]:
    """A subject with its review, both locked, to who is in it and who sees the level. Raises `NotFound`."""
    found = await session.get(ReviewSubject, subject_id)
    if found is None:
        raise NotFound()
    review = await session.get(Review, found.review_id, lock=True)
    subject = await session.get(ReviewSubject, subject_id, lock=True)
    if review is None or subject is None:
        raise NotFound()
    if not await policy.is_about(session, by.person_id, subject):
        await policy.check_sees(session, by, review)
    return review, subject


async def _load_to_run(session: Session, subject_id: UUID, by: Actor) -> tuple[Review, ReviewSubject]:
    review, subject = await _load(session, subject_id, by)
    await policy.check_runs(session, by, review.organization_id)
    if await policy.is_about(session, by.person_id, subject):
        raise policy.MayNotReview()
    review.check_collecting()
    return review, subject


async def _check_own(session: Session, subject: ReviewSubject, report_id: UUID) -> None:
    found = await session.get(Report, report_id)
    organization = await session.get(Organization, subject.organization_id)
    if found is None or organization is None or found.code not in {organization.code, organization.division_code}:
        raise ReportOfAnother()
