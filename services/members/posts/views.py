"""Reading posts: who is in office, as the contact card at a village's door says it."""

from collections.abc import Sequence
from datetime import date
from typing import cast
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy import bindparam, or_
from sqlalchemy import select as columns
from sqlmodel import col

from chassis.clock import local_date
from chassis.session import Session
from services.members.divisions.model import Division
from services.members.organizations.model import Organization
from services.members.posts.model import Post
from services.members.roll.model import Member
from services.members.words import PostKind

IN_OFFICE = (
    col(Post.from_on) <= bindparam("today"),
    or_(col(Post.to_on).is_(None), col(Post.to_on) >= bindparam("today")),
    col(Post.ended_at).is_(None),
)
SHOWN = (
    columns(
        col(Post.id),
        col(Post.person_id),
        col(Member.name),
        col(Post.kind),
        col(Post.organization_id),
        col(Organization.name),
        col(Post.division_code),
        col(Division.name),
        col(Post.from_on),
        col(Post.to_on),
    )
    .join_from(Post, Member, col(Member.id) == col(Post.person_id))
    .join(Organization, col(Organization.id) == col(Post.organization_id))
    .outerjoin(Division, col(Division.code) == col(Post.division_code))
    .where(*IN_OFFICE)
    .order_by(col(Post.id).desc())
    .limit(bindparam("most"))
)
OF_AREA = SHOWN.where(
    col(Post.township_code) == bindparam("township"),
    col(Post.division_code) == bindparam("division"),
    col(Post.id) < bindparam("before"),
)
OF_PERSON = SHOWN.where(col(Post.person_id) == bindparam("person"))
OF_PERSON_AT_MOST = 100


class PostInOffice(BaseModel):
    """A post that somebody holds today, with the names to show."""

    post_id: UUID
    person_id: UUID
    name: str
    kind: PostKind
    kind_zh: str
    organization_id: UUID
    organization_name: str
    division_code: str
    division_name: str | None  # none while the list of divisions has not been imported
    from_on: date
    to_on: date | None


async def posts_in_area(
    session: Session, division_code: str, *, township_code: str, before: UUID, most: int
) -> list[PostInOffice]:
    """The posts held in exactly this division on the session's local date, the newest first, older than one."""
    given = {"township": township_code, "division": division_code, "before": before, "most": most}
    return [_shown(row) for row in await session.all(OF_AREA, today=local_date(session.now), **given)]


async def posts_of(session: Session, person_id: UUID) -> list[PostInOffice]:
    """The posts that a person holds on the session's local date."""
    today = local_date(session.now)
    return [_shown(row) for row in await session.all(OF_PERSON, today=today, person=person_id, most=OF_PERSON_AT_MOST)]


def _shown(row: Sequence[object]) -> PostInOffice:
    post_id, person_id, name, kind, *rest = row
    names = ("organization_id", "organization_name", "division_code", "division_name", "from_on", "to_on")
    held = cast("PostKind", kind)
    return PostInOffice.model_validate(
        {"post_id": post_id, "person_id": person_id, "name": name, "kind": held, "kind_zh": held.zh}
        | dict(zip(names, rest, strict=True))
    )
