"""Who asks too often is told so, when to come back, and nobody else pays for it."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from uuid import uuid4

import httpx
import jwt
import pytest
import pytest_asyncio
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey, generate_private_key
from fakeredis import FakeAsyncRedisConnection, FakeServer
from limits import parse
from pydantic import SecretStr
from redis.asyncio import ConnectionPool

from chassis.identity import AUDIENCE, ISSUER
from chassis.settings import Refused
from gateway.app import create_app
from gateway.counters import Memory
from gateway.settings import FrontSettings, RateSettings
from gateway.shared_counters import Shared
from gateway.upstreams import in_process
from tests.gateway.stand import Service, free_port, serve

pytestmark = pytest.mark.asyncio

RATES = RateSettings(
    scale=1.0,
    reading_caller="3/hour",
    reading_address="10/hour",
    changing_caller="2/hour",
    changing_address="10/hour",
    signing_in_address="2/hour",
    tracking_address="2/hour",
    client="4/hour",
)
PROXY = FrontSettings(trusted_proxies="127.0.0.0/8")
KEY = generate_private_key(SECP256R1())


def token(subject: str, *, key: EllipticCurvePrivateKey = KEY, kid: str = "k", **claims: object) -> dict[str, str]:
    """The header of a token as `members` makes it."""
    said = {"iss": ISSUER, "aud": AUDIENCE, "sub": subject, "exp": int(time.time()) + 900, **claims}
    return {"authorization": f"Bearer {jwt.encode(said, key, algorithm='ES256', headers={'kid': kid})}"}


def members() -> Service:
    """A `members` that has one key."""
    service = Service()
    described = json.loads(jwt.algorithms.ECAlgorithm.to_jwk(KEY.public_key()))
    service.keys = {"keys": [described | {"kid": "k"}]}
    return service


@pytest_asyncio.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    """A caller behind a trusted proxy, who can thus be at any address."""
    app = create_app(in_process({"members": members(), "tasks": Service()}), front=PROXY, rates=RATES)
    async with (
        serve(app) as port,
        httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=30, trust_env=False) as caller,
    ):
        yield caller


async def codes(client: httpx.AsyncClient, count: int, path: str, **said: str) -> list[int]:
    """The answers to so many requests."""
    return [(await client.get(path, headers=said)).status_code for _ in range(count)]


async def test_an_address_that_asks_too_often_is_refused_and_told_when_to_come_back(client: httpx.AsyncClient) -> None:
    assert await codes(client, 10, "/api/tasks/x", **{"x-forwarded-for": "192.0.2.1"}) == [200] * 10
    refusal = await client.get("/api/tasks/x", headers={"x-forwarded-for": "192.0.2.1"})
    assert (refusal.status_code, refusal.json()["code"]) == (429, "too-many")
    assert 0 < int(refusal.headers["retry-after"]) <= 7200
    assert refusal.headers["ratelimit-policy"] == '"reading-address";q=10;w=3600'
    assert refusal.headers["ratelimit"].startswith('"reading-address";r=0;t=')
    assert await codes(client, 1, "/api/tasks/x", **{"x-forwarded-for": "192.0.2.2"}) == [200]


async def test_answers_say_what_is_left(client: httpx.AsyncClient) -> None:
    first, second = [await client.get("/api/tasks/x", headers=token("somebody")) for _ in range(2)]
    assert first.headers["ratelimit-policy"] == '"reading-caller";q=3;w=3600'
    assert first.headers["ratelimit"].startswith('"reading-caller";r=2;t=')
    assert second.headers["ratelimit"].startswith('"reading-caller";r=1;t=')


async def test_a_person_is_counted_wherever_they_are_and_whatever_token_they_use(client: httpx.AsyncClient) -> None:
    seen = []
    for number in range(4):
        said = {"x-forwarded-for": f"192.0.2.{number}", **token("zhang", jti=str(uuid4()))}
        seen.append((await client.get("/api/tasks/x", headers=said)).status_code)
    assert seen == [200, 200, 200, 429]
    assert await codes(client, 1, "/api/tasks/x", **token("li")) == [200]


async def test_nobody_can_use_up_another_persons_requests(client: httpx.AsyncClient) -> None:
    forged = [
        token("zhang", key=generate_private_key(SECP256R1())),
        token("zhang", kid="another"),
        token("zhang", exp=int(time.time()) - 60),
        token("zhang", aud="elsewhere"),
        token("zhang", iss="somebody"),
        {"authorization": f"Bearer {jwt.encode({'sub': 'zhang'}, 'x' * 32, algorithm='HS256', headers={'kid': 'k'})}"},
        {"authorization": "Bearer nonsense"},
        {"authorization": "Basic zhang"},
    ]
    for said in forged:
        answer = await client.get("/api/tasks/x", headers=said)
        assert answer.headers["ratelimit"].startswith('"reading-address";')
    assert await codes(client, 4, "/api/tasks/x", **token("zhang"), **{"x-forwarded-for": "192.0.2.9"}) == [200] * 3 + [
        429
    ]


async def test_many_made_up_persons_share_the_rate_of_their_address(client: httpx.AsyncClient) -> None:
    stranger = generate_private_key(SECP256R1())
    seen = [(await client.get("/api/tasks/x", headers=token(f"p{n}", key=stranger))).status_code for n in range(11)]
    assert seen == [200] * 10 + [429]


async def test_a_client_is_counted_by_its_own_rate_over_all_it_does(client: httpx.AsyncClient) -> None:
    said = token("system", kind="client")
    seen = [
        (await client.request(method, "/api/tasks/x", headers=said)).status_code
        for method in ("GET", "POST", "GET", "POST", "GET")
    ]
    assert seen == [200, 200, 200, 200, 429]


@pytest.mark.parametrize(
    "path",
    [
        "/api/members/sign-in/development",
        "/api/members/sign%2Din/development",
        "/api/members/%73ign-in/development",
        "/api/members/oauth/token",
        "/api/tasks/tracking",
        "/api/tasks/trac%6Bing",
        "/api/tasks/slips",
    ],
)
async def test_signing_in_and_tracking_codes_are_strict_by_address_however_they_are_written(
    client: httpx.AsyncClient, path: str
) -> None:
    seen = [(await client.post(path, headers=token(f"p{number}"))).status_code for number in range(3)]
    assert seen == [200, 200, 429]


async def test_reading_is_not_stopped_by_too_much_changing(client: httpx.AsyncClient) -> None:
    said = token("zhang")
    assert [(await client.post("/api/tasks/x", headers=said)).status_code for _ in range(3)] == [200, 200, 429]
    assert await codes(client, 1, "/api/tasks/x", **said) == [200]


async def test_keys_that_cannot_be_had_leave_the_rate_of_the_address() -> None:
    for broken in ("nonsense", {"keys": "none"}, {"keys": [{"kty": "EC"}]}, None):
        service = Service()
        service.keys = broken
        app = create_app(in_process({"members": service, "tasks": Service()}), front=PROXY, rates=RATES)
        async with serve(app) as port, httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=30) as caller:
            answer = await caller.get("/api/tasks/x", headers=token("zhang"))
        assert answer.status_code == 200
        assert answer.headers["ratelimit"].startswith('"reading-address";')


async def test_a_window_slides() -> None:
    now = 6000.0
    memory = Memory(now=lambda: now)
    rate = parse("10/minute")
    assert [(await memory.count(rate, "a")).allowed for _ in range(11)] == [True] * 10 + [False]
    now += 60
    refused = await memory.count(rate, "a")
    assert (refused.allowed, refused.remaining) == (False, 0)  # all ten are still in sight
    now += refused.seconds
    assert (await memory.count(rate, "a")).allowed
    now += 15
    assert [(await memory.count(rate, "a")).allowed for _ in range(4)] == [True, True, False, False]
    now += 120
    assert (await memory.count(rate, "a")).remaining == 9


@pytest.mark.parametrize("said", ["1/minute", "7/minute", "100/minute", "30/10 minutes"])
async def test_who_waits_as_long_as_it_is_told_is_let_in(said: str) -> None:
    now = 12_345.0
    memory = Memory(now=lambda: now)
    rate = parse(said)
    for _ in range(rate.amount * 3):
        counted = await memory.count(rate, "a")
        if not counted.allowed:
            now += counted.seconds + 0.001
            assert (await memory.count(rate, "a")).allowed


async def test_a_flood_of_addresses_neither_fills_the_memory_nor_forgets_whom_it_counts() -> None:
    memory = Memory(most=100, now=lambda: 50.0)
    rate = parse("2/minute")
    for _ in range(2):
        assert (await memory.count(rate, "known")).allowed
    for number in range(20_000):
        await memory.count(rate, f"stranger {number}")
    assert len(memory._windows) <= 100 + 1024
    assert not (await memory.count(rate, "known")).allowed
    assert not (await memory.count(rate, "one more stranger")).allowed


async def test_gateways_that_share_a_store_count_together() -> None:
    store = FakeServer(server_type="valkey")
    one, other = [Shared(ConnectionPool(connection_class=FakeAsyncRedisConnection, server=store)) for _ in range(2)]
    rate = parse("3/hour")
    counted = [await counters.count(rate, "zhang") for counters in (one, other, one, other)]
    assert [each.allowed for each in counted] == [True, True, True, False]
    assert [each.remaining for each in counted] == [2, 1, 0, 0]
    assert 0 < counted[-1].seconds <= 3600
    await one.close()
    await other.close()


async def test_without_its_store_a_gateway_counts_by_itself() -> None:
    shared = Shared.at(f"redis://127.0.0.1:{free_port()}")
    rate = parse("2/hour")
    assert [(await shared.count(rate, "zhang")).allowed for _ in range(3)] == [True, True, False]
    await shared.close()


async def test_counting_goes_on_for_many_at_once() -> None:
    memory = Memory()
    rate = parse("50/hour")
    counted = await asyncio.gather(*(memory.count(rate, "a") for _ in range(80)))
    assert sum(each.allowed for each in counted) == 50


@pytest.mark.parametrize("wrong", [{"reading_caller": "lots"}, {"client": ""}, {"tracking_address": "5/fortnight"}])
async def test_a_rate_that_cannot_be_read_makes_it_refuse_to_start(wrong: dict[str, str]) -> None:
    with pytest.raises(Refused):
        RateSettings(**wrong)


async def test_the_address_of_the_store_is_a_secret() -> None:
    settings = RateSettings(store=SecretStr("redis://:hunter2@cache:6379"))
    assert "hunter2" not in repr(settings)
