"""The checker can fail: it finds what is lost, what is doubled and what is wrong."""

from collections.abc import Callable
from copy import deepcopy

import pytest

from tests.faults.checker import Line, State, check

WELL, BAD, HALF = ("a" * 32, "b" * 32, "c" * 32)


def line(step: str, state: str, request: str | None, **body: object) -> Line:
    """A line as the clients write them; one key for each step of a case."""
    return {"step": step, "key": f"{step} {request}", "state": state, "request": request, "body": body, "tries": 1}


def played(request: str, solved: str, rating: str) -> list[Line]:
    """A story that was answered to its end."""
    steps: list[tuple[str, dict[str, object]]] = [
        ("promise", {"promised_on": "2025-03-04"}),
        ("report", {}),
        ("judge", {"solved": solved}),
        ("rate", {"rating": rating}),
    ]
    lines = [line("submit", "answered", request)]
    for step, body in steps:
        lines += [line(step, "tried", request, **body), line(step, "answered", request, **body)]
    return lines


# The third case was promised; whether it was reported done, nobody was told.
JOURNAL = [
    *played(WELL, "yes", "satisfied"),
    *played(BAD, "no", "very_dissatisfied"),
    line("submit", "answered", HALF),
    line("promise", "answered", HALF, promised_on="2025-03-04"),
    line("report", "tried", HALF),
]


def sound() -> State:
    """What the journal says is there."""
    acts = [(act, of) for act in ("promise", "report", "judge") for of in (WELL, BAD)]
    return State(
        requests=[(WELL, "judged", "yes"), (BAD, "rectifying", "no"), (HALF, "handling", None)],
        signatures=[(of, "2025-03-04") for of in (WELL, BAD, HALF)],
        completions=[(WELL,), (BAD,)],
        rectifications=[(BAD, 1)],
        notices=[(of, "dispatched") for of in (WELL, BAD, HALF)] + [(of, "answered") for of in (WELL, BAD)],
        acts=[*acts, ("promise", HALF)],
        records=[
            (WELL, True, 1, "yes", 1, False, 0),
            (BAD, True, 1, "no", 1, True, 1),
            (HALF, True, 0, None, 0, None, 0),
        ],
        invitations=[(WELL, 1, "satisfied"), (BAD, 1, "very_dissatisfied")],
        left=[("tasks", "outbox", 0)],
    )


def test_a_sound_end_has_no_fault() -> None:
    assert check(JOURNAL, sound()) == []


def test_what_was_tried_and_never_answered_may_be_there_once_or_not() -> None:
    state = sound()
    state.completions.append((HALF,))
    state.invitations.append((HALF, 1, None))
    state.notices.append((HALF, "answered"))
    state.acts.append(("report", HALF))
    state.records[2] = (HALF, True, 1, None, 0, None, 0)
    assert check(JOURNAL, state) == []


@pytest.mark.parametrize(
    "table", ["requests", "signatures", "completions", "rectifications", "notices", "acts", "records", "invitations"]
)
@pytest.mark.parametrize(
    "spoil", [lambda rows: rows.pop(0), lambda rows: rows.append(rows[0])], ids=["lost", "doubled"]
)
def test_one_row_lost_or_doubled_is_found(table: str, spoil: Callable[[list[object]], None]) -> None:
    state = sound()
    spoil(getattr(state, table))
    assert check(JOURNAL, state) != []


@pytest.mark.parametrize(
    ("table", "row"),
    [
        ("requests", (WELL, "judged", "no")),
        ("requests", (WELL, "handled", "yes")),
        ("signatures", (WELL, "2025-03-05")),
        ("invitations", (WELL, 1, "dissatisfied")),
        ("records", (WELL, False, 1, "yes", 1, False, 0)),
        ("records", (WELL, True, 1, "no", 1, False, 0)),
        ("records", (WELL, True, 1, "yes", 1, False, 1)),
        ("records", (WELL, True, 1, "yes", 0, None, 0)),
        ("left", ("feedback", "waiting_fact", 1)),
    ],
)
def test_one_wrong_value_is_found(table: str, row: tuple[object, ...]) -> None:
    state = deepcopy(sound())
    getattr(state, table)[0] = row
    assert check(JOURNAL, state) != []


def test_a_request_that_nobody_asked_for_is_found() -> None:
    state = sound()
    state.requests.append(("d" * 32, "dispatched", None))
    assert check(JOURNAL, state) != []


def test_a_refusal_that_no_outage_explains_is_found() -> None:
    assert check([*JOURNAL, line("judge", "refused", HALF)], sound()) != []
