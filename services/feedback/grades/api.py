"""Reviews and grades over HTTP. Persons are in no list by grade; a person's grade is shown to them and those above."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import Field

from chassis.http import Route, SignedIn, Transaction, public
from chassis.paging import Cursor, Limit, cursor_of_next, place
from chassis.session import Session
from chassis.words import Input, Output, Words
from services.feedback.accountability.views import holder_of, name_of
from services.feedback.grades import actions, collecting, policy, views
from services.feedback.grades.actions import Draft, Given
from services.feedback.grades.model import Review, ReviewStage, ReviewSubject
from services.feedback.grades.words import Grade, ReviewKind
from services.feedback.grounds.api import Grounds, GroundView, given, shown
from services.feedback.vetoes import views as vetoes
from services.feedback.vetoes.api import Year

router = APIRouter(tags=["等次"], route_class=Route)

Count = Annotated[int, Field(ge=0, le=10_000)]


class ReviewBegun(Input):
    """What is reviewed at which level; members are named, units and secretaries come from the tree."""

    organization_id: UUID
    kind: ReviewKind
    year: Year
    members: Annotated[list[UUID], Field(max_length=200, default_factory=list)]


class ReportGiven(Input):
    """What one says of one's year, beside the report that the records made."""

    report_id: UUID | None = None
    words: Words


class CommentGiven(Input):
    """What those above say to it."""

    words: Words


class VotesGiven(Input):
    """How many were entitled, and how many gave each grade."""

    entitled: Annotated[int, Field(ge=1, le=10_000)]
    excellent: Count
    competent: Count
    basically_competent: Count
    not_competent: Count


class GradeGiven(Input):
    """A grade, and what it rests on."""

    subject_id: UUID
    grade: Grade
    grounds: Grounds
    words: Words


class GradesGiven(Input):
    """The grades of a whole level."""

    grades: Annotated[list[GradeGiven], Field(min_length=1, max_length=200)]


class ReviewLine(Output):
    """A review in a list."""

    id: UUID
    organization_id: UUID
    organization_name: str
    kind: str
    kind_zh: str
    year: int
    stage: str
    stage_zh: str
    graded_at: datetime | None


class SubjectView(Output):
    """A unit or a person in a review; the grade as it was proposed is for those above alone."""

    id: UUID
    review: ReviewLine
    organization_id: UUID
    organization_name: str
    person_id: UUID | None
    holder_name: str | None
    report_id: UUID | None
    words: str | None
    comment: str | None
    entitled: int | None
    votes: list[int] | None
    votes_counted: bool
    proposed_grade: str | None
    grade: str | None
    grade_zh: str | None
    capped_zh: str | None
    grounds: list[GroundView]
    justification: str | None


class ReviewView(Output):
    """A review whole, in the order of codes."""

    review: ReviewLine
    subjects: list[SubjectView]


class ReviewPage(Output):
    """From new to old."""

    items: list[ReviewLine]
    next: str | None


class OwnGrades(Output):
    """One's own reviews, and those of the unit whose secretary one is."""

    items: list[SubjectView]
    next: str | None


class UnitGrade(Output):
    """The grade of a unit."""

    organization_id: UUID
    organization_name: str
    grade: str
    grade_zh: str


class UnitGrades(Output):
    """In the order of codes, which is no order of merit."""

    items: list[UnitGrade]
    next: str | None


@router.post("/reviews", status_code=201)
async def begin_review(body: ReviewBegun, session: Transaction, actor: SignedIn) -> ReviewView:
    """Begin a review of the units below, their secretaries, or a branch's members, of a year.

    Refusals: `not-found`, `may-not-review`, `year-to-come`, `review-is-there`, `nobody-to-review`.
    """
    made = await collecting.begin(
        session, by=actor, organization_id=body.organization_id, kind=body.kind, year=body.year, members=body.members
    )
    return await _whole(session, made)


@router.get("/reviews")
async def reviews(session: Transaction, actor: SignedIn, cursor: Cursor = None, limit: Limit = 25) -> ReviewPage:
    """Reviews of the levels whose work you see."""
    found = await views.reached(session, actor, before=place(cursor), limit=limit)
    return ReviewPage(items=[await _line(session, one) for one in found], next=cursor_of_next(found, limit=limit))


@router.get("/reviews/{review_id}")
async def review(review_id: UUID, session: Transaction, actor: SignedIn) -> ReviewView:
    """A review whole, for those who see the work of its level. Refusals: `not-found`."""
    return await _whole(session, await policy.check_sees(session, actor, await session.get(Review, review_id)))


@router.post("/reviews/{review_id}/grades")
async def propose_grades(review_id: UUID, body: GradesGiven, session: Transaction, actor: SignedIn) -> ReviewView:
    """Propose the grades of everybody in it at once; they hold once a second person confirms them.

    Refusals: `not-found`, `may-not-review`, `review-is-over`, `grades-incomplete`, `not-ready-to-grade`,
    `too-many-excellent`, `vetoed-unit`, `ground-not-in-record`.
    """
    grades = [Given(one.subject_id, one.grade, given(one.grounds), one.words) for one in body.grades]
    return await _whole(session, await actions.grade_all(session, review_id, by=actor, grades=grades))


@router.post("/review-subjects/{subject_id}/report")
async def report_on_oneself(subject_id: UUID, body: ReportGiven, session: Transaction, actor: SignedIn) -> SubjectView:
    """Report on your year, or that of the unit whose secretary you are.

    Refusals: `not-found`, `not-yours-to-report`, `report-of-another`, `review-is-over`.
    """
    found = await collecting.report(session, subject_id, by=actor, report_id=body.report_id, words=body.words)
    return await _subject(session, *found, whole=False)


@router.post("/review-subjects/{subject_id}/comment")
async def comment_on_report(subject_id: UUID, body: CommentGiven, session: Transaction, actor: SignedIn) -> SubjectView:
    """Comment on it, from above. Refusals: `not-found`, `may-not-review`, `review-is-over`."""
    return await _subject(
        session, *await collecting.comment(session, subject_id, by=actor, words=body.words), whole=True
    )


@router.post("/review-subjects/{subject_id}/votes")
async def enter_votes(subject_id: UUID, body: VotesGiven, session: Transaction, actor: SignedIn) -> SubjectView:
    """Enter the votes; they count once another person has entered the same.

    Refusals: `not-found`, `may-not-review`, `review-is-over`, `votes-do-not-add-up`, `votes-differ`, `votes-counted`.
    """
    votes = [body.excellent, body.competent, body.basically_competent, body.not_competent]
    found = await collecting.count_votes(session, subject_id, by=actor, entitled=body.entitled, votes=votes)
    return await _subject(session, *found, whole=True)


@router.get("/me/grades")
async def own_grades(session: Transaction, actor: SignedIn, cursor: Cursor = None, limit: Limit = 25) -> OwnGrades:
    """Your own reviews and grades, and those of the unit whose secretary you are."""
    found = await views.mine(session, actor, before=place(cursor), limit=limit)
    items = []
    for one in found:
        of = await session.get(Review, one.review_id)
        if of is not None:
            items.append(await _subject(session, of, one, whole=False))
    return OwnGrades(items=items, next=cursor_of_next(found, limit=limit))


@router.get("/unit-grades")
@public
async def unit_grades(
    session: Transaction,
    *,
    at: Annotated[UUID, Query(description="上一级组织")],
    year: Annotated[int, Query(ge=2020, le=2100)],
    cursor: Cursor = None,
    limit: Limit = 25,
) -> UnitGrades:
    """The grades of the units right below an organisation, once given; of units alone."""
    found = await views.public(session, at=at, year=year, after=place(cursor) if cursor else UUID(int=0), limit=limit)
    caps = await vetoes.caps(session, year=year)
    items = []
    for one in found:
        grade = _worse(one.grade or Grade.NOT_COMPETENT, caps.get(one.organization_id))
        items.append(
            UnitGrade(
                organization_id=one.organization_id,
                organization_name=await name_of(session, one.organization_id),
                grade=grade.value,
                grade_zh=grade.title_zh(ReviewKind.UNITS),
            )
        )
    return UnitGrades(items=items, next=cursor_of_next(found, limit=limit))


async def _line(session: Session, one: Review) -> ReviewLine:
    return ReviewLine(
        id=one.id,
        organization_id=one.organization_id,
        organization_name=await name_of(session, one.organization_id),
        kind=one.kind.value,
        kind_zh=one.kind.title_zh,
        year=one.year,
        stage=one.stage.value,
        stage_zh=one.stage.title_zh,
        graded_at=one.graded_at,
    )


async def _whole(session: Session, one: Review) -> ReviewView:
    subjects = await views.subjects_of(session, one.id)
    return ReviewView(
        review=await _line(session, one),
        subjects=[await _subject(session, one, subject, whole=True) for subject in subjects],
    )


async def _subject(session: Session, of: Review, one: ReviewSubject, *, whole: bool) -> SubjectView:
    draft = views.words_of(session, one, "draft", one.draft) if whole and of.stage is ReviewStage.PROPOSED else None
    cap = None
    if of.kind is ReviewKind.UNITS:
        cap = (await vetoes.caps(session, year=of.year)).get(one.organization_id)
    grade = None if one.grade is None else _worse(one.grade, cap)
    votes = one.votes if whole or one.counted_by is not None else None
    return SubjectView(
        id=one.id,
        review=await _line(session, of),
        organization_id=one.organization_id,
        organization_name=await name_of(session, one.organization_id),
        person_id=one.person_id,
        holder_name=await holder_of(session, one.post_id),
        report_id=one.report_id,
        words=views.words_of(session, one, "words", one.words),
        comment=views.words_of(session, one, "comment", one.comment),
        entitled=None if votes is None else int(votes[0]),
        votes=None if votes is None else [int(count) for count in votes[1:]],
        votes_counted=one.counted_by is not None,
        proposed_grade=None if draft is None else Draft.model_validate_json(draft).grade.value,
        grade=None if grade is None else grade.value,
        grade_zh=None if grade is None else grade.title_zh(of.kind),
        capped_zh=None if cap is None else f"有一票否决，最高为{cap.title_zh(of.kind)}",
        grounds=shown(one.grounds or []),
        justification=views.words_of(session, one, "justification", one.justification),
    )


def _worse(grade: Grade, cap: Grade | None) -> Grade:
    """A veto that was found later caps what was given, and no longer once it is lifted."""
    return cap if cap is not None and grade.better_than(cap) else grade
