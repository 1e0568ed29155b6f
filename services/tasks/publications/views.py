"""Reading publications: what waits for somebody to look it over, and what the public reads of one case."""

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis.clock import local_date
from chassis.identity import Actor
from chassis.secrecy import Vault, place_of
from chassis.session import Session
from services.tasks.catalogue.model import Catalogue
from services.tasks.publications.model import Publication, PublicStep, ReleasedFile, Supplement
from services.tasks.publications.policy import REVIEWERS
from services.tasks.requests.model import ServiceRequest
from services.tasks.requests.scope import NOT_ABOUT_THEM
from services.tasks.roster.views import covered_by_a_post

_area = col(ServiceRequest.division_code)

WAITING = (
    sa.select(
        col(Publication.request_id),
        col(Publication.service_code),
        col(ServiceRequest.division_code),
        col(Publication.submitted_at),
    )
    .join(ServiceRequest, col(ServiceRequest.id) == col(Publication.request_id))
    .where(
        col(Publication.reviewed_at).is_(None),
        col(Publication.withheld).is_(sa.false()),
        col(Publication.request_id) < bindparam("before"),
        covered_by_a_post(_area, *REVIEWERS),
        NOT_ABOUT_THEM,
    )
    .order_by(col(Publication.request_id).desc())
    .limit(bindparam("limit"))
)
RELEASED = (
    select(ReleasedFile)
    .where(col(ReleasedFile.request_id) == bindparam("request"))
    .order_by(col(ReleasedFile.attachment_id))
)
SUPPLEMENTS = (
    select(Supplement).where(col(Supplement.request_id) == bindparam("request")).order_by(col(Supplement.id)).limit(100)
)
STEPS = (
    select(PublicStep)
    .where(col(PublicStep.request_id) == bindparam("request"))
    .order_by(col(PublicStep.at), col(PublicStep.id))
)


def words_place(request_id: UUID) -> str:
    """The place that words for the public are bound to."""
    return place_of("publication", "words", request_id)


def said_place(supplement_id: UUID) -> str:
    """The place that what was added is bound to."""
    return place_of("supplement", "said", supplement_id)


def public_words_place(supplement_id: UUID) -> str:
    """The place that the words for the public of what was added are bound to."""
    return place_of("supplement", "public_words", supplement_id)


async def waiting(session: Session, actor: Actor, *, before: UUID, limit: int) -> list[tuple[UUID, str, str, object]]:
    """Cases of one's area of which the public reads but the neutral sentence, from new to old."""
    today = local_date(session.now)
    return await session.all(WAITING, person=actor.person_id, today=today, before=before, limit=limit)


def sentence_of(session: Session, service_code: str) -> str:
    """What the public reads of a case of this service until somebody has written something."""
    offered = session.use(Catalogue).published
    return next(
        (one.sentence for one in offered if one.code == service_code and one.sentence), "有群众反映的公共事项。"
    )


def description_of(session: Session, published: Publication) -> str:
    """What the public reads of a case."""
    if published.words is None:
        return sentence_of(session, published.service_code)
    return session.use(Vault).open(published.words, place=words_place(published.request_id))


def said_of(session: Session, added: Supplement) -> str:
    """What was added, for those who see the case; nothing once it was taken away."""
    return session.use(Vault).open(added.said, place=said_place(added.id)) if added.said else ""


def public_words_of(session: Session, added: Supplement) -> str | None:
    """What of it the public reads."""
    if added.public_words is None:
        return None
    return session.use(Vault).open(added.public_words, place=public_words_place(added.id))
