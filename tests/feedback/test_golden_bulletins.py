"""The bulletins of rules C11, C12 and C13 come out to the published digit, by formulas that an operator could write."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import Connection, create_engine, insert, text

from services.feedback.cases.model import CaseRecord
from services.feedback.scorecards import model
from services.feedback.scorecards.model import Figure, read
from services.feedback.scorecards.units import Level, parts_of_one
from services.feedback.scorecards.views import OF_MONTH, figures, figures_in
from services.feedback.tables import Table
from tests.feedback.facts import DISTRICT, NOON, Case

EXAMPLES = Path(model.__file__).with_name("examples")
CASES = Table.metadata.tables["case_record"]
NOW = NOON + timedelta(days=20)
IN_TIME, LATE = NOW + timedelta(days=1), NOW - timedelta(days=1)
HANDLED: dict[str, object] = {"round": 1, "handled_at": LATE, "handled_in_time": True}
SPOT: dict[str, object] = {"accepted_at": NOON, "accepted_in_time": True}

MULTIPLY = text(
    "with recursive more(n) as (select 1 union all select n + 1 from more where n < :times) "
    f"insert into case_record select lower(hex(randomblob(16))), {', '.join(c.name for c in CASES.c if c.name != 'request_id')} "  # noqa: E501
    "from case_record, more where request_id = :one"
)


@pytest.fixture
def cases() -> Iterator[Connection]:
    """A table of cases in a district, for its formulas alone."""
    engine = create_engine("sqlite://")
    Table.metadata.create_all(engine)
    with engine.connect() as connection:
        areas = Table.metadata.tables["division"]
        connection.execute(insert(areas).values(code=DISTRICT, name="某县", kind="district", superior_code=None))
        yield connection
    engine.dispose()


def fill(cases: Connection, many: int, *of: dict[str, object]) -> None:
    """So many cases of a kind."""
    if many == 0:
        return
    told = Case().submitted().model_copy(update={"request_id": uuid4()})
    record = CaseRecord.begin(told).model_dump()
    for part in of:
        record |= part
    cases.execute(insert(CASES).values(**record))
    if many > 1:
        cases.execute(MULTIPLY, {"times": many - 1, "one": told.request_id.hex})


def counted(cases: Connection, file: str) -> dict[str, Figure]:
    """The figures of the district by the formulas of a file."""
    indicators = read(EXAMPLES / file)
    statement = figures(Level.DISTRICT, parts_of_one(Level.DISTRICT), indicators.values(), OF_MONTH)
    given = {"code": DISTRICT, "month": "2023-05", "now": NOW, "person": uuid4(), "today": NOW.date()}
    (row,) = cases.execute(statement, given).all()
    return {figure.indicator: figure for figure in figures_in(row[2:], indicators)}


def dealt(total: int, *splits: list[tuple[int, dict[str, object]]]) -> Iterator[tuple[int, list[dict[str, object]]]]:
    """A total split in several ways at once: how many have which parts together, none of the splits in step."""
    ends = sorted({sum(many for many, _ in split[:n]) for split in splits for n in range(len(split) + 1)})
    assert all(sum(many for many, _ in split) == total for split in splits)
    for first, last in pairwise(ends):
        parts = []
        for split in splits:
            place = 0
            for many, part in split:
                if place <= first < place + many:
                    parts.append(part)
                place += many
        yield last - first, parts


def of(field: str, *counts: tuple[str, int]) -> list[tuple[int, dict[str, object]]]:
    """A split by the words of a field."""
    return [(many, {field: word}) for word, many in counts]


def test_fengcheng_leaves_the_cases_still_in_time_outside(cases: Connection) -> None:
    types = of("kind", ("help", 2954), ("complaint", 480), ("enquiry", 139), ("suggestion", 66), ("report", 17))
    ways = [
        (3112, {**HANDLED, "solved": "yes", "solved_round": 1}),
        (344, {**HANDLED, "solved": "no", "solved_round": 1}),
        (200, {"finish_due_at": IN_TIME}),
    ]
    for many, parts in dealt(3656, types, ways):
        fill(cases, many, *parts)
    found = counted(cases, "fengcheng-2025-05.yaml")
    assert found.pop("solved") == Figure("solved", 3112, 3456, outside=200)
    assert Figure("", 3112, 3456).percent == "90.05"
    assert [(one.numerator, one.denominator, one.percent) for one in found.values()] == [
        (2954, 3656, "80.80"),
        (480, 3656, "13.13"),
        (139, 3656, "3.80"),
        (66, 3656, "1.81"),
        (17, 3656, "0.46"),
    ]


def test_yichun_every_sum_and_share(cases: Connection) -> None:
    headings = of(
        "heading",
        *[("phone", 34_859), ("social", 2_724), ("web", 170)],
        *[("police_line", 261), ("from_above", 318), ("site", 115)],
    )
    types = of(
        "kind", ("enquiry", 19_651), ("suggestion", 592), ("report", 649), ("help", 15_042), ("complaint", 2_513)
    )
    ways: list[tuple[int, dict[str, object]]] = [
        (2_013, {"finish_due_at": IN_TIME}),
        (710, {"finish_due_at": LATE}),
        (20_334, {**HANDLED, **SPOT}),
        (15_390, {**HANDLED, **SPOT, "promised_at": NOON, "promise_due_at": IN_TIME}),
    ]
    for many, parts in dealt(38_447, headings, types, ways):
        fill(cases, many, *parts)
    found = counted(cases, "yichun-2023-05.yaml")
    assert {one.denominator for name, one in found.items() if "part" not in name and name != "handled_of_due"} == {
        38_447
    }
    by_heading = [one for name, one in found.items() if name.startswith("from_")]
    assert [(one.numerator, one.percent) for one in by_heading] == [
        (34_859, "90.67"),
        (2_724, "7.09"),
        (170, "0.44"),
        (261, "0.68"),
        (318, "0.83"),
        (115, "0.30"),
    ]
    by_type = [one.numerator for name, one in found.items() if name.startswith("type_")]
    assert by_type == [19_651, 592, 649, 15_042, 2_513]
    assert sum(by_type) == sum(one.numerator for one in by_heading) == 38_447
    assert (found["online"].numerator, found["dispatched"].numerator) == (20_334, 18_113)
    parts_ = [found[name] for name in ("part_one", "part_two", "part_three")]
    assert [(one.numerator, one.denominator) for one in parts_] == [(15_390, 18_113), (2_013, 18_113), (710, 18_113)]
    assert found["handled_of_due"] == Figure("handled_of_due", 15_390, 16_100, outside=2_013)


def test_daying_a_week(cases: Connection) -> None:
    lines = of("channel", ("hotline", 495), ("web", 11))
    types = of("kind", ("help", 460), ("enquiry", 38), ("complaint", 3), ("suggestion", 4), ("report", 1))
    items = of("item_code", ("other", 204), ("first", 150), ("second", 100), ("third", 52))
    rated = {"round": 2, "rated_round": 1}
    repeats: list[tuple[int, dict[str, object]]] = [
        (407, {"round": 1, "rated_round": 1, "rated_bad": False}),
        (66, {**rated, "rated_bad": False}),
        (21, {**rated, "rated_bad": True}),
        (12, {"round": 2}),
    ]
    for many, parts in dealt(506, lines, types, items, repeats):
        fill(cases, many, *parts)
    found = counted(cases, "daying-week.yaml")
    assert (found["first_part"].numerator, found["second_part"].numerator) == (495, 11)
    assert [one.numerator for name, one in found.items() if name.startswith("type_")] == [460, 38, 3, 4, 1]
    assert (found["top_three"].numerator, found["top_three"].percent) == (302, "59.68")
    assert found["repeated"].numerator == 99
    again = found["repeated_satisfied"]
    assert (again.denominator + again.outside, again.percent) == (99, "75.86")
    possible = [below for below in range(1, 100) if any(Figure("", n, below).percent == "75.86" for n in range(below))]
    assert possible == [29, 58, 87]  # 99 is none of them: repeats that nobody graded cannot have been below the line


def test_daying_a_month(cases: Connection) -> None:
    ways: list[tuple[int, dict[str, object]]] = [(2388, HANDLED), (107, {})]
    signed: list[tuple[int, dict[str, object]]] = [(71, {"accepted_in_time": False}), (2424, SPOT)]
    for many, parts in dealt(2495, ways, signed):
        fill(cases, many, *parts)
    found = counted(cases, "daying-month.yaml")
    assert [one.numerator for one in found.values()] == [2388, 107, 2424, 71]
    assert {one.denominator for one in found.values()} == {2495}
