"""A post held by a person on the roll."""

from datetime import date
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field

from chassis.tables import text_of
from contracts.members import PostHeld
from services.members.tables import Table
from services.members.words import PostKind


class Post(Table, table=True):
    """An office or role held by a person in an organisation and an area, from a local date to a local date."""

    __tablename__ = "post"
    __table_args__ = (
        UniqueConstraint("person_id", "kind", "organization_id", "division_code", "from_on", name="post_holder"),
        Index("post_area", "township_code", "division_code", "kind"),
    )

    id: UUID = Field(primary_key=True)
    township_code: str = Field(max_length=12)
    division_code: str = Field(max_length=12)  # its own, or the organisation's
    organization_id: UUID = Field(foreign_key="organization.id")  # its own, or that of the holder
    person_id: UUID = Field(foreign_key="member.id")
    kind: PostKind = Field(sa_type=text_of(PostKind))
    from_on: date
    to_on: date | None  # the last day
    generated: bool

    def held(self, name: str) -> PostHeld:
        """The fact of how it stands now, with the holder's name."""
        return PostHeld(
            post_id=self.id,
            person_id=self.person_id,
            name=name,
            kind=self.kind.value,
            organization_id=self.organization_id,
            division_code=self.division_code,
            from_on=self.from_on,
            to_on=self.to_on,
        )
