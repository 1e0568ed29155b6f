"""Column types that mean the same on SQLite and PostgreSQL, and the tables that every service carries."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, TypeVar
from uuid import UUID

import uuid_utils.compat
from sqlalchemy import (
    BigInteger,
    Column,
    Date,
    DateTime,
    Dialect,
    Enum,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    Uuid,
    text,
)
from sqlalchemy.orm import InstrumentedAttribute, configure_mappers
from sqlmodel import SQLModel
from sqlmodel.main import SQLModelMetaclass


def new_id() -> UUID:
    """A new UUIDv7: unique without asking anybody, and in rough order of time, which keeps indexes local."""
    return uuid_utils.compat.uuid7()


class Instant(TypeDecorator[datetime]):
    """An instant in UTC. SQLite has no zones: there it is ISO text of fixed width, which sorts as time does."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | str | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a zone")
        return value.astimezone(UTC).isoformat(timespec="microseconds") if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | str | None, dialect: Dialect) -> datetime | None:
        return datetime.fromisoformat(value) if isinstance(value, str) else value

    def load_dialect_impl(self, dialect: Dialect) -> "String | DateTime":
        return String(32) if dialect.name == "sqlite" else DateTime(timezone=True)


class Listed(TypeDecorator[list[str]]):
    """A short list of words, kept as JSON text."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Sequence[str] | None, dialect: Dialect) -> str | None:
        return None if value is None else json.dumps(list(value), ensure_ascii=False)

    def process_result_value(self, value: str | None, dialect: Dialect) -> list[str] | None:
        return None if value is None else [str(word) for word in json.loads(value)]


class Sealed(TypeDecorator[bytes]):
    """A column of sealed values (`chassis.secrecy`), each bound to its table, its column and the one key of its row.

    Being of this type is what has a column sealed anew when the keys rotate. `salted_in` names the table, in the same
    database, that holds under the same key the salt of the person whose values these are.
    """

    impl = LargeBinary
    cache_ok = True

    def __init__(self, *, salted_in: str | None = None) -> None:
        super().__init__()
        self.salted_in = salted_in


class Digest(TypeDecorator[bytes]):
    """A column from which nothing can be read back: a blind index, a keyed digest, the hash of a public or random text,
    a salt."""

    impl = LargeBinary
    cache_ok = True


_COLUMNS: dict[type, frozenset[str]] = {}
"""The columns of each table's class, once rows of it were made: asking pydantic for them costs as much as the row."""


class _Shown:
    """A column of a table's class: there SQLAlchemy's own attribute, to build statements with.

    Of a row it says nothing, so that Python finds the row's own value at once. SQLAlchemy's attribute would be asked
    first, in Python code, and would look the value up in the same place: six times as long for every value read.
    """

    __slots__ = ("attribute",)

    def __init__(self, attribute: object) -> None:
        self.attribute = attribute

    def __get__(self, row: object | None, kind: type) -> object:
        if row is None:
            return self.attribute
        raise AttributeError(f"this {kind.__name__} has no such value")


class _Plainly(SQLModelMetaclass):
    """Makes a row without SQLAlchemy's instance state, which nothing here reads: it would cost more than the row."""

    if not TYPE_CHECKING:  # the checker knows the columns from the class

        def __init__(cls, name, bases, namespace, **options) -> None:  # noqa: N805  # of a metaclass
            super().__init__(name, bases, namespace, **options)
            for column, attribute in list(vars(cls).items()):
                if isinstance(attribute, InstrumentedAttribute):
                    type.__setattr__(cls, column, _Shown(attribute))

        def __call__(cls, **values: object) -> object:  # noqa: N805  # of a metaclass
            columns = _COLUMNS.get(cls)
            if columns is None:
                configure_mappers()
                columns = _COLUMNS[cls] = frozenset(cls.model_fields)
            if values.keys() != columns:
                odd = sorted(values.keys() ^ columns)
                raise TypeError(f"{cls.__name__}: {odd} given too much or not at all")
            row = cls.__new__(cls)
            row.__dict__.update(values)
            return row


class Row(SQLModel, metaclass=_Plainly):
    """What every table's class comes from: a row that holds exactly the values that it was given.

    SQLModel tells SQLAlchemy's unit of work of each attribute that is set, 15 microseconds a row and 1.5 a change; ours
    (`chassis.session`) compares values instead and needs none of that. Every column is given: nothing has a default.
    """

    if not TYPE_CHECKING:

        def __setattr__(self, name: str, value: object) -> None:
            if name in type(self).model_fields:
                self.__dict__[name] = value
            else:
                super().__setattr__(name, value)


Like = TypeVar("Like", bound=Row)


def like(row: Like, **values: object) -> Like:
    """Another row with the values of this one but for those given; where there are thousands, what is least to do."""
    made: Like = type(row).__new__(type(row))
    made.__dict__.update(row.__dict__)
    made.__dict__.update(values)
    if len(made.__dict__) != len(row.__dict__):
        raise TypeError(f"{type(row).__name__}: {sorted(values.keys() - row.__dict__.keys())} is none of its columns")
    return made


def text_of(kind: type[StrEnum]) -> Enum:
    """A column that keeps the value of an enum's member as text, and gives the member back."""
    values = [member.value for member in kind]
    return Enum(
        kind,
        native_enum=False,
        create_constraint=False,
        length=32,
        values_callable=lambda _: values,
    )


CHASSIS = MetaData()
NOT_PARKED = text("parked_at IS NULL")
BY_SOMEBODY = text("actor_id IS NOT NULL")

# The names of the first columns are Debezium's outbox router's, so that it can take the relay's place.
OUTBOX = Table(
    "outbox",
    CHASSIS,
    Column("position", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("id", Uuid, nullable=False),
    Column("aggregatetype", String(255), nullable=False),
    Column("aggregateid", String(255), nullable=False),
    Column("type", String(255), nullable=False),
    Column("payload", Text, nullable=False),
    Column("occurred_at", Instant, nullable=False),
    Column("traceparent", String(64), nullable=True),
)

TAKEN_FACT = Table(
    "taken_fact",
    CHASSIS,
    Column("id", Uuid, primary_key=True),
    Column("taken_at", Instant, nullable=False),
)

# Facts that could not be taken in yet, and those that were put aside after too many tries (`parked_at`).
WAITING_FACT = Table(
    "waiting_fact",
    CHASSIS,
    Column("position", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("id", Uuid, nullable=False, unique=True),
    Column("type", String(255), nullable=False),
    Column("key", String(255), nullable=False),
    Column("body", Text, nullable=False),
    Column("occurred_at", Instant, nullable=False),
    Column("traceparent", String(64), nullable=True),
    Column("attempts", Integer, nullable=False),
    Column("since", Instant, nullable=False),
    Column("next_at", Instant, nullable=False),
    Column("parked_at", Instant, nullable=True),
    Column("reason", Text, nullable=False),
    Index(
        "waiting_fact_next",
        "next_at",
        postgresql_where=text("parked_at IS NULL"),
        sqlite_where=text("parked_at IS NULL"),
    ),
)

TIMER = Table(
    "timer",
    CHASSIS,
    Column("id", Uuid, primary_key=True),
    Column("kind", String(64), nullable=False),
    Column("about", Uuid, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("next_at", Instant, nullable=True),  # real time of the next try after a failure; `due_at` is domain time
    Column("parked_at", Instant, nullable=True),
    Column("reason", Text, nullable=True),
    Index("timer_due", "due_at", postgresql_where=NOT_PARKED, sqlite_where=NOT_PARKED),
    Index("timer_about", "about"),
)

IDEMPOTENCY = Table(
    "idempotency",
    CHASSIS,
    Column("key", Digest, primary_key=True),
    Column("fingerprint", Digest, nullable=False),
    Column("code", Integer, nullable=False),  # of the HTTP answer
    Column("answer", Sealed, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Index("idempotency_expiry", "expires_at"),
)

AUDIT = Table(
    "audit",
    CHASSIS,
    Column("id", Uuid, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("actor_id", Uuid, nullable=True),
    Column("post_id", Uuid, nullable=True),  # by which of the actor's posts
    Column("action", String(64), nullable=False),
    Column("about", String(64), nullable=False),
    Column("network", Digest, nullable=True),  # of the caller's /24 or /48
    Column("address", Digest, nullable=True),  # of the caller's address
    Column("reason", String(64), nullable=True),  # a code
    Column("request_id", String(64), nullable=True),
    Column("fingerprint", Digest, nullable=True),
    # Where the row stands in the chain (`chassis.audit.chain`); nowhere, if it is older than the chain.
    Column("place", Integer, nullable=True),
    Column("block", BigInteger, nullable=True),
    Column("chain", Digest, nullable=True),
    Index("audit_block", "block", "place", unique=True),
    Index("audit_actor", "actor_id", "id", postgresql_where=BY_SOMEBODY, sqlite_where=BY_SOMEBODY),
    Index("audit_about", "about", "id"),
)

# The last block of the chain, in its one row.
AUDIT_HEAD = Table(
    "audit_head",
    CHASSIS,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("block", BigInteger, nullable=False),
    Column("chain", Digest, nullable=False),
)

# A day of a service's chain, as that service sealed it; its own days, and those that other services told.
AUDIT_DAY = Table(
    "audit_day",
    CHASSIS,
    Column("service", String(32), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("first_block", BigInteger, nullable=False),
    Column("last_block", BigInteger, nullable=False),  # before `first_block` on a day without rows
    Column("size", Integer, nullable=False),  # rows
    Column("root", Digest, nullable=False),
    Column("chain", Digest, nullable=False),  # after the last block
    Column("previous", Digest, nullable=False),  # the root of the day before
    Column("kept_at", Instant, nullable=False),
)

# The nodes of a day's tree over every 256 leaves, so that a proof need not read the whole day.
AUDIT_PART = Table(
    "audit_part",
    CHASSIS,
    Column("day", Date, primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("block", BigInteger, nullable=False),  # where its first leaf stands
    Column("place", Integer, nullable=False),
    Column("node", Digest, nullable=False),
    Index("audit_part_block", "block", "place"),
)

# What one person proposed and another has to confirm before it is done (`chassis.two_persons`).
PROPOSAL = Table(
    "proposal",
    CHASSIS,
    Column("id", Uuid, primary_key=True),
    Column("kind", String(64), nullable=False),
    Column("about", Uuid, nullable=False),
    Column("scope", String(12), nullable=False),  # division code: whose second person may confirm
    Column("reason", String(64), nullable=False),  # a code
    Column("words", Sealed, nullable=True),
    Column("proposed_by", Uuid, nullable=False),
    Column("proposed_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("stage", String(16), nullable=False),
    Column("decided_by", Uuid, nullable=True),
    Column("decided_at", Instant, nullable=True),
    Index("proposal_open", "stage", "id"),
    Index("proposal_about", "about"),
)

# The public halves of the keys that `members` signs tokens with, as every service has heard of them.
VERIFICATION_KEY = Table(
    "verification_key",
    CHASSIS,
    Column("kid", String(64), primary_key=True),
    Column("public_key", Text, nullable=False),
    Column("not_after", Instant, nullable=False),
)

# Whose tokens `members` took back, kept until the last of them would have ended by itself.
WITHDRAWN_ACCESS = Table(
    "withdrawn_access",
    CHASSIS,
    Column("id", Uuid, primary_key=True),
    Column("subject_id", Uuid, nullable=False),  # a person or a client
    Column("session_id", Uuid, nullable=True),  # one session or key of theirs; none stands for all
    Column("before", Instant, nullable=False),
    Index("withdrawn_access_before", "before"),
)


def carry(metadata: MetaData) -> None:
    """Give a service its own copies of the chassis tables."""
    for table in CHASSIS.sorted_tables:
        table.to_metadata(metadata)
