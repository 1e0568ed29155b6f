"""Columns and kinds of sheets, and how a sheet is recognised by its row of headings."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from chassis.sheets.reading import Cell, Sheet
from chassis.sheets.values import text_of

T_co = TypeVar("T_co", covariant=True)
HEADINGS_WITHIN = 10  # rows: titles, dates and notes stand above the headings


@dataclass(frozen=True, slots=True, eq=False)
class Column(Generic[T_co]):
    """One column: its heading, how its cells are read, and how they are masked in a report."""

    heading: str
    read: Callable[[Cell], T_co]
    others: tuple[str, ...] = ()
    required: bool = False
    mask: Callable[[str], str] | None = None


@dataclass(frozen=True, slots=True, eq=False)
class SheetKind:
    """One kind of sheet; it must have its required columns."""

    title: str
    columns: tuple[Column[object], ...]


@dataclass(frozen=True, slots=True)
class Recognised:
    """A sheet whose kind is known: where its headings stand, and which columns are missing or doubled."""

    kind: SheetKind
    heading_row: int  # counted from 0
    places: dict[str, int]
    missing: list[Column[object]]
    doubled: list[str]


def recognise(sheet: Sheet, kinds: Sequence[SheetKind]) -> Recognised | None:
    """The kind that fits best: with the fewest required columns missing, then with the most columns found.

    A sheet that has fewer than two columns of a kind, or lacks more than half of what the kind requires, is none.
    """
    best: Recognised | None = None
    for row, cells in enumerate(sheet.cells[:HEADINGS_WITHIN]):
        headings = [_heading(cell) for cell in cells]
        for kind in kinds:
            found = _match(kind, row, headings)
            if best is None or (len(found.missing), -len(found.places)) < (len(best.missing), -len(best.places)):
                best = found
    if best is None or len(best.places) < 2:
        return None
    required = sum(column.required for column in best.kind.columns)
    return best if len(best.missing) * 2 <= required else None


def _heading(cell: Cell) -> str:
    """A heading without spaces, stars and what stands in brackets: «*姓 名（必填）» is 姓名."""
    return text_of(cell).replace(" ", "").replace("*", "").partition("(")[0]


def _match(kind: SheetKind, row: int, headings: list[str]) -> Recognised:
    places: dict[str, int] = {}
    doubled: list[str] = []
    missing: list[Column[object]] = []
    for column in kind.columns:
        found = [place for place, heading in enumerate(headings) if heading in (column.heading, *column.others)]
        if found:
            places[column.heading] = found[0]
        elif column.required:
            missing.append(column)
        if len(found) > 1:
            doubled.append(column.heading)
    return Recognised(kind, row, places, missing, doubled)
