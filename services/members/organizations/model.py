"""An organisation in the tree."""

from datetime import date
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field

from chassis.problems import Invalid
from chassis.tables import text_of
from contracts.members import OrganizationRecorded
from services.members.tables import Table
from services.members.words import Tier


class NoSuchOrganization(Invalid):
    """There is no such organisation in the tree."""

    title_zh = "没有这个党组织，请从组织列表中选择。"


class Organization(Table, table=True):
    """Any unit in the tree; the county's committee alone has no superior."""

    __tablename__ = "organization"
    __table_args__ = (
        UniqueConstraint("code", name="organization_code"),
        Index("organization_superior", "superior_id", "code"),
        Index("organization_area", "township_code", "division_code"),
    )

    id: UUID = Field(primary_key=True)
    township_code: str = Field(max_length=12)
    division_code: str = Field(max_length=12)  # its own, or the nearest superior's
    code: str = Field(max_length=40)
    name: str = Field(max_length=100)
    tier: Tier = Field(sa_type=text_of(Tier))
    superior_id: UUID | None = Field(foreign_key="organization.id")
    founded_on: date | None
    term_ends_on: date | None
    generated: bool

    def recorded(self) -> OrganizationRecorded:
        """The fact of how it stands now."""
        return OrganizationRecorded(
            organization_id=self.id,
            code=self.code,
            name=self.name,
            tier=self.tier.value,
            superior_id=self.superior_id,
            division_code=self.division_code,
        )
