"""Grades reach the platform signed, once, as they were given, with nothing of who gave them; what fails is seen."""

import json
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
import pytest_asyncio
from pydantic import SecretStr
from sqlmodel import select

from chassis.clock import real_now
from chassis.operator_files import BadFile
from chassis.outside import Circuit, Outside
from chassis.settings import NationalRatingSettings, Refused
from services.feedback.national_ratings.actions import NationalRatings
from services.feedback.national_ratings.client import ProvincialPlatform
from services.feedback.national_ratings.mapping import MAP, FieldMap
from services.feedback.national_ratings.model import MOST_TRIES, NationalRating
from services.feedback.national_ratings.sending import send_ratings
from tests.feedback.facts import DISTRICT, Case, post
from tests.feedback.national_ratings.platform import KEY, SECRET, Province
from tests.feedback.office import Office, postgres_office, sqlite_office
from tests.standins.running import served

OPERATOR = uuid4()


class Sending:
    """An office that sends to a province."""

    def __init__(self, office: Office, province: Province) -> None:
        self.office = office
        self.province = province

    async def graded(self, case: Case, *, rating: str = "dissatisfied", reasons: tuple[str, ...] = ()) -> str:
        """A round is reported done and graded; returns its invitation."""
        await self.office.hear(*case.up_to_handling())
        (asked,) = (await self.office.get("/invitations", by=case.requester)).json()["items"]
        body = {"rating": rating, "reasons": list(reasons)}
        answer = await self.office.post(f"/invitations/{asked['id']}/rating", by=case.requester, body=body)
        assert answer.status_code == 200, answer.text
        return str(asked["id"])

    async def send(self) -> int:
        """One round of the loop."""
        return await send_ratings(self.office.mounted.sessions)

    async def hurry(self) -> None:
        """What waits for its next try need not wait."""
        async with self.office.mounted.sessions() as session:
            for one in await session.all(select(NationalRating).with_for_update()):
                if one.next_at is not None:
                    one.next_at = real_now() - timedelta(seconds=1)

    async def shown(self, showing: str = "all") -> list[dict[str, Any]]:
        """What the operator sees."""
        query = {"district_code": DISTRICT, "showing": showing}
        answer = await self.office.get("/national-ratings", by=OPERATOR, **query)
        assert answer.status_code == 200, answer.text
        return list(answer.json()["items"])

    async def again(self, rating_id: str, *, anew: bool, by: UUID = OPERATOR) -> tuple[int, dict[str, Any]]:
        """Send once more what came to nothing."""
        answer = await self.office.post(f"/national-ratings/{rating_id}/resending", by=by, body={"anew": anew})
        return answer.status_code, answer.json()


def national(address: str, *, seconds: float = 5.0, secret: str = SECRET) -> NationalRatings:
    """What sends to this address."""
    settings = NationalRatingSettings(address=address, key=KEY, secret=SecretStr(secret))
    outside = Outside(address, seconds=seconds, circuit=Circuit(failures=1000))
    return NationalRatings(ProvincialPlatform(outside, settings), FieldMap.load())


@pytest_asyncio.fixture
async def sending(tmp_path: Path) -> AsyncIterator[Sending]:
    """The service on SQLite, and a province that it sends to."""
    province = Province()
    with served(province.app()) as address:
        async with sqlite_office(tmp_path, national=national(address)) as office:
            await office.hear(post(OPERATOR, "county_operator", at="D", area=DISTRICT))
            yield Sending(office, province)


@pytest_asyncio.fixture(params=["sqlite", "postgres"])
async def sending_on_both(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Sending]:
    """The service on either database, and a province that it sends to."""
    province = Province()
    with served(province.app()) as address:
        sends = national(address, seconds=0.5)
        if request.param == "sqlite":
            opening = sqlite_office(tmp_path, national=sends)
        else:
            opening = postgres_office(request.getfixturevalue("postgres_database"), national=sends)
        async with opening as office:
            await office.hear(post(OPERATOR, "county_operator", at="D", area=DISTRICT))
            yield Sending(office, province)


@pytest.mark.asyncio
async def test_a_grade_arrives_once_through_every_outage_and_nobody_is_named(
    sending_on_both: Sending,
) -> None:
    sending = sending_on_both
    case, other = Case(), Case()
    reasons = ("attitude", "asked_for_money_or_gifts")
    first = await sending.graded(case, reasons=reasons)
    second = await sending.graded(other, rating="satisfied")
    sending.province.troubles = ["down", "lost", "half", "silence", "garbled"]
    for _ in range(6):
        await sending.hurry()
        await sending.send()
    assert await sending.send() == 0
    assert {one["stage"] for one in await sending.shown()} == {"taken"}
    assert sending.province.held.keys() == {first, second}
    fields = sending.province.fields[first]
    assert fields["satisfaction"] == "2"
    assert fields["evaluateDetail"] == "104"  # that money was asked for goes to discipline supervision alone
    assert (fields["serviceCode"], fields["regionCode"], fields["version"]) == ("430702-ID-01", DISTRICT, "2")
    assert fields["projNo"] == str(case.id)
    assert (fields["applyTime"], fields["transactionTime"]) == ("2023-05-10 12:00:00", "2023-05-12 12:00:00")
    assert {fields[name] for name in ("applicantName", "applicantCardNumber", "applicantPhone")} == {""}
    for address, headers, body in sending.province.asked:
        assert address.endswith("/evaluations")  # nothing of anybody in an address
        for person in (case.requester, other.requester, case.agent):
            assert str(person).encode() not in body
            assert str(person) not in address + json.dumps(headers)


@pytest.mark.asyncio
async def test_what_the_platform_does_not_take_waits_for_the_operator(sending_on_both: Sending) -> None:
    sending = sending_on_both
    sending.province.services.clear()
    graded = await sending.graded(Case())
    await sending.send()
    (dead,) = await sending.shown("dead")
    assert (dead["refusal"], dead["stage_zh"]) == ("unknown-service", "平台退回，待处理")
    assert "rating" not in dead
    assert "content" not in dead
    assert (await sending.again(dead["id"], anew=False, by=uuid4()))[0] == 404
    sending.province.services.add("430702-ID-01")
    code, made = await sending.again(dead["id"], anew=True)
    assert (code, made["version"], made["stage"]) == (200, 2, "waiting")
    await sending.send()
    assert sending.province.held[graded][0] == 2
    kept = {one["version"]: (one["stage"], one["digest"]) for one in await sending.shown()}
    assert [kept[1][0], kept[2][0]] == ["replaced", "taken"]
    assert kept[1][1] == kept[2][1]  # the same map says the same of the same grade
    assert (await sending.again(made["id"], anew=True))[1]["code"] == "not-allowed-now"  # the platform has it


@pytest.mark.asyncio
async def test_one_that_fails_again_and_again_is_given_up_and_sent_once_more_by_hand(tmp_path: Path) -> None:
    province = Province()
    with served(province.app()) as address:
        async with sqlite_office(tmp_path, national=national(address, secret="8" * 32)) as office:
            await office.hear(post(OPERATOR, "county_operator", at="D", area=DISTRICT))
            sending = Sending(office, province)
            await sending.graded(Case())
            for _ in range(MOST_TRIES):
                assert await sending.shown("dead") == []
                await sending.hurry()
                assert await sending.send() == 1
                assert await sending.send() == 0  # until its pause is over
            (dead,) = await sending.shown("dead")
            assert (dead["stage"], dead["refusal"], dead["attempts"]) == ("given_up", "bad-signature", MOST_TRIES)
            assert (await sending.again(dead["id"], anew=False))[1]["attempts"] == 0
            assert province.held == {}


@pytest.mark.asyncio
async def test_what_was_changed_here_is_not_sent(sending: Sending) -> None:
    await sending.graded(Case())
    async with sending.office.mounted.sessions() as session:
        (one,) = await session.all(select(NationalRating).with_for_update())
        assert one.content is not None
        one.content = one.content.replace('"satisfaction": "2"', '"satisfaction": "5"')
    await sending.send()
    assert [one["refusal"] for one in await sending.shown("dead")] == ["changed-here"]
    assert sending.province.asked == []


@pytest.mark.asyncio
async def test_only_errands_of_the_catalogue_are_sent_and_an_item_without_a_code_is_seen(sending: Sending) -> None:
    office = sending.office

    async def asked(**otherwise: object) -> None:
        case = Case()
        told = case.submitted().model_copy(update=otherwise)
        await office.hear(told, *case.up_to_handling()[1:])
        (invitation,) = (await office.get("/invitations", by=case.requester)).json()["items"]
        body = {"rating": "satisfied", "reasons": []}
        await office.post(f"/invitations/{invitation['id']}/rating", by=case.requester, body=body)

    await asked(item_code=None)
    await asked(discipline=True)
    await asked(about_person_id=uuid4())
    assert await sending.shown() == []
    await asked(item_code="pension")
    (dead,) = await sending.shown("dead")
    assert (dead["refusal"], dead["digest"]) == ("item-not-mapped", None)
    assert (await sending.again(dead["id"], anew=False))[1]["code"] == "never-made"
    assert (await sending.again(dead["id"], anew=True))[1]["code"] == "still-unmapped"


@pytest.mark.asyncio
async def test_without_an_address_nothing_is_sent_or_kept_for_it(office: Office) -> None:
    await office.hear(post(OPERATOR, "county_operator", at="D", area=DISTRICT))
    sending = Sending(office, Province())
    await sending.graded(Case())
    assert await sending.shown() == []
    assert office.mounted.service.errands == []


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("  evaluateId: rating\n", ""),
        ("applicantPhone: empty", "applicantPhone: phone"),
        ('  operability: "107"\n', '  operability: "107"\n  asked_for_money_or_gifts: "108"\n'),
        ('  operability: "107"\n', ""),
        ('  very_dissatisfied: "1"\n', ""),
        ('"430702000000"', '"430702001000"'),
    ],
)
def test_a_map_that_says_too_little_or_too_much_is_refused(tmp_path: Path, before: str, after: str) -> None:
    text = MAP.read_text(encoding="utf-8")
    assert text.count(before) == 1
    file = tmp_path / "map.yaml"
    file.write_text(text.replace(before, after), encoding="utf-8")
    with pytest.raises(BadFile):
        FieldMap.load(file)


def test_half_a_platform_and_one_without_tls_are_refused() -> None:
    with pytest.raises(Refused, match="half"):
        NationalRatingSettings(address="https://ratings.example").check(development=False)
    whole = NationalRatingSettings(address="http://ratings.example", key=KEY, secret=SecretStr(SECRET))
    whole.check(development=True)
    with pytest.raises(Refused, match="https"):
        whole.check(development=False)
    assert SECRET not in repr(whole)
