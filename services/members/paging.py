"""Pages of lists that run by code, and the cutting of any page."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from typing import TypeVar

from chassis.paging import WrongCursor

Row = TypeVar("Row")


def code_after(cursor: str | None) -> str:
    """The code after which a page begins; below every code for the first page. Raises `WrongCursor`."""
    try:
        code = urlsafe_b64decode((cursor or "").encode("ascii")).decode("ascii")
    except ValueError as wrong:
        raise WrongCursor() from wrong
    if not code.isprintable():
        raise WrongCursor()
    return code


def cursor_after_code(code: str) -> str:
    """The cursor of the page after this row."""
    return urlsafe_b64encode(code.encode()).decode()


def cut(rows: list[Row], *, limit: int, cursor: Callable[[Row], str]) -> tuple[list[Row], str | None]:
    """The page out of one row more than it holds, and the cursor of the next page if there is one."""
    return (rows, None) if len(rows) <= limit else (rows[:limit], cursor(rows[limit - 1]))
