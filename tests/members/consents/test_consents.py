"""A person says yes by a code that only they are told: by text, or at the counter by somebody who did not ask."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import httpx
import pytest
import pytest_asyncio
from pydantic import SecretStr

from chassis.clock import real_now
from chassis.log.memory import MemoryLog
from chassis.outside import Circuit, Outside
from chassis.settings import ConsentSettings, TextSettings
from contracts.members import ConsentGiven
from contracts.tasks import MandateAsked, MandateEnded, MandateGiven
from profiles.standins import sms
from services.members.app import build, prepare
from services.members.consents import actions
from services.members.consents.model import Consent
from services.members.divisions.actions import list_divisions
from services.members.texts import sending
from services.members.texts.actions import queue
from services.members.texts.client import Carrier
from services.members.texts.model import MOST_TRIES, TextKind, TextMessage, Texts
from tests.members.contacts.hall import (
    AGENT,
    AUDITOR,
    CADRE,
    CITIZEN,
    CITIZENS_PHONE,
    ELSEWHERE,
    MUTE,
    OPERATOR,
    SUPERVISOR,
    Hall,
    open_hall,
)
from tests.members.village import DIVISIONS, NOW, VILLAGE, Office
from tests.mounting import HandClock, standing
from tests.numbers import numbers_in
from tests.standins.running import served

pytestmark = pytest.mark.asyncio


@dataclass
class Counter(Hall):
    """The village, and the carrier of its texts."""

    carrier: sms.Carrier
    address: str

    async def asked(self, person: int, *, by: int = AGENT, way: str = "code", area: str = VILLAGE) -> UUID:
        """`tasks` tells that an agent asked somebody for a mandate; its id."""
        mandate_id = uuid4()
        await self.office.stand.hear(
            MandateAsked(
                mandate_id=mandate_id,
                principal_id=self.people[person],
                agent_id=self.people[by],
                division_code=area,
                way=way,
                asked_at=NOW,
            )
        )
        return mandate_id

    async def ended(self, mandate_id: UUID, *, given: str | None = None) -> None:
        """`tasks` tells that it was given in some way, or that it is over."""
        ids = {"mandate_id": mandate_id, "principal_id": self.people[CITIZEN], "agent_id": self.people[AGENT]}
        days = {"from_on": NOW.date(), "to_on": NOW.date()}
        await self.office.stand.hear(
            MandateEnded(**ids, how="refused", ended_at=NOW)
            if given is None
            else MandateGiven(**ids, **days, scope="all", way=given, given_at=NOW)
        )

    async def send(self) -> None:
        """Have what is due sent now."""
        await sending.send_texts(self.office.stand.mounted.sessions)

    def texted(self) -> list[tuple[str, dict[str, str]]]:
        """What was sent, to whom."""
        return [(one.to, dict(one.values)) for one in self.carrier.sent]

    async def confirm(self, consent_id: UUID, code: str, *, by: int = AGENT, key: str | None = None) -> httpx.Response:
        """Type a code in."""
        return await self.post(f"/consents/{consent_id}/confirmation", by=by, key=key, code=code)

    async def given(self) -> list[ConsentGiven]:
        """The facts that were told of it."""
        return [ConsentGiven.read(one.body) for one in await self.office.told() if one.type == ConsentGiven.type]

    async def trouble(self, kind: str, **more: object) -> None:
        """Have the next texts go wrong."""
        async with httpx.AsyncClient() as client:
            made = await client.post(f"{self.address}/standin/messages/trouble", json={"kind": kind, **more})
            assert made.status_code == 200, made.text

    async def text(self) -> TextMessage:
        """The newest text's row."""
        async with self.office.stand.mounted.sessions() as session:
            found = await session.get(TextMessage, (await self.office.rows(TextMessage))[-1][0])
            assert found is not None
            return found

    async def make_due(self) -> None:
        """As if the pause after the last try were over."""
        for row in await self.office.rows(TextMessage):
            async with self.office.stand.mounted.sessions() as session:
                text = await session.get(TextMessage, row[0], lock=True)
                if text is not None and text.next_at is not None:
                    text.next_at = real_now()


def text_settings(address: str | None) -> TextSettings:
    """The stand-in's customer."""
    account = sms.Account()
    return TextSettings(
        address=address,
        key=account.key,
        secret=SecretStr(account.secret),
        template_consent_code="consent-code",
        template_mandate_given="mandate-given",
        call_back="0736-12345",
    )


@asynccontextmanager
async def opened(place: Path | str, address: str | None, carrier: sms.Carrier) -> AsyncIterator[Counter]:
    """The service with texts that go to this address, if there is one."""
    sender = None
    if address is not None:
        outside = Outside(address, seconds=0.5, circuit=Circuit(failures=1000))
        sender = Carrier(outside, text_settings(address))
    service = build(development=True, texts=Texts(sender, "0736-12345"), consents_by=ConsentSettings())
    service = service.__class__(**{**vars(service), "errands": []})  # the test sends when it wants to
    log = MemoryLog()
    async with standing(service, place, log=log, clock=HandClock(NOW)) as stand:
        await prepare(stand.mounted)
        async with stand.mounted.sessions() as session:
            await list_divisions(session, DIVISIONS)
        office = Office(stand, await log.reader(group="test", sources=["members"]))
        hall = await open_hall(office)
        yield Counter(hall.office, hall.people, carrier, address or "")
        await office.reader.close()


@pytest.fixture(scope="module")
def carrier_at() -> Iterator[tuple[sms.Carrier, str]]:
    """The stand-in on a port of its own."""
    carrier = sms.Carrier(sms.Account())
    with served(sms.create_app(carrier)) as address:
        yield carrier, address


@pytest_asyncio.fixture(params=["sqlite", "postgres"])
async def counter(
    request: pytest.FixtureRequest, tmp_path: Path, carrier_at: tuple[sms.Carrier, str]
) -> AsyncIterator[Counter]:
    """The service with its carrier, on both databases in turn."""
    carrier, address = carrier_at
    carrier.sent.clear()
    carrier.blocked.clear()
    place = tmp_path / "members.db" if request.param == "sqlite" else request.getfixturevalue("postgres_database")
    async with opened(place, address, carrier) as there:
        yield there


@pytest_asyncio.fixture
async def without_texts(tmp_path: Path) -> AsyncIterator[Counter]:
    """The service of a county that sends no texts."""
    async with opened(tmp_path / "members.db", None, sms.Carrier()) as there:
        yield there


async def test_the_code_goes_to_the_persons_own_telephone_and_gives_the_mandate(counter: Counter) -> None:
    consent_id = await counter.asked(CITIZEN)
    assert counter.texted() == []  # nothing leaves before the commit, nor within it
    await counter.send()
    ((to, said),) = counter.texted()
    assert (to, said["call_back"], sorted(said)) == (CITIZENS_PHONE, "0736-12345", ["call_back", "code"])

    shown = (await counter.get(f"/consents/{consent_id}", by=AGENT)).json()
    assert (shown["stage"], shown["text_zh"], said["code"] in str(shown)) == ("waiting", "已发送", False)
    done = await counter.confirm(consent_id, said["code"])
    assert (done.status_code, done.json()["stage"]) == (200, "given"), done.text
    (fact,) = await counter.given()
    assert (fact.consent_id, fact.person_id, fact.told_by) == (consent_id, counter.people[CITIZEN], None)


async def test_a_code_is_good_once_and_a_repetition_of_the_call_gets_the_same_answer(counter: Counter) -> None:
    consent_id = await counter.asked(CITIZEN)
    await counter.send()
    code = counter.texted()[0][1]["code"]
    first = await counter.confirm(consent_id, code, key="once")
    again = await counter.confirm(consent_id, code, key="once")
    assert (first.status_code, again.json()) == (200, first.json())
    other = await counter.confirm(consent_id, code)
    assert (other.status_code, other.json()["code"]) == (409, "consent-over")
    assert len(await counter.given()) == 1


async def test_after_five_wrong_ones_even_the_right_one_is_refused(counter: Counter) -> None:
    consent_id = await counter.asked(CITIZEN)
    await counter.send()
    code = counter.texted()[0][1]["code"]
    wrong = f"{(int(code) + 1) % 10**6:06}"
    left = [(await counter.confirm(consent_id, wrong)).json().get("tries_left") for _ in range(5)]
    assert left == [4, 3, 2, 1, 0]
    refused = await counter.confirm(consent_id, code)
    assert (refused.status_code, refused.json()["code"]) == (409, "code-over")
    assert await counter.given() == []


async def test_after_ten_minutes_it_is_over_and_another_can_be_had(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    consent_id = await counter.asked(CITIZEN)
    await counter.send()
    soon = await counter.post(f"/consents/{consent_id}/codes", by=AGENT)
    assert (soon.status_code, soon.json()["code"]) == (429, "code-just-made")
    late = real_now() + timedelta(minutes=10, seconds=1)
    monkeypatch.setattr(actions, "real_now", lambda: late)
    assert (await counter.confirm(consent_id, counter.texted()[0][1]["code"])).json()["code"] == "code-over"
    more = await counter.post(f"/consents/{consent_id}/codes", by=AGENT)
    assert more.status_code == 200, more.text
    await counter.send()
    first, second = (said["code"] for _, said in counter.texted())
    if first != second:
        assert (await counter.confirm(consent_id, first)).json()["code"] == "code-wrong"
    assert (await counter.confirm(consent_id, second)).status_code == 200


async def test_the_code_is_kept_nowhere_in_clear_and_told_in_no_fact(counter: Counter) -> None:
    await counter.asked(CITIZEN)
    await counter.send()
    code = counter.texted()[0][1]["code"]
    rows = await counter.office.everything()
    held = str({name: rows[name] for name in ("consent", "text_message", "outbox", "audit", "idempotency")})
    assert f"'{code}'" not in held
    assert CITIZENS_PHONE not in str(rows)
    text = await counter.text()
    assert (text.stage.value, text.values) == ("sent", None)
    assert not [one for one in await counter.office.told() if code in numbers_in(one.body)]


async def test_who_has_no_telephone_is_told_at_the_counter_by_somebody_who_did_not_ask(counter: Counter) -> None:
    consent_id = await counter.asked(MUTE)
    await counter.send()
    assert counter.texted() == []
    seen = (await counter.get(f"/consents/{consent_id}", by=AGENT)).json()
    assert "窗口" in seen["next_zh"]
    path = f"/consents/{consent_id}/showing"
    assert (await counter.post(path, by=AGENT)).json()["code"] == "asker-may-not-tell"
    for by in (ELSEWHERE, SUPERVISOR, AUDITOR, CITIZEN, MUTE):
        assert (await counter.post(path, by=by)).status_code == 404, by
    (line,) = (await counter.get("/consents", by=CADRE)).json()["items"]
    assert line["id"] == str(consent_id)
    for by in (AGENT, SUPERVISOR, CITIZEN):
        assert (await counter.get("/consents", by=by)).status_code == 403

    shown = await counter.post(path, by=CADRE, key="shown")
    code = shown.json()["code"]
    assert (shown.status_code, shown.headers["cache-control"]) == (200, "no-store")
    again = await counter.post(path, by=CADRE, key="shown")
    assert (again.status_code, code in again.text) == (409, False)

    assert (await counter.confirm(consent_id, code, by=CADRE)).status_code == 404  # who knows it cannot type it in
    done = await counter.confirm(consent_id, code)
    assert done.status_code == 200, done.text
    (fact,) = await counter.given()
    assert (fact.person_id, fact.told_by) == (counter.people[MUTE], counter.people[CADRE])
    assert (await counter.get("/consents", by=CADRE)).json()["items"] == []


async def test_a_code_that_went_to_the_telephone_is_not_told_at_the_counter(counter: Counter) -> None:
    consent_id = await counter.asked(CITIZEN)
    await counter.send()
    refused = await counter.post(f"/consents/{consent_id}/showing", by=CADRE)
    assert (refused.status_code, refused.json()["code"]) == (409, "code-was-texted")


async def test_where_the_carrier_refused_the_number_the_counter_tells_it(counter: Counter) -> None:
    counter.carrier.blocked.add(CITIZENS_PHONE)
    consent_id = await counter.asked(CITIZEN)
    await counter.send()
    text = await counter.text()
    assert (text.stage.value, text.refusal, text.values) == ("refused", "number-blocked", None)
    shown = await counter.post(f"/consents/{consent_id}/showing", by=OPERATOR)
    assert shown.status_code == 200, shown.text
    assert (await counter.confirm(consent_id, shown.json()["code"])).status_code == 200


async def test_without_texts_everything_is_told_at_the_counter(without_texts: Counter) -> None:
    consent_id = await without_texts.asked(CITIZEN)
    refused = await without_texts.post(f"/consents/{consent_id}/codes", by=AGENT)
    assert (refused.status_code, refused.json()["code"]) == (409, "no-text-possible")
    shown = await without_texts.post(f"/consents/{consent_id}/showing", by=CADRE)
    assert (await without_texts.confirm(consent_id, shown.json()["code"])).status_code == 200
    assert await without_texts.office.rows(TextMessage) == []


async def test_nobody_is_asked_for_an_agent_of_another_village_or_by_another_way(counter: Counter) -> None:
    away = await counter.asked(CITIZEN, by=ELSEWHERE, area="430702204217")
    await counter.asked(CITIZEN, way="paper")
    await counter.send()
    assert counter.texted() == []
    assert (await counter.get(f"/consents/{away}", by=ELSEWHERE)).json()["stage"] == "over"
    assert len(await counter.office.rows(Consent)) == 1


async def test_a_mandate_given_in_another_way_or_over_needs_no_code(counter: Counter) -> None:
    consent_id = await counter.asked(CITIZEN)
    await counter.send()
    await counter.ended(consent_id)
    code = counter.texted()[0][1]["code"]
    assert (await counter.confirm(consent_id, code)).json()["code"] == "consent-over"
    assert await counter.given() == []


async def test_a_mandate_on_paper_is_told_to_the_persons_own_telephone_once(counter: Counter) -> None:
    mandate_id = uuid4()
    await counter.ended(mandate_id, given="paper")
    await counter.ended(mandate_id, given="paper")
    await counter.send()
    ((to, said),) = counter.texted()
    assert (to, said) == (CITIZENS_PHONE, {"number": mandate_id.hex[-8:].upper(), "call_back": "0736-12345"})


async def test_a_person_is_sent_so_many_codes_a_day_and_no_more(counter: Counter) -> None:
    for _ in range(7):
        await counter.asked(CITIZEN)
        await counter.send()
    assert len(counter.texted()) == ConsentSettings().codes_a_day


@pytest.mark.parametrize("kind", ["failure", "lost", "silence", "text"])
async def test_a_text_is_tried_again_and_arrives_once(counter: Counter, kind: str) -> None:
    await counter.trouble(kind)
    await counter.asked(CITIZEN)
    await counter.send()
    waiting = await counter.text()
    why = "unreadable" if kind == "text" else "away"
    assert (waiting.stage.value, waiting.refusal, waiting.attempts) == ("waiting", why, 1)
    await counter.send()
    assert (await counter.text()).attempts == 1  # not before its pause is over
    await counter.make_due()
    await counter.send()
    assert ((await counter.text()).stage.value, len(counter.texted())) == ("sent", 1)


async def test_after_so_many_tries_a_text_is_given_up(counter: Counter) -> None:
    await counter.trouble("refusal", refusal="busy", code=429, times=MOST_TRIES)
    await counter.asked(CITIZEN)
    for _ in range(MOST_TRIES + 2):
        await counter.make_due()
        await counter.send()
    text = await counter.text()
    assert (text.stage.value, text.attempts, text.values, counter.texted()) == ("given_up", MOST_TRIES, None, [])


async def test_a_copy_that_died_while_it_sent_is_followed_by_another_without_a_second_text(
    counter: Counter,
) -> None:
    await counter.asked(CITIZEN)
    text = await counter.text()
    message = await sending._begin(counter.office.stand.mounted.sessions, text.id)
    assert message is not None
    sender = Carrier(Outside(counter.address), text_settings(counter.address))
    await sender.send(message)  # and now it dies
    await counter.send()
    assert (await counter.text()).stage.value == "waiting"  # the lease is not over
    await counter.make_due()
    await counter.send()
    assert ((await counter.text()).stage.value, len(counter.texted())) == ("sent", 1)


async def test_a_text_holds_nothing_but_a_code_a_short_number_and_whom_to_call(counter: Counter) -> None:
    async with counter.office.stand.mounted.sessions() as session:
        for values in ({"code": "12345"}, {"code": "路灯坏了"}, {"name": "李样"}, {"number": "13900001234567"}):
            with pytest.raises(ValueError, match="a text holds no such"):
                queue(
                    session,
                    uuid4(),
                    TextKind.CONSENT_CODE,
                    about=uuid4(),
                    values=values,
                    good_for=timedelta(minutes=1),
                )
