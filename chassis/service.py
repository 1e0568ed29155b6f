"""A service put together: what it offers, hears, owns and keeps time for, mounted on a store and a log."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import asdict, dataclass, field, replace
from traceback import format_tb

import structlog
from fastapi import APIRouter, FastAPI
from fastapi.responses import JSONResponse, Response
from sqlalchemy import MetaData, bindparam, func, select
from sqlmodel import SQLModel

from chassis import access, idempotency
from chassis.audit import api as audit
from chassis.audit.days import Counts, sealing
from chassis.audit.views import Concerns, nobody_else
from chassis.clock import Clock
from chassis.http import Api, answer_problems, public
from chassis.identity import Heard, Keyring
from chassis.inbox import Handle, Inbox, Patience, Sessions
from chassis.log import EventLog, LogUncertain, Reader
from chassis.outbox import Pace, relay
from chassis.problems import StoreAway
from chassis.secrecy import Vault
from chassis.session import AlreadyThere, Session
from chassis.store import Store
from chassis.tables import OUTBOX, TIMER, WAITING_FACT
from chassis.telemetry import Backlog, Figures, Measured
from chassis.timers import Fire, Timers
from contracts.event import Event

IN_OUTBOX = select(func.count()).select_from(OUTBOX)
IS_WAITING = select(func.count()).select_from(WAITING_FACT).where(WAITING_FACT.c.parked_at.is_(None))
IS_PARKED = select(func.count()).select_from(WAITING_FACT).where(WAITING_FACT.c.parked_at.is_not(None))
IS_OVERDUE = (
    select(func.count()).select_from(TIMER).where(TIMER.c.due_at <= bindparam("now"), TIMER.c.parked_at.is_(None))
)

Upkeep = Callable[[Session], Awaitable[int]]  # returns how much there was to do
Errand = Callable[[Sessions], Awaitable[int]]  # likewise, in transactions of its own

Follow = Callable[[Session], Awaitable[None]]


@dataclass(frozen=True)
class Service:
    """One service on one page."""

    name: str
    owns: MetaData
    offers: Sequence[APIRouter] = ()
    hears: Sequence[Handle] = ()
    fetches: Sequence[tuple[type[SQLModel], str]] = ()  # rows that are read for a whole batch of facts (`Inbox`)
    keeps_time: Mapping[str, Fire] = field(default_factory=dict)
    follows: Sequence[Follow] = ()  # every second of real time, by each copy: what another one has written
    upkeep: Sequence[Upkeep] = ()  # every ten minutes of real time, by each copy
    errands: Sequence[Errand] = ()  # to servers outside, again and again by each copy; no transaction waits for them
    uses: Sequence[object] = ()
    lets_go: Sequence[Callable[[], None]] = ()  # of what it uses and has to be ended, as it stops
    seals: type[Event] | None = None  # the fact that tells of a sealed day of its audit
    counts: Counts | None = None  # what is added up when a day is sealed
    concerns: Concerns = nobody_else


class Mounted:
    """A service on its store and its log, with its loops: relay, intake, second tries, timers, keys of tokens.

    `app` is what a server serves. `start` and `stop` bound the loops; `stop` lets what has begun come to its end.
    """

    def __init__(
        self,
        service: Service,
        *,
        store: Store,
        log: EventLog,
        clock: Clock,
        vault: Vault,
        patience: Patience | None = None,
    ) -> None:
        self.service = replace(service, hears=[*access.HEARS, *service.hears])
        self.store = store
        self.clock = clock
        self.vault = vault
        self.running: set[bytes] = set()
        self.keyring = Keyring(self._read_heard)
        self._log = log
        self._uses = {type(thing): thing for thing in [*service.uses, vault]}
        self._wake = asyncio.Event()
        self.ending = asyncio.Event()  # answers that go on and on are to end now
        self.looked_after = asyncio.Event()  # once the upkeep of the start has found nothing more to do
        self._stopping = asyncio.Event()
        self._loops: list[asyncio.Task[None]] = []
        self._reader: Reader | None = None
        self._said = structlog.get_logger(service.name)
        self.inbox = Inbox(self.service.hears, self.sessions, fetches=service.fetches, patience=patience)
        self.timers = Timers(service.keeps_time, self.sessions, clock, patience=patience)
        self._figures = Figures(service.name)
        self.api = self._build()
        self.app = Measured(self.api, self._figures, service.name)

    @asynccontextmanager
    async def sessions(self, traceparent: str | None = None) -> AsyncIterator[Session]:
        """One transaction, committed at the end; wakes the relay if it told anything."""
        session = Session(
            self.store.connection,
            self.store.plans,
            service=self.service.name,
            clock=self.clock,
            traceparent=traceparent,
            uses=self._uses,
        )
        async with session:
            yield session
        if session.published:
            self._wake.set()

    async def start(self) -> None:
        """Open the store and begin the loops; the log is expected to be open."""
        await self.store.open()
        with suppress(StoreAway):  # the loop looks again
            await self.follow()
        self._loops = [
            asyncio.create_task(self._keep_on(work), name=f"{self.service.name} {work.__name__}")
            for work in (
                self._relay,
                self._take_in,
                self._try_again,
                self._fire,
                self._keep_up,
                self._look_after,
                self._run_errands,
            )
        ]

    async def stop(self) -> None:
        """End the loops after what they are doing, then close the store."""
        self.ending.set()
        self._stopping.set()
        self._wake.set()
        await asyncio.gather(*self._loops)
        if self._reader is not None:
            await self._reader.close()
        for let_go in self.service.lets_go:
            await asyncio.to_thread(let_go)
        await self.store.close()

    async def follow(self) -> None:
        """Go by what any copy of this service has written of how to work; also for a command beside the service."""
        for look in self.service.follows:
            async with self.sessions() as session:
                await look(session)

    async def backlog(self) -> Backlog:
        """What is still to be done."""
        async with self.sessions() as session:
            counts = [
                await session.first(IN_OUTBOX),
                await session.first(IS_WAITING),
                await session.first(IS_PARKED),
                await session.first(IS_OVERDUE, now=self.clock.now()),
            ]
        outbox, waiting, parked, overdue = (row[0] if row else 0 for row in counts)
        lag = await (await self._reading()).lag()
        return Backlog(outbox=outbox, lag=lag, waiting=waiting, parked=parked, overdue=overdue)

    # — the loops —

    async def _keep_on(self, work: Callable[[], Awaitable[None]]) -> None:
        """Repeat a loop's work until the stop, through every outage of the store or the log."""
        pause = 0.1
        while not self._stopping.is_set():
            try:
                await work()
                pause = 0.1
            except (StoreAway, LogUncertain, OSError) as outage:
                self._said.warning("interrupted", work=work.__name__, reason=type(outage).__name__)
            except Exception as fault:  # noqa: BLE001  # a loop that ends is a service that no longer tells or hears
                self._said.error(
                    "failure", work=work.__name__, kind=type(fault).__name__, trace=format_tb(fault.__traceback__)
                )
            else:
                continue
            await self._rest(pause)
            pause = min(pause * 2, 5)

    async def _rest(self, seconds: float) -> None:
        """Wait, but not past the stop."""
        try:
            await asyncio.wait_for(self._stopping.wait(), seconds)
        except TimeoutError:
            return

    async def _relay(self) -> None:
        async with AsyncExitStack() as held:
            asking = asyncio.create_task(held.enter_async_context(self.store.lease("relay")))
            stopping = asyncio.create_task(self._stopping.wait())
            await asyncio.wait({asking, stopping}, return_when=asyncio.FIRST_COMPLETED)
            stopping.cancel()
            if not asking.done():  # another process carries; this one need not wait for its end
                asking.cancel()
                await asyncio.wait({asking})
                return
            lease = asking.result()
            pace = Pace()
            while not self._stopping.is_set():
                self._wake.clear()
                async with self.sessions() as session:
                    carried = await relay(session, self._log)
                if pace.busy_after(carried):
                    await self._rest(pace.LINGER)
                elif carried == 0:
                    try:
                        await asyncio.wait_for(self._wake.wait(), 1)
                    except TimeoutError:
                        await lease.check()

    async def _take_in(self) -> None:
        reader = await self._reading()
        try:
            while not self._stopping.is_set():
                records = await reader.read(limit=500, wait=0.25)
                if records:
                    await self.inbox.take(records)
                    await reader.commit()
        except Exception:
            # What was read and not taken in has to be read again: only a new reader goes back to it.
            self._reader = None
            await reader.close()
            raise

    async def _reading(self) -> Reader:
        if self._reader is None:
            self._reader = await self._log.reader(group=self.service.name, sources=self.inbox.sources)
        return self._reader

    async def _try_again(self) -> None:
        if await self.inbox.retry() == 0:
            await self._rest(0.2)

    async def _fire(self) -> None:
        if await self.timers.fire_due() == 0:
            await self._rest(0.2)

    async def _keep_up(self) -> None:
        """Go by what was heard of keys and access, by whichever copy of this service heard it."""
        await self.keyring.refresh()
        await self.follow()
        await self._rest(1)

    async def _look_after(self) -> None:
        """Do what the passing of real time asks for: take old rows away, seal the audit, the service's own upkeep."""
        done = 0
        seal = sealing(self.service.name, self.service.seals, self.service.counts)
        for work in (idempotency.forget_old, access.forget_old, seal, *self.service.upkeep):
            try:
                async with self.sessions() as session:
                    done += await work(session)
            except AlreadyThere:  # another copy of this service did it just now
                continue
        if done == 0:
            self.looked_after.set()
            await self._rest(600)

    async def _run_errands(self) -> None:
        """Carry to servers outside what is to be carried."""
        if sum([await errand(self.sessions) for errand in self.service.errands]) == 0:
            await self._rest(1 if self.service.errands else 600)

    async def _read_heard(self) -> Heard:
        async with self.sessions() as session:
            return await access.read_heard(session)

    # — the application —

    def _build(self) -> FastAPI:
        name = self.service.name
        app = Api(title=name, version="1", docs_url=None, redoc_url=None)
        app.state.mount = self
        answer_problems(app)
        for router in self.service.offers:
            app.include_router(router)
        app.include_router(audit.router_of(name, self.service.concerns))
        app.include_router(self._health())
        return app

    def _health(self) -> APIRouter:
        router = APIRouter(include_in_schema=False)

        @public
        async def live() -> JSONResponse:
            return JSONResponse({"live": True})

        @public
        async def ready() -> JSONResponse:
            reasons: list[str] = []
            backlog = None
            try:
                backlog = await self.backlog()
                if not await self.keyring.holds_any():
                    reasons.append("no-verification-key-heard")
            except StoreAway:
                reasons.append("store-away")
            except LogUncertain:
                reasons.append("log-away")
            reasons.extend(f"loop-ended: {loop.get_name()}" for loop in self._loops if loop.done())
            body = {"ready": not reasons, "reasons": reasons, "backlog": asdict(backlog) if backlog else None}
            return JSONResponse(body, 503 if reasons else 200)

        @public
        async def metrics() -> Response:
            return Response(self._figures.expose(await self.backlog()), media_type="text/plain; version=0.0.4")

        router.add_api_route("/health/live", live)
        router.add_api_route("/health/ready", ready)
        router.add_api_route("/metrics", metrics)
        return router
