"""The door: outside credentials become tokens, and nothing that a caller says of itself goes further in."""

import contextlib
import hashlib
import secrets
from base64 import b64encode
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import product
from uuid import uuid4

import httpx
import orjson
import pytest
import pytest_asyncio
from jwt.algorithms import ECAlgorithm
from starlette.types import ASGIApp, Receive, Scope, Send

from chassis.clock import real_now
from gateway.door import CredentialMalformed, Door
from gateway.limits import Limits
from tests.gateway.stand import Service, gateway_before, serve
from tests.members.clients.desk import sign
from tests.mounting import KEY, token

pytestmark = pytest.mark.asyncio

KEY_ID = "0123456789abcdef0123456789abcdef"
API_KEY = f"{KEY_ID}.{'s' * 43}"
PATH = "/api/tasks/echo"
PIECE = 40_000


@dataclass
class Members:
    """Stands for `members`: says what the test wants, and remembers what it was asked."""

    asked: list[dict[str, object]] = field(default_factory=list)
    status: int = 200
    answer: object = None
    life: timedelta = timedelta(minutes=15)
    hangs: bool = False
    keys: list[dict[str, object]] = field(default_factory=list)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] == "lifespan":
            for _ in range(2):
                await send({"type": f"{(await receive())['type']}.complete"})
            return
        body, more = b"", True
        while more:
            message = await receive()
            body, more = body + message.get("body", b""), message.get("more_body", False)
        told: object = {"keys": self.keys}
        status = 200
        if scope["path"] == "/internal/actor-tokens":
            self.asked.append(orjson.loads(body))
            if self.hangs:
                while (await receive())["type"] != "http.disconnect":
                    pass
                return
            token = f"token-{len(self.asked)}"
            told = self.answer or {"access_token": token, "expires_at": (real_now() + self.life).isoformat()}
            status = self.status
        sent = orjson.dumps(told)
        headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(sent))]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": sent})

    def refuse(self, code: str) -> None:
        """From now on."""
        self.status, self.answer = 401, {"code": code, "title_zh": "不行"}


@dataclass(frozen=True)
class Front:
    """A gateway before `members` and a service that tells what arrived."""

    members: Members
    service: Service
    http: httpx.AsyncClient

    async def get(self, headers: dict[str, str], path: str = PATH) -> httpx.Response:
        """Read."""
        return await self.http.get(path, headers=headers)

    async def code(self, headers: dict[str, str]) -> tuple[int, str]:
        """Status and code of what reading answers."""
        answer = await self.http.get(PATH, headers=headers)
        return answer.status_code, str(answer.json().get("code", ""))


@contextlib.asynccontextmanager
async def fronting(*, network: bool, door_seconds: float = 20) -> AsyncIterator[Front]:
    """A front over the network or in one process."""
    members, service = Members(), Service()
    there: dict[str, str] | dict[str, ASGIApp] = {"members": members, "tasks": service}
    limits = Limits(door_seconds=door_seconds, linger_seconds=0.2)
    async with contextlib.AsyncExitStack() as stack:
        if network:
            there = {
                "members": f"http://127.0.0.1:{await stack.enter_async_context(serve(members))}",
                "tasks": f"http://127.0.0.1:{await stack.enter_async_context(serve(service))}",
            }
        http, _ = await stack.enter_async_context(gateway_before(there, limits=limits))
        yield Front(members, service, http)


@pytest_asyncio.fixture(params=["over the network", "in one process"])
async def front(request: pytest.FixtureRequest) -> AsyncIterator[Front]:
    """In either way."""
    async with fronting(network=request.param == "over the network") as opened:
        yield opened


def signed(method: str = "GET", body: bytes = b"", *, query: str = "", algorithm: str = "sha256") -> dict[str, str]:
    """The headers of a signed request, as they are documented."""
    return sign(method, PATH, query, body, key_id=KEY_ID, secret="s" * 43, algorithm=algorithm)


async def chunks(body: bytes) -> AsyncIterator[bytes]:
    """A body that is sent without its length."""
    for start in range(0, len(body), PIECE):
        yield body[start : start + PIECE]


async def test_a_signature_becomes_a_token_and_goes_no_further(front: Front) -> None:
    headers = signed(query="a=%E6%9D%91&b=") | {"Lianxin-Actor": "me", "X-Lianxin-Person": "me"}
    answer = await front.get(headers, f"{PATH}?a=%E6%9D%91&b=")
    assert answer.status_code == 200
    arrived = dict(answer.json()["headers"])
    assert arrived["authorization"] == "Bearer token-1"
    assert not [name for name in arrived if "lianxin" in name]


async def test_members_is_shown_what_was_signed_as_it_came(front: Front) -> None:
    body = '{"说":"话"}'.encode()
    headers = signed("POST", body, query="a=%2F", algorithm="sm3")
    await front.http.post(f"{PATH}?a=%2F", headers=headers, content=body)
    assert front.members.asked == [
        {
            "kind": "hmac-sm3",
            "key_id": KEY_ID,
            "signature": headers["Lianxin-Signature"].removeprefix("hmac-sm3="),
            "timestamp": int(headers["Lianxin-Timestamp"]),
            "nonce": headers["Lianxin-Nonce"],
            "method": "POST",
            "path": PATH,
            "query": "a=%2F",
            "digest": headers["Content-Digest"],
        }
    ]


async def test_every_signed_request_is_checked_at_members(front: Front) -> None:
    tokens = [dict((await front.get(signed())).json()["headers"])["authorization"] for _ in range(3)]
    assert tokens == ["Bearer token-1", "Bearer token-2", "Bearer token-3"]


async def test_a_key_is_asked_about_once(front: Front) -> None:
    for _ in range(3):
        arrived = dict((await front.get({"Lianxin-Api-Key": API_KEY})).json()["headers"])
        assert arrived["authorization"] == "Bearer token-1"
    assert front.members.asked == [{"kind": "api-key", "key": API_KEY}]


async def test_a_keys_token_is_asked_for_anew_when_it_ends(front: Front) -> None:
    front.members.life = timedelta(seconds=-1)
    for number in (1, 2):
        arrived = dict((await front.get({"Lianxin-Api-Key": API_KEY})).json()["headers"])
        assert arrived["authorization"] == f"Bearer token-{number}"


async def test_a_keys_token_that_a_service_refuses_is_not_used_again(front: Front) -> None:
    assert (await front.get({"Lianxin-Api-Key": API_KEY})).status_code == 200
    assert (await front.get({"Lianxin-Api-Key": API_KEY}, "/api/tasks/early")).status_code == 401
    assert (await front.get({"Lianxin-Api-Key": API_KEY})).status_code == 200
    assert len(front.members.asked) == 2


async def test_a_token_passes_as_it_is_and_nothing_else_that_a_caller_says_of_itself(front: Front) -> None:
    said = {"Lianxin-Actor": "me", "X-Lianxin-Person": "me"}
    arrived = dict((await front.get({"Authorization": "Bearer a.b.c"} | said)).json()["headers"])
    assert arrived["authorization"] == "Bearer a.b.c"
    assert not [name for name in arrived if "lianxin" in name]
    assert "authorization" not in dict((await front.get(said)).json()["headers"])
    assert front.members.asked == []


async def test_two_credentials_are_one_too_many(front: Front) -> None:
    token_, key = {"Authorization": "Bearer a.b.c"}, {"Lianxin-Api-Key": API_KEY}
    for headers in (signed() | token_, signed() | key, key | token_, key | {"Authorization": "Basic x"}):
        assert await front.code(headers) == (400, "several-credentials")
    assert (front.members.asked, front.service.seen) == ([], [])


WRONG = [
    [("Authorization", "Bearer a"), ("Authorization", "Bearer b")],
    [("Lianxin-Api-Key", API_KEY), ("Lianxin-Api-Key", API_KEY)],
    [("Lianxin-Api-Key", "x")],
    [("Lianxin-Api-Key", "")],
    [("Lianxin-Api-Key", API_KEY + "\xff")],
    [("Lianxin-Key", KEY_ID)],
    [*signed().items(), ("Lianxin-Nonce", "n" * 20)],
    list((signed() | {"Lianxin-Nonce": "short"}).items()),
    list((signed() | {"Lianxin-Timestamp": "soon"}).items()),
    list((signed() | {"Lianxin-Timestamp": "9" * 40}).items()),
    list((signed() | {"Lianxin-Signature": "hmac-md5=00"}).items()),
    list((signed() | {"Lianxin-Signature": ""}).items()),
    list((signed() | {"Lianxin-Key": "\xe6\x9d\x91"}).items()),
]


async def test_half_a_credential_or_one_of_another_form_is_a_clear_problem(front: Front) -> None:
    for headers in WRONG:
        raw = httpx.Headers([(name.encode(), value.encode("latin-1")) for name, value in headers])
        answer = await front.http.get(PATH, headers=raw)
        assert (answer.status_code, answer.json()["code"]) in {(400, "credential-malformed"), (400, "malformed")}
    assert (front.members.asked, front.service.seen) == ([], [])


async def test_a_signed_body_needs_its_digest(front: Front) -> None:
    without = {name: value for name, value in signed("POST", b"{}").items() if name != "Content-Digest"}
    for digest in (None, "sha-256=:AAAA:", "md5=:AAAA:", "sha-256=:" + "A" * 43 + "=:, sm3=:" + "A" * 43 + "=:"):
        headers = without | ({"Content-Digest": digest} if digest else {})
        answer = await front.http.post(PATH, headers=headers, content=b"{}")
        assert (answer.status_code, answer.json()["code"]) == (400, "digest-missing")
    assert (front.members.asked, front.service.seen) == ([], [])


async def test_a_body_with_the_right_digest_arrives_as_it_was_sent(front: Front) -> None:
    for algorithm, chunked, size in product(("sha256", "sm3"), (False, True), (1, PIECE * 5 + 1)):
        body = secrets.token_bytes(size)
        content = chunks(body) if chunked else body
        answer = await front.http.post(PATH, headers=signed("POST", body, algorithm=algorithm), content=content)
        assert answer.status_code == 200, answer.text
        assert (answer.json()["bytes"], answer.json()["sha256"]) == (size, hashlib.sha256(body).hexdigest())


@pytest.mark.parametrize("chunked", [False, True])
@pytest.mark.parametrize("size", [1, PIECE * 5 + 1])
async def test_a_service_never_gets_the_whole_of_a_body_that_is_not_the_signed_one(
    front: Front, chunked: bool, size: int
) -> None:
    body = secrets.token_bytes(size)
    other = body[:-1] + bytes([body[-1] ^ 1])
    answer = await front.http.post(PATH, headers=signed("POST", body), content=chunks(other) if chunked else other)
    assert (answer.status_code, answer.json()["code"]) == (400, "digest-wrong")
    arrived = 0
    while not front.service.arrived.empty():
        arrived += front.service.arrived.get_nowait()
    assert arrived < size


async def test_an_announced_body_that_does_not_come_is_not_taken_for_the_signed_one(front: Front) -> None:
    digest = f"sha-256=:{b64encode(hashlib.sha256(b'{}').digest()).decode()}:"
    answer = await front.http.post(PATH, headers=signed("POST", b"{}") | {"Content-Digest": digest}, content=b"")
    assert (answer.status_code, answer.json()["code"]) == (400, "digest-wrong")


async def test_what_members_refuses_the_caller_is_told(front: Front) -> None:
    for code in ("credential-refused", "clock-apart", "nonce-used"):
        front.members.refuse(code)
        answer = await front.get(signed())
        problem = answer.json()
        assert (answer.status_code, problem["code"]) == (401, code)
        assert problem["title_zh"].endswith("。")
        assert answer.headers["www-authenticate"] == "Bearer"
    assert front.service.seen == []


async def test_a_flood_of_one_wrong_key_does_not_reach_members(front: Front, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.door._REFUSED_SECONDS", 3600.0)
    front.members.refuse("credential-refused")
    for _ in range(5):
        assert await front.code({"Lianxin-Api-Key": API_KEY}) == (401, "credential-refused")
    assert len(front.members.asked) == 1


async def test_a_refused_key_is_asked_about_again_soon(front: Front, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.door._REFUSED_SECONDS", 0.0)
    front.members.refuse("credential-refused")
    assert await front.code({"Lianxin-Api-Key": API_KEY}) == (401, "credential-refused")
    front.members.status, front.members.answer = 200, None
    assert await front.code({"Lianxin-Api-Key": API_KEY}) == (200, "")


async def test_what_members_cannot_say_is_no_refusal_of_the_key(front: Front) -> None:
    for status, answer in (
        (500, {"code": "failure"}),
        (503, {"code": "store-away"}),
        (200, {"nonsense": True}),
        (200, "nonsense"),
        (401, {"code": "never-heard-of"}),
        (401, ["code"]),
    ):
        front.members.status, front.members.answer = status, answer
        assert await front.code({"Lianxin-Api-Key": API_KEY}) == (503, "members-away")
    front.members.status, front.members.answer = 200, None
    assert await front.code({"Lianxin-Api-Key": API_KEY}) == (200, "")


@pytest.mark.parametrize("network", [True, False])
async def test_members_that_does_not_answer_is_not_waited_for(network: bool) -> None:
    async with fronting(network=network, door_seconds=0.2) as front:
        front.members.hangs = True
        assert await front.code(signed()) == (503, "members-away")
        assert front.service.seen == []


async def test_without_members_only_tokens_pass() -> None:
    service = Service()
    async with gateway_before({"tasks": service}) as (http, _):
        refused = await http.get(PATH, headers=signed())
        passed = await http.get(PATH, headers={"authorization": "Bearer a.b.c"})
    assert (refused.status_code, refused.json()["code"], passed.status_code) == (503, "members-away", 200)


async def test_members_is_asked_by_the_gateway_alone(front: Front) -> None:
    answer = await front.http.post("/api/members/internal/actor-tokens", json={"kind": "api-key", "key": API_KEY})
    assert (answer.status_code, front.members.asked) == (404, [])


async def test_a_client_is_counted_by_the_rate_that_its_token_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIANXIN_LIMITS_SCALE", "1")
    public = ECAlgorithm.to_jwk(KEY.public_key(), as_dict=True)
    bearer = token(uuid4(), kind="client", sid=str(uuid4()), scope="requests.read", rate=2)
    async with fronting(network=False) as front:
        front.members.keys = [public | {"kid": "test", "alg": "ES256", "use": "sig"}]
        expires_at = (real_now() + timedelta(minutes=15)).isoformat()
        front.members.answer = {"access_token": bearer, "expires_at": expires_at}
        answers = [await front.get({"Lianxin-Api-Key": API_KEY}) for _ in range(6)]  # more than two minutes' worth
    assert answers[0].headers["ratelimit-policy"] == '"client";q=2;w=60'
    refused = [answer for answer in answers if answer.status_code == 429]
    assert refused
    assert refused[0].json()["code"] == "too-many"
    assert int(refused[0].headers["retry-after"]) >= 1


async def test_an_open311_key_is_shown_to_members_as_such() -> None:
    members = Members()
    door = Door({"members": members}, seconds=20)
    admission = await door.admit_open311(API_KEY)
    assert admission.access_token == "token-1"
    assert members.asked == [{"kind": "open311", "key": API_KEY}]
    for wrong in ("", "x", API_KEY + "\x00", "路" * 76):
        with pytest.raises(CredentialMalformed):
            await door.admit_open311(wrong)
    assert len(members.asked) == 1
