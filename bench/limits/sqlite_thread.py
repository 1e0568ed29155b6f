"""One thread of SQLite's own C module that commits each transaction of the given rows; prints transactions a second."""

import json
import sqlite3
import sys
import threading
import time
from contextlib import closing
from pathlib import Path

from bench.rows import Rows


def commit_each(file: Path, rows: Rows, *, synchronous: str, seconds: float) -> dict[str, float]:
    """Write copies of the rows for some seconds, one statement a row and one commit a copy."""
    copy = rows.copier()
    statements = [
        f'insert into "{row.table}" ({", ".join(row.names)}) values ({", ".join("?" * len(row.columns))})'
        for row in rows.rows
    ]
    done = 0
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute(f"pragma synchronous = {synchronous}")
        started = time.perf_counter()
        while time.perf_counter() - started < seconds:
            connection.execute("begin immediate")
            for statement, values in zip(statements, copy(), strict=True):
                connection.execute(statement, values)
            connection.execute("commit")
            done += 1
        return {"per_second": done / (time.perf_counter() - started)}


def main() -> None:
    """ROWS FILE SYNCHRONOUS SECONDS, in a thread of its own as in ours."""
    rows, file, synchronous, seconds = sys.argv[1:]
    answers: list[dict[str, float]] = []
    writer = threading.Thread(
        target=lambda: answers.append(
            commit_each(Path(file), Rows.kept(Path(rows)), synchronous=synchronous, seconds=float(seconds))
        )
    )
    writer.start()
    writer.join()
    print(json.dumps(answers[0]))


if __name__ == "__main__":
    main()
