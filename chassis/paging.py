"""Pages by cursor: the place after the last row that was seen, never a number of rows to skip."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Annotated
from uuid import UUID

from fastapi import Query

from chassis.problems import Invalid

Limit = Annotated[int, Query(ge=1, le=100, description="每页条数，最多 100")]
Cursor = Annotated[str | None, Query(max_length=64, description="上一页给出的位置；第一页不填")]

NEWEST = UUID(int=(1 << 128) - 1)
"""Above every id: where the first page of a list begins that runs from new to old."""


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
