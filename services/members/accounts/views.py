"""Reading accounts: who a person is, in whichever register they stand."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import bindparam
from sqlalchemy import select as columns
from sqlmodel import col

from chassis.clock import local_date
from chassis.divisions import span_of, township_of
from chassis.session import Session
from services.members.divisions.model import Division
from services.members.households.model import Citizen
from services.members.posts.model import Post
from services.members.posts.views import IN_OFFICE
from services.members.roll.model import Member
from services.members.words import PostKind

DIVISION_NAME = columns(col(Division.name)).where(col(Division.code) == bindparam("code"))
CITIZENS = (
    columns(col(Citizen.id), col(Citizen.name), col(Citizen.division_code))
    .where(
        col(Citizen.generated),
        col(Citizen.township_code).between(bindparam("first_township"), bindparam("last_township")),
        col(Citizen.division_code).between(bindparam("first"), bindparam("last")),
        col(Citizen.id) < bindparam("before"),
    )
    .order_by(col(Citizen.id).desc())
    .limit(bindparam("most"))
)
HOLDERS = (
    columns(col(Member.id), col(Member.name), col(Post.division_code))
    .join_from(Post, Member, col(Member.id) == col(Post.person_id))
    .where(
        col(Member.generated),
        *IN_OFFICE,
        col(Post.kind) == bindparam("kind"),
        col(Post.township_code).between(bindparam("first_township"), bindparam("last_township")),
        col(Post.division_code).between(bindparam("first"), bindparam("last")),
        col(Member.id) < bindparam("before"),
    )
    .order_by(col(Member.id).desc())
    .distinct()
    .limit(bindparam("most"))
)
EVERYWHERE = ("0" * 12, "9" * 12)


@dataclass(frozen=True, slots=True)
class Identity:
    """A person in the roll, among the citizens, or in both."""

    member: Member | None
    citizen: Citizen | None

    @property
    def person(self) -> Member | Citizen:
        """The register to believe first: the roll."""
        found = self.member or self.citizen
        assert found is not None
        return found

    @property
    def generated(self) -> bool:
        """Whether every register that knows the person says that a program made them up."""
        return all(person.generated for person in (self.member, self.citizen) if person is not None)


async def identity_of(session: Session, person_id: UUID) -> Identity | None:
    """Who this id belongs to, or nobody."""
    member, citizen = await session.get(Member, person_id), await session.get(Citizen, person_id)
    return Identity(member, citizen) if member or citizen else None


async def division_name(session: Session, code: str) -> str | None:
    """The name of a division, if it is in the list."""
    found = await session.first(DIVISION_NAME, code=code)
    return found[0] if found else None


async def generated_people(
    session: Session, role: PostKind | None, *, division_code: str | None, before: UUID, most: int
) -> list[tuple[UUID, str, str]]:
    """Id, name and division of generated people who hold a post today within a division; citizens for no post."""
    first, last = span_of(division_code) if division_code else EVERYWHERE
    span = {"first_township": township_of(first), "last_township": township_of(last), "first": first, "last": last}
    if role is None:
        return await session.all(CITIZENS, **span, before=before, most=most)
    today = local_date(session.now)
    return await session.all(HOLDERS, **span, kind=role, today=today, before=before, most=most)
