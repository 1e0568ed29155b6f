"""Figures of units, and what a report holds for ever once it is published: nobody types any of it."""

from dataclasses import asdict, astuple, dataclass, fields
from datetime import date
from hashlib import sha256
from typing import Self

import orjson

LONGEST = 366
"""Days of one report."""


@dataclass(frozen=True, slots=True)
class Figures:
    """Cases and what became of them; counts, from the rows alone."""

    received: int  # sent in within the span
    handled: int  # reported done within it
    in_time: int  # of these, before their limit
    overdue: int  # not done at the end of the span, past their limit
    rectifications: int  # opened within it
    verified: int  # rectifications that another person found done within it
    orders: int  # supervision orders issued within it
    closed_out: int  # items of the lists that were struck off within it
    missed: int  # items whose day went by within it, not reported done

    def __add__(self, other: Self) -> Self:
        return type(self)(*(one + two for one, two in zip(astuple(self), astuple(other), strict=True)))

    @property
    def on_time_zh(self) -> str:
        """The share that was done in time, in per cent with one decimal; none of nothing."""
        if self.handled == 0:
            return "—"
        thousandths = (self.in_time * 2000 + self.handled) // (2 * self.handled)
        return f"{thousandths // 10}.{thousandths % 10}%"


NOTHING = Figures(*(0 for _ in fields(Figures)))


@dataclass(frozen=True, slots=True)
class Unit:
    """One organisation with its figures."""

    code: str  # division
    name: str
    figures: Figures


@dataclass(frozen=True, slots=True)
class Content:
    """All that a report says. Units stand in the order of their division codes: nobody is ranked."""

    issuer: str
    title: str
    first: date  # local days, both included
    last: date
    units: tuple[Unit, ...]
    lines: tuple[str, ...]

    @property
    def total(self) -> Figures:
        """The figures of all units together."""
        return sum((unit.figures for unit in self.units), NOTHING)

    def packed(self) -> str:
        """In a fixed form, by which it has a digest."""
        return orjson.dumps(asdict(self), option=orjson.OPT_SORT_KEYS).decode()

    @classmethod
    def unpacked(cls, packed: str) -> Self:
        """What was frozen."""
        said = orjson.loads(packed)
        return cls(
            issuer=said["issuer"],
            title=said["title"],
            first=date.fromisoformat(said["first"]),
            last=date.fromisoformat(said["last"]),
            units=tuple(Unit(one["code"], one["name"], Figures(**one["figures"])) for one in said["units"]),
            lines=tuple(said["lines"]),
        )


def digest_of(packed: str) -> bytes:
    """SHA-256 of what was frozen."""
    return sha256(packed.encode()).digest()
