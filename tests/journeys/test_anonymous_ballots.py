"""Anonymous terms from each side: planned, drawn, cast, closed below the line, put right, and judged again."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from threading import Thread

import pytest

from tests.clients.phones import phones
from tests.journeys.village import Village
from tests.polling import Poll, rules_for_few
from tests.small_roster import villages
from tests.town import Json, Town, running_town

BAD, GOOD = 5, 1
HOUSEHOLDS = 8
"""Enough people in a village for a cell of its own, by rules that ask for few."""


@pytest.fixture(params=["embedded", "cluster"])
def town(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Town]:
    """A town of its own, since a term is about everything that is done in the county on a day."""
    rules = tmp_path / "rules.yaml"
    rules.write_text(rules_for_few(), encoding="utf-8")
    environment = {"LIANXIN_FEEDBACK_RULES": str(rules)}
    with running_town(request, tmp_path / "town", environment, households=HOUSEHOLDS) as running:
        yield running


def go_on(town: Town, *, days: int = 1) -> None:
    """Days go by."""
    town.move(town.now() + timedelta(days=days))


def serve(places: list[Village]) -> None:
    """Something is done for everybody."""
    for village in places:
        for citizen in village.citizens:
            case = village.asks("identity-card", by=citizen)
            case.promised()
            case.reported()
    places[0].town.settle()


def all_of(threads: list[Thread]) -> None:
    """All of them, to their end."""
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def judged(town: Town, places: list[Village], *, grades: dict[str, int]) -> None:
    """Two days of work; the second is judged, each village of one mind, and the box is closed."""
    serve(places)
    go_on(town)
    poll = Poll(town, places, seed=1, mind=lambda village: grades[village.code])
    poll.open()
    serve(places)
    go_on(town)
    home = places[0].citizens[0].get("/screens/home")
    assert len(home["parts"]["ballots"]["items"]) == 1
    own = [village.citizens[-1] for village in places]  # whose phones have our own program on them
    with phones(f"{town.address}/api") as driven:
        for person, village in zip(own, places, strict=True):
            assert driven.draw(person.id, token=person.token, at=town.now()) == []
            [cell_id] = driven.cells(person.id, at=town.now())
            assert driven.give(person.id, cell_id, grade=grades[village.code], at=town.now())
        all_of(poll.draws())
        go_on(town)
        all_of(poll.casts())
        assert (poll.cast.refused, poll.cast.unanswered) == ([], 0)
        everybody = sum(len(village.citizens) for village in places)
        assert sum(map(len, poll.cast.grades.values())) == everybody - len(own)
        go_on(town, days=6)
        opened = town.now().replace(hour=23, minute=5)  # in the last hour, when every phone's instant has come
        for person in own:
            assert driven.draw(person.id, token=person.token, at=opened) == []
            assert driven.cast(person.id, at=opened + timedelta(minutes=1)) == []
            [kept] = driven.kept(person.id, at=opened)["cells"]
            assert (kept["credential"], kept["ballot"]) == (None, None)
    go_on(town, days=2)


def published(village: Village) -> Json:
    """The newest cell of a village, as anybody reads it."""
    at = f"{village.town.address}/api/feedback/cells"
    found: Json = village.town.client.get(at, params={"code": village.code}).json()["items"][0]
    return found


def test_a_village_below_the_line_puts_it_right_above_itself_until_its_people_say_so(town: Town) -> None:
    places = [Village(town, code) for code in villages()[:2]]
    _, village = places  # the other's people vote in the county's cell, so that this is not left with too few
    judged(town, places, grades={places[0].code: GOOD, village.code: BAD})
    cell = published(village)
    assert (cell["outcome"], cell["responses"], cell["below_line"]) == ("published", 8, True)
    assert cell["table"]["grades"] is None  # of one mind, and so by a range
    above, owner = village.district_secretary, village.township_secretary
    [item] = [one for one in owner.get("/tasks/assignments")["items"] if "匿名测评低于合格线" in one["title"]]
    path = f"/tasks/assignments/{item['id']}"
    promised = str(town.now().date() + timedelta(days=5))
    owner.post(f"{path}/pledge", promised_on=promised, words="逐户走访，改进办理")
    owner.post(f"{path}/report", words="已整改", evidence=[owner.attaches()])
    above.post(f"{path}/acceptance", words="看过现场")
    assert above.refused(f"{path}/closing-out") == (409, "next-cell-not-above-line")

    judged(town, places, grades={places[0].code: GOOD, village.code: GOOD})
    assert published(village)["below_line"] is False
    assert above.post(f"{path}/closing-out")["stage"] == "closed_out"
