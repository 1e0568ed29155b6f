"""What was recorded without a line comes in under an id that the client made, and is the same thing however often.

`PUT /things/{id}` with the same id and body is answered as the first was, for as long as the row is there: unlike the
answers of `chassis.idempotency`, the marks of what was said lie on the row itself. Another body under a known id is
refused with what differs, and nothing is overwritten.
"""

from collections.abc import Mapping
from hashlib import sha256
from typing import Protocol, TypeVar, cast
from uuid import UUID

import orjson
from sqlmodel import SQLModel

from chassis.problems import Conflict, Invalid
from chassis.secrecy import Vault
from chassis.session import Session

BY = "recorded_by"
"""The mark of whoever recorded it; what differs is told to nobody else."""
RANDOM = {4, 7}  # versions of a UUID that nobody else makes by chance


class RecordedDifferently(Conflict):
    """This id already belongs to another content; nothing was overwritten."""

    title_zh = "同一编号已提交过不同的内容，原记录没有改动；请核对不同之处，确需补充的另记一条。"


class IdNotRandom(Invalid):
    """An id made by a client is a random UUID, of version 4 or 7."""

    title_zh = "记录编号格式有误，请更新应用后重试。"


class Recorded(Protocol):
    """A row that carries its marks: `recorded: list[str] = Field(sa_type=Listed)`."""

    recorded: list[str]


Row = TypeVar("Row", bound=SQLModel)


def marks_of(session: Session, said: Mapping[str, object], *, about: UUID, by: UUID) -> list[str]:
    """A keyed mark of each field that was said and of who said it, to be kept on the row.

    Nothing can be read back from a mark, and equal words in two rows have different ones. Raises `IdNotRandom`.
    """
    if about.version not in RANDOM:
        raise IdNotRandom()
    vault = session.use(Vault)
    whole = {**said, BY: by}

    def mark(name: str) -> str:
        plain = orjson.dumps(whole[name], option=orjson.OPT_SORT_KEYS)
        return vault.digest(plain, place=f"recorded.{name}/{about.hex}")[:16].hex()

    return [f"{name}={mark(name)}" for name in sorted(whole)]


async def recorded_before(session: Session, kind: type[Row], about: UUID, marks: list[str]) -> Row | None:
    """The row that was recorded under this id with just this content; `None` where nothing was.

    Raises `RecordedDifferently` where the row says something else, with the digests of both (`given`, `held`) and the
    names of the fields that differ, to whoever recorded it; to others with neither.
    """
    row = await session.get(kind, about)
    if row is None:
        return None
    held = cast("Recorded", row).recorded
    if held == marks:
        return row
    before, now = _named(held), _named(marks)
    if before.get(BY) != now[BY]:
        raise RecordedDifferently()
    names = sorted(name for name in before.keys() | now.keys() if before.get(name) != now.get(name))
    raise RecordedDifferently(given=digest_of(marks), held=digest_of(held), differs=names)


def digest_of(marks: list[str]) -> str:
    """One digest of a whole content, in hexadecimal, by which a client tells contents apart."""
    return sha256("\n".join(marks).encode()).hexdigest()


def _named(marks: list[str]) -> dict[str, str]:
    return dict(mark.rsplit("=", 1) for mark in marks)
