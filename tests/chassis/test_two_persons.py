"""What takes two persons is done once, by another than who proposed it, while its time lasts."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid4

import httpx
import pytest
import pytest_asyncio

from chassis import proposals, two_persons
from chassis.clock import real_now
from chassis.identity import Actor
from chassis.service import Mounted, Service
from chassis.session import Session
from chassis.two_persons import Act, Proposal, Span, TwoPersons, propose
from tests.chassis.conftest import Mount, client_of
from tests.chassis.toys import Table, toy
from tests.mounting import token

pytestmark = pytest.mark.asyncio

VILLAGE, ELSEWHERE = "430702100201", "430702100202"
FIRST, SECOND, THIRD, STRANGER = uuid4(), uuid4(), uuid4(), uuid4()
SECRET_WORDS = "他家三代单传的事"


async def areas(_: Session, person_id: UUID) -> Sequence[Span]:
    """Three of the four may confirm in the village; the fourth elsewhere."""
    return [(VILLAGE, VILLAGE)] if person_id in {FIRST, SECOND, THIRD} else [(ELSEWHERE, ELSEWHERE)]


async def make_a_toy(session: Session, proposal: Proposal, second: UUID) -> None:
    """Do what was proposed; the name may be taken once."""
    assert second != proposal.proposed_by
    session.add(toy(str(proposal.about)))


REFUSED: list[UUID] = []


async def note_refusal(_: Session, proposal: Proposal) -> None:
    """Take note of a refusal."""
    REFUSED.append(proposal.id)


MAKE = Act("toy.make", "做一个玩具", timedelta(days=1), areas, make_a_toy, note_refusal)
TOYS = Service(name="toys", owns=Table.metadata, offers=[proposals.routes()], uses=[TwoPersons(MAKE)])


@dataclass
class Stand:
    """A service with something to confirm, and those who may."""

    mounted: Mounted
    client: httpx.AsyncClient

    async def propose(self, by: UUID = FIRST) -> Proposal:
        """Put a toy forward."""
        async with self.mounted.sessions() as session:
            return propose(
                session, MAKE, about=uuid4(), scope=VILLAGE, reason="wanted", words=SECRET_WORDS, by=Actor(by)
            )

    async def say(self, word: str, proposal: Proposal, *, by: UUID, key: str | None = None) -> tuple[int, str]:
        """Confirm or refuse; the code, and the problem's or the stage."""
        headers = {"authorization": f"Bearer {token(by)}", "idempotency-key": key or uuid4().hex}
        answer = await self.client.post(f"/proposals/{proposal.id}/{word}", json={}, headers=headers)
        said = answer.json()
        return answer.status_code, said.get("code") or said["stage"]

    async def shown(self, by: UUID) -> list[dict[str, object]]:
        """What waits for somebody."""
        answer = await self.client.get("/proposals", headers={"authorization": f"Bearer {token(by)}"})
        found: list[dict[str, object]] = answer.json()["items"]
        return found

    async def rows(self, name: str) -> list[tuple[object, ...]]:
        """Every row of a table."""
        async with self.mounted.sessions() as session:
            return [tuple(row) for row in await session.all(Table.metadata.tables[name].select())]


@pytest_asyncio.fixture
async def stand(mount: Mount) -> AsyncIterator[Stand]:
    """The service on both databases in turn."""
    mounted = await mount(TOYS)
    async with client_of(mounted) as client:
        yield Stand(mounted, client)


async def test_a_second_person_confirms_and_it_is_done_with_that(stand: Stand) -> None:
    proposal = await stand.propose()
    assert await stand.rows("toy") == []
    (shown,) = await stand.shown(SECOND)
    assert (shown["id"], shown["words"], shown["title_zh"]) == (str(proposal.id), SECRET_WORDS, MAKE.title_zh)
    assert SECRET_WORDS not in repr(await stand.rows("proposal"))
    assert await stand.say("confirmation", proposal, by=SECOND) == (200, "confirmed")
    assert len(await stand.rows("toy")) == 1
    assert await stand.shown(SECOND) == []
    actions = [row[4] for row in await stand.rows("audit")]
    assert {"propose.toy.make", "confirm.toy.make"} <= set(actions)


async def test_who_proposed_cannot_confirm_whatever_they_may(stand: Stand) -> None:
    proposal = await stand.propose()
    assert await stand.say("confirmation", proposal, by=FIRST) == (403, "same-person")
    assert await stand.shown(FIRST) == []
    assert await stand.rows("toy") == []


async def test_who_has_no_say_in_the_area_does_not_find_it(stand: Stand) -> None:
    proposal = await stand.propose()
    assert await stand.shown(STRANGER) == []
    for word in ("confirmation", "refusal"):
        assert await stand.say(word, proposal, by=STRANGER) == (404, "not-found")
    assert await stand.say("confirmation", proposal, by=SECOND) == (200, "confirmed")


async def test_of_two_who_confirm_at_once_one_does_it_and_the_other_hears_that_it_is_over(stand: Stand) -> None:
    for _ in range(5):
        proposal = await stand.propose()
        told = await asyncio.gather(*(stand.say("confirmation", proposal, by=by) for by in (SECOND, THIRD)))
        assert sorted(told) == [(200, "confirmed"), (409, "proposal-over")]
    assert len(await stand.rows("toy")) == 5


async def test_the_same_confirmation_sent_twice_does_it_once(stand: Stand) -> None:
    proposal = await stand.propose()
    assert await stand.say("confirmation", proposal, by=SECOND, key="once") == (200, "confirmed")
    assert await stand.say("confirmation", proposal, by=SECOND, key="once") == (200, "confirmed")
    assert await stand.say("confirmation", proposal, by=SECOND) == (409, "proposal-over")
    assert len(await stand.rows("toy")) == 1


async def test_what_was_refused_or_taken_back_is_never_done(stand: Stand) -> None:
    for by in (SECOND, FIRST):
        proposal = await stand.propose()
        assert await stand.say("refusal", proposal, by=by) == (200, "refused")
        assert REFUSED[-1] == proposal.id
        assert await stand.say("confirmation", proposal, by=THIRD) == (409, "proposal-over")
    assert await stand.rows("toy") == []


async def test_after_its_time_nobody_sees_or_decides_it(stand: Stand, monkeypatch: pytest.MonkeyPatch) -> None:
    proposal = await stand.propose()
    late = real_now() + MAKE.good_for
    monkeypatch.setattr(two_persons, "real_now", lambda: late)
    assert await stand.shown(SECOND) == []
    for word in ("confirmation", "refusal"):
        assert await stand.say(word, proposal, by=SECOND) == (409, "proposal-over")


async def test_what_cannot_be_done_leaves_the_proposal_open(stand: Stand) -> None:
    proposal = await stand.propose()
    async with stand.mounted.sessions() as session:
        session.add(toy(str(proposal.about)))  # takes the name
    assert (await stand.say("confirmation", proposal, by=SECOND))[0] == 409
    assert [shown["id"] for shown in await stand.shown(THIRD)] == [str(proposal.id)]
