"""What is said about a row that is not right."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RowFault:
    """One thing that is wrong: where, what, what would be right, and what stands there (numbers of persons masked)."""

    sheet: str
    row: int
    column: str
    fault: str
    remedy: str
    shown: str
