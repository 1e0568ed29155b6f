"""Which account at the provider belongs to which person on the roll, and which sign-ins were used up."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field

from chassis.tables import Digest, Instant
from services.members.tables import Table


class SingleSignOnLink(Table, table=True):
    """One account at the provider, known by a blind index of issuer and subject, and the person who signs in by it."""

    __tablename__ = "single_sign_on_link"
    __table_args__ = (UniqueConstraint("person_id", name="single_sign_on_link_person"),)

    subject_index: bytes = Field(sa_type=Digest, primary_key=True)
    person_id: UUID = Field(foreign_key="member.id")
    bound_at: datetime = Field(sa_type=Instant)  # real time
    bound_by: UUID | None  # none for the person themself, and for a command at the server


class SpentSignOn(Table, table=True):
    """A sign-in that came back from the provider, and does so no second time; kept until it would be over anyway."""

    __tablename__ = "spent_sign_on"
    __table_args__ = (Index("spent_sign_on_end", "until"),)

    digest: bytes = Field(sa_type=Digest, primary_key=True)
    until: datetime = Field(sa_type=Instant)  # real time
