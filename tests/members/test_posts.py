"""Posts are given and ended by those above, and an absence names who acts meanwhile; each is told at once."""

import json
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio

from chassis.log.memory import MemoryLog
from tests.gateway.authorisation.county import County
from tests.gateway.authorisation.filling import TODAY, county

pytestmark = pytest.mark.asyncio

YESTERDAY, TOMORROW, NEXT_WEEK = (str(TODAY + timedelta(days=days)) for days in (-1, 1, 7))


@pytest_asyncio.fixture
async def there(tmp_path: Path) -> AsyncIterator[County]:
    """Everybody of the matrix, on the roll."""
    async with county("members", tmp_path) as found:
        yield found


async def give(there: County, *, by: str = "operator", **said: Any) -> httpx.Response:
    """Put the newcomer in office in the village's branch, unless something else is said."""
    body = {"person_id": there.things["newcomer"], "kind": "guide", "organization_id": there.things["branch"]}
    return await there.stand.post("/posts", by=there.people[by], **body | said)


async def declare(there: County, *, by: str = "agent", **said: Any) -> httpx.Response:
    """Say that the agent is away tomorrow, unless something else is said."""
    body = {
        "post_id": there.things["agency"],
        "stand_in_post_id": there.things["standby"],
        "from_on": TOMORROW,
        "to_on": TOMORROW,
        "reason": "illness",
    }
    return await there.stand.post("/absences", by=there.people[by], **body | said)


async def told(there: County, of_type: str) -> list[dict[str, Any]]:
    """The facts of a type, as they lie on the log."""
    await there.stand.settle()
    assert isinstance(there.stand.log, MemoryLog)
    return [json.loads(one.body) for one in there.stand.log.records if one.type == of_type]


async def test_a_post_that_is_given_is_told_and_shown_on_the_contact_card(there: County) -> None:
    given = (await give(there, to_on=NEXT_WEEK)).json()
    fact = (await told(there, "members.post.held.v1"))[-1]
    assert (fact["post_id"], fact["kind"], fact["to_on"], fact["ended_at"]) == (
        given["post_id"],
        "guide",
        NEXT_WEEK,
        None,
    )
    card = await there.stand.get("/posts", by=there.people["citizen"], division_code=given["division_code"])
    assert given["post_id"] in card.text


async def test_a_post_that_ends_today_is_over_at_once_and_one_that_ends_later_is_not(there: County) -> None:
    now, later = (await give(there)).json(), (await give(there, kind="grid_worker")).json()
    operator = there.people["operator"]
    ended = await there.stand.post(f"/posts/{now['post_id']}/end", by=operator, to_on=str(TODAY))
    assert (ended.json()["over"], ended.json()["to_on"]) == (True, str(TODAY))
    dated = await there.stand.post(f"/posts/{later['post_id']}/end", by=operator, to_on=TOMORROW)
    assert (dated.json()["over"], dated.json()["to_on"]) == (False, TOMORROW)
    facts = {one["post_id"]: one for one in await told(there, "members.post.held.v1")}
    assert facts[now["post_id"]]["ended_at"] is not None
    assert (facts[later["post_id"]]["to_on"], facts[later["post_id"]]["ended_at"]) == (TOMORROW, None)
    card = await there.stand.get("/posts", by=operator, division_code=now["division_code"], limit=100)
    assert now["post_id"] not in card.text
    assert later["post_id"] in card.text


async def test_a_post_ends_once_and_is_never_made_longer(there: County) -> None:
    post = f"/posts/{(await give(there, to_on=TOMORROW)).json()['post_id']}/end"
    operator = there.people["operator"]
    assert (await there.stand.post(post, by=operator, to_on=NEXT_WEEK)).json()["code"] == "post-over"
    assert (await there.stand.post(post, by=operator, to_on=YESTERDAY)).json()["code"] == "wrong-days"
    assert (await there.stand.post(post, by=operator, to_on=str(TODAY))).status_code == 200
    assert (await there.stand.post(post, by=operator, to_on=str(TODAY))).json()["code"] == "post-over"


async def test_a_secretary_above_fills_the_posts_below_but_not_those_that_watch(there: County) -> None:
    office = {"person_id": str(there.people["secretary/other"]), "organization_id": there.things["township"]}
    assert (await give(there, by="secretary/other")).status_code == 403
    assert (await give(there, kind="secretary", **office)).status_code == 201
    assert (await give(there, by="secretary/other")).status_code == 201
    watching = await give(there, by="secretary/other", kind="auditor")
    assert watching.json()["code"] == "for-the-county-alone"
    own = await give(there, by="secretary/other", kind="guide", organization_id=there.things["township"])
    assert own.json()["code"] == "forbidden"


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"person_id": "operator"}, "not-for-oneself"),
        ({"person_id": "citizen"}, "no-such-holder"),
        ({"division_code": "430702200201"}, "area-elsewhere"),
        ({"from_on": YESTERDAY}, "wrong-days"),
        ({"from_on": NEXT_WEEK, "to_on": TOMORROW}, "wrong-days"),
        ({"from_on": "9999-12-31", "to_on": "0001-01-01"}, "wrong-days"),
    ],
)
async def test_a_post_that_cannot_be_is_refused(there: County, said: dict[str, str], code: str) -> None:
    named = {name: str(there.people.get(value, value)) for name, value in said.items()}
    assert (await give(there, **named)).json()["code"] == code


async def test_the_same_post_is_not_given_twice(there: County) -> None:
    assert (await give(there)).status_code == 201
    assert (await give(there)).status_code == 409


async def test_an_absence_is_told_without_its_reason(there: County) -> None:
    absence = (await declare(there)).json()
    (fact,) = await told(there, "members.absence.declared.v1")
    assert (fact["absence_id"], fact["stand_in_person_id"]) == (absence["id"], str(there.people["stand_in"]))
    assert "illness" not in json.dumps(fact)
    back = await there.stand.post(f"/absences/{absence['id']}/end", by=there.people["agent"])
    assert back.json()["over"]
    assert (await told(there, "members.absence.declared.v1"))[-1]["ended_at"] is not None
    again = await there.stand.post(f"/absences/{absence['id']}/end", by=there.people["agent"])
    assert again.json()["code"] == "absence-over"


async def test_nobody_is_away_twice_at_a_time(there: County) -> None:
    assert (await declare(there, to_on=NEXT_WEEK)).status_code == 201
    assert (await declare(there, from_on=NEXT_WEEK, to_on=NEXT_WEEK)).json()["code"] == "away-already"


async def test_a_secretary_above_names_nobody_to_act_for_those_who_watch(there: County) -> None:
    office = {"person_id": str(there.people["secretary/other"]), "organization_id": there.things["township"]}
    assert (await give(there, kind="secretary", **office)).status_code == 201
    watching = (await give(there, kind="supervisor")).json()["post_id"]
    refused = await declare(there, by="secretary/other", post_id=watching)
    assert refused.json()["code"] == "for-the-county-alone"
    assert (await declare(there, by="secretary/other")).status_code == 201
    assert (await declare(there, by="operator", post_id=watching)).status_code == 201


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"from_on": YESTERDAY}, "wrong-absence"),
        ({"from_on": NEXT_WEEK}, "wrong-absence"),
        ({"to_on": "9999-12-31"}, "wrong-absence"),
        ({"stand_in_post_id": "agency"}, "stand-in-unfit"),
        ({"stand_in_post_id": "newcomer"}, "stand-in-unfit"),
        ({"post_id": "newcomer"}, "not-found"),
    ],
)
async def test_an_absence_that_cannot_be_is_refused(there: County, said: dict[str, str], code: str) -> None:
    named = {name: there.things.get(value, value) for name, value in said.items()}
    assert (await declare(there, **named)).json()["code"] == code


async def test_who_only_reads_acts_for_nobody(there: County) -> None:
    guide = (await give(there)).json()["post_id"]
    assert (await declare(there, stand_in_post_id=guide)).json()["code"] == "stand-in-unfit"


async def test_a_stand_in_whose_post_ends_before_is_not_taken(there: County) -> None:
    standing = (await give(there, kind="proxy_agent", to_on=str(TODAY))).json()["post_id"]
    assert (await declare(there, stand_in_post_id=standing)).json()["code"] == "stand-in-unfit"
