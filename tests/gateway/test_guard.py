"""Early refusal: too much in hand, a service that fails; and whom an address belongs to."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

import httpx
import pytest
from starlette.types import Scope

from chassis.settings import Refused
from gateway.app import create_app
from gateway.breaker import Breaker, Resting, State
from gateway.limits import Limits
from gateway.network import Budget
from gateway.origin import Proxies
from gateway.room import Busy, Room
from gateway.settings import FrontSettings
from gateway.upstreams import over_network
from tests.gateway.stand import Service, free_port, gateway_before, serve, stand

pytestmark = pytest.mark.asyncio

PATIENCE = 30.0


@contextlib.asynccontextmanager
async def small_gateway(service: Service) -> AsyncIterator[httpx.AsyncClient]:
    """One that takes on three requests at once and two streams."""
    front = FrontSettings(most_at_once=3, most_at_once_each=3, most_streams=2)
    async with serve(service) as behind:
        limits = Limits(first_byte_seconds=60, total_seconds=90)
        app = create_app(over_network({"tasks": f"http://127.0.0.1:{behind}"}), front=front, limits=limits)
        async with (
            serve(app) as port,
            httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=PATIENCE, trust_env=False) as client,
        ):
            yield client


async def until(count: int, service: Service) -> None:
    """Wait until so many requests are with the service."""
    async with asyncio.timeout(PATIENCE):
        while len(service.seen) < count:
            await asyncio.sleep(0.01)


async def test_one_request_too_many_is_refused_at_once_and_health_is_still_answered() -> None:
    service = Service()
    async with small_gateway(service) as client:
        asleep = [asyncio.create_task(client.get("/api/tasks/asleep")) for _ in range(3)]
        await until(3, service)
        refusal = await client.get("/api/tasks/x")
        assert (refusal.status_code, refusal.json()["code"]) == (503, "busy")
        assert refusal.headers["retry-after"] == "1"
        for page in ("/health", "/health/live", "/metrics"):
            assert (await client.get(page)).status_code == 200
        assert 'lianxin_gateway_in_hand{service="tasks"} 3.0' in (await client.get("/metrics")).text
        for task in asleep:
            task.cancel()
        await asyncio.gather(*asleep, return_exceptions=True)
        async with asyncio.timeout(PATIENCE):  # the places of those who left are free again
            while (await client.get("/api/tasks/x")).status_code != 200:
                await asyncio.sleep(0.01)


async def test_streams_of_events_take_no_places_of_requests_and_have_a_limit_of_their_own() -> None:
    service = Service()
    async with small_gateway(service) as client, contextlib.AsyncExitStack() as stack:
        for _ in range(2):
            await stack.enter_async_context(client.stream("GET", "/api/tasks/drip"))
        assert (await client.get("/api/tasks/x")).status_code == 200
        metrics = (await client.get("/metrics")).text
        assert "lianxin_gateway_streams 2.0" in metrics
        assert 'lianxin_gateway_in_hand{service="tasks"} 0.0' in metrics
        assert (await client.get("/api/tasks/drip")).json()["code"] == "busy"


async def test_a_place_is_left_however_the_request_ends() -> None:
    room = Room(most=2, most_each=1, most_streams=1)
    place = room.enter("tasks")
    with pytest.raises(Busy):
        room.enter("tasks")
    other = room.enter("members")
    with pytest.raises(Busy):
        room.enter("feedback")
    place.stream()
    room.enter("tasks")
    place.leave()
    other.leave()
    assert (room.streams, room.in_hand.total()) == (0, 1)


async def test_a_service_that_fails_is_left_in_peace_and_tried_again_by_a_few() -> None:
    now = 100.0
    breaker = Breaker(now=lambda: now)

    def call(*, failed: bool | None) -> None:
        breaker.leave(probe=breaker.enter(), failed=failed)

    for _ in range(19):
        call(failed=True)
    assert breaker.state == State.CLOSED  # too few to say
    call(failed=True)
    assert breaker.state == State.OPEN
    with pytest.raises(Resting) as resting:
        breaker.enter()
    assert resting.value.details["retry_after_seconds"] == 5
    now += 5
    assert breaker.state == State.HALF_OPEN
    probes = [breaker.enter() for _ in range(3)]
    with pytest.raises(Resting):
        breaker.enter()
    for probe in probes[:2]:
        breaker.leave(probe=probe, failed=False)
    breaker.leave(probe=probes[2], failed=True)
    assert breaker.state == State.OPEN
    now += 5
    for failed in (False, None, False, False):
        call(failed=failed)
    assert breaker.state == State.CLOSED
    call(failed=True)
    assert breaker.state == State.CLOSED


async def test_a_service_that_fails_sometimes_goes_on_and_old_failures_are_forgotten() -> None:
    now = 100.0
    breaker = Breaker(now=lambda: now)
    for number in range(100):
        breaker.leave(probe=breaker.enter(), failed=number % 3 == 0)
    assert breaker.state == State.CLOSED
    now += 11
    for _ in range(19):
        breaker.leave(probe=breaker.enter(), failed=True)
    assert breaker.state == State.CLOSED


async def test_what_a_caller_did_wrong_says_nothing_about_the_service() -> None:
    breaker = Breaker()
    for _ in range(100):
        breaker.leave(probe=breaker.enter(), failed=None)
    assert breaker.state == State.CLOSED


async def test_a_service_that_is_down_is_soon_no_longer_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.breaker._REST_SECONDS", 1000.0)
    monkeypatch.setattr("gateway.breaker._WINDOW_SECONDS", 1000.0)
    port = free_port()
    services = {"tasks": f"http://127.0.0.1:{port}"}
    async with gateway_before(services, limits=Limits(first_byte_seconds=10)) as (client, _):
        answers = await asyncio.gather(*(client.get("/api/tasks/x") for _ in range(20)))
        assert {answer.json()["code"] for answer in answers} == {"unavailable"}
        resting = await client.get("/api/tasks/x")
        assert (resting.status_code, resting.json()["code"]) == (503, "resting")
        assert int(resting.headers["retry-after"]) >= 1
        assert 'lianxin_gateway_breaker{service="tasks"} 2.0' in (await client.get("/metrics")).text


async def test_an_answer_that_says_failure_is_an_answer() -> None:
    async with stand(Service(), limits=Limits(), network=True) as door:
        for _ in range(30):
            assert (await door.client.post("/api/tasks/early")).status_code == 401
        assert (await door.client.get("/api/tasks/x")).status_code == 200


async def test_second_tries_are_a_tenth_of_the_first() -> None:
    budget = Budget()
    assert [budget.spend() for _ in range(11)] == [True] * 10 + [False]
    for _ in range(10):
        budget.earn()
    assert [budget.spend(), budget.spend()] == [True, False]


def scope_from(peer: str, *said: str, proto: str = "") -> Scope:
    """A request that came over this peer, with these headers X-Forwarded-For."""
    headers = [(b"x-forwarded-for", one.encode("latin-1")) for one in said]
    headers += [(b"x-forwarded-proto", proto.encode())] if proto else []
    return {"client": (peer, 1), "scheme": "http", "headers": headers}


@pytest.mark.parametrize(
    ("peer", "said", "address"),
    [
        ("203.0.113.9", ["192.0.2.1"], "203.0.113.9"),  # no proxy of ours
        ("10.0.0.1", [], "10.0.0.1"),
        ("10.0.0.1", ["192.0.2.1"], "192.0.2.1"),
        ("10.0.0.1", ["6.6.6.6, 192.0.2.1"], "192.0.2.1"),
        ("10.0.0.1", ["6.6.6.6", "192.0.2.1, 10.0.0.2"], "192.0.2.1"),
        ("10.0.0.1", ["6.6.6.6, nonsense"], "10.0.0.1"),
        ("10.0.0.1", ["6.6.6.6, nonsense, 10.0.0.2"], "10.0.0.2"),
        ("10.0.0.1", [""], "10.0.0.1"),
        ("10.0.0.1", ["\xff"], "10.0.0.1"),
        ("::ffff:10.0.0.1", ["192.0.2.1"], "192.0.2.1"),
        ("10.0.0.1", ["2001:db8::1"], "2001:db8::1"),
        ("10.0.0.1", ["10.0.0.3, 10.0.0.2"], "10.0.0.3"),
    ],
)
async def test_the_right_most_address_that_is_no_proxy_of_ours_is_the_callers(
    peer: str, said: list[str], address: str
) -> None:
    proxies = Proxies(FrontSettings(trusted_proxies="10.0.0.0/8, fd00::/8").trusted_proxies)
    assert proxies.origin(scope_from(peer, *said)).address == address


async def test_only_a_trusted_proxy_says_that_the_caller_came_by_https() -> None:
    proxies = Proxies(FrontSettings(trusted_proxies="10.0.0.0/8").trusted_proxies)
    assert proxies.origin(scope_from("10.0.0.1", proto="http, https")).scheme == "https"
    assert proxies.origin(scope_from("10.0.0.1", proto="gopher")).scheme == "http"
    assert proxies.origin(scope_from("192.0.2.1", proto="https")).scheme == "http"


async def test_ipv6_is_counted_by_its_network_of_64_bits() -> None:
    counted = {Proxies().origin(scope_from(f"2001:db8:1:2::{end}")).counted_as for end in ("1", "ffff", "a:b")}
    assert counted == {"2001:db8:1:2::/64"}
    assert Proxies().origin(scope_from("2001:db8:1:3::1")).counted_as == "2001:db8:1:3::/64"
    assert Proxies().origin(scope_from("::ffff:192.0.2.1")).counted_as == "192.0.2.1"


@pytest.mark.parametrize("said", ["anything", "10.0.0.1/8", "10.0.0.0/40"])
async def test_networks_that_cannot_be_read_make_it_refuse_to_start(said: str) -> None:
    with pytest.raises(Refused):
        FrontSettings(trusted_proxies=said)
