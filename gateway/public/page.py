"""What a public page is made of: its address, what it asks the services, and how it shows what they say."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from gateway.json import Document
from gateway.public.html import Html


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address says; empty where it says nothing."""

    path: str
    id: str = ""
    code: str = ""
    month: str = ""
    below: str = ""
    cursor: str = ""

    def to(self, path: str, **other: str) -> str:
        """The address of a page about the same place, or about another."""
        query = urlencode({"code": self.code} | other if self.code else other)
        return f"/public{path}" + (f"?{query}" if query else "")

    def here(self, **other: str) -> str:
        """This page with something changed."""
        said = {"code": self.code, "month": self.month, "below": self.below} | other
        return replace(self, code="").to(self.path, **{name: value for name, value in said.items() if value})


@dataclass(frozen=True, slots=True)
class Question:
    """A question to a service; `query` with its values."""

    service: str
    path: str
    query: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicPage:
    """One page below `/public`.

    One that `needs_place` lets its reader choose a place first, and is then shown with the name of it. Its questions
    are asked at once; the refusal of the first is the page's, any other that gets no answer is shown as not there.
    """

    path: str  # may end in {id}
    title: str
    asks: Callable[[Asked], Sequence[Question]]
    shows: Callable[[Asked, Sequence[Document]], Html]
    needs_place: bool = False
    about: str = ""  # a sentence for the start page; none: it is reached from another page


def feedback(path: str, asked: Asked, **query: str) -> Question:
    """A question to `feedback`, on the page that the reader is at."""
    said = {**query, "cursor": asked.cursor}
    return Question("feedback", path, tuple((name, value) for name, value in said.items() if value))
