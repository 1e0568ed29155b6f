"""Pages by cursor: where the last page ended, in a form that callers pass back and do not read."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from typing import Annotated, TypeVar
from uuid import UUID

from fastapi import Query

from chassis.problems import Invalid

Row = TypeVar("Row")

Limit = Annotated[int, Query(ge=1, le=100, description="每页条数")]
Cursor = Annotated[str | None, Query(max_length=200, description="上一页返回的 next_cursor；第一页不填")]


class CursorUnreadable(Invalid):
    """This cursor did not come with a page of this list."""

    title_zh = "翻页位置无效，请从第一页重新查看。"


def after(cursor: str | None) -> str:
    """The key behind which the page begins; empty for the first page. Raises `CursorUnreadable`."""
    try:
        key = urlsafe_b64decode((cursor or "").encode("ascii")).decode()
    except ValueError as unreadable:
        raise CursorUnreadable() from unreadable
    if not key.isprintable():
        raise CursorUnreadable()
    return key


def id_after(cursor: str | None) -> UUID:
    """The id behind which the page begins; the lowest of all for the first page. Raises `CursorUnreadable`."""
    try:
        return UUID(after(cursor) or "0" * 32)
    except ValueError as unreadable:
        raise CursorUnreadable() from unreadable


def cut(rows: list[Row], *, limit: int, key: Callable[[Row], str]) -> tuple[list[Row], str | None]:
    """The page out of one row more than it holds, and the cursor of the next page if there is one."""
    if len(rows) <= limit:
        return rows, None
    page = rows[:limit]
    return page, urlsafe_b64encode(key(page[-1]).encode()).decode()
