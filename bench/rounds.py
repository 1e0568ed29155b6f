"""Rounds that take turns (A B A B …), and what may be said of them: a median, never without its range."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from statistics import median
from typing import Self

Metrics = dict[str, float]
Side = Callable[[], Awaitable[Metrics]]
Round = dict[str, Metrics]


@dataclass(frozen=True, slots=True)
class Spread:
    """The median of some rounds, with the least and the most."""

    middle: float
    least: float
    most: float

    @classmethod
    def of(cls, figures: list[float]) -> Self:
        """The spread of one figure for each round."""
        return cls(middle=median(figures), least=min(figures), most=max(figures))

    def __str__(self) -> str:
        return f"{brief(self.middle)} [{brief(self.least)}–{brief(self.most)}]"


def brief(figure: float) -> str:
    """Three digits that mean something."""
    if abs(figure) >= 100:
        return f"{figure:,.0f}"
    if abs(figure) >= 10:
        return f"{figure:.1f}"
    return f"{figure:.3f}" if abs(figure) < 1 else f"{figure:.2f}"


async def interleave(sides: Mapping[str, Side], *, rounds: int, say: Callable[[str], None]) -> list[Round]:
    """Let every side take its turn in every round, so that a busy minute of the machine falls on all of them."""
    played: list[Round] = []
    for number in range(1, rounds + 1):
        round_: Round = {}
        for name, side in sides.items():
            round_[name] = await side()
            say(f"  round {number}/{rounds} {name}: " + ", ".join(f"{k} {brief(v)}" for k, v in round_[name].items()))
        played.append(round_)
    return played
