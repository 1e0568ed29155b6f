"""A volunteer, a service that an organisation announces, and who signed up for it."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field

from chassis.lifecycle import Lifecycle
from chassis.problems import Conflict, Forbidden, Invalid
from chassis.tables import Instant, Sealed, text_of
from services.tasks.tables import Table


class ServiceStage(StrEnum):
    """How far a service has come."""

    ANNOUNCED = "announced"
    DONE = "done"
    CANCELLED = "cancelled"

    @property
    def title_zh(self) -> str:
        """The stage's name on the screen."""
        return {"announced": "报名中", "done": "已开展", "cancelled": "已取消"}[self]


LIFECYCLE = Lifecycle(
    {
        "do": ({ServiceStage.ANNOUNCED}, ServiceStage.DONE),
        "cancel": ({ServiceStage.ANNOUNCED}, ServiceStage.CANCELLED),
    }
)


class NotAVolunteer(Conflict):
    """Register as a volunteer of your area first."""

    title_zh = "请先登记为志愿者，再报名。"


class VolunteerAlready(Conflict):
    """You are registered as a volunteer."""

    title_zh = "您已经是志愿者，不用再次登记。"


class ServiceFull(Conflict):
    """Every place of this service is taken."""

    title_zh = "报名已满，请看其他志愿服务。"


class SignedUpAlready(Conflict):
    """You signed up for this service."""

    title_zh = "您已经报名，不用再次报名。"


class SignUpOver(Conflict):
    """The service has begun, was done or cancelled, or you had not signed up."""

    title_zh = "这项服务已经开始、结束或取消，或您没有报名，请刷新后查看。"


class ServiceTimesWrong(Invalid):
    """A service ends after it begins, within a day, and begins later than now."""

    title_zh = "服务时间有误：应在现在以后开始，当天之内结束。"


class ServiceNotBegun(Conflict):
    """What has not begun cannot have been done."""

    title_zh = "服务还没有开始，开展以后再点完成。"


class NotYourService(Forbidden):
    """The organisation that announced a service runs it."""

    title_zh = "志愿服务由发布的组织办理。"


NOW = text("ended_at IS NULL")


class Volunteer(Table, table=True):
    """Somebody who registered to help in an area; nothing is asked of them but that."""

    __tablename__ = "volunteer"
    __table_args__ = (
        Index("volunteer_township", "township_code", "id"),
        Index("volunteer_once", "person_id", unique=True, sqlite_where=NOW, postgresql_where=NOW),
    )

    id: UUID = Field(primary_key=True)
    township_code: str = Field(max_length=12)
    division_code: str = Field(max_length=12)
    person_id: UUID
    registered_at: datetime = Field(sa_type=Instant)
    ended_at: datetime | None = Field(sa_type=Instant)


class VolunteerService(Table, table=True):
    """One service, from an instant to another of the same day."""

    __tablename__ = "volunteer_service"
    __table_args__ = (
        Index("volunteer_service_township", "township_code", "id"),
        Index("volunteer_service_division", "division_code", "id"),
    )

    id: UUID = Field(primary_key=True)
    township_code: str = Field(max_length=12)
    division_code: str = Field(max_length=12)
    organization_id: UUID
    organization_name: str
    title: str = Field(max_length=60)
    what: str  # is done, for everybody to read
    places: int
    on: date
    from_at: datetime = Field(sa_type=Instant)
    to_at: datetime = Field(sa_type=Instant)
    stage: ServiceStage = Field(sa_type=text_of(ServiceStage))
    announced_by: UUID
    announced_at: datetime = Field(sa_type=Instant)
    closed_at: datetime | None = Field(sa_type=Instant)  # done or cancelled
    took_part: int | None  # how many of those who signed up came, as the organisation says; nobody by name
    words: bytes | None = Field(sa_type=Sealed)  # why it was cancelled

    def move(self, name: str, *, at: datetime) -> None:
        """Make a move of the table. Raises `NotAllowedNow`."""
        self.stage, self.closed_at = LIFECYCLE.after(name, self.stage), at


class VolunteerSignUp(Table, table=True):
    """A volunteer who means to come; taken away when they change their mind."""

    __tablename__ = "volunteer_sign_up"
    __table_args__ = (
        UniqueConstraint("service_id", "person_id", name="volunteer_sign_up_once"),
        Index("volunteer_sign_up_person", "person_id", "id"),
    )

    id: UUID = Field(primary_key=True)
    service_id: UUID = Field(foreign_key="volunteer_service.id")
    township_code: str = Field(max_length=12)
    person_id: UUID
    at: datetime = Field(sa_type=Instant)
