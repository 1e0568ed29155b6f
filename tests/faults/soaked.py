"""What became of the cases of a soak: worked out from what the clients were told, the databases and the log alone."""

import json
import uuid
from collections import defaultdict
from collections.abc import Mapping
from datetime import date, datetime, timedelta

from profiles.services import NAMES
from tests.polling import Cast
from tests.town import ClusterTown

OPEN = {
    *("received", "dispatched", "returned", "accepted", "contacted", "handling", "extended", "rectifying", "difficult"),
}
WAITS_FOR_A_DISPATCH = {"received", "returned"}
FAIRLY_SATISFIED = 3  # of five grades, 1 being the best: the last of those that are good
LINE = 85  # percent of good grades below which a unit puts something right


def faults(town: ClusterTown, fates: Mapping[str, str], cast: Cast, *, unanswered: int) -> list[str]:
    """What is not as it must be, where these cases were answered with these fates, and so many calls never were."""
    return [
        *_lost(town, fates, unanswered),
        *_climbed(town),
        *_without_an_owner(town),
        *_put_right(town, fates),
        *_judged(town, cast),
        *_left(town),
    ]


def _lost(town: ClusterTown, fates: Mapping[str, str], unanswered: int) -> list[str]:
    """Every answered case is there once, at the stage to which it was answered; no more are there than were asked."""
    rows = town.rows("tasks", "SELECT id, stage FROM service_request")
    stages = {uuid.UUID(str(found)).hex: str(stage) for found, stage in rows}
    found = [f"{one}: answered and not there" for one in fates if one not in stages]
    ends = {
        "left": {"dispatched"},
        "unfinished": {"handling"},
        "returned": {"returned"},
        "done": {"judged", "archived"},
        "graded_well": {"judged", "archived"},
        "graded_badly": {"rectifying", "difficult"},
        "not_solved": {"rectifying", "difficult"},
        "put_right": {"judged", "archived"},
        "still_not_solved": {"rectifying", "difficult"},
    }
    found += [
        f"{one}: {fate}, and stands at {stages[one]}"
        for one, fate in fates.items()
        if fate in ends and one in stages and stages[one] not in ends[fate]
    ]
    if len(stages) > len(fates) + unanswered:
        found.append(f"{len(stages)} cases are there, {len(fates)} were answered, {unanswered} were not")
    records = town.rows("feedback", "SELECT count(*) FROM case_record")[0][0]
    if records != len(stages):
        found.append(f"feedback knows {records} cases of {len(stages)}")
    return found


def _climbed(town: ClusterTown) -> list[str]:
    """Each missed limit climbed level by level to the top, each level told once."""
    now = town.clock.now()
    told: dict[str, dict[int, set[str]]] = defaultdict(lambda: defaultdict(set))
    for fact in town.facts():
        if fact.startswith("tasks.limit.missed.v1 "):
            body = fact[fact.index("{") : fact.rindex("}") + 1]
            said = json.loads(body)
            told[uuid.UUID(said["clock_id"]).hex][said["level"]].add(body)
    found = [
        f"{clock}: level {level} was told in {len(bodies)} ways"
        for clock, levels in told.items()
        for level, bodies in levels.items()
        if len(bodies) > 1
    ]
    tops = {row[0] for row in town.rows("tasks", "SELECT id FROM organization WHERE superior_id IS NULL")}
    highest: dict[object, tuple[int, object]] = {}
    for clock, level, organization in town.rows("tasks", "SELECT clock_id, level, organization_id FROM climb"):
        highest[clock] = max(highest.get(clock, (0, None)), (int(str(level)), organization), key=lambda one: one[0])
    waiting = "SELECT id, level, due_at, met_at FROM clock WHERE met_at IS NULL"
    for clock, level, due_at, _ in town.rows("tasks", waiting):
        assert isinstance(due_at, datetime)
        levels = told.get(uuid.UUID(str(clock)).hex, {})
        if sorted(levels) != list(range(1, int(str(level)) + 1)):
            found.append(f"{clock}: at level {level}, and told of {sorted(levels)}")
        if due_at < now - timedelta(days=14) and highest.get(clock, (0, None))[1] not in tops:
            found.append(f"{clock}: ended at {due_at}, and has climbed to level {level} only")
    return found


def _without_an_owner(town: ClusterTown) -> list[str]:
    """Every open case has somebody in office whose move it is, or those who dispatch where it waits for a dispatch."""
    today = town.now().date()
    holders: set[object] = set()
    dispatching: set[object] = set()
    posts = "SELECT person_id, kind, division_code, from_on, to_on, ended_at FROM post"
    for person, kind, area, begins, ends, over in town.rows("tasks", posts):
        assert isinstance(begins, date)
        if over is None and begins <= today and (ends is None or (isinstance(ends, date) and ends >= today)):
            holders.add(person)
            if kind == "township_cadre":
                dispatching.add(area)
    cases = "SELECT id, stage, working_person_id, township_code FROM service_request"
    return [
        f"{case}: {stage}, and with nobody"
        for case, stage, person, township in town.rows("tasks", cases)
        if stage in OPEN and person not in holders and not (stage in WAITS_FOR_A_DISPATCH and township in dispatching)
    ]


def _put_right(town: ClusterTown, fates: Mapping[str, str]) -> list[str]:
    """Each round that was found wanting has one rectification, no other has any, and none verified itself."""
    wanting = {"graded_badly": [1], "not_solved": [1], "put_right": [1], "still_not_solved": [1, 2]}
    opened: dict[str, list[int]] = defaultdict(list)
    found = []
    asked = "SELECT id, request_id, round, stage, responsible_id, acted_by, verified_by FROM rectification"
    for one, request, round_, stage, responsible, acted, verified in town.rows("tasks", asked):
        opened[_plain(request)].append(int(str(round_)))
        if stage == "verified" and (verified is None or verified in {responsible, acted}):
            found.append(f"{one}: closed without another person who verified it")
    found += [
        f"{request}: {fate}, and its rectifications are of the rounds {sorted(opened[request])}"
        for request, fate in fates.items()
        if fate != "unsure" and sorted(opened[request]) != wanting.get(fate, [])
    ]
    graded = "SELECT request_id, round FROM invitation WHERE rating IN ('dissatisfied', 'very_dissatisfied')"
    found += [
        f"{_plain(request)}: round {round_} was graded badly, and has {count} rectifications"
        for request, round_ in town.rows("feedback", graded)
        if (count := opened[_plain(request)].count(int(str(round_)))) != 1
    ]
    return found


def _judged(town: ClusterTown, cast: Cast) -> list[str]:
    """Every ballot counts in one cell or is declared too few; each cell below the line has one unit rectification."""
    cells = {
        _plain(one): (None if parent is None else _plain(parent), outcome, responses, least, most, below)
        for one, parent, outcome, responses, least, most, below in town.rows(
            "feedback", "SELECT id, parent_id, outcome, responses, good_least, good_most, below_line FROM cell"
        )
    }
    lying: dict[str, list[int]] = defaultdict(list)
    for cell, grades in cast.grades.items():
        at = _plain(cell)
        while (above := cells[at][0]) is not None and cells[at][1] == "went_up":
            at = above
        lying[at] += grades
    found = []
    for one, (_, outcome, responses, least, most, below) in cells.items():
        many, good = len(lying[one]), sum(grade <= FAIRLY_SATISFIED for grade in lying[one])
        if outcome is None:
            found.append(f"cell {one}: it never closed")
        if outcome in {"published", "too_few"} and not many <= int(str(responses)) <= many + cast.unanswered:
            found.append(f"cell {one}: {responses} ballots count, {many} were taken in")
        if outcome == "went_up" and many:
            found.append(f"cell {one}: it went up, and {many} ballots count in it")
        if outcome == "published" and not int(str(least)) <= good <= int(str(most)) + cast.unanswered:
            found.append(f"cell {one}: {least} to {most} good grades are told, {good} were taken in")
        if outcome == "published" and not cast.unanswered and below != (100 * int(str(most)) < LINE * many):
            found.append(f"cell {one}: told to be below the line: {below}")
    opened = [_plain(one) for (one,) in town.rows("tasks", "SELECT id FROM unit_rectification")]
    origins = "SELECT origin_id FROM checklist_item WHERE origin = 'survey'"
    items = [_plain(one) for (one,) in town.rows("tasks", origins)]
    wanted = sorted(one for one, cell in cells.items() if cell[5])
    if sorted(opened) != wanted or sorted(items) != wanted:
        found.append(f"cells below the line {wanted}, unit rectifications {opened}, items of them {items}")
    for what in ("urn", "spent_credential"):
        [(left,)] = town.rows("feedback", f"SELECT count(*) FROM {what}")
        if left:
            found.append(f"{left} rows of {what} are left in the box")
    return found


def _plain(found: object) -> str:
    return uuid.UUID(str(found)).hex


def _left(town: ClusterTown) -> list[str]:
    """No fact is on its way, waits or was parked, and no timer is overdue or was parked."""
    now = town.clock.now().isoformat()
    asked = {
        "outbox": "SELECT count(*) FROM outbox",
        "waiting facts": "SELECT count(*) FROM waiting_fact",
        "timers": f"SELECT count(*) FROM timer WHERE parked_at IS NOT NULL OR due_at <= '{now}'",
    }
    found = []
    for service in NAMES:
        for what, query in asked.items():
            count = town.rows(service, query)[0][0]
            if count:
                found.append(f"{service}: {count} {what} are left")
    return found
