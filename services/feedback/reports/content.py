"""What a report holds for ever once it is issued: figures and names of units, worked out and typed by nobody."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from hashlib import sha256
from typing import Self

import orjson

from services.feedback.reports.shares import Compared, compare, interval
from services.feedback.scorecards.model import INDICATORS, Figure

FEW = 5
"""An own value, as on scorecards: of fewer grades a figure would say what each of them was."""


@dataclass(frozen=True, slots=True)
class Said:
    """An indicator as it was when the report was made."""

    id: str
    name: str
    numerator: str
    denominator: str
    exclusions: tuple[str, ...]
    source: str
    confidence: str


@dataclass(frozen=True, slots=True)
class Share:
    """A figure; its numerator is none where there are so few grades that it would tell each of them."""

    indicator: str
    numerator: int | None
    denominator: int
    outside: int
    excluded: int

    @property
    def percent(self) -> str | None:
        """With two decimals; none where there is nothing, or nothing to be told."""
        if self.numerator is None:
            return None
        return Figure(self.indicator, self.numerator, self.denominator).percent

    @property
    def range(self) -> tuple[float, float] | None:
        """The 95 % interval in percent; none where there is nothing, or nothing to be told."""
        if self.numerator is None or self.denominator == 0:
            return None
        low, high = interval(self.numerator, self.denominator)
        return 100 * low, 100 * high

    @property
    def range_zh(self) -> str | None:
        """The 95 % interval in words."""
        return None if self.range is None else f"{self.range[0]:.1f}～{self.range[1]:.1f}"

    @property
    def pair(self) -> tuple[int, int] | None:
        """Numerator and denominator, if both can be told."""
        return None if self.numerator is None else (self.numerator, self.denominator)

    def beside(self, other: Self) -> Compared:
        """What it is beside another."""
        if self.pair is None or other.pair is None:
            return Compared.TOO_FEW
        return compare(self.pair, other.pair)

    def without(self, part: Self) -> Self:
        """The rest of a whole beside one of its parts."""
        told = None if self.numerator is None or part.numerator is None else self.numerator - part.numerator
        return replace(self, numerator=told, denominator=self.denominator - part.denominator)


@dataclass(frozen=True, slots=True)
class Part:
    """A unit directly below the one that a report is about."""

    code: str
    name: str
    shares: tuple[Share, ...]


@dataclass(frozen=True, slots=True)
class Content:
    """All that a report says. Units stand in the order of their codes."""

    title: str
    name: str  # of the unit
    period_zh: str
    last_zh: str
    as_of: datetime
    compared: bool  # whether its figures are set beside the last ones; never below a township
    parts_compared: bool  # whether each unit below is set beside the rest; never where a unit may be one agent
    indicators: tuple[Said, ...]
    shares: tuple[Share, ...]
    last: tuple[Share, ...]  # of the period before
    parts: tuple[Part, ...]

    def packed(self) -> str:
        """In a fixed form, by which it has a digest."""
        return orjson.dumps(asdict(self), option=orjson.OPT_SORT_KEYS).decode()

    def says_the_same(self, other: Self) -> bool:
        """Whether both have the same figures, whenever they were taken."""
        return replace(self, as_of=other.as_of) == other

    @classmethod
    def unpacked(cls, packed: str) -> Self:
        """What was frozen."""
        said = orjson.loads(packed)
        return cls(
            **said
            | {
                "as_of": datetime.fromisoformat(said["as_of"]),
                "indicators": tuple(
                    Said(**one | {"exclusions": tuple(one["exclusions"])}) for one in said["indicators"]
                ),
                "shares": _shares(said["shares"]),
                "last": _shares(said["last"]),
                "parts": tuple(Part(one["code"], one["name"], _shares(one["shares"])) for one in said["parts"]),
            }
        )

    def change(self, place: int) -> Compared | None:
        """What a figure is beside the last one; none where that is not said, or there is no such figure."""
        share = self.shares[place]
        last = next((one for one in self.last if one.indicator == share.indicator), None)
        return share.beside(last) if self.compared and last is not None else None

    def beside_the_rest(self, part: Part, place: int) -> Compared | None:
        """What a part's figure is beside that of all others together; none where that is not said."""
        if not self.parts_compared:
            return None
        return part.shares[place].beside(self.shares[place].without(part.shares[place]))


def digest_of(packed: str) -> bytes:
    """SHA-256 of what was frozen."""
    return sha256(packed.encode()).digest()


def told(figures: Sequence[Figure]) -> tuple[Share, ...]:
    """Figures for a report, without the numerators of a few grades."""
    return tuple(
        Share(one.indicator, None if _few(one) else one.numerator, one.denominator, one.outside, one.excluded)
        for one in figures
    )


def told_apart(parts: Sequence[Part]) -> tuple[Part, ...]:
    """Parts of a whole; where one alone keeps its numerator, so does the next by size, or it could be worked out."""
    kept = {(n, m) for n, part in enumerate(parts) for m, one in enumerate(part.shares) if one.numerator is None}
    for m in {m for _, m in kept}:
        silent = [n for n, part in enumerate(parts) if (n, m) in kept]
        others = [n for n, part in enumerate(parts) if n not in silent and part.shares[m].denominator > 0]
        if len(silent) == 1 and others:
            kept.add((min(others, key=lambda n: parts[n].shares[m].denominator), m))
    return tuple(
        replace(
            part,
            shares=tuple(replace(one, numerator=None) if (n, m) in kept else one for m, one in enumerate(part.shares)),
        )
        for n, part in enumerate(parts)
    )


def _few(figure: Figure) -> bool:
    return INDICATORS[figure.indicator].of_grades and 0 < figure.denominator < FEW


def _shares(said: Sequence[dict[str, object]]) -> tuple[Share, ...]:
    return tuple(Share(**one) for one in said)  # type: ignore[arg-type]
