"""A post held by a person on the roll."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field

from chassis.problems import Conflict
from chassis.tables import Instant, text_of
from contracts.members import PostHeld
from services.members.tables import Table
from services.members.words import PostKind


class PostOver(Conflict):
    """This post has ended, or ends earlier already."""

    title_zh = "该岗位已经结束，或者已定在更早的日期结束，请刷新后查看。"


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
    ended_at: datetime | None = Field(sa_type=Instant)  # by order, before the end of its last day
    generated: bool

    def end(self, on: date, *, today: date, at: datetime) -> None:
        """Be held until the end of a day (local); on this very day, no longer from now on. Raises `PostOver`."""
        if self.ended_at is not None or (self.to_on is not None and self.to_on < max(on, today)):
            raise PostOver()
        self.to_on = on
        if on == today:
            self.ended_at = at

    def held_since(self, first: date | None, *, today: date) -> bool:
        """Whether it was held on any day from the first until today; ever, where no first day is given."""
        return self.from_on <= today and (self.to_on is None or first is None or self.to_on >= first)

    def held_through(self, first: date, last: date) -> bool:
        """Whether it is held on every one of these days."""
        return self.ended_at is None and self.from_on <= first and (self.to_on is None or self.to_on >= last)

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
            ended_at=self.ended_at,
        )
