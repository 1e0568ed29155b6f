"""A complaint about somebody in office goes past them, and is not there for them by any route."""

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, timedelta
from itertools import product
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
import pytest_asyncio
from sqlmodel import select

from contracts.members import PostHeld
from services.tasks.notices.model import Notice
from services.tasks.roster.model import Organization
from tests.gateway.authorisation.columns import Row
from tests.gateway.authorisation.county import County
from tests.gateway.authorisation.filling import county
from tests.gateway.authorisation.matrix import MATRIX
from tests.mounting import HandClock
from tests.tasks.conftest import DISTRICT, TOWNSHIP, VILLAGE

pytestmark = pytest.mark.asyncio

COMPLAINT = {"division_code": VILLAGE, "kind": "complaint", "wording": "上门要好处"}
BELOW = ["secretary", "stand_in", "grid_worker", "guide", "guide/other", "supervisor/other", "cadre/other"]
ABOVE = ["supervisor", "cadre", "operator", "auditor"]


@pytest_asyncio.fixture
async def there(tmp_path: Path) -> AsyncIterator[County]:
    """A county with everybody of the matrix, in which the agent is an agent and secretary of the township as well."""
    async with county("tasks", tmp_path) as found:
        async with found.stand.mounted.sessions() as session:
            at = {one.division_code: one.id for one in await session.all(select(Organization))}
        await found.stand.hear(_post(found.people["agent"], "secretary", at[TOWNSHIP], TOWNSHIP))
        yield found


def _post(person_id: UUID, kind: str, organization_id: UUID, code: str, post_id: UUID | None = None) -> PostHeld:
    return PostHeld(
        post_id=post_id or uuid4(),
        person_id=person_id,
        name=f"生成{kind}",
        kind=kind,
        organization_id=organization_id,
        division_code=code,
        from_on=date(2020, 1, 1),
        to_on=None,
    )


async def complain(there: County, *, about: str | None = None, by: str = "citizen", **said: Any) -> httpx.Response:
    """Somebody complains about the holder of a post: the agent's, unless said."""
    body = COMPLAINT | {"about_post_id": about or there.things["agency"]} | said
    return await there.stand.post("/requests", by=there.people[by], **body)


async def done(there: County, path: str, by: str, **body: Any) -> dict[str, object]:
    """What somebody does."""
    answer = await there.stand.post(path, by=there.people[by], **body)
    assert answer.status_code < 300, answer.text
    return dict(answer.json())


async def everything_for(there: County, column: str, ids: dict[str, str]) -> list[tuple[Row, str, httpx.Response]]:
    """What every route of the table answers to somebody, about these things and in every list that there is."""
    queries = [{}, {"whose": "asked"}, {"whose": "working"}, {"whose": "below"}, {"since": "0"}]
    told = []
    for row in MATRIX["tasks"]:
        parts = [(ids.values() if part in ids else [str(uuid4())]) for part in row.parts]
        for chosen, query in product(product(*parts), queries if row.method == "GET" and not row.parts else [{}]):
            path = row.path.format(**dict(zip(row.parts, chosen, strict=True)))
            body = {name: _id(there, value) for name, value in row.body.items()}
            answer = await there.call(replace(row, query=row.query | query), path, by=column, body=body)
            told.append((row, f"{path} {query}: {answer.status_code} {answer.text[:200]}", answer))
    return told


def _id(there: County, value: object) -> object:
    if isinstance(value, list):
        return [_id(there, one) for one in value]
    named = re.fullmatch(r"\{(\w+)\}", value) if isinstance(value, str) else None
    return there.things.get(named[1], str(uuid4())) if named else value


async def found_wanting(there: County) -> dict[str, str]:
    """A complaint that was handled by supervision, and judged as not solved: its ids."""
    case = str((await complain(there)).json()["id"])
    await done(there, f"/requests/{case}/promise", "supervisor", promised_on="2026-11-18")
    await done(there, f"/requests/{case}/report", "supervisor", note="已谈话")
    await done(there, f"/requests/{case}/judgement", "citizen", solved="no", round=1)
    shown = (await there.stand.get(f"/requests/{case}", by=there.people["citizen"])).json()
    return {"request_id": case, "rectification_id": shown["rectifications"][0]["id"]}


async def test_it_goes_to_the_nearest_supervision_above(there: County) -> None:
    told = (await complain(there)).json()
    assert (told["stage"], told["named_person"]) == ("dispatched", "生成supervisor")


async def test_whoever_is_complained_of_finds_it_by_no_route(there: County) -> None:
    ids = await found_wanting(there)
    clock = there.stand.mounted.clock
    assert isinstance(clock, HandClock)
    clock.at += timedelta(days=60)  # every limit is missed, and climbs to the top
    await there.stand.settle()
    for row, where, answer in await everything_for(there, "agent", ids):
        assert not [one for one in ids.values() if one in answer.text], where
        if ids.keys() & set(row.parts) and not row.public:
            assert answer.status_code in {403, 404}, where
    async with there.stand.mounted.sessions() as session:
        notices = await session.all(select(Notice))
    told = {one.person_id for one in notices if str(one.request_id) == ids["request_id"]}
    assert there.people["operator"] in told or there.people["supervisor"] in told
    assert there.people["agent"] not in told


async def test_nobody_beside_or_below_them_finds_it(there: County) -> None:
    ids = {"request_id": str((await complain(there)).json()["id"])}
    for column in BELOW:
        for row, where, answer in await everything_for(there, column, ids):
            assert ids["request_id"] not in answer.text, f"{column} {where}"
            if "request_id" in row.parts:
                assert answer.status_code == 404, f"{column} {where}"


async def test_who_complained_and_those_above_see_it(there: County) -> None:
    case = (await complain(there)).json()["id"]
    for column in ("citizen", *ABOVE):
        assert (await there.stand.get(f"/requests/{case}", by=there.people[column])).status_code == 200, column
        assert case in (await there.stand.get("/live/moves", by=there.people[column], since=0)).text, column
        whose = "asked" if column == "citizen" else "below"
        assert case in (await there.stand.get("/requests", by=there.people[column], whose=whose)).text, column


async def test_it_is_given_to_nobody_but_those_above(there: County) -> None:
    case = str((await complain(there)).json()["id"])
    await done(there, f"/requests/{case}/return", "supervisor", reason="请另派")
    for post_id in (there.things["agency"], there.things["post_id"]):
        refused = await there.stand.post(f"/requests/{case}/dispatch", by=there.people["operator"], post_id=post_id)
        assert (refused.status_code, refused.json()["code"]) == (409, "not-above-them")


async def test_without_anybody_who_supervises_it_waits_with_the_organisation_above(there: County) -> None:
    async with there.stand.mounted.sessions() as session:
        top = next(one.id for one in await session.all(select(Organization)) if one.superior_id is None)
    office = uuid4()
    there.people["chief"] = uuid4()
    await there.stand.hear(_post(there.people["chief"], "secretary", top, DISTRICT, office))
    told = (await complain(there, about=str(office))).json()
    assert told["stage"] in {"received", "dispatched"}
    assert (await there.stand.get(f"/requests/{told['id']}", by=there.people["chief"])).status_code == 404
    assert (await there.stand.get(f"/requests/{told['id']}", by=there.people["operator"])).status_code == 200


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"kind": "help"}, "not-a-complaint"),
        ({"kind": None, "item_code": "identity-card"}, "not-a-complaint"),
        ({"about": str(uuid4())}, "no-such-office"),
        ({"by": "agent"}, "about-yourself"),
    ],
)
async def test_only_a_complaint_is_about_somebody_and_never_taken_in_by_them(
    there: County, said: dict[str, object], code: str
) -> None:
    refused = await complain(there, **said)
    assert refused.json()["code"] == code, refused.text
