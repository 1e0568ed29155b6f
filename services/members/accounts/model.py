"""The keys that tokens are signed with."""

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field

from chassis.tables import Instant, Sealed
from services.members.tables import Table


class SigningKey(Table, table=True):
    """One key pair (P-256). Its turn is unique, so that of two processes that make a key at once only one succeeds."""

    __tablename__ = "signing_key"
    __table_args__ = (UniqueConstraint("turn", name="signing_key_turn"),)

    kid: str = Field(primary_key=True, max_length=64)
    turn: int  # 1 for the first, and one more for each that follows
    private_key: bytes = Field(sa_type=Sealed)  # PKCS 8
    public_key: str  # PEM
    not_after: datetime = Field(sa_type=Instant)  # real time
