"""Reviews and those in them, in the order in which they were entered: that of the codes, and none of merit."""

from uuid import UUID

from sqlalchemy import BindParameter, bindparam, or_
from sqlmodel import col, select

from chassis.clock import local_date
from chassis.identity import Actor
from chassis.secrecy import Vault, place_of
from chassis.session import Session
from services.feedback.accountability.policy import HEADS, SPOKEN_FOR
from services.feedback.grades.model import Review, ReviewStage, ReviewSubject
from services.feedback.grades.words import ReviewKind
from services.feedback.roster.model import READERS, Organization, Post
from services.feedback.roster.views import BELOW, OWN_POSTS, in_office

_LIMIT: BindParameter[int] = bindparam("limit")

UNITS = select(Organization).where(col(Organization.superior_id) == bindparam("above")).order_by(col(Organization.code))
SECRETARIES = (
    select(Post)
    .join(Organization, col(Organization.id) == col(Post.organization_id))
    .where(col(Organization.superior_id) == bindparam("above"), col(Post.kind).in_(HEADS), in_office())
    .order_by(col(Organization.code), col(Post.kind), col(Post.id))
)
SUBJECTS = (
    select(ReviewSubject).where(col(ReviewSubject.review_id) == bindparam("review")).order_by(col(ReviewSubject.id))
)
SUBJECTS_LOCKED = SUBJECTS.with_for_update()
OF_LEVEL = select(Review.id).where(
    col(Review.organization_id) == bindparam("organization"),
    col(Review.kind) == bindparam("kind"),
    col(Review.year) == bindparam("year"),
)
REACHED = (
    select(Review)
    .where(
        or_(
            col(Review.organization_id).in_(select(BELOW.c.id)),
            col(Review.organization_id).in_(
                select(col(Post.organization_id)).where(OWN_POSTS, col(Post.kind).in_(READERS))
            ),
        ),
        col(Review.id) < bindparam("before"),
    )
    .order_by(col(Review.id).desc())
    .limit(_LIMIT)
)
MINE = (
    select(ReviewSubject)
    .where(
        or_(
            col(ReviewSubject.person_id) == bindparam("person"),
            col(ReviewSubject.person_id).is_(None) & col(ReviewSubject.organization_id).in_(SPOKEN_FOR),
        ),
        col(ReviewSubject.id) < bindparam("before"),
    )
    .order_by(col(ReviewSubject.id).desc())
    .limit(_LIMIT)
)
PUBLIC = (
    select(ReviewSubject)
    .join(Review, col(Review.id) == col(ReviewSubject.review_id))
    .where(
        col(Review.organization_id) == bindparam("at"),
        col(Review.year) == bindparam("year"),
        col(Review.kind) == ReviewKind.UNITS,
        col(Review.stage) == ReviewStage.GRADED,
        col(ReviewSubject.id) > bindparam("after"),
    )
    .order_by(col(ReviewSubject.id))
    .limit(_LIMIT)
)


async def subjects_of(session: Session, review_id: UUID, *, lock: bool = False) -> list[ReviewSubject]:
    """Everybody in a review."""
    return await session.all(SUBJECTS_LOCKED if lock else SUBJECTS, review=review_id)


async def reached(session: Session, actor: Actor, *, before: UUID, limit: int) -> list[Review]:
    """Reviews at the organisations whose work one sees."""
    given = {"person": actor.person_id, "today": local_date(session.now), "before": before, "limit": limit}
    return await session.all(REACHED, **given)


async def mine(session: Session, actor: Actor, *, before: UUID, limit: int) -> list[ReviewSubject]:
    """Where one is in a review oneself, or the unit whose secretary one is."""
    given = {"person": actor.person_id, "today": local_date(session.now), "before": before, "limit": limit}
    return await session.all(MINE, **given)


async def public(session: Session, *, at: UUID, year: int, after: UUID, limit: int) -> list[ReviewSubject]:
    """The units of a level with their grades of a year, once these are given."""
    return await session.all(PUBLIC, at=at, year=year, after=after, limit=limit)


def words_of(session: Session, subject: ReviewSubject, column: str, sealed: bytes | None) -> str | None:
    """What somebody wrote, if anything."""
    return session.use(Vault).open(sealed, place=place_of("review_subject", column, subject.id)) if sealed else None


def sealed(session: Session, subject: ReviewSubject, column: str, words: str) -> bytes:
    """Words of a subject, for their column."""
    return session.use(Vault).seal(words, place=place_of("review_subject", column, subject.id))
