"""The list of divisions as it stands."""

from sqlalchemy import Index
from sqlmodel import Field

from chassis.tables import text_of
from services.members.tables import Table
from services.members.words import DivisionKind


class Division(Table, table=True):
    """One district, township, street, village or community. Small enough to lie whole on every node."""

    __tablename__ = "division"
    __table_args__ = (Index("division_superior", "superior_code", "code"),)

    code: str = Field(primary_key=True, max_length=12)
    name: str = Field(max_length=100)
    kind: DivisionKind = Field(sa_type=text_of(DivisionKind))
    superior_code: str | None = Field(max_length=12)
