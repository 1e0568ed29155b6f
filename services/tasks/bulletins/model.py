"""A bulletin of an organisation about its units: numbered, frozen when it is published, issued anew with a reason."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field

from chassis.problems import Forbidden, Invalid
from chassis.tables import Digest, Instant, text_of
from services.tasks.daily_reports.model import EditionReason
from services.tasks.tables import Table


class MayNotPublishBulletins(Forbidden):
    """An organisation's own cadres, supervisors and secretary publish its bulletins."""

    title_zh = "通报由本组织的督查、书记或工作人员发布，请联系他们。"


class WrongBulletinDays(Invalid):
    """A bulletin is about days that are over, at most a year of them."""

    title_zh = "通报的起止日期不对：应为已经过去的日期，且不超过一年。"


class Bulletin(Table, table=True):
    """One edition of one bulletin."""

    __tablename__ = "bulletin"
    __table_args__ = (
        UniqueConstraint("organization_id", "year", "place", "edition"),
        Index("bulletin_area", "township_code", "division_code", "id"),
    )

    id: UUID = Field(primary_key=True)
    township_code: str = Field(max_length=12)
    division_code: str = Field(max_length=12)
    organization_id: UUID
    year: int
    place: int  # 1, 2, … within the organisation's year
    edition: int
    first_on: date
    last_on: date
    content: str  # `figures.model.Content`, packed: counts and names of units alone
    digest: bytes = Field(sa_type=Digest)  # SHA-256 of the content
    published_at: datetime = Field(sa_type=Instant)
    published_by: UUID
    reason: EditionReason | None = Field(sa_type=text_of(EditionReason))  # of a later edition
    replaced_at: datetime | None = Field(sa_type=Instant)

    @property
    def number_zh(self) -> str:
        """Its number as an official document has it."""
        return f"通报〔{self.year}〕{self.place}号"
