"""An absence: from when to when the holder of a post is away, and who acts for them."""

from datetime import date, datetime
from uuid import UUID

from sqlmodel import Field

from chassis.problems import Conflict
from chassis.tables import Instant, text_of
from contracts.members import AbsenceDeclared
from services.members.tables import Table
from services.members.words import Word


class AbsenceReason(Word):
    """Why somebody is away; kept here and told to nobody, since it may be about their health."""

    LEAVE = "leave", "休假"
    ILLNESS = "illness", "病假"
    TRAINING = "training", "培训学习"
    AWAY_ON_DUTY = "away_on_duty", "外出公务"
    OTHER = "other", "其他"


class AbsenceOver(Conflict):
    """This absence is over already."""

    title_zh = "这次外出已经结束，无须再办。"


class Absence(Table, table=True):
    """Days (local, both included) on which the holder of another post acts for the holder of this one."""

    __tablename__ = "absence"

    id: UUID = Field(primary_key=True)
    township_code: str = Field(max_length=12)
    post_id: UUID = Field(foreign_key="post.id", index=True)
    person_id: UUID = Field(index=True)
    organization_id: UUID
    stand_in_post_id: UUID = Field(foreign_key="post.id")
    stand_in_person_id: UUID = Field(index=True)
    from_on: date
    to_on: date
    reason: AbsenceReason = Field(sa_type=text_of(AbsenceReason))
    declared_by: UUID
    declared_at: datetime = Field(sa_type=Instant)
    ended_at: datetime | None = Field(sa_type=Instant)  # came back before the last day

    def end(self, *, today: date, at: datetime) -> None:
        """Be back. Raises `AbsenceOver`."""
        if self.ended_at is not None or self.to_on < today:
            raise AbsenceOver()
        self.ended_at = at

    def declared(self) -> AbsenceDeclared:
        """The fact of how it stands now."""
        return AbsenceDeclared(
            absence_id=self.id,
            post_id=self.post_id,
            person_id=self.person_id,
            organization_id=self.organization_id,
            stand_in_post_id=self.stand_in_post_id,
            stand_in_person_id=self.stand_in_person_id,
            from_on=self.from_on,
            to_on=self.to_on,
            ended_at=self.ended_at,
        )
