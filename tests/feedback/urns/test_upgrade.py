"""What lay in open boxes sheet by sheet before the counting is in the counts after it."""

import sqlite3
from contextlib import closing
from pathlib import Path
from uuid import uuid4

from chassis.migrations import upgrade


def test_ballots_and_sheets_that_lie_there_are_counted(tmp_path: Path) -> None:
    path = tmp_path / "feedback.db"
    upgrade("feedback", path, to="0019")
    cell, other, part = (uuid4().hex for _ in range(3))
    ballots = [(cell, 1, 0b1), (cell, 5, 0b1001), (cell, 5, 1 << 8), (other, 3, 0)]
    sheets = ['{"overall":["satisfied"],"why":["slow","far"]}', '{"overall":["satisfied"]}']
    with closing(sqlite3.connect(path)) as raw, raw:
        raw.executemany("INSERT INTO ballot VALUES (?, ?, ?, ?)", [(uuid4().hex, *one) for one in ballots])
        raw.executemany("INSERT INTO survey_sheet VALUES (?, ?, ?)", [(uuid4().hex, part, one) for one in sheets])
    upgrade("feedback", path, to="0020")
    with closing(sqlite3.connect(path)) as raw:
        found = {where: (many, said) for where, many, said in raw.execute("SELECT id, sheets, said FROM urn")}
    assert found == {
        cell: (3, '{"1":1,"5":2,"asked_for_a_certain_grade":1,"attitude":1,"overall":2}'),
        other: (1, '{"3":1}'),
        part: (2, '{"overall":2,"overall=satisfied":2,"why":1,"why=far":1,"why=slow":1}'),
    }
