"""A publication: the row by which a case is there for the public, and what of it somebody let out."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Index, false, text
from sqlmodel import Field

from chassis.tables import Digest, Instant, Sealed, text_of
from services.tasks.tables import Table

UNREVIEWED = text("reviewed_at IS NULL")


def district_of(division_code: str) -> str:
    """The district or county in which a division lies: the jurisdiction of its cases."""
    return f"{division_code[:6]}000000"


class Publication(Table, table=True):
    """One case that the public may see; not in its own words, but in those that somebody wrote for the public."""

    __tablename__ = "publication"
    __table_args__ = (
        Index("publication_shown", "district_code", "submitted_at", "request_id"),
        Index("publication_waiting", "request_id", sqlite_where=UNREVIEWED, postgresql_where=UNREVIEWED),
    )

    request_id: UUID = Field(primary_key=True, foreign_key="service_request.id")
    township_code: str = Field(max_length=12)
    district_code: str = Field(max_length=12)
    service_code: str = Field(max_length=32)
    submitted_at: datetime = Field(sa_type=Instant)
    updated_at: datetime = Field(sa_type=Instant)  # of the last public step
    closed_at: datetime | None = Field(sa_type=Instant)
    words: bytes | None = Field(sa_type=Sealed)  # the description for the public; none until somebody wrote it
    reviewed_at: datetime | None = Field(sa_type=Instant)
    reviewed_by: UUID | None
    reviewed_post_id: UUID | None
    withheld: bool = Field(sa_column_kwargs={"server_default": false()})  # somebody keeps the whole case back
    files: int = Field(sa_column_kwargs={"server_default": text("0")})  # let out and not taken back


class Step(StrEnum):
    """What the public is told of the way of a case; in words of the rules alone."""

    RECEIVED = "received"
    DISPATCHED = "dispatched"
    RETURNED = "returned"
    SIGNED = "signed"
    PAUSED = "paused"
    RESUMED = "resumed"
    EXTENDED = "extended"
    MERGED = "merged"
    PARTED = "parted"
    HANDLED = "handled"
    SOLVED = "solved"
    UNSOLVED = "unsolved"
    RECTIFYING = "rectifying"
    RECTIFIED = "rectified"
    SUPPLEMENTED = "supplemented"

    @property
    def title_zh(self) -> str:
        """The sentence that the public reads."""
        return _STEPS[self]

    @property
    def closes(self) -> bool:
        """Whether the case is closed with it; with every other step it is open."""
        return self is Step.SOLVED


_STEPS = {
    Step.RECEIVED: "已收到，正在指派承办人。",
    Step.DISPATCHED: "已交承办单位，等待签收。",
    Step.RETURNED: "承办单位认为不属其职责，正在重新指派。",
    Step.SIGNED: "承办人已签收，正在办理。",
    Step.PAUSED: "暂停办理，等待外部条件；到期自动恢复。",
    Step.RESUMED: "恢复办理。",
    Step.EXTENDED: "经批准延期，继续办理。",
    Step.MERGED: "与相同事项一并办理。",
    Step.PARTED: "恢复单独办理。",
    Step.HANDLED: "承办单位报告已办理，正在请反映人评判。",
    Step.SOLVED: "反映人确认已解决。",
    Step.UNSOLVED: "反映人表示未解决或只解决一部分。",
    Step.RECTIFYING: "已责成整改。",
    Step.RECTIFIED: "整改已经他人复核，再次请反映人评判。",
    Step.SUPPLEMENTED: "反映人补充了情况。",
}


class PublicStep(Table, table=True):
    """One step of a published case, as it is told."""

    __tablename__ = "public_step"
    __table_args__ = (
        Index("public_step_told", "district_code", "at", "id"),
        Index("public_step_request", "request_id", "at"),
    )

    id: UUID = Field(primary_key=True)
    request_id: UUID = Field(foreign_key="service_request.id")
    district_code: str = Field(max_length=12)
    step: Step = Field(sa_type=text_of(Step))
    at: datetime = Field(sa_type=Instant)
    supplement_id: UUID | None


class Supplement(Table, table=True):
    """What a system outside added to a case that it had sent in. Who works on it reads it; the public does not,
    unless somebody wrote words for the public."""

    __tablename__ = "supplement"
    __table_args__ = (Index("supplement_request", "request_id", "id"),)

    id: UUID = Field(primary_key=True)
    request_id: UUID = Field(foreign_key="service_request.id")
    client_id: UUID
    outside_index: bytes | None = Field(sa_type=Digest, unique=True)  # of the client and its own id of the update
    said: bytes = Field(sa_type=Sealed)
    public_words: bytes | None = Field(sa_type=Sealed)
    at: datetime = Field(sa_type=Instant)
    reviewed_at: datetime | None = Field(sa_type=Instant)
    reviewed_by: UUID | None


class ReleasedFile(Table, table=True):
    """A picture of a case that somebody looked at and let out."""

    __tablename__ = "released_file"
    __table_args__ = (Index("released_file_request", "request_id", "attachment_id"),)

    attachment_id: UUID = Field(primary_key=True, foreign_key="attachment.id")
    request_id: UUID = Field(foreign_key="service_request.id")
    released_at: datetime = Field(sa_type=Instant)
    released_by: UUID
    post_id: UUID | None
