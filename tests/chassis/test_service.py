"""What a mounted service says of itself: alive, ready with its reasons, and its figures."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta

import pytest

from chassis.log import Record
from chassis.log.memory import MemoryLog
from chassis.problems import StoreAway
from chassis.service import Mounted
from chassis.session import Session
from tests.chassis.conftest import NOON, VAULT, Mount, Place, client_of, store_at
from tests.chassis.toys import GuestCame, GuestSpoke, build, make
from tests.mounting import HandClock, record, signing_key

pytestmark = pytest.mark.asyncio


async def ready(mounted: Mounted) -> tuple[int, list[str], dict[str, int] | None]:
    """What the service answers to whoever asks whether it is ready."""
    async with client_of(mounted) as client:
        assert (await client.get("/health/live")).json() == {"live": True}
        answer = await client.get("/health/ready")
    said = answer.json()
    assert said["ready"] is (answer.status_code == 200)
    return answer.status_code, said["reasons"], said["backlog"]


async def test_a_service_is_ready_once_it_can_check_tokens(where: Place) -> None:
    mounted = Mounted(build(), store=store_at(where), log=MemoryLog(), clock=HandClock(NOON), vault=VAULT)
    await mounted.start()
    assert (await ready(mounted))[:2] == (503, ["no-verification-key-heard"])
    await mounted.inbox.take([record(signing_key())])
    code, reasons, backlog = await ready(mounted)
    assert (code, reasons) == (200, [])
    assert backlog == {"outbox": 0, "lag": 0, "waiting": 0, "parked": 0, "overdue": 0}
    await mounted.stop()


async def test_a_service_without_its_database_is_alive_and_not_ready(
    mount: Mount, monkeypatch: pytest.MonkeyPatch
) -> None:
    mounted = await mount()

    def away() -> None:
        raise StoreAway()

    monkeypatch.setattr(mounted.store, "connection", away)
    code, reasons, backlog = await ready(mounted)
    assert (code, reasons, backlog) == (503, ["store-away"], None)
    async with client_of(mounted) as client:
        assert (await client.get("/metrics")).status_code in {200, 503}


async def test_the_figures_count_requests_by_route_and_show_the_whole_backlog(mount: Mount) -> None:
    async def fail(event: GuestCame | GuestSpoke, session: Session) -> None:
        raise ArithmeticError

    async def fail_at_guests(event: GuestCame, session: Session) -> None:
        await fail(event, session)

    clock = HandClock(NOON)
    mounted = await mount(build(hears=[fail_at_guests]), clock=clock)
    async with mounted.sessions() as session:
        made = await make(session, name="ball")
    clock.at = NOON + timedelta(hours=2)
    await mounted.inbox.take([record(GuestCame(guest_id=made.id, name="li"))])
    async with client_of(mounted) as client:
        await client.get("/toys")
        await client.get(f"/nothing/{made.id}")
        text = (await client.get("/metrics")).text
    assert 'lianxin_request_seconds_count{action="list_toys",code="401",service="toys"} 1.0' in text
    assert str(made.id) not in text
    shown = {"outbox": 1, "lag": 0, "waiting": 1, "parked": 0, "overdue": 1}
    for kind, number in shown.items():
        assert f'lianxin_backlog{{kind="{kind}",service="toys"}} {number}.0' in text


async def test_the_loops_outlive_a_handler_that_fails_and_a_log_that_is_away(mount: Mount) -> None:
    heard: list[str] = []

    async def hear(event: GuestCame, session: Session) -> None:
        if event.name == "poison":
            raise ArithmeticError
        heard.append(event.name)

    class Away(MemoryLog):
        failures = 2

        async def append(self, records: Sequence[Record]) -> None:
            if self.failures:
                self.failures -= 1
                raise ConnectionError
            await super().append(records)

    log = Away()
    mounted = await mount(build(hears=[hear]), log=log, loops=True)
    async with mounted.sessions() as session:
        made = await make(session, name="ball")
    await MemoryLog.append(log, [record(GuestCame(guest_id=made.id, name=name)) for name in ("poison", "behind")])
    async with asyncio.timeout(10):
        while not (heard == ["behind"] and any(fact.source == "toys" for fact in log.records)):
            await asyncio.sleep(0.01)
    assert (await ready(mounted))[:2] == (200, [])
    assert (await mounted.backlog()).parked == 1
