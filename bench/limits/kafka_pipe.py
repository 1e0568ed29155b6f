"""Bare aiokafka: one process sends, one listens; each prints a line of JSON with instants of the common clock."""

import argparse
import asyncio
import json
import sys
import time

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import TopicAlreadyExistsError

STAMP = 20  # digits of the nanosecond that each payload begins with
PARTITIONS = 3


async def send(servers: str, topic: str, *, count: int, rate: float, size: int) -> None:
    """Send `count` payloads of `size` bytes; `rate` a second, each at once, or with rate 0 as fast as it goes."""
    batching = {"linger_ms": 0} if rate else {"linger_ms": 5, "max_batch_size": 256 * 1024}
    producer = AIOKafkaProducer(bootstrap_servers=servers, acks="all", enable_idempotence=True, **batching)
    await producer.start()
    filling = b"x" * (size - STAMP)
    try:
        await producer.partitions_for(topic)
        started, sent = time.monotonic(), []
        for number in range(count):
            if rate:
                await asyncio.sleep(max(0.0, started + number / rate - time.monotonic()))
            stamp = b"%020d" % time.monotonic_ns()
            sent.append(await producer.send(topic, stamp + filling, key=b"%d" % number))
        await asyncio.gather(*sent)
        print(json.dumps({"first_sent": started}), flush=True)
    finally:
        await producer.stop()


async def listen(servers: str, topic: str, *, count: int) -> None:
    """Take in `count` payloads; prints «ready», then the latencies in ms and the instant of the last."""
    admin = AIOKafkaAdminClient(bootstrap_servers=servers)
    await admin.start()
    try:
        await admin.create_topics([NewTopic(topic, PARTITIONS, 1)])
    except TopicAlreadyExistsError:
        pass
    finally:
        await admin.close()
    consumer = AIOKafkaConsumer(bootstrap_servers=servers, enable_auto_commit=False, auto_offset_reset="earliest")
    await consumer.start()
    try:
        places = [TopicPartition(topic, number) for number in range(PARTITIONS)]
        consumer.assign(places)
        await consumer.seek_to_beginning(*places)
        print(json.dumps({"ready": True}), flush=True)
        latencies: list[float] = []
        while len(latencies) < count:
            batches = await consumer.getmany(timeout_ms=1000, max_records=500)
            now = time.monotonic_ns()
            latencies += [(now - int(record.value[:STAMP])) / 1e6 for batch in batches.values() for record in batch]
        print(json.dumps({"last_heard": time.monotonic(), "latencies_ms": latencies}), flush=True)
    finally:
        await consumer.stop()


def main() -> None:
    """Send or listen, as the command line says."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=["send", "listen"])
    for name, kind in (("servers", str), ("topic", str), ("count", int), ("rate", float), ("size", int)):
        parser.add_argument(f"--{name}", type=kind, default=0 if kind is not str else None)
    asked = parser.parse_args()
    if asked.what == "listen":
        asyncio.run(listen(asked.servers, asked.topic, count=asked.count))
    else:
        asyncio.run(send(asked.servers, asked.topic, count=asked.count, rate=asked.rate, size=max(asked.size, STAMP)))


if __name__ == "__main__":
    sys.exit(main())
