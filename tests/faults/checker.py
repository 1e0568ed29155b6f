"""The independent checker: from the clients' journal alone it works out what must be there, and compares.

It reads the answers that clients got, and the final state by SQL; it shares no code with the services. What was
answered must be there exactly once; what was tried and never answered, once or not at all; anything else never.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields

Line = dict[str, object]
Row = tuple[object, ...]
Query = Callable[[str, str], list[Row]]  # (service, SQL) -> rows

BAD = {"dissatisfied", "very_dissatisfied"}
SERVICES = ("members", "tasks", "feedback")


@dataclass
class State:
    """What the databases hold at the end; ids without hyphens."""

    requests: list[Row]  # id, stage, solved
    signatures: list[Row]  # request, promised on
    completions: list[Row]  # request
    rectifications: list[Row]  # request, round
    notices: list[Row]  # request, kind
    acts: list[Row]  # audited: action, about
    records: list[Row]  # request, signed for, round, solved, rated round, rated bad, rectifications opened
    invitations: list[Row]  # request, round, rating
    left: list[Row]  # service, table, how many rows: of outboxes, waiting and parked facts, parked timers


def read_state(query: Query) -> State:
    """The final state by SQL."""

    def ask(service: str, sql: str) -> list[Row]:
        return [tuple(map(_plain, row)) for row in query(service, sql)]

    left = [
        (service, what, *row)
        for service in SERVICES
        for what, sql in {
            "outbox": "SELECT count(*) FROM outbox",
            "waiting_fact": "SELECT count(*) FROM waiting_fact",
            "parked timer": "SELECT count(*) FROM timer WHERE parked_at IS NOT NULL",
        }.items()
        for row in ask(service, sql)
    ]
    return State(
        requests=ask("tasks", "SELECT id, stage, solved FROM service_request"),
        signatures=ask("tasks", "SELECT request_id, promised_on FROM signature"),
        completions=ask("tasks", "SELECT request_id FROM completion"),
        rectifications=ask("tasks", "SELECT request_id, round FROM rectification"),
        notices=ask("tasks", "SELECT request_id, kind FROM notice"),
        acts=ask("tasks", "SELECT action, about FROM audit"),
        records=ask(
            "feedback",
            "SELECT request_id, accepted_at IS NOT NULL, round, solved, rated_round, rated_bad, rectifications_opened"
            " FROM case_record",
        ),
        invitations=ask("feedback", "SELECT request_id, round, rating FROM invitation"),
        left=left,
    )


@dataclass
class _Story:
    """What the journal says of one case: each step's body, and whether it was answered."""

    answered: dict[str, Line]
    tried: dict[str, Line]

    def sure(self, step: str) -> bool:
        return step in self.answered

    def unsure(self, step: str) -> bool:
        return step in self.tried and step not in self.answered

    def said(self, step: str, word: str) -> object:
        body = (self.answered.get(step) or self.tried.get(step) or {}).get("body")
        return body.get(word) if isinstance(body, dict) else None


def check(journal: Iterable[Line], state: State) -> list[str]:
    """Every disagreement between what clients were told and what is there; none if all is well."""
    lines = list(journal)
    stories = _stories(lines)
    faults = [f"refused: {line}" for line in lines if line["state"] == "refused"]
    faults += [f"{service}: {count} rows left in {what}" for service, what, count in state.left if count]
    faults += _check_requests(lines, stories, state)
    held = {
        field.name: _by_request(getattr(state, field.name), acts=field.name == "acts")
        for field in fields(state)
        if field.name not in {"left", "requests"}
    }
    stages = {row[0]: row for row in state.requests}
    for request, story in stories.items():
        if request in stages:
            of_case = {name: rows[request] for name, rows in held.items()}
            faults += [f"{request}: {fault}" for fault in _check_case(story, stages[request], of_case)]
    known = set(stages)
    for name, rows in held.items():
        if name != "acts":
            faults += [f"{request}: {name} of a request that is not there" for request in rows if request not in known]
    return faults


def _check_requests(lines: list[Line], stories: dict[str, _Story], state: State) -> list[str]:
    """Every answered request is there once, and no more are there than were asked for."""
    there = Counter(row[0] for row in state.requests)
    faults = [f"{request}: answered and not there" for request in stories if not there[request]]
    faults += [f"{request}: there {count} times" for request, count in there.items() if count > 1]
    keys = {line["key"] for line in lines if line["step"] == "submit"}
    if len(state.requests) > len(keys):
        faults.append(f"{len(state.requests)} requests are there, and only {len(keys)} were asked for")
    unanswered = len(keys) - len(stories)
    if len(set(there) - set(stories)) > unanswered:
        faults.append(f"{len(set(there) - set(stories))} requests nobody was told of, {unanswered} asked unanswered")
    return faults


def _check_case(story: _Story, request: Row, held: dict[str, list[Row]]) -> list[str]:
    faults: list[str] = []

    def count(what: str, found: int, step: str) -> None:
        least, most = int(story.sure(step)), int(story.sure(step) or story.unsure(step))
        if not least <= found <= most:
            faults.append(f"{found} {what}, where the clients know of {least} to {most}")

    for what, rows, step in (
        ("signatures", held["signatures"], "promise"),
        ("completions", held["completions"], "report"),
        ("rounds asked about", held["invitations"], "report"),
        ("notices «answered»", [row for row in held["notices"] if row[1] == "answered"], "report"),
        ("audited promises", [row for row in held["acts"] if row[0] == "promise"], "promise"),
        ("audited reports", [row for row in held["acts"] if row[0] == "report"], "report"),
        ("audited judgements", [row for row in held["acts"] if row[0] == "judge"], "judge"),
        ("grades", [row for row in held["invitations"] if row[2] is not None], "rate"),
    ):
        count(what, len(rows), step)
    if len([row for row in held["notices"] if row[1] == "dispatched"]) != 1:
        faults.append("its agent was not told exactly once")
    if story.sure("promise") and [row[1] for row in held["signatures"]] != [story.said("promise", "promised_on")]:
        faults.append(f"signed {held['signatures']}, promised {story.said('promise', 'promised_on')}")
    if story.sure("judge") and request[2] != story.said("judge", "solved"):
        faults.append(f"judged {story.said('judge', 'solved')}, kept {request[2]}")
    if story.sure("rate") and [row[2] for row in held["invitations"]] != [story.said("rate", "rating")]:
        faults.append(f"graded {story.said('rate', 'rating')}, kept {held['invitations']}")
    return faults + _check_effects(story, request, held)


def _check_effects(story: _Story, request: Row, held: dict[str, list[Row]]) -> list[str]:
    """What follows from the steps in the other service, each once."""
    if len(held["records"]) != 1:
        return [f"{len(held['records'])} records in feedback"]
    _, signed, round_, solved, rated_round, rated_bad, opened = held["records"][0]
    graded = [row[2] for row in held["invitations"] if row[2] is not None]
    wanting = request[2] in {"no", "partly"} or bool(BAD & set(map(str, graded)))
    expected = (
        bool(held["signatures"]),
        len(held["completions"]),
        request[2],
        len(graded),
        graded[0] in BAD if graded else None,
        int(wanting),
    )
    faults = []
    found = (bool(signed), round_, solved, rated_round, None if rated_bad is None else bool(rated_bad), opened)
    if found != expected:
        faults.append(f"its record in feedback says {found}, its case {expected}")
    if len(held["rectifications"]) != int(wanting):
        faults.append(f"{len(held['rectifications'])} rectifications, where {int(wanting)} is due")
    if story.sure("judge") and request[1] != ("rectifying" if wanting else "judged"):
        faults.append(f"it stands at {request[1]}")
    return faults


def _stories(lines: list[Line]) -> dict[str, _Story]:
    """The cases that a client was told of, by id."""
    stories: dict[str, _Story] = defaultdict(lambda: _Story({}, {}))
    for line in lines:
        if line["request"] is None:
            continue  # a submission that was tried; its answer names the case
        story = stories[str(_plain(line["request"]))]
        (story.answered if line["state"] == "answered" else story.tried)[str(line["step"])] = line
    return dict(stories)


def _by_request(rows: list[Row], *, acts: bool) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[str(row[1] if acts else row[0])].append(row)
    return found


def _plain(value: object) -> object:
    """Ids without hyphens and dates as text, as either database gives them."""
    if value is None or isinstance(value, (bool, int)):
        return value
    text = str(value)
    bare = text.replace("-", "")
    return bare if len(bare) == 32 and set(bare) <= set("0123456789abcdef") else text
