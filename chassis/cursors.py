"""Cursors: the place after the last row that was seen, in text that an address can hold."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Protocol
from uuid import UUID

from chassis.problems import Invalid

NEWEST = UUID(int=(1 << 128) - 1)
"""Above every id: where the first page of a list begins that runs from new to old."""


class HasId(Protocol):
    """A row of a list."""

    @property
    def id(self) -> UUID:
        """By which the list runs."""
        ...


class WrongCursor(Invalid):
    """This is not a place that a page of this list gave."""

    title_zh = "翻页位置无效，请从第一页重新查看。"


def place(cursor: str | None) -> UUID:
    """The id after which a page begins, newest first. Raises `WrongCursor`."""
    if cursor is None:
        return NEWEST
    try:
        return UUID(bytes=urlsafe_b64decode(cursor + "=="))
    except ValueError as wrong:
        raise WrongCursor() from wrong


def cursor_after(last: UUID) -> str:
    """The cursor of the page after this row."""
    return urlsafe_b64encode(last.bytes).rstrip(b"=").decode()


def cursor_of_next(rows: Sequence[HasId], *, limit: int) -> str | None:
    """The cursor of the page after these rows; none after a page that is not full, which is the last."""
    return cursor_after(rows[-1].id) if len(rows) == limit else None


BEGINNING = (datetime(1970, 1, 1, tzinfo=UTC), UUID(int=0))
"""Before every row: where the first page of a list begins that runs by an instant from early to late."""

END = datetime(9999, 1, 1, tzinfo=UTC)
"""After every instant of a row: where the first page of a list begins that runs from late to early."""


def place_by_instant(cursor: str | None) -> tuple[datetime, UUID]:
    """The instant and the id after which a page begins, the first one `BEGINNING`. Raises `WrongCursor`."""
    if cursor is None:
        return BEGINNING
    try:
        raw = urlsafe_b64decode(cursor + "==")
        return BEGINNING[0] + timedelta(microseconds=int.from_bytes(raw[:-16])), UUID(bytes=raw[-16:])
    except (ValueError, OverflowError) as wrong:
        raise WrongCursor() from wrong


def cursor_after_instant(at: datetime, last: UUID) -> str:
    """The cursor of the page after a row of this instant and id."""
    microseconds = (at - BEGINNING[0]) // timedelta(microseconds=1)
    return urlsafe_b64encode(microseconds.to_bytes(8) + last.bytes).rstrip(b"=").decode()
