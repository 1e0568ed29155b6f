"""Access taken back by the operator of the county, and given again."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import date
from uuid import UUID, uuid4

import httpx
import pytest
import pytest_asyncio

from contracts.members import AccessWithdrawn
from services.members.imports.rows import PostRow
from services.members.sessions.actions import open_session
from services.members.sessions.model import Method
from services.members.words import PostKind
from tests.members.imports.books import number
from tests.members.test_sessions import ask, go_on, refused_within_a_while, signed_in
from tests.members.village import DISTRICT, TOWNSHIP, Office, member, organization, roster, village_roster
from tests.mounting import token

pytestmark = pytest.mark.asyncio

ANOTHER_DISTRICT = "430703000000"


def holds(serial: int, kind: PostKind, area: str) -> PostRow:
    """A post without an end."""
    return PostRow(number(serial), "王样〇一", kind, None, area, date(2024, 1, 1), None, generated=True)


class County(Office):
    """The office, and the ids of those who decide and those who try to."""

    operator: UUID
    colleague: UUID
    foreigner: UUID
    supervisor: UUID

    async def take_back(self, person_id: UUID | str, *, by: UUID, reason: str = "device_lost") -> httpx.Response:
        """Take somebody's access back."""
        return await self.stand.post(f"/persons/{person_id}/access/withdrawal", by=by, reason=reason)

    async def give_again(self, person_id: UUID | str, *, by: UUID, reason: str = "device_found") -> httpx.Response:
        """Give it again."""
        return await self.stand.post(f"/persons/{person_id}/access/restoration", by=by, reason=reason)


async def _holder(office: Office, kind: PostKind, area: str) -> list[UUID]:
    found = [row for row in await office.rows("post") if kind in row and area in row]
    return [UUID(str(row[4])) for row in found]


@pytest_asyncio.fixture
async def county(either_office: Office) -> AsyncIterator[County]:
    """A county with two operators, a supervisor, and an operator of the county beside it."""
    county = County(either_office.stand, either_office.reader)
    await county.take_in(village_roster())
    await county.take_in(
        roster(
            organizations=[organization("A1")],
            members=[member(serial, "A1") for serial in (5, 6, 7, 8)],
            posts=[
                holds(5, PostKind.COUNTY_OPERATOR, DISTRICT),
                holds(6, PostKind.COUNTY_OPERATOR, DISTRICT),
                holds(7, PostKind.COUNTY_OPERATOR, ANOTHER_DISTRICT),
                holds(8, PostKind.SUPERVISOR, TOWNSHIP),
            ],
        )
    )
    county.operator, county.colleague = await _holder(county, PostKind.COUNTY_OPERATOR, DISTRICT)
    [county.foreigner] = await _holder(county, PostKind.COUNTY_OPERATOR, ANOTHER_DISTRICT)
    [county.supervisor] = await _holder(county, PostKind.SUPERVISOR, TOWNSHIP)
    yield county


async def test_whose_access_is_taken_back_is_out_everywhere_until_it_is_given_again(county: County) -> None:
    one = (await county.people("citizen"))[0]
    phone, desk = await signed_in(county), await signed_in(county)
    assert phone["person_id"] == one["person_id"]
    await county.told()
    answer = await county.take_back(one["person_id"], by=county.operator)
    assert answer.status_code == 200, answer.text
    assert answer.json()["withdrawn_at"] is not None
    told = [fact for fact in await county.told() if fact.type == AccessWithdrawn.type]
    assert {fact.key for fact in told} == {one["person_id"]}
    ended = {json.loads(fact.body)["session_id"] for fact in told}
    assert ended == {None, phone["session_id"], desk["session_id"]}
    for tokens in (phone, desk):
        await refused_within_a_while(county, tokens)
        assert (await go_on(county, tokens["refresh_token"])).json()["code"] == "session-over"
    answer = await county.sign_in(one["person_id"], one["code"])
    assert (answer.status_code, answer.json()["code"]) == (403, "access-taken-back")
    again = await county.take_back(one["person_id"], by=county.colleague)
    assert (again.status_code, again.json()["code"]) == (409, "taken-back-already")

    assert (await county.give_again(one["person_id"], by=county.colleague)).json()["withdrawn_at"] is None
    back = (await county.sign_in(one["person_id"], one["code"])).json()
    await county.stand.mounted.keyring.refresh()
    assert (await ask(county, "GET", "/sessions", back)).status_code == 200  # at once
    assert (await go_on(county, phone["refresh_token"])).json()["code"] == "session-over"
    again = await county.give_again(one["person_id"], by=county.operator)
    assert (again.status_code, again.json()["code"]) == (409, "nothing-taken-back")


async def test_it_is_audited_with_post_and_reason(county: County) -> None:
    one = (await county.people("citizen"))[0]
    await county.take_back(one["person_id"], by=county.operator, reason="suspected_theft")
    rows = [[str(value) for value in row] for row in await county.rows("audit")]
    [row] = [row for row in rows if "suspected_theft" in row]
    posts = {str(post[0]) for post in await county.rows("post") if str(post[4]) == str(county.operator)}
    assert {str(county.operator), one["person_id"], "withdraw_access"} <= set(row)
    assert posts & set(row)


async def test_only_an_operator_of_the_persons_county_decides_and_never_on_themselves(county: County) -> None:
    agent = (await county.people("proxy_agent"))[0]["person_id"]
    decided: list[tuple[UUID | str, UUID, int, str]] = [
        (agent, county.supervisor, 403, "forbidden"),
        (agent, UUID(agent), 403, "forbidden"),
        (agent, uuid4(), 403, "forbidden"),
        (agent, county.foreigner, 404, "not-found"),
        (county.operator, county.operator, 403, "not-oneself"),
        (uuid4(), county.operator, 404, "not-found"),
    ]
    for person_id, by, status, code in decided:
        for answer in (await county.take_back(person_id, by=by), await county.give_again(person_id, by=by)):
            assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert (await county.take_back(county.operator, by=county.colleague)).status_code == 200


async def test_somebody_in_no_register_can_be_shut_out_too(county: County) -> None:
    stranger = uuid4()
    async with county.stand.mounted.sessions() as session:
        tokens = await open_session(session, stranger, method=Method.WECHAT, device="微信")
    assert (await county.take_back(stranger, by=county.operator)).status_code == 200
    assert (await go_on(county, tokens.refresh_token)).json()["code"] == "session-over"


async def test_no_token_given_while_access_is_taken_back_outlives_it(county: County) -> None:
    one = (await county.people("citizen"))[0]
    for _ in range(3):
        before = (await county.sign_in(one["person_id"], one["code"])).json()
        *answers, taken = await asyncio.gather(
            *(county.sign_in(one["person_id"], one["code"]) for _ in range(3)),
            go_on(county, before["refresh_token"]),
            county.take_back(one["person_id"], by=county.operator),
        )
        assert taken.status_code == 200, taken.text
        for given in (answer.json() for answer in answers if answer.status_code == 200):
            await refused_within_a_while(county, given)
            assert (await go_on(county, given["refresh_token"])).json()["code"] == "session-over"
        assert (await county.give_again(one["person_id"], by=county.operator)).status_code == 200


async def test_a_reason_is_asked_for(office: Office) -> None:
    headers = {"authorization": f"Bearer {token(uuid4())}"}
    for step in ("withdrawal", "restoration"):
        for body in ({}, {"reason": "because"}, {"reason": None}, {"reason": "misuse", "until": "x"}, "misuse"):
            answer = await office.client.post(
                f"/persons/{uuid4()}/access/{step}", json=body, headers=headers | {"idempotency-key": uuid4().hex}
            )
            assert (answer.status_code, answer.json()["code"]) == (422, "invalid")


async def test_a_client_takes_nobodys_access_back(county: County) -> None:
    headers = {
        "authorization": f"Bearer {token(county.operator, kind='client', scope='requests.send requests.read')}",
        "idempotency-key": uuid4().hex,
    }
    answer = await county.client.post(
        f"/persons/{uuid4()}/access/withdrawal", json={"reason": "misuse"}, headers=headers
    )
    assert (answer.status_code, answer.json()["code"]) == (403, "scope-missing")
    assert (await ask(county, "GET", "/sessions", await signed_in(county))).status_code == 200
