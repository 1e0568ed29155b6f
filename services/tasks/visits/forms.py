"""What a visitor fills in: a closed list of fields, each of a kind that may be asked. A test names any other."""

from datetime import date
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import Field

from chassis.words import Input, Words
from services.tasks.rules.pack import MatterKind
from services.tasks.visits.model import LeaveWay

MOST_NEEDS = 10


class Asks(StrEnum):
    """What a field may be about. There is no kind for opinion, belief, neighbours, health, place or time of day."""

    HOUSEHOLD = "household"  # which one
    DAY = "day"  # a local date without an hour
    LEAVE = "leave"  # who of the household said yes, and how
    MATTER = "matter"  # which errand or kind of matter, from a list
    OWN_WORDS = "own_words"  # what the household says that it needs
    VOICE = "voice"  # the same, spoken, where a rule asks
    WISH = "wish"  # whether it is to become a case


FIELDS: dict[str, Asks] = {
    "household_id": Asks.HOUSEHOLD,
    "visited_on": Asks.DAY,
    "leave.by": Asks.LEAVE,
    "leave.way": Asks.LEAVE,
    "needs.kind": Asks.MATTER,
    "needs.item_code": Asks.MATTER,
    "needs.words": Asks.OWN_WORDS,
    "needs.voice_id": Asks.VOICE,
    "needs.case": Asks.WISH,
}
"""Every field of the form, and what it is about."""


class Leave(Input):
    """Who of the household said that it may be written down, and how."""

    by: UUID
    way: LeaveWay


class Need(Input):
    """One need: an errand of the catalogue, or the household's own words with their kind."""

    kind: MatterKind | None = None
    item_code: Annotated[str, Field(max_length=32)] | None = None
    words: Words | None = None
    voice_id: UUID | None = Field(None, description="规则要求时才附的录音，先上传再填附件编号")
    case: bool = Field(default=True, description="是否请求办理；只作了解的填否")


class VisitForm(Input):
    """One visit, as it was written down in the house."""

    household_id: UUID
    visited_on: date = Field(description="走访日期，只记到日")
    leave: Leave | None = None
    needs: tuple[Need, ...] = Field((), max_length=MOST_NEEDS)
