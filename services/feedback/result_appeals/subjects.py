"""What an appeal is about: since when it holds, whose it is, and who had a part in it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis.problems import NotFound
from chassis.session import Session
from services.feedback.grades.model import Review, ReviewStage, ReviewSubject
from services.feedback.reports.model import Report
from services.feedback.result_appeals.model import ResultKind
from services.feedback.roster.views import LEADING, ORGANIZATION_CODED
from services.feedback.vetoes.model import Veto, VetoStage


@dataclass(frozen=True, slots=True)
class Result:
    """A report, a grade or a veto, as far as an appeal asks."""

    organization_id: UUID
    person_id: UUID | None  # none where it is a unit's
    since: datetime
    had_a_part: frozenset[UUID]
    holds: bool = True


async def result(session: Session, kind: ResultKind, about_id: UUID) -> Result:
    """The result with this id. Raises `NotFound`."""
    match kind:
        case ResultKind.REPORT:
            return await _report(session, about_id)
        case ResultKind.GRADE:
            return await _grade(session, about_id)
        case ResultKind.VETO:
            return await _veto(session, about_id)


async def _report(session: Session, report_id: UUID) -> Result:
    found = await session.get(Report, report_id)
    if found is None:
        raise NotFound()
    given = {"code": found.code} if found.unit == "organization" else {"area": found.code}
    leading = await session.all(ORGANIZATION_CODED if found.unit == "organization" else LEADING, **given)
    if not leading:
        raise NotFound()
    part = _those(found.issued_by, found.confirmed_by)
    return Result(leading[0].id, None, found.issued_at, part, holds=found.replaced_at is None)


async def _grade(session: Session, subject_id: UUID) -> Result:
    subject = await session.get(ReviewSubject, subject_id)
    review = None if subject is None else await session.get(Review, subject.review_id)
    if subject is None or review is None or review.stage is not ReviewStage.GRADED or review.graded_at is None:
        raise NotFound()
    part = _those(review.proposed_by, review.confirmed_by)
    return Result(subject.organization_id, subject.person_id, review.graded_at, part)


async def _veto(session: Session, veto_id: UUID) -> Result:
    found = await session.get(Veto, veto_id)
    if found is None or found.settled_at is None:
        raise NotFound()
    part = _those(found.proposed_by, found.confirmed_by)
    return Result(found.organization_id, None, found.settled_at, part, holds=found.stage is VetoStage.CONFIRMED)


def _those(*persons: UUID | None) -> frozenset[UUID]:
    return frozenset(one for one in persons if one is not None)
