"""Which cases of a month the next level asks about, as anybody with the seed and the list can work out again.

Lines are those of `services/tasks/samples/drawing.py`. The list is one line «unit case» for each case handled in the
month, sorted as text. A case's rank is the digest of the lines seed, unit, case; of each unit those of the smallest
ranks are drawn, as many as the share of its cases, rounded up: never none where there is one.
"""

from collections.abc import Mapping, Sequence
from uuid import UUID

from services.tasks.samples.drawing import at_least, lines_sha256

Cases = Mapping[UUID, Sequence[UUID]]
"""By the unit that handled them."""


def cases_sha256(cases: Cases) -> str:
    """The digest of the list, whatever order it comes in."""
    return lines_sha256(*sorted(f"{unit} {case}" for unit, of_unit in cases.items() for case in of_unit))


def draw(cases: Cases, *, share: int, seed: str) -> dict[UUID, list[UUID]]:
    """Of each unit, the drawn cases in the order of their ranks; `share` in percent."""
    return {
        unit: sorted(of_unit, key=lambda case: lines_sha256(seed, str(unit), str(case)))[
            : at_least(len(of_unit), share=share)
        ]
        for unit, of_unit in cases.items()
    }
