"""What the doctor finds: one sentence on what is, and one on what to do."""

from dataclasses import dataclass
from enum import StrEnum


class Grade(StrEnum):
    """How bad it is."""

    WELL = "well"
    MIND = "mind"  # it runs, but somebody should know
    WRONG = "wrong"  # it does not run, or must not run so

    @property
    def title_zh(self) -> str:
        """The grade on the screen."""
        return {"well": "正常", "mind": "注意", "wrong": "有误"}[self]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    grade: Grade
    what: str  # the thing, in Chinese
    says: str  # how it is
    mend: str = ""  # what to do, unless it is well


def well(what: str, says: str) -> Finding:
    """Nothing to do."""
    return Finding(Grade.WELL, what, says)


def mind(what: str, says: str, *, mend: str) -> Finding:
    """It runs all the same."""
    return Finding(Grade.MIND, what, says, mend)


def wrong(what: str, says: str, *, mend: str) -> Finding:
    """It has to be mended."""
    return Finding(Grade.WRONG, what, says, mend)
