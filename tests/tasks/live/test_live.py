"""A case that moves is seen to move by those who may see it, within a second or so, and by nobody else."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid4

import httpx
import pytest

from chassis.clock import real_now
from chassis.session import Session
from chassis.tables import WITHDRAWN_ACCESS
from profiles.serving import serving
from services.tasks.live import views
from services.tasks.live.feed import MOST_EACH, Feed, TooManyListeners
from services.tasks.live.views import place_of
from tests.mounting import token
from tests.tasks.conftest import Village

pytestmark = pytest.mark.asyncio

PATIENCE = 30  # seconds, of a machine that is busy with everything else


@dataclass
class Told:
    """One event of a stream."""

    event: str
    place: str
    data: dict[str, object]


async def told(lines: AsyncIterator[str]) -> AsyncIterator[Told]:
    """The events of a stream, one after the other."""
    fields: dict[str, str] = {}
    async for line in lines:
        if line:
            name, _, value = line.partition(": ")
            fields[name] = value
        elif "event" in fields:
            yield Told(fields["event"], fields["id"], json.loads(fields["data"]))
            fields = {}


@asynccontextmanager
async def stream(village: Village, *, by: UUID, after: str | None = None) -> AsyncIterator[AsyncIterator[Told]]:
    """Listen to the service over a real connection; the first event, `open`, has been read."""
    headers = {"authorization": f"Bearer {token(by)}"} | ({"last-event-id": after} if after else {})
    async with (
        serving(village.stand.mounted.app, host="127.0.0.1", port=0) as (port, _),
        httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=PATIENCE) as client,
        client.stream("GET", "/live", headers=headers) as answer,
    ):
        assert answer.headers["content-type"].startswith("text/event-stream")
        events = told(answer.aiter_lines())
        first = await anext(events)
        assert first.event == "open"
        yield events


async def test_a_case_is_seen_to_move_by_who_asked(village: Village) -> None:
    async with asyncio.timeout(PATIENCE), stream(village, by=village.people.villager) as events:
        case = (await village.submit())["id"]
        new = await anext(events)
        assert (new.event, new.data["request_id"], new.data["stage"]) == ("moved", case, "dispatched")
        began = real_now()
        await village.stand.post(f"/requests/{case}/promise", by=village.people.agent, promised_on="2026-11-18")
        moved = await anext(events)
        assert (moved.data["request_id"], moved.data["stage_zh"]) == (case, "办理中")
        assert moved.place > new.place
        assert real_now() - began < timedelta(seconds=PATIENCE)


async def test_what_moved_while_one_was_away_is_told_on_coming_back(village: Village) -> None:
    case = await village.handled()
    before = place_of(real_now() - timedelta(minutes=1))
    async with asyncio.timeout(PATIENCE), stream(village, by=village.people.villager, after=before) as events:
        moved = await anext(events)
        assert (moved.data["request_id"], moved.data["stage"]) == (case, "handled")


async def test_nobody_hears_of_a_case_that_they_may_not_see(village: Village) -> None:
    people = village.people
    async with asyncio.timeout(2 * PATIENCE), stream(village, by=people.other_agent) as events:
        await village.submit()
        mine = (await village.submit(division_code="430702100202"))["id"]
        assert (await anext(events)).data["request_id"] == mine


async def test_a_complaint_is_not_told_to_whom_it_is_about(village: Village) -> None:
    people = village.people
    posts = await village.stand.get("/live/moves", by=people.agent)
    place = posts.json()["next"]
    about = await _agents_post(village)
    complaint = await village.submit(kind="complaint", about_post_id=about)
    help_ = await village.submit()
    seen = (await village.stand.get("/live/moves", by=people.agent, since=place)).json()["items"]
    told_of = {one["request_id"] for one in seen}
    assert help_["id"] in told_of
    assert complaint["id"] not in told_of
    mine = (await village.stand.get("/live/moves", by=people.villager, since=place)).json()["items"]
    assert {complaint["id"], help_["id"]} <= {one["request_id"] for one in mine}


async def _agents_post(village: Village) -> str:
    case = (await village.submit())["id"]
    signed = await village.stand.post(f"/requests/{case}/promise", by=village.people.agent, promised_on="2026-11-18")
    return str(signed.json()["signature"]["post_id"])


async def test_the_same_can_be_asked_for_now_and_then(village: Village) -> None:
    by = village.people.villager
    began = (await village.stand.get("/live/moves", by=by)).json()
    assert began["items"] == []
    case = await village.handled()
    found = (await village.stand.get("/live/moves", by=by, since=began["next"])).json()
    assert [(one["request_id"], one["stage"]) for one in found["items"]] == [(case, "handled")]
    stranger = await village.stand.get("/live/moves", by=uuid4(), since=began["next"])
    assert stranger.json()["items"] == []


async def test_who_missed_too_much_is_told_to_read_anew(village: Village, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.tasks.live.api.MOST", 1)
    began = (await village.stand.get("/live/moves", by=village.people.villager)).json()["next"]
    await village.submit()
    await village.submit()
    found = (await village.stand.get("/live/moves", by=village.people.villager, since=began)).json()
    assert (found["reload"], found["items"]) == (True, [])
    async with asyncio.timeout(PATIENCE), stream(village, by=village.people.villager, after=began) as events:
        assert (await anext(events)).event == "reload"


@pytest.mark.parametrize("place", ["x", "-1", "1.5", "9" * 18])
async def test_a_place_that_was_never_given_is_refused(village: Village, place: str) -> None:
    by = village.people.villager
    for asked in (place, "１２"):
        assert (await village.stand.get("/live/moves", by=by, since=asked)).status_code == 422
    headers = {"authorization": f"Bearer {token(by)}", "last-event-id": place}
    assert (await village.stand.client.get("/live", headers=headers)).status_code == 422


async def test_a_stream_ends_when_access_is_taken_back(village: Village) -> None:
    async with asyncio.timeout(2 * PATIENCE), stream(village, by=village.people.villager) as events:
        async with village.stand.mounted.sessions() as session:
            _withdraw(session, village.people.villager)
        assert [one async for one in events] == []


def _withdraw(session: Session, person_id: UUID) -> None:
    soon = real_now() + timedelta(seconds=1)
    session.insert(WITHDRAWN_ACCESS, {"id": uuid4(), "subject_id": person_id, "session_id": None, "before": soon})


async def test_a_server_that_is_to_end_does_not_wait_for_its_streams(village: Village) -> None:
    async with asyncio.timeout(2 * PATIENCE):
        async with stream(village, by=village.people.villager) as events:
            village.stand.mounted.ending.set()
            assert [one async for one in events] == []


async def test_a_stream_without_a_token_is_refused(village: Village) -> None:
    assert (await village.stand.client.get("/live")).status_code == 401


async def test_places_are_instants() -> None:
    now = real_now()
    assert views.instant_of(place_of(now)) == now


async def test_one_person_takes_no_more_than_a_few_of_the_places(village: Village) -> None:
    feed, sessions = Feed(), village.stand.mounted.sessions
    async with AsyncExitStack() as streams:
        for _ in range(MOST_EACH):
            await streams.enter_async_context(
                feed.listening(village.people.villager, holds_post=False, sessions=sessions)
            )
        with pytest.raises(TooManyListeners):
            await streams.enter_async_context(
                feed.listening(village.people.villager, holds_post=False, sessions=sessions)
            )
        await streams.enter_async_context(feed.listening(village.people.agent, holds_post=True, sessions=sessions))
