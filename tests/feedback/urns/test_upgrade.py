"""What lay in open boxes sheet by sheet before the counting is in the counts after it."""

import sqlite3
from contextlib import closing
from pathlib import Path
from uuid import uuid4

from chassis.migrations import upgrade


def test_ballots_and_sheets_that_lie_there_are_counted_and_credentials_stay_spent(tmp_path: Path) -> None:
    path = tmp_path / "feedback.db"
    upgrade("feedback", path, to="0019")
    cell, other, part = (uuid4().hex for _ in range(3))
    ballots = [(cell, 1, 0b1), (cell, 5, 0b1001), (cell, 5, 1 << 8), (other, 3, 0)]
    sheets = ['{"overall":["satisfied"],"why":["slow","far"]}', '{"overall":["satisfied"]}']
    with closing(sqlite3.connect(path)) as raw, raw:
        raw.executemany("INSERT INTO ballot VALUES (?, ?, ?, ?)", [(uuid4().hex, *one) for one in ballots])
        raw.execute("INSERT INTO spent_credential VALUES (x'01', ?, x'02')", (other,))
        raw.executemany("INSERT INTO survey_sheet VALUES (?, ?, ?)", [(uuid4().hex, part, one) for one in sheets])
        _fill(raw, "ballot_term", id="term")
        _fill(raw, "cell", id=other, term_id="term")
    upgrade("feedback", path)
    with closing(sqlite3.connect(path)) as raw:
        assert raw.execute("SELECT * FROM spent_credential").fetchall() == [(other, b"\1", b"\2")]
        found = {where: (many, said) for where, many, said in raw.execute("SELECT id, sheets, said FROM urn")}
    assert found == {
        cell: (3, '{"1":1,"5":2,"asked_for_a_certain_grade":1,"attitude":1,"overall":2}'),
        other: (1, '{"3":1}'),
        part: (2, '{"overall":2,"overall=satisfied":2,"why":1,"why=far":1,"why=slow":1}'),
    }


def _fill(raw: sqlite3.Connection, table: str, **given: str) -> None:
    """A row of which only what is given matters."""
    columns = [name for _, name, _, needed, _, _ in raw.execute(f"PRAGMA table_info({table})") if needed]
    marks = ", ".join("?" * len(columns))
    raw.execute(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})", [given.get(one, "") for one in columns])
