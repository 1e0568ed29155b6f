"""The keys that tokens are signed with."""

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field

from chassis.tables import Instant, Sealed
from services.members.tables import Table

LONG_AGO = "1970-01-01T00:00:00.000000+00:00"  # for the keys that were there before keys had a beginning


class SigningKey(Table, table=True):
    """One key pair (P-256). Its turn is unique, so that of two processes that make a key at once only one succeeds.

    It is told of at once and signs from `signs_from` on, when every service has heard of it.
    """

    __tablename__ = "signing_key"
    __table_args__ = (UniqueConstraint("turn", name="signing_key_turn"),)

    kid: str = Field(primary_key=True, max_length=64)
    turn: int  # 1 for the first, and one more for each that follows
    private_key: bytes = Field(sa_type=Sealed)  # PKCS 8
    public_key: str  # PEM
    signs_from: datetime = Field(sa_type=Instant, sa_column_kwargs={"server_default": LONG_AGO})  # real time
    not_after: datetime = Field(sa_type=Instant)  # real time; withdrawn keys end with their withdrawal
