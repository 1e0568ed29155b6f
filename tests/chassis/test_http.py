"""The way of a request: who asks, one transaction, the commit, then the answer; and what a refusal shows and leaves."""

import base64
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import UUID, uuid4

import httpx
import pytest
import structlog
from sqlalchemy import select

from chassis.clock import real_now
from chassis.http import Route, is_public
from chassis.problems import StoreAway
from chassis.sqlite import SqliteConnection, SqliteStore
from chassis.tables import AUDIT, IDEMPOTENCY, OUTBOX, TIMER
from chassis.writes import Change
from tests.chassis.conftest import Mount, client_of, session_on
from tests.chassis.toys import Toy, router
from tests.mounting import token

pytestmark = pytest.mark.asyncio

LI = UUID(int=7)
SECRET = "身份证430702199001011234"


def headers(*, by: UUID = LI, key: str | None = None, **more: str) -> dict[str, str]:
    """What a signed-in caller sends."""
    named = {name.replace("_", "-"): value for name, value in more.items()}
    return {"authorization": f"Bearer {token(by)}", "idempotency-key": key or uuid4().hex, **named}


@asynccontextmanager
async def calling(mount: Mount) -> AsyncIterator[httpx.AsyncClient]:
    """A client of a mount without loops."""
    async with client_of(await mount()) as client:
        yield client


async def left_behind(mount: Mount) -> dict[str, int]:
    """How many rows each table holds."""
    mounted = await mount()
    async with mounted.sessions() as session:
        return {
            table.name: len(await session.all(select(table)))
            for table in (Toy.__table__, OUTBOX, AUDIT, IDEMPOTENCY, TIMER)  # type: ignore[attr-defined]
        }


NOTHING = {"toy": 0, "outbox": 0, "audit": 0, "idempotency": 0, "timer": 0}
ONE = dict.fromkeys(NOTHING, 1)


class Failing(SqliteStore):
    """A store whose commits fail while `broken` is set."""

    broken = False

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[SqliteConnection]:
        async with super().connection() as held:
            if self.broken:
                held.commit = self._fail  # type: ignore[method-assign]
            yield held

    async def _fail(self, changes: Sequence[Change]) -> None:
        raise StoreAway()


async def test_done_is_said_only_after_the_commit(mount: Mount) -> None:
    mounted = await mount()
    async with client_of(mounted) as client:
        answer = await client.post("/toys", json={"name": "ball"}, headers=headers())
        assert answer.status_code == 201
    assert await left_behind(mount) == ONE


async def test_a_commit_that_fails_is_never_answered_as_done(mount: Mount, on_sqlite: Path) -> None:
    store = Failing(on_sqlite)
    mounted = await mount(store=store)
    async with client_of(mounted) as client:
        await client.get("/toys", headers=headers())  # the key is read while the store is well
        store.broken = True
        answer = await client.post("/toys", json={"name": "ball"}, headers=headers())
        shouted = await client.post("/toys/shout", json={"name": "loud"})
        store.broken = False
    assert (answer.status_code, answer.json()["code"]) == (503, "store-away")
    assert shouted.status_code == 503
    async with session_on(store) as session:
        assert await session.all(select(Toy.__table__)) == []  # type: ignore[attr-defined]


@pytest.mark.parametrize("how", ["refuse", "stumble"])
async def test_a_refusal_leaves_nothing(mount: Mount, how: str) -> None:
    async with calling(mount) as client:
        answer = await client.post("/toys", json={"name": "ball", how: True}, headers=headers())
    assert answer.status_code == {"refuse": 409, "stumble": 500}[how]
    assert await left_behind(mount) == NOTHING


async def test_a_change_leaves_an_audit_row_and_a_reading_none(mount: Mount) -> None:
    async with calling(mount) as client:
        made = await client.post("/toys", json={"name": SECRET}, headers=headers(x_request_id="r-1"))
        await client.post(f"/toys/{made.json()['id']}/praise", headers=headers(x_request_id="r-2"))
        await client.get("/toys", headers=headers())
    mounted = await mount()
    async with mounted.sessions() as session:
        rows = await session.all(select(AUDIT).order_by(AUDIT.c.at))
    columns = [column.name for column in AUDIT.columns]
    first, second = (dict(zip(columns, row, strict=True)) for row in rows)
    assert (first["action"], first["about"], first["actor_id"], first["request_id"]) == ("make_toy", "", LI, "r-1")
    assert (second["action"], second["about"]) == ("praise_toy", made.json()["id"])
    assert len(first["fingerprint"]) == 32
    assert SECRET not in repr(rows)


@pytest.mark.parametrize("route", [route for route in router.routes if isinstance(route, Route)], ids=lambda r: r.name)
async def test_every_route_but_the_public_ones_refuses_a_caller_without_a_token(mount: Mount, route: Route) -> None:
    (method,) = route.methods or set()
    path = route.path.format(toy_id=uuid4(), sketch_id=uuid4(), name="x") if "{" in route.path else route.path
    async with calling(mount) as client:
        answer = await client.request(method, path, json={"name": "x"}, headers={"idempotency-key": "k"})
    assert (answer.status_code == 401) is not is_public(route.endpoint)
    if answer.status_code == 401:
        assert answer.headers["www-authenticate"] == "Bearer"
        assert answer.json()["code"] == "unauthenticated"


@pytest.mark.parametrize("given", ["", "Bearer", "Bearer ", "Basic bGk6eA==", "bearer x.y.z", "Token 1", "Bearer é"])
async def test_what_is_no_token_is_refused(mount: Mount, given: str) -> None:
    async with calling(mount) as client:
        answer = await client.get("/toys", headers={"authorization": given.encode("latin-1")})  # type: ignore[dict-item]
    assert answer.status_code == 401


async def test_a_token_nested_without_end_is_refused(mount: Mount) -> None:
    head = base64.urlsafe_b64encode(b"[" * 6000).decode()
    async with calling(mount) as client:
        answer = await client.get("/toys", headers={"authorization": f"Bearer {head}.e30.x"})
    assert answer.status_code == 401


async def test_a_problem_has_its_code_both_titles_and_the_id_to_quote(mount: Mount) -> None:
    async with calling(mount) as client:
        sent = headers(x_request_id="r-77")
        answer = await client.post("/toys", json={"name": "ball", "refuse": True}, headers=sent)
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json() == {
        "type": "/problems/name-taken",
        "title": "A toy of this name is there already.",
        "title_zh": "已有同名玩具，请换一个名字。",
        "status": 409,
        "instance": "urn:lianxin:request:r-77",
        "code": "name-taken",
        "request_id": "r-77",
    }


@pytest.mark.parametrize(
    ("method", "path", "body", "expected"),
    [
        ("POST", "/toys", {"name": ""}, (422, "invalid")),
        ("POST", "/toys", {"name": SECRET * 200}, (422, "invalid")),
        ("POST", "/toys", {"name": f"{SECRET}\x00"}, (422, "invalid")),
        ("POST", "/toys", {"name": [SECRET]}, (422, "invalid")),
        ("POST", "/toys", {"name": "a", "nickname": SECRET}, (422, "invalid")),
        ("POST", "/toys", [SECRET], (422, "invalid")),
        ("POST", f"/toys/{SECRET}/praise", {}, (422, "invalid")),
        ("GET", "/toys?cursor=" + "A" * 65, None, (422, "invalid")),
        ("GET", "/toys?cursor=" + SECRET, None, (422, "wrong-cursor")),
        ("GET", f"/nothing/{SECRET}", None, (404, "not-found")),
        ("DELETE", "/toys", None, (405, "method-not-taken")),
    ],
)
async def test_a_wrong_input_is_told_by_place_and_kind_and_never_repeated(
    mount: Mount, method: str, path: str, body: object, expected: tuple[int, str]
) -> None:
    async with calling(mount) as client:
        answer = await client.request(method, path, json=body, headers=headers())
    assert (answer.status_code, answer.json()["code"]) == expected
    assert answer.headers["content-type"] == "application/problem+json"
    assert "430702199001011234" not in answer.text
    for fault in answer.json().get("errors", []):
        assert fault.keys() == {"at", "fault"}
    assert await left_behind(mount) == NOTHING


async def test_an_unknown_field_is_refused_and_named(mount: Mount) -> None:
    async with calling(mount) as client:
        answer = await client.post("/toys", json={"name": "a", "colour": "red"}, headers=headers())
    assert answer.json()["errors"] == [{"at": "body.colour", "fault": "extra_forbidden"}]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b'{"name": ',
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"name": "\\ud800"}',
        b'{"name": "a", "\\ud800": 1}',
        b'{"name": "a", "\\u0000": 1}',
        b'{"name": "a", "wait": 1e999}',
        b'{"name": 1' + b"0" * 5000 + b"}",
        b'{"name": NaN}',
    ],
    ids=lambda body: repr(body[:24]),
)
async def test_a_body_that_cannot_be_read_is_the_callers_fault(mount: Mount, body: bytes) -> None:
    async with calling(mount) as client:
        answer = await client.post("/toys", content=body, headers=headers(content_type="application/json"))
    assert answer.status_code in {400, 422}
    assert answer.headers["content-type"] == "application/problem+json"
    assert await left_behind(mount) == NOTHING


@pytest.mark.parametrize(
    "odd",
    [
        {"x_request_id": "r" * 300},
        {"traceparent": "t" * 300},
        {"traceparent": "00-zz"},
        {"x_request_id": "é\x85"},
    ],
    ids=["a long request id", "a long trace", "no trace", "an id of odd characters"],
)
async def test_odd_headers_do_not_make_a_request_fail(mount: Mount, odd: dict[str, str]) -> None:
    sent = {name: value.encode("latin-1") for name, value in headers(**odd).items()}
    async with calling(mount) as client:
        answer = await client.post("/toys", json={"name": "a"}, headers=sent)  # type: ignore[arg-type]
    assert answer.status_code == 201
    assert await left_behind(mount) == ONE


async def test_a_long_name_in_the_address_does_not_make_a_request_fail(mount: Mount) -> None:
    async with calling(mount) as client:
        answer = await client.put(f"/toys/named/{'n' * 300}", json={"to": "a"}, headers=headers())
    assert answer.status_code == 200


async def test_a_trace_follows_the_fact(mount: Mount) -> None:
    trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    mounted = await mount()
    async with client_of(mounted) as client:
        await client.post("/toys", json={"name": "a"}, headers=headers(traceparent=trace))
    async with mounted.sessions() as session:
        assert await session.all(select(OUTBOX.c.traceparent)) == [(trace,)]


async def test_a_fault_of_ours_shows_the_caller_no_details_and_the_log_no_values(mount: Mount) -> None:
    with structlog.testing.capture_logs() as lines:
        async with calling(mount) as client:
            answer = await client.post("/toys", json={"name": SECRET, "stumble": True}, headers=headers())
    assert (answer.status_code, answer.json()["code"]) == (500, "failure")
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json().keys() == {"type", "title", "title_zh", "status", "instance", "code", "request_id"}
    assert SECRET not in answer.text
    (failure,) = [line for line in lines if line["event"] == "failure"]
    assert failure["kind"] == "RuntimeError"
    assert any("make_toy" in frame for frame in failure["trace"])
    assert SECRET not in json.dumps(lines, default=repr, ensure_ascii=False)


async def test_a_fault_of_ours_is_not_passed_to_the_server_which_would_print_its_values(mount: Mount) -> None:
    mounted = await mount()
    transport = httpx.ASGITransport(mounted.app, raise_app_exceptions=True)
    async with httpx.AsyncClient(transport=transport, base_url="http://toys") as client:
        answer = await client.post("/toys", json={"name": SECRET, "stumble": True}, headers=headers())
    assert answer.status_code == 500


async def test_a_request_leaves_one_log_line_by_its_routes_name(mount: Mount) -> None:
    toy_id = uuid4()
    with structlog.testing.capture_logs() as lines:
        async with calling(mount) as client:
            await client.get("/toys", headers=headers(x_request_id="r-9"))
            await client.post(f"/toys/{toy_id}/praise", headers=headers())
            await client.get(f"/nothing/{toy_id}")
    said = [line for line in lines if line["event"] == "request"]
    assert [(line["action"], line["code"]) for line in said] == [("list_toys", 200), ("praise_toy", 500), ("-", 404)]
    assert said[0]["request_id"] == "r-9"
    assert str(toy_id) not in json.dumps(said, default=repr)


async def test_a_name_that_is_there_already_is_a_conflict(mount: Mount) -> None:
    async with calling(mount) as client:
        await client.post("/toys", json={"name": "ball"}, headers=headers())
        again = await client.post("/toys", json={"name": "ball"}, headers=headers())
    assert (again.status_code, again.json()["code"]) == (409, "conflict")
    assert await left_behind(mount) == ONE


async def test_the_same_conflict_on_a_public_route_is_no_fault_of_ours(mount: Mount) -> None:
    async with calling(mount) as client:
        await client.post("/toys/shout", json={"name": "ball"})
        again = await client.post("/toys/shout", json={"name": "ball"})
    assert (again.status_code, again.json()["code"]) == (409, "conflict")


async def test_the_set_clock_moves_no_tokens_expiry(mount: Mount) -> None:
    over = token(LI, exp=real_now().timestamp() - 1)
    async with calling(mount) as client:  # whose domain clock stands years from the machine's
        answer = await client.get("/toys", headers={"authorization": f"Bearer {over}"})
    assert answer.status_code == 401
