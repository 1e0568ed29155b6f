"""Where a case is: kept in WGS-84 and sealed, shown as maps inside China have it to those who see the case."""

from uuid import UUID

import pytest
from sqlalchemy import bindparam
from sqlmodel import col, select

from contracts.members import PersonErased
from services.tasks.requests.model import ServiceRequest
from tests.tasks.conftest import Village

pytestmark = pytest.mark.asyncio

ROW = select(ServiceRequest).where(col(ServiceRequest.id) == bindparam("request"))
SAID = {"latitude": 29.04, "longitude": 111.69, "datum": "gcj02", "address": "村口小卖部东侧"}


async def row(village: Village, case: object) -> ServiceRequest:
    """The case as it is kept."""
    async with village.stand.mounted.sessions() as session:
        return (await session.all(ROW, request=UUID(str(case))))[0]


async def test_who_sees_the_case_sees_its_place_and_the_database_does_not_say_it(village: Village) -> None:
    told = await village.submit(**SAID)
    seen = await village.stand.get(f"/requests/{told['id']}", by=village.people.agent)
    assert seen.json()["place"] == SAID
    kept = await row(village, told["id"])
    assert (kept.cell_y, kept.cell_x) == (29043, 111684)  # in WGS-84, some hundred metres away
    assert "小卖部".encode() not in (kept.place or b"")


async def test_an_address_alone_has_no_point(village: Village) -> None:
    told = await village.submit(address="三组老井旁")
    seen = await village.stand.get(f"/requests/{told['id']}", by=village.people.villager)
    assert seen.json()["place"] == {"latitude": None, "longitude": None, "datum": "gcj02", "address": "三组老井旁"}
    assert (await row(village, told["id"])).cell_y is None


async def test_without_a_place_there_is_none(village: Village) -> None:
    told = await village.submit()
    assert (await village.stand.get(f"/requests/{told['id']}", by=village.people.agent)).json()["place"] is None


@pytest.mark.parametrize("wrong", [{"datum": None}, {"latitude": 91}, {"longitude": None}, {"datum": "wgs72"}])
async def test_a_place_that_cannot_be_is_refused(village: Village, wrong: dict[str, object]) -> None:
    asked = {"division_code": "430702100201", "kind": "help", "wording": "路灯坏了"} | SAID | wrong
    answer = await village.stand.post("/requests", by=village.people.villager, **asked)
    assert answer.status_code == 422


async def test_who_is_erased_leaves_no_place(village: Village) -> None:
    told = await village.submit(**SAID)
    await village.stand.hear(PersonErased(person_id=village.people.villager, erased_at=village.clock.now()))
    kept = await row(village, told["id"])
    assert (kept.place, kept.cell_y, kept.cell_x) == (None, None, None)
