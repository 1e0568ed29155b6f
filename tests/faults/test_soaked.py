"""What the soak is held against can fail: a lost case, a second climb, a case without an owner are found."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import cast
from uuid import uuid4

import pytest

from tests.faults.soaked import faults
from tests.polling import Cast
from tests.town import ClusterTown

NOW = datetime(2025, 4, 1, tzinfo=UTC)
CASE, BAD, CLOCK, TOP, SOMEBODY, OTHER = (uuid4() for _ in range(6))
CELL, SMALL = uuid4(), uuid4()


@dataclass
class Rows:
    """A town that has just what the questions ask for."""

    cases: list[list[object]] = field(
        default_factory=lambda: [[CASE, "dispatched", SOMEBODY, "T"], [BAD, "judged", None, "T"]]
    )
    clocks: list[list[object]] = field(default_factory=lambda: [[CLOCK, 1, NOW - timedelta(days=20), None]])
    climbs: list[list[object]] = field(default_factory=lambda: [[CLOCK, 1, TOP]])
    told: list[dict[str, object]] = field(default_factory=lambda: [{"clock_id": str(CLOCK), "level": 1, "n": 0}])
    posts: list[list[object]] = field(
        default_factory=lambda: [[SOMEBODY, "proxy_agent", "V", date(2020, 1, 1), None, None]]
    )
    left: int = 0
    rectifications: list[list[object]] = field(
        default_factory=lambda: [[uuid4(), BAD, 1, "verified", SOMEBODY, None, OTHER]]
    )
    bad: list[list[object]] = field(default_factory=lambda: [[BAD, 1]])
    cells: list[list[object]] = field(
        default_factory=lambda: [
            [CELL, None, "published", 4, 2, 2, True],
            [SMALL, CELL, "went_up", None, None, None, None],
        ]
    )
    opened: list[list[object]] = field(default_factory=lambda: [[CELL]])
    items: list[list[object]] = field(default_factory=lambda: [[CELL]])
    in_box: int = 0

    class clock:  # noqa: N801  # stands where a town's clock stands
        """Stands still."""

        @staticmethod
        def now() -> datetime:
            """The same instant always."""
            return NOW

    def now(self) -> datetime:
        """The same instant always."""
        return NOW

    def facts(self) -> list[str]:
        """The climbs that were told."""
        return [f"tasks.limit.missed.v1 key {json.dumps(one)} trace" for one in self.told]

    def rows(self, service: str, query: str) -> list[tuple[object, ...]]:
        """By the table that is asked for."""
        del service
        asked = {
            "SELECT id, stage FROM service_request": [one[:2] for one in self.cases],
            "SELECT count(*) FROM case_record": [[len(self.cases)]],
            "SELECT id FROM organization": [[TOP]],
            "SELECT clock_id": self.climbs,
            "SELECT id, level": self.clocks,
            "SELECT person_id": self.posts,
            "SELECT id, stage, working_person_id": self.cases,
            "SELECT count(*)": [[self.left]],
            "SELECT id, request_id": self.rectifications,
            "SELECT request_id, round FROM invitation": self.bad,
            "SELECT id, parent_id": self.cells,
            "SELECT id FROM unit_rectification": self.opened,
            "SELECT origin_id": self.items,
            "SELECT count(*) FROM urn": [[self.in_box]],
            "SELECT count(*) FROM spent_credential": [[0]],
        }
        found = max((one for one in asked if query.startswith(one)), key=len)
        return [tuple(row) for row in asked[found]]


def wrong(rows: Rows) -> list[str]:
    """What is found wrong."""
    ballots = Cast(grades={str(CELL): [1, 5], str(SMALL): [3, 4]})
    return faults(cast("ClusterTown", rows), {CASE.hex: "left", BAD.hex: "put_right"}, ballots, unanswered=0)


def test_a_sound_end_has_no_fault() -> None:
    assert wrong(Rows()) == []
    assert wrong(Rows(told=Rows().told * 2)) == []  # the log may repeat itself


@pytest.mark.parametrize(
    "spoil",
    [
        lambda rows: rows.cases.clear(),
        lambda rows: rows.cases.append([uuid4(), "dispatched", SOMEBODY, "T"]),
        lambda rows: rows.cases[0].__setitem__(1, "handling"),
        lambda rows: rows.told.append({"clock_id": str(CLOCK), "level": 1, "n": 1}),
        lambda rows: rows.told.append({"clock_id": str(CLOCK), "level": 2, "n": 0}),
        lambda rows: rows.told.clear(),
        lambda rows: rows.climbs.clear(),
        lambda rows: rows.cases[0].__setitem__(2, None),
        lambda rows: rows.posts[0].__setitem__(4, date(2025, 3, 1)),
        lambda rows: setattr(rows, "left", 1),
        lambda rows: rows.rectifications.clear(),
        lambda rows: rows.rectifications.append([uuid4(), BAD, 1, "opened", SOMEBODY, None, None]),
        lambda rows: rows.rectifications.append([uuid4(), CASE, 1, "opened", SOMEBODY, None, None]),
        lambda rows: rows.rectifications[0].__setitem__(6, SOMEBODY),
        lambda rows: rows.bad.append([CASE, 1]),
        lambda rows: rows.cells[0].__setitem__(3, 5),
        lambda rows: rows.cells[0].__setitem__(4, 3),
        lambda rows: rows.cells[0].__setitem__(6, False),
        lambda rows: rows.cells[1].__setitem__(2, None),
        lambda rows: rows.opened.clear(),
        lambda rows: rows.items.append([CELL]),
        lambda rows: setattr(rows, "in_box", 1),
    ],
)
def test_each_fault_is_found(spoil: Callable[[Rows], None]) -> None:
    rows = Rows()
    spoil(rows)
    assert wrong(rows) != []
