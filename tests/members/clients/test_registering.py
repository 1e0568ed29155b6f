"""The operator registers clients and gives them keys; nobody else does, and no secret is seen twice."""

import json
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from chassis.clock import real_now
from tests.members.clients.desk import Desk

pytestmark = pytest.mark.asyncio

COUNTY_ELSEWHERE = "430703000000"


async def test_a_client_is_told_of_by_ids_and_codes_alone(desk: Desk) -> None:
    client_id = await desk.register(name="某镇业务系统")
    [(kind, body)] = {(fact.type, fact.body) for fact in await desk.office.told()}
    assert kind == "members.client.registered.v1"
    assert json.loads(body) == {
        "client_id": client_id,
        "organization_id": str(desk.organization_id),
        "division_code": "430702204216",
        "scopes": ["requests.read", "requests.send"],
    }


async def test_a_secret_is_shown_once_and_lies_sealed(desk: Desk) -> None:
    client_id = await desk.register()
    repeated = {"kind": "hmac-sha256", "key": uuid4().hex}
    first = await desk.do(f"/clients/{client_id}/keys", **repeated)
    assert first.status_code == 201
    secret = first.json()["secret"]
    again = await desk.do(f"/clients/{client_id}/keys", **repeated)
    assert secret not in again.text
    shown = await desk.office.stand.get(f"/clients/{client_id}", by=desk.operator)
    assert [key["id"] for key in shown.json()["keys"]] == [str(UUID(first.json()["key_id"]))]
    assert secret not in shown.text
    for name, rows in (await desk.office.everything()).items():
        for row in rows:
            assert not any(secret in str(value) for value in row), name
    assert all(secret not in fact.body for fact in await desk.office.told())


async def test_only_an_operator_of_the_county_manages_clients(desk: Desk) -> None:
    client_id = await desk.register()
    key = await desk.key(client_id)
    stand, somebody = desk.office.stand, uuid4()
    tried = [
        await stand.post("/clients", by=somebody, **desk.form()),
        await stand.get("/clients", by=somebody),
        await stand.get(f"/clients/{client_id}", by=somebody),
        await stand.post(f"/clients/{client_id}/keys", by=somebody, kind="api-key"),
        await stand.post(f"/clients/{client_id}/rotation", by=somebody, kind="api-key"),
        await stand.post(f"/clients/{client_id}/keys/{UUID(key.id)}/end", by=somebody),
        await stand.post(f"/clients/{client_id}/suspension", by=somebody),
        await stand.post(f"/clients/{client_id}/resumption", by=somebody),
    ]
    assert [(answer.status_code, answer.json()["code"]) for answer in tried] == [(403, "forbidden")] * len(tried)
    assert await desk.code(key.signed()) == ""


async def test_a_client_of_another_county_is_not_there(desk: Desk) -> None:
    client_id = await desk.register()
    async with desk.office.stand.mounted.sessions() as session:
        post = next(iter(await desk.office.rows("post")))
        table = desk.office.stand.mounted.service.owns.tables["post"]
        session.alter(table, post[0], {"division_code": COUNTY_ELSEWHERE, "township_code": COUNTY_ELSEWHERE})
    assert (await desk.office.stand.get("/clients", by=desk.operator)).json()["items"] == []
    for answer in (
        await desk.office.stand.get(f"/clients/{client_id}", by=desk.operator),
        await desk.do(f"/clients/{client_id}/suspension"),
        await desk.do("/clients", **desk.form()),
    ):
        assert (answer.status_code, answer.json()["code"]) == (404, "not-found")


async def test_the_list_runs_from_new_to_old_by_pages(either_desk: Desk) -> None:
    made = [await either_desk.register(name=f"系统{n}") for n in range(3)]
    stand, by = either_desk.office.stand, either_desk.operator
    first = (await stand.get("/clients", by=by, limit=2)).json()
    second = (await stand.get("/clients", by=by, limit=2, cursor=first["next"])).json()
    assert [one["id"] for one in [*first["items"], *second["items"]]] == made[::-1]
    assert second["next"] is None


async def test_a_kind_that_was_not_allowed_gets_no_key(desk: Desk) -> None:
    client_id = await desk.register(kinds=["hmac-sm3"])
    for path in ("keys", "rotation"):
        answer = await desk.do(f"/clients/{client_id}/{path}", kind="api-key")
        assert (answer.status_code, answer.json()["code"]) == (409, "kind-not-allowed")


async def test_a_key_of_another_client_is_not_there_to_be_ended(desk: Desk) -> None:
    one, other = await desk.register(), await desk.register()
    key = await desk.key(one)
    answer = await desk.do(f"/clients/{other}/keys/{UUID(key.id)}/end")
    assert answer.status_code == 404
    assert await desk.code(key.signed()) == ""


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"name": "系统\x00"},
        {"name": "长" * 61},
        {"scopes": []},
        {"scopes": ["everything"]},
        {"kinds": []},
        {"kinds": ["password"]},
        {"requests_per_minute": 0},
        {"requests_per_minute": 10**30},
        {"expires_at": "2026-11-22T00:00:00"},
        {"expires_at": (real_now() - timedelta(days=1)).isoformat()},
        {"expires_at": (real_now() + timedelta(days=2000)).isoformat()},
        {"admin": True},
    ],
)
async def test_a_client_of_another_form_is_a_clear_problem(desk: Desk, wrong: dict[str, object]) -> None:
    answer = await desk.do("/clients", **desk.form(**wrong))
    assert answer.status_code == 422
    assert answer.json()["code"] in {"invalid", "expiry-out-of-range"}


async def test_an_organisation_that_is_not_there_has_no_client(desk: Desk) -> None:
    answer = await desk.do("/clients", **desk.form(organization_id=str(uuid4())))
    assert answer.status_code == 404
