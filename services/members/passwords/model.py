"""An account with a password, the second factor beside it, and the tries that were made."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field

from chassis.tables import Digest, Instant, Sealed
from services.members.persons import PERSON_KEY
from services.members.tables import Table


class PasswordAccount(Table, table=True):
    """By what name and password a person on the roll signs in. All instants are real time.

    A password that was given by somebody else is good for nothing but choosing one's own, until `given_until`.
    """

    __tablename__ = "password_account"
    __table_args__ = (UniqueConstraint("sign_in_name", name="password_account_sign_in_name"),)

    person_id: UUID = Field(primary_key=True, foreign_key="member.id")
    sign_in_name: str = Field(max_length=40)
    password: str = Field(max_length=255)  # argon2id, as a PHC string
    given_until: datetime | None = Field(sa_type=Instant)  # none for a password of one's own
    changed_at: datetime = Field(sa_type=Instant)
    suspended_at: datetime | None = Field(sa_type=Instant)
    given_by: UUID | None  # the operator who gave it last; none for a command at the server

    def choose(self, password: str, *, at: datetime) -> None:
        """Have a password of one's own from now on (its digest)."""
        self.password, self.given_until, self.changed_at = password, None, at

    def give(self, password: str, *, at: datetime, until: datetime, by: UUID | None) -> None:
        """Have a password (its digest) that somebody else knows, and that is only good for choosing another."""
        self.password, self.given_until, self.changed_at, self.given_by = password, until, at, by


class SecondFactor(Table, table=True):
    """The secret that a person's authenticator shares with us (RFC 6238), however the person signs in."""

    __tablename__ = "second_factor"

    person_id: UUID = Field(primary_key=True, foreign_key="member.id")
    secret: bytes = Field(sa_type=Sealed(salted_in=PERSON_KEY))
    newest_step: int  # the last time step whose code was taken; none up to it is taken again
    enrolled_at: datetime = Field(sa_type=Instant)  # real time


class RecoveryCode(Table, table=True):
    """A code that stands in for the second factor once; its row goes as it is used."""

    __tablename__ = "recovery_code"
    __table_args__ = (Index("recovery_code_person", "person_id"),)

    digest: bytes = Field(sa_type=Digest, primary_key=True)  # keyed
    person_id: UUID = Field(foreign_key="member.id")


class CountedTry(Table, table=True):
    """How many times in a row somebody tried in vain to sign in to one account from one device or address.

    The key is a keyed digest of the two, so that the table tells nobody who was where. Instants are real time.
    """

    __tablename__ = "counted_try"
    __table_args__ = (Index("counted_try_age", "last_at"),)

    key: bytes = Field(sa_type=Digest, primary_key=True)
    failures: int
    next_at: datetime = Field(sa_type=Instant)  # before this no further try is made
    last_at: datetime = Field(sa_type=Instant)
