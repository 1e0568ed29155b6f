"""What an agent wrote down is the villager's to send in or to throw away, and is gone when nobody says a word."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select as columns
from sqlmodel import select

from services.tasks.attachments.model import Attachment
from services.tasks.notes.model import Note
from services.tasks.tables import Table
from tests.tasks.conftest import MONDAY, Village
from tests.tasks.mandates.giving import give_mandate, upload
from tests.tasks.mandates.test_mandates import send_in, told

pytestmark = pytest.mark.asyncio

WORDS = "请代办低保申请"


async def noted(village: Village, **other: object) -> str:
    """The agent takes a note; its id."""
    answer = await send_in(village, **other)
    assert answer.status_code == 202, answer.text
    return str(answer.json()["note_id"])


async def test_a_note_is_seen_by_its_two_people_alone(village: Village) -> None:
    people = village.people
    note_id = await noted(village)
    for by in (people.agent, people.villager):
        (line,) = (await village.stand.get("/notes", by=by)).json()["items"]
        assert (line["id"], line["wording"], line["stage"]) == (note_id, WORDS, "kept")
        assert (await village.stand.get(f"/notes/{note_id}", by=by)).status_code == 200
    for by in (
        people.neighbour,
        people.other_agent,
        people.cadre,
        people.secretary,
        people.supervisor,
        people.operator,
    ):
        assert (await village.stand.get("/notes", by=by)).json()["items"] == []
        for path in (f"/notes/{note_id}/confirmation", f"/notes/{note_id}/drop"):
            assert (await village.stand.post(path, by=by)).status_code == 404
        assert (await village.stand.get(f"/notes/{note_id}", by=by)).status_code == 404


async def test_it_lies_sealed(village: Village) -> None:
    await noted(village)
    async with village.stand.mounted.sessions() as session:
        held = [
            str(await session.all(columns(table)))
            for name, table in Table.metadata.tables.items()
            if name in {"note", "outbox", "audit", "idempotency", "notice"}
        ]
    assert not [rows for rows in held if WORDS in rows]


async def test_the_villager_sends_it_in_and_gets_the_code(village: Village) -> None:
    people = village.people
    note_id = await noted(village)
    assert (await village.stand.post(f"/notes/{note_id}/confirmation", by=people.agent)).status_code == 404
    done = await village.stand.post(f"/notes/{note_id}/confirmation", by=people.villager, key="once")
    again = await village.stand.post(f"/notes/{note_id}/confirmation", by=people.villager, key="once")
    assert (done.status_code, again.json()) == (201, done.json()), done.text
    assert len(done.json()["tracking_code"]) > 8
    case = (await village.stand.get(f"/requests/{done.json()['id']}", by=people.villager)).json()
    assert (case["wording"], case["channel_zh"]) == (WORDS, "代办员上门")
    assert "note_turned" in await told(village, people.agent)
    assert (await village.stand.get("/notes", by=people.agent)).json()["items"] == []
    other = await village.stand.post(f"/notes/{note_id}/confirmation", by=people.villager)
    assert other.status_code in {404, 409}
    async with village.stand.mounted.sessions() as session:
        (note,) = await session.all(select(Note))
    assert note.submission is None


@pytest.mark.parametrize("who", ["villager", "agent"])
async def test_either_throws_it_away(village: Village, who: str) -> None:
    note_id = await noted(village)
    by = getattr(village.people, who)
    assert (await village.stand.post(f"/notes/{note_id}/drop", by=by)).json()["stage"] == "dropped"
    assert (await village.stand.get("/notes", by=by)).json()["items"] == []
    refused = await village.stand.post(f"/notes/{note_id}/drop", by=by)
    assert (refused.status_code, refused.json()["code"]) == (409, "not-allowed-now")


async def test_after_thirty_days_without_a_word_it_is_gone(village: Village) -> None:
    note_id = await noted(village)
    village.clock.at = MONDAY + timedelta(days=29, hours=23)
    await village.stand.settle()
    assert (await village.stand.get(f"/notes/{note_id}", by=village.people.agent)).status_code == 200
    village.clock.at = MONDAY + timedelta(days=30)
    await village.stand.settle()
    async with village.stand.mounted.sessions() as session:
        assert await session.all(select(Note)) == []


async def test_what_could_never_be_sent_in_is_refused_while_the_villager_is_there(village: Village) -> None:
    for wrong, code in (
        ({"wording": None}, "nothing-asked"),
        ({"item_code": "nothing-like-it"}, "no-such-item"),
        ({"about_post_id": str(uuid4())}, "not-a-complaint"),
    ):
        answer = await send_in(village, **wrong)
        assert answer.json()["code"] == code
    assert (await village.stand.get("/notes", by=village.people.agent)).json()["items"] == []


async def test_a_recording_waits_with_its_note_and_goes_with_it(village: Village) -> None:
    people = village.people
    first, second = [await upload(village.stand, people.agent, b"#!AMR\n" + bytes(20)) for _ in range(2)]
    sent = await noted(village, wording=None, voice_id=first)
    lost = await noted(village, wording=None, voice_id=second)
    village.clock.at = MONDAY + timedelta(days=2)
    await village.stand.settle()
    assert (await village.stand.post(f"/notes/{lost}/drop", by=people.villager)).status_code == 200
    done = await village.stand.post(f"/notes/{sent}/confirmation", by=people.villager)
    assert done.status_code == 201, done.text
    async with village.stand.mounted.sessions() as session:
        (voice,) = await session.all(select(Attachment))
    assert (str(voice.id), str(voice.request_id)) == (first, done.json()["id"])


async def test_a_mandate_sends_in_what_is_within_it_and_leaves_the_rest(village: Village) -> None:
    people = village.people
    items = [one["code"] for one in (await village.stand.get("/catalogue", by=people.agent)).json()["items"]]
    within = await noted(village, item_code=items[0], kind=None, wording=None)
    outside = await noted(village)
    await give_mandate(village.stand, by=people.villager, agent=people.agent, scope="items", items=[items[0]])
    assert [one["id"] for one in (await village.stand.get("/notes", by=people.agent)).json()["items"]] == [outside]
    turned = (await village.stand.get(f"/notes/{within}", by=people.agent)).json()
    case = await village.stand.get(f"/requests/{turned['request_id']}", by=people.villager)
    assert case.status_code == 200
