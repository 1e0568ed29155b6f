"""Who may ask for a code, tell it, and type it in: never one person all of it."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis.clock import local_date
from chassis.divisions import span_of
from chassis.identity import Actor
from chassis.problems import Forbidden, NotFound
from chassis.session import Session
from chassis.two_persons import Span
from services.members.consents.model import Consent
from services.members.posts.model import Post
from services.members.posts.views import IN_OFFICE
from services.members.words import PostKind

TELLING = (PostKind.TOWNSHIP_CADRE, PostKind.COUNTY_OPERATOR)
"""Posts at whose counter somebody without a telephone is told their code."""

TELLING_POSTS = select(Post).where(col(Post.person_id) == bindparam("person"), col(Post.kind).in_(TELLING), *IN_OFFICE)


class AskerMayNotTell(Forbidden):
    """Whoever asked for the consent is not the one who tells its code."""

    title_zh = "发起委托的人不能查看验证码，请由乡镇（街道）窗口的另一位工作人员告知本人。"


async def telling_areas(session: Session, person_id: UUID) -> Sequence[Span]:
    """Where somebody tells people their codes today."""
    posts = await session.all(TELLING_POSTS, person=person_id, today=local_date(session.now))
    session.by_post = posts[0].id if posts else session.by_post
    return [span_of(post.division_code) for post in posts]


async def check_may_see(session: Session, actor: Actor, consent: Consent) -> None:
    """Whoever asked, the person themselves, and those who tell codes there. Raises `NotFound`."""
    if actor.person_id in {consent.asked_by, consent.person_id}:
        return
    if not _within(consent, await telling_areas(session, actor.person_id)):
        raise NotFound()


async def check_may_tell(session: Session, actor: Actor, consent: Consent) -> None:
    """Somebody at a counter there, and never whoever asked. Raises `NotFound`, `AskerMayNotTell`."""
    if actor.person_id == consent.asked_by:
        raise AskerMayNotTell()
    if actor.person_id == consent.person_id or not _within(consent, await telling_areas(session, actor.person_id)):
        raise NotFound()


def check_may_type(actor: Actor, consent: Consent) -> None:
    """Whoever asked, on their own device, or the person themselves. Raises `NotFound`."""
    if actor.person_id not in {consent.asked_by, consent.person_id}:
        raise NotFound()


def _within(consent: Consent, areas: Sequence[Span]) -> bool:
    return any(first <= consent.division_code <= last for first, last in areas)
