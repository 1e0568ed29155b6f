"""Requests whose askers are shown to nobody, or to nobody in the line of whoever is complained of."""

from uuid import UUID

from sqlalchemy import bindparam, literal, select
from sqlmodel import Field, col

from chassis.problems import Forbidden, NotFound
from chassis.session import Session
from contracts.tasks import RequestProtected
from services.members.organizations.model import Organization
from services.members.posts.model import Post
from services.members.tables import Table
from services.members.words import PostKind

HIGHEST = 16  # steps from the lowest organisation to the top; more would be a circle


class AskedWithoutName(Forbidden):
    """This request was made without a name: nobody sees who asked, whatever the reason."""

    title_zh = "此事项为匿名提出，任何人不得查看反映人身份；请通过查询码对应的进度和答复与其沟通。"


class ProtectedRequest(Table, table=True):
    """A request whose asker is protected, as `tasks` told it; who asked is not known here."""

    __tablename__ = "protected_request"

    id: UUID = Field(primary_key=True)
    anonymous: bool
    discipline: bool
    about_person_id: UUID | None
    about_organization_id: UUID | None


_upward = (
    select(col(Organization.id), col(Organization.superior_id), literal(0).label("steps"))
    .where(col(Organization.id) == bindparam("organization"))
    .cte("over_the_line", recursive=True)
)
_upward = _upward.union_all(
    select(col(Organization.id), col(Organization.superior_id), _upward.c.steps + 1)
    .join(_upward, col(Organization.id) == _upward.c.superior_id)
    .where(_upward.c.steps < HIGHEST)
)
OVER = select(_upward.c.id).where(_upward.c.steps > 0, _upward.c.id == bindparam("own")).limit(1)


async def protect(event: RequestProtected, session: Session) -> None:
    """Keep who may not be shown who asked."""
    if await session.get(ProtectedRequest, event.request_id) is None:
        session.add(ProtectedRequest(id=event.request_id, **event.model_dump(exclude={"request_id"})))


async def lies_with_discipline(session: Session, request_id: UUID) -> bool:
    """Whether a request lies with discipline supervision, as `tasks` told it."""
    found = await session.get(ProtectedRequest, request_id)
    return found is not None and found.discipline


async def check_not_protected(session: Session, request_id: UUID, *, post: Post) -> None:
    """See that this post may be shown who asked a request. Raises `AskedWithoutName`.

    Raises `NotFound` for a complaint about somebody in the line of the post, which is not there for them, and for what
    lies with discipline supervision, which is there for its inspectors alone, as nothing else is for them.
    """
    found = await session.get(ProtectedRequest, request_id)
    inspects = post.kind is PostKind.DISCIPLINE_INSPECTOR
    if inspects is not (found is not None and found.discipline):
        raise NotFound()
    if found is None:
        return
    if post.person_id == found.about_person_id:
        raise NotFound()
    if found.about_organization_id is not None:
        over = await session.first(OVER, organization=found.about_organization_id, own=post.organization_id)
        if over is None:
            raise NotFound()
    if found.anonymous:
        raise AskedWithoutName()
