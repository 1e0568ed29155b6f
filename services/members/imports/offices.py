"""Writing the posts of a roster."""

from collections import defaultdict
from datetime import date
from functools import partial
from uuid import UUID

from sqlmodel import col, select

from chassis.session import Session
from chassis.tables import new_id
from services.members.divisions.codes import township_of
from services.members.imports.intake import Intake, Progress, Tally
from services.members.imports.people import OnRoll, Roll
from services.members.imports.places import Seat
from services.members.imports.rows import PostRow
from services.members.posts.model import Post
from services.members.words import PostKind

EVERY_POST = select(Post).order_by(col(Post.id))


async def take_in_posts(
    session: Session, rows: list[PostRow], seats: dict[str, Seat], roll: Roll, *, progress: Progress
) -> Tally:
    """Write posts, and tell again those whose holder goes by another name now.

    A post without an organisation is held in that of its holder; one without a division, where its organisation is.
    """
    held = defaultdict[tuple[UUID, PostKind, date], list[Post]](list)
    posts = await session.all(EVERY_POST) if rows or roll.renamed else []
    for post in posts:
        held[post.person_id, post.kind, post.from_on].append(post)
    divisions = {seat.organization_id: seat.division_code for seat in seats.values()}
    intake = Intake(session, Post, total=len(rows), progress=progress)
    told = set[UUID]()
    for row in rows:
        holder = roll.person(row.citizen_number)
        organization_id = seats[row.organization_code].organization_id if row.organization_code else None
        same_holder = held[holder.person_id, row.kind, row.held_from]
        before = next((post for post in same_holder if _same(post, organization_id, row.division_code)), None)
        organization_id = organization_id or holder.organization_id
        division = row.division_code or divisions[organization_id]
        values: dict[str, object] = {
            "id": before.id if before else new_id(),
            "township_code": township_of(division),
            "division_code": division,
            "organization_id": organization_id,
            "person_id": holder.person_id,
            "kind": row.kind,
            "from_on": row.held_from,
            "to_on": row.held_until,
            "generated": row.generated,
        }
        if before is None:
            post = Post(**values)
            same_holder.append(post)
            told.add(post.id)
            session.publish(post.held(holder.name))
            await intake.write(post.id, values)
        elif any(getattr(before, name) != value for name, value in values.items()):
            told.add(before.id)
            await intake.change(before.id, partial(_alter, session=session, values=values, holder=holder))
        else:
            intake.keep()
    await intake.settle()
    for post in posts:
        if post.person_id in roll.renamed and post.id not in told:
            session.publish(post.held(roll.renamed[post.person_id]))
    return intake.tally


def _same(post: Post, organization_id: UUID | None, division_code: str | None) -> bool:
    """Whether a row means this post; what it leaves open does not tell posts apart."""
    return organization_id in {None, post.organization_id} and division_code in {None, post.division_code}


def _alter(post: Post, *, session: Session, values: dict[str, object], holder: OnRoll) -> None:
    for name, value in values.items():
        setattr(post, name, value)
    session.publish(post.held(holder.name))
