"""What only the Kafka log promises: CloudEvents on the wire, a deadline, and patience with a broker that is away."""

import asyncio
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from uuid import UUID

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from cloudevents.core.bindings.kafka import KafkaMessage, from_kafka_event, to_binary_event
from cloudevents.core.v1.event import CloudEvent

from chassis.log import LogUncertain, Reader, Record
from chassis.log.cloudevent import NotAFact, read_record, write_headers
from chassis.log.kafka import KafkaLog
from profiles.servers import KafkaServer
from tests.chassis.test_log import TRACE, a_fact, facts, ids, read_until

FACT = Record(
    id=UUID("0192f0c1-2345-7abc-8def-0123456789ab"),
    type="tasks.request.handled.v1",
    key="阿依·𠮷",
    time=datetime(2026, 11, 22, 1, 2, 3, 456789, tzinfo=UTC),
    body='{"request_id": "𠮷"}',
    traceparent=TRACE,
)
ATTRIBUTES = {
    "id": str(FACT.id),
    "source": "/tasks",
    "type": FACT.type,
    "specversion": "1.0",
    "time": FACT.time,
    "partitionkey": FACT.key,
    "datacontenttype": "application/json",
    "traceparent": TRACE,
}


def test_the_cloudevents_library_reads_what_we_write() -> None:
    message = KafkaMessage(headers=dict(write_headers(FACT)), key=FACT.key.encode(), value=FACT.body.encode())
    event = from_kafka_event(message)
    assert event.get_attributes() == ATTRIBUTES
    assert event.get_data() == {"request_id": "𠮷"}


def test_we_read_what_the_cloudevents_library_writes() -> None:
    message = to_binary_event(CloudEvent(ATTRIBUTES, {"request_id": "𠮷"}))
    key = message.key.encode() if isinstance(message.key, str) else message.key
    read = read_record(list(message.headers.items()), key=key, value=message.value)
    assert read == Record(
        **{field: getattr(FACT, field) for field in Record.__slots__} | {"body": message.value.decode()}
    )
    assert dict(write_headers(FACT)) == message.headers


@pytest.mark.parametrize(
    ("headers", "value"),
    [
        ([], b"{}"),
        ([("ce_id", b"7"), *write_headers(FACT)[1:]], b"{}"),
        (write_headers(FACT), None),
        (write_headers(FACT), b"\xff"),
    ],
)
def test_what_is_not_a_fact_is_refused(headers: list[tuple[str, bytes]], value: bytes | None) -> None:
    with pytest.raises(NotAFact):
        read_record(headers, key=b"k", value=value)


@pytest.mark.asyncio
async def test_a_fact_lies_on_its_topic_as_a_cloudevent_in_binary_mode(kafka_address: str, topic_prefix: str) -> None:
    log = KafkaLog(kafka_address, prefix=topic_prefix)
    await log.append([FACT])
    consumer = AIOKafkaConsumer(
        f"{topic_prefix}evt.tasks", bootstrap_servers=kafka_address, auto_offset_reset="earliest", group_id=None
    )
    async with asyncio.timeout(20):
        await consumer.start()
        message = await consumer.getone()
    await consumer.stop()
    await log.close()
    assert message.key == FACT.key.encode()
    assert message.value == FACT.body.encode()
    assert dict(message.headers) == {
        "ce_id": str(FACT.id).encode(),
        "ce_source": b"/tasks",
        "ce_specversion": b"1.0",
        "ce_type": b"tasks.request.handled.v1",
        "ce_time": b"2026-11-22T01:02:03.456789Z",
        "ce_partitionkey": FACT.key.encode(),
        "ce_traceparent": TRACE.encode(),
        "content-type": b"application/json",
    }


@pytest.mark.asyncio
async def test_what_is_not_a_fact_is_passed_over(kafka_address: str, topic_prefix: str) -> None:
    log = KafkaLog(kafka_address, prefix=topic_prefix)
    first, last = facts(2)
    await log.append([first])
    producer = AIOKafkaProducer(bootstrap_servers=kafka_address)
    await producer.start()
    await producer.send_and_wait(f"{topic_prefix}evt.tasks", key=b"k", value=b"not a fact")
    await producer.stop()
    await log.append([last])
    reader = await log.reader(group="feedback", sources=["tasks"])
    assert await read_until(reader, 2) == [first, last]
    await reader.commit()
    assert await reader.lag() == 0
    await reader.close()
    await log.close()


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KafkaServer]:
    """A broker of this module's own, to be killed."""
    with KafkaServer(tmp_path_factory.mktemp("broker")) as server:
        yield server


@pytest.mark.asyncio
@pytest.mark.xdist_group("own broker")
async def test_a_broker_that_hangs_makes_an_append_uncertain_and_its_repetition_keeps_the_order(
    broker: KafkaServer, topic_prefix: str
) -> None:
    log = KafkaLog(broker.address, prefix=topic_prefix, deadline=1.5)
    older, uncertain, newer = facts(1), facts(3), facts(1)
    await log.append(older)
    broker.pause()
    try:
        for _ in range(3):
            begun = time.monotonic()
            with pytest.raises(LogUncertain):
                await log.append(uncertain)
            assert 1.4 < time.monotonic() - begun < 6
    finally:
        broker.resume()  # and it writes what it had already received
    async with asyncio.timeout(30):
        for batch in (uncertain, newer):
            while True:
                try:
                    await log.append(batch)
                    break
                except LogUncertain:
                    await asyncio.sleep(0.2)
    reader = await log.reader(group="feedback", sources=["tasks"])
    found = await read_until(reader, 5)
    while more := await reader.read(wait=1):
        found += more
    assert list(dict.fromkeys(ids(found))) == ids([*older, *uncertain, *newer])
    assert len(found) <= len([*older, *uncertain, *uncertain, *newer])  # the tries in between left nothing to send
    await reader.close()
    await log.close()


@pytest.mark.asyncio
@pytest.mark.xdist_group("own broker")
async def test_a_log_begun_without_a_broker_finds_it_when_it_comes(broker: KafkaServer, topic_prefix: str) -> None:
    broker.stop()
    log = KafkaLog(broker.address, prefix=topic_prefix, deadline=2)
    await log.open()
    reader = await log.reader(group="feedback", sources=["tasks"])
    try:
        assert await reader.read(wait=0.2) == []
        await reader.commit()
        with pytest.raises(LogUncertain):
            await reader.lag()
        with pytest.raises(LogUncertain):
            await log.append([FACT])
    finally:
        await asyncio.to_thread(broker.start)
    await log.append([FACT])
    assert await read_until(reader, 1) == [FACT]
    await reader.close()
    await log.close()


@pytest.mark.asyncio
@pytest.mark.xdist_group("own broker")
async def test_a_reader_lives_through_a_broker_that_is_killed_and_comes_back(
    broker: KafkaServer, topic_prefix: str
) -> None:
    log = KafkaLog(broker.address, prefix=topic_prefix, deadline=3)
    reader = await log.reader(group="feedback", sources=["tasks"])
    before = facts(3)
    await log.append(before)
    assert await read_until(reader, 3) == before
    await reader.commit()
    leaving = await log.reader(group="members", sources=["tasks"])
    await read_until(leaving, 3)
    broker.kill()
    try:
        assert await reader.read(wait=0.5) == []
        await reader.commit()  # refused, and passed over
        begun = time.monotonic()
        await leaving.close()
        assert time.monotonic() - begun < 6
    finally:
        await asyncio.to_thread(broker.start)
    after = a_fact(3)
    while True:
        try:
            await log.append([after])
            break
        except LogUncertain:
            await asyncio.sleep(0.2)
    # Once or twice: an uncertain append was repeated. The others may come again, since the commit was refused.
    assert await read_until_found(reader, after.id)
    await reader.close()
    await log.close()


async def read_until_found(reader: Reader, wanted: UUID) -> bool:
    """Whether this fact came within half a minute."""
    end = time.monotonic() + 30
    while time.monotonic() < end:
        if wanted in ids(await reader.read(wait=0.5)):
            return True
    return False
