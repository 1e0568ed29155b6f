"""Who calls and stands in no register is one person, found by the number, and known to nobody without a reason."""

import asyncio
from dataclasses import replace
from uuid import UUID, uuid4

import pytest
import pytest_asyncio
from sqlalchemy import select
from sqlmodel import select as rows_of

from chassis.clock import real_now
from chassis.exports import Holdings
from chassis.resealing import reseal, sealed_tables
from chassis.ring import Ring
from chassis.secrecy import Vault
from chassis.tables import AUDIT
from services.members.clients.model import ApiClient
from services.members.contacts.known import known_as
from services.members.contacts.model import Contact
from services.members.contacts.views import said_by
from services.members.organizations.model import Organization
from services.members.persons import PersonKey, vault_of
from services.members.tables import Table
from tests.members.contacts.hall import (
    AGENT,
    AUDITOR,
    CADRE,
    CITIZEN,
    CITIZENS_PHONE,
    ELSEWHERE,
    OPERATOR,
    SUPERVISOR,
    Hall,
    open_hall,
)
from tests.members.village import DISTRICT, VILLAGE, Office

pytestmark = pytest.mark.asyncio

CALLER = {
    "division_code": VILLAGE,
    "phone": "+86 139-0000-1234",
    "name": "赵来电",
    "email": "Zhao@example.org",
    "address": "七组18号",
}
PLAIN = "13900001234"
PLANTED = (PLAIN, "赵来电", "zhao@example.org", "七组18号")


@pytest_asyncio.fixture
async def hall(either_office: Office) -> Hall:
    """The village on both databases in turn."""
    return await open_hall(either_office)


async def called(hall: Hall, *, by: int = AGENT, **other: object) -> UUID:
    """Somebody is taken in; their person id."""
    answer = await hall.post("/contacts", by=by, **CALLER | other)
    assert answer.status_code == 201, answer.text
    return UUID(answer.json()["person_id"])


async def test_the_same_number_however_typed_is_the_same_person(hall: Hall) -> None:
    first = await called(hall)
    assert await called(hall, phone="13900001234", name="别的名字") == first
    assert await called(hall, phone="008613900001234", email="other@example.org") == first
    assert await called(hall, phone="13900009999", email=None) != first
    async with hall.office.stand.mounted.sessions() as session:
        known = await known_as(session, first)
        assert known is not None
        assert (known.name, known.secret("phone"), known.secret("address")) == ("赵来电", PLAIN, "七组18号")


async def test_many_at_one_moment_make_one(hall: Hall) -> None:
    found = await asyncio.gather(*(called(hall) for _ in range(8)))
    assert len(set(found)) == 1
    assert len(await hall.office.rows(Contact)) == 1


async def test_who_gave_no_way_back_is_not_taken_in(hall: Hall) -> None:
    answer = await hall.post("/contacts", by=AGENT, division_code=VILLAGE, name="无名")
    assert (answer.status_code, answer.json()["code"]) == (422, "no-way-back")
    for phone in ("123", "电话", "1" * 16, "+", "13900001234\x00"):
        assert (await hall.post("/contacts", by=AGENT, division_code=VILLAGE, phone=phone)).status_code == 422, phone


async def test_only_an_address_is_enough_and_a_number_told_later_belongs_to_it(hall: Hall) -> None:
    first = await called(hall, phone=None)
    assert await called(hall) == first
    found = await hall.post("/contacts/find", by=AGENT, phone=PLAIN)
    assert [one["person_id"] for one in found.json()["items"]] == [str(first)]


async def test_an_address_that_two_give_stays_with_the_first(hall: Hall) -> None:
    first = await called(hall, phone="13900000001")
    second = await called(hall, phone="13900000002")
    assert first != second
    assert await called(hall, phone=None) == first


async def test_a_number_is_found_whole_with_a_masked_name_in_ones_own_area_alone(hall: Hall) -> None:
    person_id = await called(hall)
    here = (await hall.post("/contacts/find", by=AGENT, phone="139 0000 1234")).json()["items"]
    assert here == [
        {"person_id": str(person_id), "register_zh": "来电人", "name_masked": "赵**", "division_code": VILLAGE}
    ]
    away = (await hall.post("/contacts/find", by=ELSEWHERE, phone=PLAIN)).json()["items"]
    assert away == [{"person_id": str(person_id), "register_zh": None, "name_masked": None, "division_code": None}]
    (registered,) = (await hall.post("/contacts/find", by=CADRE, phone=CITIZENS_PHONE)).json()["items"]
    assert (registered["person_id"], registered["register_zh"]) == (str(hall.people[CITIZEN]), "居民名册")
    nobody = (await hall.post("/contacts/find", by=AGENT, phone="13911111111")).json()
    assert (nobody["items"], "新登记" in nobody["what_next_zh"]) == ([], True)


async def test_nobody_else_looks_numbers_up_and_nobody_looks_up_a_part_or_a_name(hall: Hall) -> None:
    for by in (CITIZEN, SUPERVISOR, AUDITOR):
        answer = await hall.post("/contacts/find", by=by, phone=PLAIN)
        assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")
        assert (await hall.post("/contacts", by=by, **CALLER)).status_code == 403
    for wrong in ({}, {"name": "赵"}, {"phone": PLAIN, "citizen_number": "11010519491231002X"}, {"phone": "1390"}):
        assert (await hall.post("/contacts/find", by=AGENT, **wrong)).status_code == 422
    elsewhere = await hall.post("/contacts", by=ELSEWHERE, **CALLER)
    assert (elsewhere.status_code, elsewhere.json()["code"]) == (403, "not-your-area")


async def test_every_look_up_is_on_record_without_the_number(hall: Hall) -> None:
    await hall.post("/contacts/find", by=AGENT, phone=PLAIN)
    async with hall.office.stand.mounted.sessions() as session:
        found = await session.all(select(AUDIT).where(AUDIT.c.action == "find_persons"))
    assert len(found) == 1
    assert PLAIN not in str(found)


async def test_nothing_of_a_caller_lies_in_clear_or_is_told(hall: Hall) -> None:
    await called(hall)
    held = str(await hall.office.everything())
    told = str([record.body for record in await hall.office.told()])
    assert [value for value in PLANTED if value in held or value in told] == []


async def test_a_system_of_the_township_takes_in_for_its_area_with_the_scope_to_send(hall: Hall) -> None:
    client_id, other = await _client(hall, VILLAGE), await _client(hall, "430702300000")
    made = await hall.as_client("/contacts", client_id, scope="requests.send", **CALLER)
    assert made.status_code == 201, made.text
    found = await hall.as_client("/contacts/find", client_id, scope="requests.send", phone=PLAIN)
    assert found.json()["items"][0]["person_id"] == made.json()["person_id"]
    assert (await hall.as_client("/contacts", client_id, scope="requests.read", **CALLER)).status_code == 403
    assert (await hall.as_client("/contacts", other, scope="requests.send", **CALLER)).status_code == 403


async def test_a_caller_is_unmasked_with_a_reason_and_is_shown_who_looked(hall: Hall) -> None:
    person_id = await called(hall)
    masked = (await hall.get(f"/persons/{person_id}", by=AGENT)).json()
    assert (masked["name_masked"], masked["phone_masked"], masked["citizen_number_masked"]) == (
        "赵**",
        "139****1234",
        None,
    )
    assert (await hall.get(f"/persons/{person_id}", by=ELSEWHERE)).status_code == 404
    asked = {
        "person_id": str(person_id),
        "request_id": str(uuid4()),
        "parts": ["phone", "name", "address"],
        "reason": "reach_the_person",
        "words": "回电核实",
    }
    shown = await hall.post("/unmaskings", by=AGENT, **asked)
    assert shown.json()["values"] == {"phone": PLAIN, "name": "赵来电", "address": "七组18号"}
    (line,) = (await hall.office.stand.get("/me/unmaskings", by=person_id)).json()["items"]
    assert (line["post_zh"], line["reason_zh"]) == ("代办员", "联系当事人了解情况")
    assert [fact.type for fact in await hall.office.told()] == ["members.identity.unmasked.v1"]


async def test_who_called_in_two_villages_is_reached_from_both(hall: Hall) -> None:
    person_id = await called(hall)
    assert await called(hall, by=ELSEWHERE, division_code="430702204217") == person_id
    for by in (AGENT, ELSEWHERE):
        assert (await hall.get(f"/persons/{person_id}", by=by)).status_code == 200


async def test_a_caller_sees_who_they_are_and_all_that_is_held(hall: Hall) -> None:
    person_id = await called(hall)
    me = (await hall.office.stand.get("/me", by=person_id)).json()
    assert (me["name"], me["phone_masked"], me["is_citizen"], me["posts"]) == ("赵来电", "139****1234", False, [])
    async with hall.office.stand.mounted.sessions() as session:
        export = await session.use(Holdings).about(session, person_id)
    (section,) = [one for one in export.sections if one.name == "contact"]
    assert {section.rows[0][name] for name in ("name", "phone", "email", "address")} == set(PLANTED)


async def test_a_caller_who_is_erased_is_found_no_more_and_no_copy_opens(hall: Hall) -> None:
    person_id = await called(hall)
    async with hall.office.stand.mounted.sessions() as session:
        before = await session.get(Contact, person_id)
        assert before is not None
        copy, own = replace_of(before), await vault_of(session, person_id)
        assert said_by(own, copy, "phone") == PLAIN
    wish = await hall.office.stand.post("/me/erasure", by=person_id)
    assert wish.status_code == 201, wish.text
    assert not any("摘要" in kept or "名册" in kept for kept in wish.json()["kept_zh"])
    proposal = await hall.post(f"/erasures/{wish.json()['id']}/proposal", by=OPERATOR, words="本人来电要求")
    done = await hall.post(f"/proposals/{proposal.json()['proposal_id']}/confirmation", by=AUDITOR)
    assert done.status_code == 200, done.text
    async with hall.office.stand.mounted.sessions() as session:
        assert await session.get(PersonKey, person_id) is None
        after = await session.get(Contact, person_id)
        assert after is not None
        assert {getattr(after, name) for name in ("name", "phone", "email", "address", "phone_index")} == {None}
        assert said_by(await vault_of(session, person_id), copy, "phone") is None
    assert (await hall.post("/contacts/find", by=AGENT, phone=PLAIN)).json()["items"] == []
    assert await called(hall) != person_id
    assert [fact.type for fact in await hall.office.told()] == ["members.person.erased.v1"]


async def test_a_callers_values_come_under_a_new_key(hall: Hall) -> None:
    person_id = await called(hall)
    first = Ring.of_one(bytes(32))
    vault = Vault(lambda: replace(first, keys=(*first.keys, replace(first.keys[0], number=2, secret=bytes([2] * 32)))))
    (table,) = [one for one in sealed_tables(Table.metadata) if one.table.name == "contact"]
    done = [(so_far.rows, so_far.unopened) async for so_far in reseal(hall.office.stand.mounted.sessions, vault, table)]
    assert done[-1] == (1, 0)
    async with hall.office.stand.mounted.sessions() as session:
        contact, key = await session.get(Contact, person_id), await session.get(PersonKey, person_id)
        assert contact is not None
        assert key is not None
        assert contact.phone is not None
        assert contact.phone.startswith(vault.head)
        assert said_by(vault.person(key.salt), contact, "phone") == PLAIN


def replace_of(contact: Contact) -> Contact:
    """A copy of a row, as a backup has it."""
    return Contact(**contact.model_dump())


async def _client(hall: Hall, area: str) -> UUID:
    """A township's system that may ask for this area."""
    client_id = uuid4()
    values: dict[str, object] = dict.fromkeys(ApiClient.model_fields)
    async with hall.office.stand.mounted.sessions() as session:
        organization = (await session.all(rows_of(Organization)))[0]
        now = real_now()
        values |= {
            "id": client_id,
            "township_code": DISTRICT,
            "division_code": area,
            "organization_id": organization.id,
            "name": "生成系统",
            "scopes": ["requests.send"],
            "kinds": ["api-key"],
            "requests_per_minute": 60,
        }
        values |= {name: now for name, value in values.items() if name.endswith("_at") and name != "suspended_at"}
        session.add(ApiClient(**values))
    return client_id
