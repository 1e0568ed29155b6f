"""When a vote carries, by either denominator, and what a meeting came to: worked out from counts, typed by nobody."""

from dataclasses import dataclass
from enum import StrEnum

from services.feedback.rules.meetings import Base, Portion


class MeetingOutcome(StrEnum):
    """What a confirmed meeting came to."""

    NO_QUORUM = "no_quorum"  # it counts as not held
    CARRIED = "carried"
    NOT_CARRIED = "not_carried"

    @property
    def title_zh(self) -> str:
        """In words."""
        return {"no_quorum": "到会人数不足，会议无效", "carried": "通过", "not_carried": "未通过"}[self]


@dataclass(frozen=True, slots=True)
class Counts:
    """How many were due, came, and voted how; who voted how is written nowhere."""

    entitled: int
    attended: int
    in_favour: int
    against: int
    abstained: int

    @property
    def add_up(self) -> bool:
        """Whether they can be true together: nobody votes twice or without being there."""
        votes = self.in_favour + self.against + self.abstained
        return votes <= self.attended <= self.entitled


def carried_by_those_present(counts: Counts, portion: Portion) -> bool:
    """Whether those in favour are so many of the people who came: elections (R-45), villagers' meetings (art. 22)."""
    return portion.reached(counts.in_favour, among=counts.attended)


def carried_by_those_entitled(counts: Counts, portion: Portion) -> bool:
    """Whether those in favour are so many of the people who should have come: Party members' decisions (R-46)."""
    return portion.reached(counts.in_favour, among=counts.entitled)


def outcome_of(counts: Counts, *, quorum: Portion, majority: Portion, base: Base) -> MeetingOutcome:
    """What a meeting came to by the rule under which it was called."""
    if not quorum.reached(counts.attended, among=counts.entitled):
        return MeetingOutcome.NO_QUORUM
    carried = carried_by_those_present if base is Base.PRESENT else carried_by_those_entitled
    return MeetingOutcome.CARRIED if carried(counts, majority) else MeetingOutcome.NOT_CARRIED
