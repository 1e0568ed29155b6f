"""Publishing a bulletin, and issuing one anew; each the body of one transaction."""

from datetime import date
from uuid import UUID

from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis.clock import local_date
from chassis.divisions import township_of
from chassis.identity import Actor
from chassis.problems import NotFound
from chassis.session import Session
from chassis.tables import new_id
from services.tasks.bulletins import paper, policy
from services.tasks.bulletins.model import Bulletin, WrongBulletinDays
from services.tasks.burden.actions import measure_document
from services.tasks.burden.model import DocumentKind
from services.tasks.daily_reports.model import EditionReason, EditionReplaced, SameFigures
from services.tasks.figures import views as figures
from services.tasks.figures.model import LONGEST, Content, digest_of
from services.tasks.roster.model import Organization, Post

LAST_PLACE = (
    select(col(Bulletin.place))
    .where(col(Bulletin.organization_id) == bindparam("organization"), col(Bulletin.year) == bindparam("year"))
    .order_by(col(Bulletin.place).desc())
    .limit(1)
)


async def preview(session: Session, *, by: Actor, organization_id: UUID, first: date, last: date) -> Content:
    """What a bulletin would say. Raises `NotFound`, `MayNotPublishBulletins`, `WrongBulletinDays`."""
    await policy.check_may_publish(session, by, organization_id)
    return await _content(session, organization_id, first=first, last=last)


async def publish(session: Session, *, by: Actor, organization_id: UUID, first: date, last: date) -> Bulletin:
    """Publish what the rows say, under the organisation's next number. Raises as `preview`."""
    post = await policy.check_may_publish(session, by, organization_id)
    content = await _content(session, organization_id, first=first, last=last)
    year = local_date(session.now).year
    latest = await session.first(LAST_PLACE, organization=organization_id, year=year)
    return await _publish(session, content, post=post, year=year, number=(latest or 0) + 1, edition=1, reason=None)


async def issue_anew(session: Session, bulletin_id: UUID, *, by: Actor, reason: EditionReason) -> Bulletin:
    """Publish what the rows say now as a new edition; the old one stays.

    Raises `NotFound`, `MayNotPublishBulletins`, `EditionReplaced`, `SameFigures`.
    """
    old = await session.get(Bulletin, bulletin_id, lock=True)
    if old is None:
        raise NotFound()
    post = await policy.check_may_publish(session, by, old.organization_id)
    if old.replaced_at is not None:
        raise EditionReplaced()
    content = await _content(session, old.organization_id, first=old.first_on, last=old.last_on)
    if content.packed() == old.content:
        raise SameFigures()
    old.replaced_at = session.now
    return await _publish(
        session, content, post=post, year=old.year, number=old.place, edition=old.edition + 1, reason=reason
    )


async def _content(session: Session, organization_id: UUID, *, first: date, last: date) -> Content:
    organization = await session.get(Organization, organization_id)
    if organization is None:
        raise NotFound()
    if not first <= last < local_date(session.now) or (last - first).days >= LONGEST:
        raise WrongBulletinDays()
    return Content(
        issuer=organization.name,
        title=f"{organization.name}群众事项办理情况通报",
        first=first,
        last=last,
        units=await figures.units(session, organization.division_code, first=first, last=last),
        lines=(),
    )


async def _publish(
    session: Session,
    content: Content,
    *,
    post: Post,
    year: int,
    number: int,
    edition: int,
    reason: EditionReason | None,
) -> Bulletin:
    packed = content.packed()
    made = Bulletin(
        id=new_id(),
        township_code=township_of(post.division_code),
        division_code=post.division_code,
        organization_id=post.organization_id,
        year=year,
        place=number,
        edition=edition,
        first_on=content.first,
        last_on=content.last,
        content=packed,
        digest=digest_of(packed),
        published_at=session.now,
        published_by=post.person_id,
        reason=reason,
        replaced_at=None,
    )
    session.add(made)
    characters = len(paper.paper_of_bulletin(made).text)
    await measure_document(
        session, township_code=made.township_code, role=post.kind, kind=DocumentKind.GENERAL, characters=characters
    )
    return made
