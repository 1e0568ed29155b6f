"""A notice: something that one person is to be told, at once or gathered with others in a digest."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Index, UniqueConstraint, false, text
from sqlmodel import Field, col

from chassis.tables import Instant, text_of
from services.tasks.notices.kinds import NoticeKind
from services.tasks.tables import Table

UNREAD = text("read_at IS NULL AND NOT gathered")
WAITING = text("gathered AND digest_id IS NULL")


class Notice(Table, table=True):
    """One notice to one person; the app shows it until it is read.

    A gathered one is a line of a digest, which is itself a notice, and is never shown alone.
    """

    __tablename__ = "notice"
    __table_args__ = (
        Index("notice_person", "person_id", "id"),
        Index("notice_unread", "person_id", "id", sqlite_where=UNREAD, postgresql_where=UNREAD),
        Index("notice_waiting", "person_id", "id", sqlite_where=WAITING, postgresql_where=WAITING),
        Index("notice_digest", "digest_id", "id"),
    )

    id: UUID = Field(primary_key=True)
    person_id: UUID
    kind: NoticeKind = Field(sa_type=text_of(NoticeKind))
    request_id: UUID | None  # none where it is about no case
    about_id: UUID | None  # what it is about where that is no case; of which sort, its kind says
    at: datetime = Field(sa_type=Instant)
    tell_at: datetime | None = Field(sa_type=Instant)  # when the telephone may ring, where that is later than `at`
    read_at: datetime | None = Field(sa_type=Instant)
    gathered: bool = Field(sa_column_kwargs={"server_default": false()})
    digest_id: UUID | None  # the digest whose line it is
    lines: int | None  # of a digest; other cases, of a merge
    clock_id: UUID | None  # the clock that it warns of
    clock: str | None = Field(max_length=16)  # its kind
    due_at: datetime | None = Field(sa_type=Instant)  # its end, as it was told
    colour: str | None = Field(max_length=16)


class Reminded(Table, table=True):
    """How often one person was reminded of one kind of thing in one case, and how often that was held back."""

    __tablename__ = "reminded"
    __table_args__ = (UniqueConstraint("request_id", "person_id", "kind", name="reminded_once"),)

    id: UUID = Field(primary_key=True)
    person_id: UUID
    request_id: UUID
    kind: NoticeKind = Field(sa_type=text_of(NoticeKind))
    told: int
    held_back: int
    last_at: datetime = Field(sa_type=Instant)


AS_MESSAGES: Mapping[str, ColumnElement[bool]] = {
    "notice": ~col(Notice.gathered) & (col(Notice.kind) != NoticeKind.DIGEST),
    "digest": col(Notice.kind) == NoticeKind.DIGEST,
}
"""What counts as a message sent; a line of a digest is none by itself."""
