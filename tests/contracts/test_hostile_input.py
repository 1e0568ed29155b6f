"""What no document foresees: bodies, tokens, keys and places that only somebody hostile, or broken, would send."""

import base64
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID, uuid4

import httpx
import pytest
import pytest_asyncio

from tests.contracts.test_openapi_fuzz import check
from tests.feedback import facts
from tests.mounting import token
from tests.tasks.conftest import VILLAGE
from tests.three_services import Lived, alive

pytestmark = pytest.mark.asyncio

SOMEBODY = str(UUID(int=7))
WELL_FORMED: dict[str, dict[str, dict[str, object]]] = {
    "members": {
        "/sign-in/development": {"person_id": SOMEBODY, "code": "00000000"},
        "/sign-in/password": {"sign_in_name": "somebody", "password": "?", "device_token": "0.0"},
        "/sign-in/second-factor": {"challenge": "AAAA", "code": "000000"},
        "/sign-in/new-password": {"challenge": "AAAA", "password": "?"},
        "/sign-in/single-sign-on": {"attempt": "AAAA", "state": "?", "code": "?", "iss": "?"},
        "/me/password": {"password": "?", "new_password": "白鹭洲头 稻花香里 说丰年"},
        "/password-accounts": {"person_id": SOMEBODY, "sign_in_name": "somebody"},
        "/single-sign-on-links": {"person_id": SOMEBODY, "subject": "1001"},
        "/posts": {"person_id": SOMEBODY, "kind": "guide", "organization_id": SOMEBODY, "from_on": "2026-11-18"},
        "/posts/{post_id}/end": {"to_on": "2026-11-18"},
        "/absences": {
            "post_id": SOMEBODY,
            "stand_in_post_id": SOMEBODY,
            "from_on": "2026-11-18",
            "to_on": "2026-11-18",
            "reason": "leave",
        },
    },
    "tasks": {
        "/requests": {"division_code": VILLAGE, "kind": "help", "wording": "路灯坏了", "channel": "web"},
        "/requests/{request_id}/promise": {"promised_on": "2026-11-18"},
        "/requests/{request_id}/return": {"reason": "不归我管"},
        "/requests/{request_id}/dispatch": {"post_id": SOMEBODY},
        "/requests/{request_id}/report": {"note": "换了灯泡", "evidence": [SOMEBODY]},
        "/requests/{request_id}/judgement": {"solved": "yes", "round": 1},
        "/rectifications/{rectification_id}/plan": {"words": "明天去", "ground": "simple"},
        "/rectifications/{rectification_id}/verification": {"put_right": True},
        "/tracking": {"code": "0000-0000-0000"},
    },
    "feedback": {"/invitations/{invitation_id}/rating": {"rating": "satisfied", "reasons": ["attitude"]}},
}
VALUES = {
    "a NUL": r'"a\u0000b"',
    "a control character": r'"a\u001bb"',
    "half a surrogate pair": r'"\ud800"',
    "a huge integer": "9" * 400,
    "more digits than Python reads": "9" * 5000,
    "more than a float holds": "1e999",
    "no number": "NaN",
    "no value": "null",
    "lists in lists": "[" * 900 + "]" * 900,
    "objects in objects": '{"a":' * 900 + "1" + "}" * 900,
    "nothing but blanks": '" \\u3000\\t "',
    "a million characters": '"' + "字" * 1_000_000 + '"',
    "the last day there is": '"9999-12-31"',
    "the first day there is": '"0001-01-01"',
    "digits of another script": '"٤٣٠٧٠٢١٠٠٢٠١"',
}
BODIES = {
    "nothing": b"",
    "invalid UTF-8": b'{"words": "\xff\xfe"}',
    "half an object": b'{"words": ',
    "a byte order mark": b'\xef\xbb\xbf{"words": "x"}',
    "UTF-16": '{"words": "x"}'.encode("utf-16"),
    "a list": b"[]",
    "a hundred thousand lists in each other": b"[" * 100_000,
    "an unknown field": b'{"x": 1}',
    "a name of half a surrogate pair": b'{"\\ud800": 1}',
    "a name of NUL": b'{"\\u0000": 1}',
    "a name that is a prototype's": b'{"__class__": {"__init__": 1}}',
    "five thousand names": json.dumps(dict.fromkeys(map(str, range(5_000)), 1)).encode(),
}
PLACES = [
    ("limit", "%ff"),
    ("limit", "9" * 5000),
    ("limit", "-1"),
    ("cursor", "%00"),
    ("cursor", "%ed%a0%80"),
    ("cursor", "===="),
    ("cursor", "AAAA"),
    ("cursor", "AA"),
    ("cursor", "%F0%A0%AE%B7"),
    ("code", "%00"),
    ("code", "%ff"),
    ("month", "20%D9%A3%D9%A3-01"),
    ("indicator", "%00"),
    ("division_code", "%00"),
    ("superior_id", "%00"),
    ("whose", "%00"),
    ("%00", "%00"),
]
LISTS = {
    "members": ["/organizations?", "/divisions?", "/absences?", f"/posts?division_code={facts.VILLAGE}&"],
    "tasks": ["/requests?", "/requests?whose=below&", "/rectifications?", "/notices?"],
    "feedback": [
        "/invitations?",
        "/scorecards/list?level=village&month=2023-05&",
        f"/scorecards/cases?unit=division&code={facts.VILLAGE}&month=2023-05&indicator=on_time&part=numerator&",
    ],
}


@dataclass(frozen=True)
class Door:
    """A service, and who knocks."""

    name: str
    lived: Lived
    who: UUID

    async def send(self, method: str, path: str, *, body: bytes = b"", **headers: str | bytes) -> httpx.Response:
        """Call a route about a thing that is there, as somebody in the service unless a header says otherwise."""
        there = path.format(**{part: ids[0] for part, ids in self.lived.things.items()})
        told = {"authorization": f"Bearer {token(self.who)}", "content_type": "application/json"}
        given = [(name.replace("_", "-"), value) for name, value in {**told, **headers}.items()]
        return await self.lived.stand.client.request(method, there, content=body, headers=given)


WHO = {"members": "citizen", "tasks": "agent", "feedback": "requester"}


@pytest_asyncio.fixture(params=[(name, store) for name in WHO for store in ("sqlite", "postgres")], ids="-".join)
async def door(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Door]:
    """Each service on each database in turn; PostgreSQL takes less than SQLite does, NUL for one."""
    name, store = request.param
    place = tmp_path if store == "sqlite" else request.getfixturevalue("postgres_database")
    async with alive(name, place) as lived:
        yield Door(name, lived, lived.people[WHO[name]])


async def test_a_hostile_value_in_any_field_is_refused_or_done(door: Door) -> None:
    for path, fields in WELL_FORMED[door.name].items():
        for field in fields:
            for value in VALUES.values():
                others = {name: json.dumps(one) for name, one in fields.items() if name != field}
                body = ",".join(f'"{name}":{one}' for name, one in {field: value, **others}.items())
                answer = await door.send("POST", path, body=f"{{{body}}}".encode(), idempotency_key=uuid4().hex)
                check(answer)


async def test_a_body_that_is_no_object_of_ours_is_refused(door: Door) -> None:
    for path in WELL_FORMED[door.name]:
        for body in BODIES.values():
            answer = await door.send("POST", path, body=body, idempotency_key=uuid4().hex)
            check(answer)
            assert answer.status_code in {400, 403, 404, 422}, f"{path}: {answer.status_code} {answer.text[:200]}"


async def test_an_unknown_field_beside_the_known_ones_is_refused(door: Door) -> None:
    for path, fields in WELL_FORMED[door.name].items():
        body = json.dumps(fields | {"unknown": 1}).encode()
        answer = await door.send("POST", path, body=body, idempotency_key=uuid4().hex)
        check(answer)
        assert answer.status_code == 422, f"{path}: {answer.status_code} {answer.text[:200]}"
        assert "unknown" in answer.text, path


async def test_a_body_of_another_type_than_json_is_refused(door: Door) -> None:
    path, body = next(iter(WELL_FORMED[door.name].items()))
    for kind in ("text/plain", "multipart/form-data", "application/x-www-form-urlencoded", "", b"\xff"):
        answer = await door.send(
            "POST", path, body=json.dumps(body).encode(), content_type=kind, idempotency_key=uuid4().hex
        )
        check(answer)
        assert answer.status_code == 422, f"{kind!r}: {answer.status_code} {answer.text[:200]}"


async def test_a_hostile_place_in_a_list_is_refused_or_shown(door: Door) -> None:
    for path in LISTS[door.name]:
        for name, value in PLACES:
            check(await door.send("GET", f"{path}{name}={value}"))


async def test_a_token_that_is_not_ours_is_refused(door: Door) -> None:
    header, claims, signature = token(door.who).split(".")
    nested = b"[" * 10_000
    for made in (
        {"alg": "none", "kid": "test"},
        {"alg": "HS256", "kid": "test"},
        {"alg": "ES256", "kid": "\0"},
        {"alg": "ES256", "kid": ["test"]},
        {"alg": [], "kid": "test"},
        {"alg": "ES256", "kid": "test", "crit": 7, "b64": False},
        {"alg": "ES256", "kid": "\ud800"},
    ):
        await _refused(door, f"{_segment(json.dumps(made).encode())}.{claims}.{signature}")
        await _refused(door, f"{_segment(json.dumps(made).encode())}.{claims}.")
    for part in (nested, b"7", b"[]", b"\xff", b"", b'{"alg":"ES256","kid":' + b"9" * 5000 + b"}"):
        await _refused(door, f"{_segment(part)}.{claims}.{signature}")
        await _refused(door, f"{header}.{_segment(part)}.{signature}")
    for whole in ("....", "\xff", "a" * 10_000, f"{header}.{claims}"):
        await _refused(door, whole)


@pytest.mark.parametrize("door", [("tasks", "sqlite")], indirect=True, ids="-".join)
async def test_a_key_is_1_to_128_printable_characters(door: Door) -> None:
    path, body = "/requests", json.dumps(WELL_FORMED["tasks"]["/requests"]).encode()
    for key in (b"", b'""', b"x" * 129, b"\x01", b"a\tb", b"x" * 100_000):
        answer = await door.send("POST", path, body=body, idempotency_key=key)
        check(answer)
        assert answer.json()["code"] == "key-malformed", key[:20]


async def _refused(door: Door, made: str) -> None:
    path = "/me" if door.name == "members" else LISTS[door.name][0]
    answer = await door.send("GET", path, authorization=b"Bearer " + made.encode("latin-1"))
    check(answer)
    assert answer.status_code == 401, f"{made[:80]}: {answer.status_code} {answer.text[:200]}"


def _segment(plain: bytes) -> str:
    return base64.urlsafe_b64encode(plain).rstrip(b"=").decode()
