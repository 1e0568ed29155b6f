"""What an unbound account asked for is the person's once it is bound, on both databases."""

from uuid import uuid4

import pytest

from contracts.members import AccountBound
from services.tasks.requests.handlers import LAST_TOKEN
from tests.tasks.conftest import MONDAY, VILLAGE, Village

pytestmark = pytest.mark.asyncio

ASKED = {"division_code": VILLAGE, "kind": "help", "wording": "路灯坏了"}


async def test_an_account_that_belongs_to_nobody_asks_for_itself_and_follows_its_case(village: Village) -> None:
    account = uuid4()
    made = await village.stand.post("/requests", by=account, **ASKED)
    assert made.status_code == 201, made.text
    case = made.json()["id"]
    assert (await village.stand.get(f"/requests/{case}", by=account)).status_code == 200
    assert [one["id"] for one in (await village.stand.get("/requests", by=account)).json()["items"]] == [case]


async def test_once_it_is_bound_its_cases_and_notices_are_the_person_s_and_nobody_else_s(village: Village) -> None:
    account, person = uuid4(), village.people.neighbour
    case = (await village.stand.post("/requests", by=account, **ASKED)).json()["id"]
    for path, body in (("promise", {"promised_on": "2026-11-18"}), ("report", {"note": "换了灯泡"})):
        done = await village.stand.post(f"/requests/{case}/{path}", by=village.people.agent, **body)
        assert done.status_code == 200, done.text
    bound = AccountBound(account_id=account, person_id=person, bound_at=MONDAY)
    await village.stand.hear(bound, bound)  # as a log may repeat itself
    assert [one["id"] for one in (await village.stand.get("/requests", by=person)).json()["items"]] == [case]
    assert [one["kind"] for one in (await village.stand.get("/notices", by=person)).json()["items"]] == ["answered"]
    judged = await village.stand.post(f"/requests/{case}/judgement", by=person, solved="yes", round=1)
    assert judged.status_code == 200, judged.text
    assert (await village.stand.get(f"/requests/{case}", by=account)).status_code == 404
    assert (await village.stand.get("/notices", by=account)).json()["items"] == []


async def test_what_comes_with_an_account_s_last_token_is_the_person_s_a_minute_later(village: Village) -> None:
    account, person = uuid4(), village.people.neighbour
    await village.stand.hear(AccountBound(account_id=account, person_id=person, bound_at=MONDAY))
    late = (await village.stand.post("/requests", by=account, **ASKED)).json()["id"]
    village.clock.at += LAST_TOKEN
    await village.stand.settle()
    assert [one["id"] for one in (await village.stand.get("/requests", by=person)).json()["items"]] == [late]
    assert (await village.stand.get("/requests", by=account)).json()["items"] == []
