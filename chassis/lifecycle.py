"""Life cycles as tables: which move is allowed at which stage, and where it leads."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Generic, TypeVar

from chassis.problems import NotAllowedNow

Stage = TypeVar("Stage", bound=StrEnum)


class Lifecycle(Generic[Stage]):
    """A table of moves: name, the stages it may start from, the stage it ends in."""

    def __init__(self, moves: Mapping[str, tuple[set[Stage], Stage]]) -> None:
        self._moves = dict(moves)

    @property
    def moves(self) -> list[str]:
        """The names of all moves, in the table's order."""
        return list(self._moves)

    def after(self, move: str, stage: Stage) -> Stage:
        """The stage after a move. Raises `NotAllowedNow` where the table has none."""
        starts, end = self._moves[move]
        if stage not in starts:
            raise NotAllowedNow(move=move, stage=stage.value)
        return end

    def allows(self, move: str, stage: Stage) -> bool:
        """Whether the move may be made at this stage."""
        return stage in self._moves[move][0]

    def markdown(self) -> str:
        """The table for the documents, one row a move."""
        rows = [
            f"| `{name}` | {', '.join(sorted(s.value for s in starts))} | {end.value} |"
            for name, (starts, end) in self._moves.items()
        ]
        return "\n".join(["| move | from | to |", "|---|---|---|", *rows])
