"""The whole matrix: three services, their rows, and the page that is made of them.

`python -m tests.gateway.authorisation.matrix` writes `docs/authorisation.md`.
"""

from pathlib import Path

from tests.gateway.authorisation import contacts, credentials, feedback, members, pairing, tasks
from tests.gateway.authorisation.columns import COLUMNS, NOBODY, OTHER, ROLES, Row
from tests.gateway.authorisation.running import RUNNING
from tests.gateway.authorisation.slices import FEEDBACK, SLICES

PAGE = Path(__file__).parents[3] / "docs" / "authorisation.md"

MATRIX: dict[str, list[Row]] = {
    "members": [*RUNNING, *members.ROWS, *contacts.MEMBERS, *credentials.MEMBERS, *pairing.MEMBERS],
    "tasks": [*RUNNING, *tasks.ROWS, *(row for one in SLICES for row in one.ROWS)],
    "feedback": [*RUNNING, *feedback.ROWS, *(row for one in FEEDBACK for row in one.ROWS)],
}

HEAD = """# Who may call what

Made of `tests/gateway/authorisation/` by `python -m tests.gateway.authorisation.matrix`; do not write in it by hand.
A route without a row fails the build, and `tests/gateway/test_authorisation.py` tries every cell on a living service.

A cell is the code that the column gets. 2xx is done; 401 asks for a token; 403 is a refusal to somebody who may know
that the thing is there; 404 says to all others that nothing is there; 409, 415 and 422 come after the right was found,
where what the test sends does not fit. Most roles have two columns: on the left they stand where the thing is (their
own case, their village, their organisation), on the right the same role stands elsewhere. «Found by» says in whose
list the thing stands; in nobody else's is it.
"""


def page() -> str:
    """The matrix for people."""
    legend = "\n".join(f"| `{role}` | {words} |" for role, words in ROLES.items())
    parts = [HEAD, f"| column | 左 / 右 |\n|---|---|\n| `{NOBODY}` | 没有令牌 |\n{legend}\n"]
    for service, rows in MATRIX.items():
        parts.append(f"## `{service}`\n\n{_head()}\n" + "\n".join(map(_line, rows)) + "\n")
    return "\n".join(parts)


def _head() -> str:
    titles = [column.replace(OTHER, "<br>/other").replace("_", "<br>") for column in COLUMNS]
    return f"| route | who | {' | '.join(titles)} |\n|---|---|{'--:|' * len(COLUMNS)}"


def _line(row: Row) -> str:
    asked = "?" + "&".join(f"{name}={value}" for name, value in row.query.items()) if row.query else ""
    found = "" if row.shows is None else f"; found by: {row.shows[1].replace(' ', ', ')}"
    codes = " | ".join(f"**{code}**" if code < 300 else str(code) for code in row.cells.values())
    return f"| `{row.route}{asked}` | {row.who}{found} | {codes} |"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
