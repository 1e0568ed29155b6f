"""What a screen is made of: parts, each an answer of one service."""

from dataclasses import dataclass
from enum import StrEnum


class Shape(StrEnum):
    """How a part gives way where the whole would be too large."""

    WHOLE = "whole"  # as it is
    PAGE = "page"  # a list from new to old that goes on at its cursor
    HEAD = "head"  # the beginning of a list in an order of its own; the whole is had where it goes on
    STORY = "story"  # its `history` loses what is oldest


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One question to one service, asked with the caller's own token.

    `schema` names the answer's form in that service's document. What `is_main` refuses refuses the screen; any other
    part that the caller may not see is left empty, and one whose service gives no answer is left out and said so.
    """

    name: str
    service: str
    path: str
    schema: str
    title_zh: str
    query: str = ""
    shape: Shape = Shape.WHOLE
    is_main: bool = False

    @property
    def on_its_own(self) -> str:
        """The public address under which the same is had alone, and goes on."""
        return f"/api/{self.service}{self.path}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Screen:
    """One screen of the phone, by its address below `/api/screens`."""

    path: str  # may end in {id}
    name: str
    about: str
    parts: tuple[Part, ...]
