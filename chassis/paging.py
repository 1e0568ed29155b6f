"""Pages by cursor: the place after the last row that was seen, never a number of rows to skip."""

from typing import Annotated

from fastapi import Query

from chassis.cursors import NEWEST, WrongCursor, cursor_after, cursor_of_next, place

__all__ = ["NEWEST", "Cursor", "Limit", "WrongCursor", "cursor_after", "cursor_of_next", "place"]

Limit = Annotated[int, Query(ge=1, le=100, description="每页条数，最多 100")]
Cursor = Annotated[str | None, Query(max_length=64, description="上一页给出的位置；第一页不填")]
