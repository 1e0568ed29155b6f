"""Credentials are drawn once by whoever was served, by nobody who works there, and tell nothing of who drew them."""

import asyncio
from datetime import date
from uuid import uuid4

import pytest
from cryptography.exceptions import InvalidSignature

from chassis.blind_signatures import new_key
from contracts.members import CellKeyPublished
from services.members.credentials.actions import key_place
from services.members.credentials.model import CellKey, Drawing, KeyList, Participation, RequestPlace
from tests.members.credentials.client import NotBelieved, bytes_of, finalize, key_of, text_of, verify
from tests.members.credentials.conftest import AGENT, OTHER, SERVED, Poll, blinded_for, cell, done
from tests.members.village import DISTRICT, TOWNSHIP

pytestmark = pytest.mark.asyncio

ON_BOTH = pytest.mark.parametrize("where", ["office", "office_on_postgres"], indirect=True)
NEXT_DAY = date(2026, 11, 17)


@ON_BOTH
async def test_whoever_was_served_draws_one_credential_and_nothing_says_whose_it_is(poll: Poll) -> None:
    stand, opened = poll.office.stand, cell()
    await stand.hear(opened, opened, *done(poll.people[SERVED], poll.people[AGENT]))
    await stand.hear(*done(poll.people[SERVED], poll.people[AGENT]))  # twice, and one credential all the same
    [told] = [CellKeyPublished.read(fact.body) for fact in await poll.office.told()]
    assert await poll.to_draw(SERVED) == []  # nobody has seen the key yet
    assert await poll.draw(opened.cell_id, blinded_for(told.public_key), by=SERVED) == (409, "key-not-listed")

    await poll.on(NEXT_DAY)
    [shown] = await poll.to_draw(SERVED)
    assert (shown["cell_id"], shown["public_key"]) == (str(opened.cell_id), told.public_key)
    public = key_of(await poll.believed(shown))
    assert await poll.draw(opened.cell_id, text_of(b"\xff" * 256), by=SERVED) == (422, "blinded-message-unfit")
    made, another = blinded_for(told.public_key), blinded_for(told.public_key)
    both = await asyncio.gather(*(poll.draw(opened.cell_id, one, by=SERVED) for one in (made, another)))
    assert sorted(code for code, _ in both) == [200, 409]
    mine = made if both[0][0] == 200 else another
    code, signed = await poll.draw(opened.cell_id, mine, by=SERVED)
    assert (code, signed) in both
    verify(public, mine.message, finalize(public, mine, bytes_of(signed)))
    assert (409, "credential-drawn") in both
    assert await poll.to_draw(SERVED) == []

    for person in (OTHER, AGENT):  # not served; and in office there
        assert await poll.to_draw(person) == []
        assert await poll.draw(opened.cell_id, made, by=person) == (404, "not-found")
    assert await poll.draw(uuid4(), made, by=SERVED) == (404, "not-found")
    assert await poll.office.told() == []
    [kept] = await poll.office.rows(Drawing)
    assert kept[2:4] == (opened.cell_id, poll.people[SERVED])
    assert Drawing.model_fields.keys() == {"id", "township_code", "cell_id", "person_id", "blinded"}


async def test_after_the_last_day_the_private_key_and_who_was_entitled_are_gone(poll: Poll) -> None:
    stand, opened, larger = poll.office.stand, cell(), cell(TOWNSHIP, "另一类事项")
    await stand.hear(opened, larger, *done(poll.people[SERVED], poll.people[AGENT]))
    await poll.on(opened.draws_until)
    [shown] = await poll.to_draw(SERVED)
    made = blinded_for(await poll.believed(shown))
    assert (await poll.draw(opened.cell_id, made, by=SERVED))[0] == 200
    await poll.on(date(2026, 12, 6))
    assert await poll.draw(opened.cell_id, made, by=SERVED) == (409, "drawing-over")
    async with stand.mounted.sessions() as session:
        key = await session.get(CellKey, opened.cell_id)
        assert key is not None
        assert key.private_key is None
    assert await poll.office.rows(Drawing) == []
    assert await poll.office.rows(Participation) == []
    await poll.on(date(2026, 12, 10))
    assert (await stand.client.get("/ballot-keys")).json()["day"] == "2026-12-10"
    await poll.on(date(2026, 12, 20))  # no cell is open any more
    assert (await stand.client.get("/ballot-keys")).json()["day"] == "2026-12-10"
    assert (await stand.client.get("/ballot-keys/2026-12-20")).status_code == 404


async def test_a_key_of_ones_own_is_found_out(poll: Poll) -> None:
    stand, opened = poll.office.stand, cell()
    await stand.hear(opened, *done(poll.people[SERVED], poll.people[AGENT]))
    await poll.on(NEXT_DAY)
    [shown] = await poll.to_draw(SERVED)
    honest = (await stand.client.get("/ballot-keys")).json()
    assert (await stand.client.get("/ballot-keys/2026-11-17")).json() == honest
    true_key = await poll.believed(shown)

    private, public = new_key()
    async with stand.mounted.sessions() as session:  # the issuer turns: a key for this one person
        key = await session.get(CellKey, opened.cell_id, lock=True)
        assert key is not None
        key.public_key = text_of(public)
        key.private_key = stand.mounted.vault.seal_bytes(private, place=key_place(opened.cell_id))
    [marked] = await poll.to_draw(SERVED)
    with pytest.raises(NotBelieved):
        await poll.believed(marked)
    made = blinded_for(true_key)  # a client that goes by the list alone
    code, signed = await poll.draw(opened.cell_id, made, by=SERVED)
    if code == 200:  # the message may be too large for the other modulus
        with pytest.raises(InvalidSignature):
            finalize(key_of(true_key), made, bytes_of(signed))

    async with stand.mounted.sessions() as session:  # and a list for this one person, too
        listed = await session.get(KeyList, NEXT_DAY, lock=True)
        assert listed is not None
        session.delete(listed)
    async with stand.mounted.sessions() as session:
        session.remind("credentials.keys_of_the_day", about=opened.cell_id, due_at=session.now)
    await stand.settle()
    assert await poll.believed(marked) == marked["public_key"]
    assert (await stand.client.get("/ballot-keys")).json()["digest"] != honest["digest"]  # as two neighbours read out


async def test_what_lies_with_discipline_and_what_is_older_entitles_to_nothing(poll: Poll) -> None:
    stand, opened = poll.office.stand, cell(DISTRICT)
    _, alone = done(poll.people[SERVED], poll.people[AGENT])
    await stand.hear(opened, *done(poll.people[SERVED], poll.people[AGENT], discipline=True), alone)
    await poll.on(NEXT_DAY)
    assert await poll.to_draw(SERVED) == []
    assert await poll.office.rows(RequestPlace) == await poll.office.rows(Participation) == []
    nobody = uuid4()  # an account that is bound to nobody could be one of many of the same person
    await stand.hear(*done(nobody, poll.people[AGENT]))
    poll.people[9] = nobody
    assert await poll.to_draw(9) == []
    await stand.hear(*done(poll.people[OTHER], poll.people[AGENT]))
    assert [one["cell_id"] for one in await poll.to_draw(OTHER)] == [str(opened.cell_id)]
