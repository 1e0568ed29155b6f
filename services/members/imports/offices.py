"""Writing the posts of a roster."""

from collections import defaultdict
from datetime import date
from functools import partial
from uuid import UUID

from sqlmodel import col, select

from chassis.divisions import township_of
from chassis.secrecy import Vault
from chassis.session import Session
from chassis.tables import new_id
from services.members.imports.intake import Intake, Progress, Tally
from services.members.imports.places import Seat
from services.members.imports.registers import Registers
from services.members.imports.rows import PostRow
from services.members.persons import NUMBER_INDEX
from services.members.posts.model import Post
from services.members.words import PostKind

EVERY_POST = select(Post).order_by(col(Post.id))


async def take_in_posts(
    session: Session, rows: list[PostRow], seats: dict[str, Seat], registers: Registers, *, progress: Progress
) -> Tally:
    """Write posts, and tell again those whose holder goes by another name now.

    A post without an organisation is held in that of its holder; one without a division, where its organisation is.
    """
    held = defaultdict[tuple[UUID, PostKind, date], list[Post]](list)
    posts = await session.all(EVERY_POST) if rows or registers.renamed else []
    for post in posts:
        held[post.person_id, post.kind, post.from_on].append(post)
    divisions = {seat.organization_id: seat.division_code for seat in seats.values()}
    vault = session.use(Vault)
    told = set[UUID]()

    def tell(post: Post, *, name: str) -> None:
        told.add(post.id)
        session.publish(post.held(name))

    async with Intake(session, Post, total=len(rows), progress=progress) as intake:
        for row in rows:
            holder = registers.roll[vault.index(row.citizen_number, place=NUMBER_INDEX)]
            organization_id = seats[row.organization_code].organization_id if row.organization_code else None
            same_holder = held[holder.person_id, row.kind, row.held_from]
            before = next((post for post in same_holder if _same(post, organization_id, row.division_code)), None)
            organization_id = organization_id or holder.organization_id
            division = row.division_code or divisions[organization_id]
            post = Post(
                id=before.id if before else new_id(),
                township_code=township_of(division),
                division_code=division,
                organization_id=organization_id,
                person_id=holder.person_id,
                kind=row.kind,
                from_on=row.held_from,
                to_on=row.held_until,
                ended_at=before.ended_at
                if before
                else None,  # a sheet of yesterday does not put anybody back in office
                generated=row.generated,
            )
            if before is None:
                same_holder.append(post)
            await intake.take(post, before, partial(tell, name=holder.name))
    for post in posts:
        if post.person_id in registers.renamed and post.id not in told:
            await session.get(Post, post.id, lock=True)  # so that the facts of a post have one order
            session.publish(post.held(registers.renamed[post.person_id]))
    return intake.tally


def _same(post: Post, organization_id: UUID | None, division_code: str | None) -> bool:
    """Whether a row means this post; what it leaves open does not tell posts apart."""
    return organization_id in {None, post.organization_id} and division_code in {None, post.division_code}
