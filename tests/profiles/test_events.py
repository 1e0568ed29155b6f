"""`lianxin events`: what is on the log, and what a service could not take in."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from click.testing import Result
from typer.testing import CliRunner

from chassis.clock import real_now
from chassis.inbox import Patience
from chassis.log.kafka import KafkaLog
from chassis.log.sqlite import SqliteLog
from chassis.migrations import upgrade
from chassis.settings import DevelopmentSettings
from chassis.tables import WAITING_FACT
from contracts.tasks import RequestHandled, RequestSubmitted
from profiles import embedded, events
from profiles.attached import attached
from profiles.cli import app
from tests.mounting import record

Events = Callable[..., Result]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """The directory of the embedded profile."""
    return tmp_path / "var"


@pytest.fixture
def on_files(home: Path, monkeypatch: pytest.MonkeyPatch) -> Events:
    """`lianxin events …` on migrated files."""
    for name in ("LIANXIN_DATABASE", "LIANXIN_CLOCK", "LIANXIN_HOME"):
        monkeypatch.delenv(name, raising=False)
    embedded.migrate(home)
    return lambda *words: CliRunner().invoke(app, ["events", *map(str, words), "--home", str(home)])


@pytest.fixture
def on_postgres(postgres_database: str, monkeypatch: pytest.MonkeyPatch) -> Events:
    """`lianxin events …` for the service whose database the environment names."""
    upgrade("feedback", postgres_database)
    monkeypatch.setenv("LIANXIN_DATABASE", postgres_database)
    monkeypatch.setenv("LIANXIN_KAFKA", "127.0.0.1:1")
    monkeypatch.setenv("LIANXIN_VAULT_KEY", "00" * 32)
    monkeypatch.delenv("LIANXIN_CLOCK", raising=False)
    return lambda *words: CliRunner().invoke(app, ["events", *map(str, words)])


@pytest.fixture(params=["on_files", "on_postgres"])
def lianxin_events(request: pytest.FixtureRequest) -> Events:
    """Both profiles."""
    found: Events = request.getfixturevalue(request.param)
    return found


def submitted(request_id: UUID) -> RequestSubmitted:
    return RequestSubmitted(
        request_id=request_id,
        division_code="430702204216",
        kind="help",
        item_code=None,
        channel="hotline",
        submitted_at=real_now(),
        finish_due_at=real_now() + timedelta(days=5),
    )


def handled(request_id: UUID) -> RequestHandled:
    return RequestHandled(
        request_id=request_id,
        round=1,
        requester_id=uuid4(),
        handler_id=uuid4(),
        handled_at=real_now(),
        in_time=True,
    )


async def put_aside(home: Path, fact: RequestHandled, *, is_parked: bool) -> int:
    """Have `feedback` hold a fact that it could not take in; returns its position."""
    at = real_now()
    held = record(fact)
    async with attached("feedback", home) as feedback:
        async with feedback.sessions() as session:
            session.insert(
                WAITING_FACT,
                {
                    "id": held.id,
                    "type": held.type,
                    "key": held.key,
                    "body": held.body,
                    "occurred_at": held.time,
                    "traceparent": None,
                    "attempts": 8,
                    "since": at - timedelta(days=2),  # longer than it may stay unheard of
                    "next_at": at + timedelta(hours=1),
                    "parked_at": at if is_parked else None,
                    "reason": "NotYetHeard",
                },
            )
        [found] = await events.put_aside(feedback)
        return found.position


def test_a_parked_fact_is_replayed_once_its_cause_is_gone(lianxin_events: Events, home: Path) -> None:
    request_id = uuid4()
    position = asyncio.run(put_aside(home, handled(request_id), is_parked=True))
    listed = lianxin_events("parked", "feedback").output
    assert f"{position}  停放  tasks.request.handled.v1  {request_id}" in listed
    assert "NotYetHeard" in listed

    too_early = lianxin_events("replay", "feedback", position)
    assert (too_early.exit_code, "仍未收下 1 个" in too_early.output) == (1, True)

    async def remove_the_cause() -> None:
        async with attached("feedback", home) as feedback:
            await feedback.inbox.take([record(submitted(request_id))])

    asyncio.run(remove_the_cause())
    done = lianxin_events("replay", "feedback", "--all")
    assert (done.exit_code, "收下 1 个" in done.output) == (0, True), done.output
    assert "没有停放或等待的事实" in lianxin_events("parked", "feedback").output


def test_what_waits_is_made_due_and_what_is_parked_is_not(lianxin_events: Events, home: Path) -> None:
    async def next_try() -> bool:
        async with attached("feedback", home) as feedback:
            [fact] = await events.put_aside(feedback)
            return fact.next_at <= real_now()

    asyncio.run(put_aside(home, handled(uuid4()), is_parked=False))
    assert not asyncio.run(next_try())
    assert "1 个" in lianxin_events("retry", "feedback").output
    assert asyncio.run(next_try())


def test_a_parked_fact_is_not_retried(on_files: Events, home: Path) -> None:
    asyncio.run(put_aside(home, handled(uuid4()), is_parked=True))
    assert "0 个" in on_files("retry", "feedback").output


def test_a_running_service_parks_what_poisons_it_and_a_command_beside_it_replays(on_files: Events, home: Path) -> None:
    request_id = uuid4()
    impatient = Patience(tries=1, first=timedelta(milliseconds=1), unheard=timedelta(0))

    async def story() -> tuple[Result, Result, int]:
        async with embedded.running(home, development=DevelopmentSettings(), patience=impatient) as everything:
            feedback, log = everything.services["feedback"], SqliteLog(home / "log.db")

            async def until(parked: int) -> None:
                async with asyncio.timeout(20):
                    while not ((found := await feedback.backlog()).still and found.parked == parked):
                        await asyncio.sleep(0.02)

            await log.open()
            await log.append([record(handled(request_id))])
            await until(parked=1)
            listed = await asyncio.to_thread(on_files, "parked", "feedback")
            await log.append([record(submitted(request_id))])
            await log.close()
            await until(parked=1)
            replayed = await asyncio.to_thread(on_files, "replay", "feedback", "--all")
            return listed, replayed, (await feedback.backlog()).parked

    listed, replayed, still_parked = asyncio.run(story())
    assert str(request_id) in listed.output
    assert (replayed.exit_code, still_parked) == (0, 0), replayed.output


@pytest.mark.parametrize("words", [(), (1, "--all")])
def test_a_replay_says_which(on_files: Events, words: tuple[object, ...]) -> None:
    assert on_files("replay", "feedback", *words).exit_code == 2


def test_a_position_that_is_not_there_is_said_so(on_files: Events) -> None:
    done = on_files("replay", "feedback", 99)
    assert (done.exit_code, "没有这样的事实" in done.output) == (1, True)


def test_an_unknown_service_is_refused(on_files: Events) -> None:
    assert on_files("parked", "nobody").exit_code == 2


def test_the_tail_shows_facts_and_moves_no_service_on(on_files: Events, home: Path) -> None:
    facts = [record(submitted(uuid4())) for _ in range(3)]

    async def lay_and_lag() -> int:
        log = SqliteLog(home / "log.db")
        await log.open()
        reader = await log.reader(group="feedback", sources=["tasks"])
        if await reader.lag() == 0:
            await log.append(facts)
        left = await reader.lag()
        await reader.close()
        await log.close()
        return left

    asyncio.run(lay_and_lag())
    shown = on_files("tail", "--service", "tasks")
    assert [line.split()[-1] for line in shown.output.splitlines()] == [str(fact.id) for fact in facts]
    assert on_files("tail", "--service", "members").output == ""
    assert asyncio.run(lay_and_lag()) == 3
    assert not list(home.glob("*tail*"))


@pytest.mark.xdist_group("kafka")
def test_the_tail_reads_kafka_too(
    kafka_address: str, topic_prefix: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    facts = [record(submitted(uuid4())) for _ in range(3)]

    async def lay() -> None:
        log = KafkaLog(kafka_address, prefix=topic_prefix, partitions=3)
        await log.append(facts)
        await log.close()

    asyncio.run(lay())
    monkeypatch.setenv("LIANXIN_DATABASE", "postgresql://nobody@127.0.0.1:1/none")
    monkeypatch.setenv("LIANXIN_KAFKA", kafka_address)
    monkeypatch.setenv("LIANXIN_TOPIC_PREFIX", topic_prefix)
    shown = CliRunner().invoke(app, ["events", "tail", "--home", str(tmp_path)])
    assert {line.split()[-1] for line in shown.output.splitlines()} == {str(fact.id) for fact in facts}
