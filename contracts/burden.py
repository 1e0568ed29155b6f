"""What every service tells of the work that it asks for, by role; each publisher's module has a fact of this shape."""

from datetime import date
from typing import Literal

from pydantic import BaseModel


class CountedLine(BaseModel):
    """How often people of one role sent one form in, or were sent one kind of message."""

    role: str  # a kind of post; `citizen` for everybody who holds none
    kind: Literal["form", "notice", "digest", "text"]
    what: str  # the form's action, as the audit names it, or the kind of message
    times: int


class CountedDay(BaseModel):
    """What was counted in one township on one local day of real time; never by person.

    Who holds no post, and whoever is of no township, is counted under twelve noughts.
    """

    township_code: str
    day: date
    lines: list[CountedLine]
