"""The event log on Apache Kafka; the only module that knows aiokafka."""

import asyncio
import logging
from collections.abc import Iterable, Sequence

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRebalanceListener, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import KafkaError, TopicAlreadyExistsError, for_code

from chassis.log import LogUncertain, Record
from chassis.log.cloudevent import NotAFact, read_record, write_headers

logger = logging.getLogger(__name__)

_BATCH_BYTES = 256 * 1024  # the client's 16 KiB cost half of the rate
_MOST_REPLICAS = 3
_FIRST_PAUSE = 0.1
_LAST_PAUSE = 5.0


class KafkaLog:
    """Facts on the topics `{prefix}evt.<service>`, as CloudEvents in binary mode, made when first needed.

    Connections are made when first needed too, so that a service starts, and serves, while the broker is away.

    **Order.** `append` sends one batch at a time, and one idempotent producer keeps what it was given in order through
    all its retries. It never gives up, so the deadline (in seconds) is ours; when it passes, the producer is thrown
    away with what it still holds, or an hour's outage would end in a flood of repetitions, and `LogUncertain` says
    that the facts may or may not be there. What the old producer had already put on the wire can still be written
    later, behind newer facts. That does no harm as long as two rules hold: the caller appends what was uncertain
    again, in the same order, before anything newer; and the hearer takes in each id once, at its first occurrence.
    For then every producer's own sequence holds a fact only behind all older ones of its key, either in itself or
    acknowledged before it began; however such sequences are interleaved, the first occurrences stand in order, and
    whatever comes late is a repetition.

    **Waiting.** The client does not linger. A single fact leaves at once (p50 0.5 to 1.3 ms; 5.8 ms with a linger of
    5 ms), and a large `append` loses nothing by it (2,000 facts at a time: 47,000 to 50,000 a second; 45,000 to 47,000
    with the linger): the sender gets its turn only when a batch is full or all are added.
    """

    def __init__(
        self, address: str, *, prefix: str = "", deadline: float = 10.0, partitions: int = 6, session: float = 6.0
    ) -> None:
        """Take the log at `address` (`host:port`, several with commas).

        A new topic gets this many partitions; changing the number of an old one would break the order of its keys.
        A reader that is silent for `session` seconds loses its share to the others of its group.
        """
        self._address = address
        self._prefix = prefix
        self._deadline = deadline
        self._new_partitions = partitions
        self._session = session
        self._topics: dict[str, int] = {}  # those known to exist, and how many partitions they have
        self._appending = asyncio.Lock()
        self._producer: AIOKafkaProducer | None = None

    async def open(self) -> None:
        """Nothing yet: see above."""

    async def append(self, records: Sequence[Record]) -> None:
        """Add facts in this order; returns when every replica in sync has them."""
        async with self._appending:
            try:
                async with asyncio.timeout(self._deadline):
                    await self._send(records)
            except (OSError, KafkaError) as error:  # a timeout is an OSError
                await self._discard_producer()
                raise LogUncertain(f"no acknowledgement of {len(records)} facts: {error!r}") from error

    async def reader(self, *, group: str, sources: Sequence[str]) -> "KafkaReader":
        """Start reading the topics of these services for a group."""
        return KafkaReader(self, group=f"{self._prefix}{group}", sources=sources)

    async def close(self) -> None:
        """Let go of the producer's connections."""
        async with self._appending:
            await self._discard_producer()

    async def partitions(self, sources: Iterable[str]) -> list[TopicPartition]:
        """All partitions of the topics of these services; topics that are missing are made."""
        topics = {f"{self._prefix}evt.{source}" for source in sources}
        if not topics <= self._topics.keys():
            await self._make_topics(topics)
        return [TopicPartition(topic, number) for topic in sorted(topics) for number in range(self._topics[topic])]

    async def consumer(self, group: str) -> AIOKafkaConsumer:
        """A consumer that has joined nothing yet."""
        consumer = AIOKafkaConsumer(
            bootstrap_servers=self._address,
            group_id=group,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            session_timeout_ms=int(self._session * 1000),
            heartbeat_interval_ms=int(self._session * 250),
            # A question to the broker, such as the lag, queues behind a fetch that waits; the client's 500 ms made
            # every look at a service's readiness take a second.
            fetch_max_wait_ms=100,
        )
        try:
            await consumer.start()
        except BaseException:
            await consumer.stop()
            raise
        return consumer

    @property
    def deadline(self) -> float:
        """How many seconds the broker has for an answer."""
        return self._deadline

    async def _send(self, records: Sequence[Record]) -> None:
        await self.partitions({record.source for record in records})
        if self._producer is None:
            self._producer = await self._start_producer()
        send = self._producer.send
        acknowledged = [
            await send(
                f"{self._prefix}evt.{record.source}",
                key=record.key.encode(),
                value=record.body.encode(),
                headers=write_headers(record),
            )
            for record in records
        ]
        await asyncio.gather(*acknowledged)

    async def _start_producer(self) -> AIOKafkaProducer:
        producer = AIOKafkaProducer(
            bootstrap_servers=self._address,
            enable_idempotence=True,
            acks="all",
            max_batch_size=_BATCH_BYTES,
            request_timeout_ms=int(self._deadline * 1000),
        )
        try:
            await producer.start()
        except BaseException:
            await producer.stop()
            raise
        return producer

    async def _discard_producer(self) -> None:
        """Drop the producer with all it has not delivered; its own `stop` would wait for the broker for ever."""
        producer, self._producer = self._producer, None
        if producer is None:
            return
        await producer.client.close()
        sender = producer._sender.sender_task
        while not sender.done():  # the first cancellation waits for the request in flight, the next one ends it
            sender.cancel()
            await asyncio.wait({sender}, timeout=0.2)
        producer._closed = True

    async def _make_topics(self, topics: set[str]) -> None:
        admin = AIOKafkaAdminClient(bootstrap_servers=self._address)
        try:
            await admin.start()
            brokers = len((await admin.describe_cluster())["brokers"])
            made = await admin.create_topics(
                [
                    # Kept for ever, so that a replica can be built anew.
                    NewTopic(
                        topic, self._new_partitions, min(brokers, _MOST_REPLICAS), topic_configs={"retention.ms": "-1"}
                    )
                    for topic in topics - self._topics.keys()
                ]
            )
            for topic, code, *_ in made.topic_errors:
                if code not in {0, TopicAlreadyExistsError.errno}:
                    raise for_code(code)(topic)
            while not topics <= self._topics.keys():
                for found in await admin.describe_topics(sorted(topics)):
                    if found["error_code"] == 0:
                        self._topics[found["topic"]] = len(found["partitions"])
                    elif not for_code(found["error_code"]).retriable:
                        raise for_code(found["error_code"])(found["topic"])
                await asyncio.sleep(0.02)  # a broker knows a new topic a moment after the controller has made it
        finally:
            await admin.close()


class KafkaReader:
    """One member of a consumer group. While the broker is away it reads nothing, and tries again."""

    def __init__(self, log: KafkaLog, *, group: str, sources: Sequence[str]) -> None:
        self._log = log
        self._group = group
        self._sources = tuple(sources)
        self._consumer: AIOKafkaConsumer | None = None
        self._joining = asyncio.Lock()  # lag may be asked for while a read begins
        self._share = _Share()
        self._pause = _FIRST_PAUSE

    async def read(self, *, limit: int = 500, wait: float = 1.0) -> list[Record]:
        """The next facts, at most `limit`; empty if none come within `wait` seconds or the broker is away."""
        try:
            async with asyncio.timeout(self._log.deadline):
                consumer = await self._joined()
            batches = await consumer.getmany(timeout_ms=int(wait * 1000), max_records=limit)
        except (OSError, KafkaError) as error:
            logger.warning("group %s cannot read, and tries again: %r", self._group, error)
            await self.close()
            await asyncio.sleep(min(self._pause, wait))
            self._pause = min(2 * self._pause, _LAST_PAUSE)
            return []
        self._pause = _FIRST_PAUSE
        records: list[Record] = []
        for partition, messages in batches.items():
            for message in messages:
                try:
                    records.append(read_record(message.headers, key=message.key, value=message.value))
                except NotAFact as error:
                    logger.warning("passed over %s at %d: %s", partition, message.offset, error)
        return records

    async def commit(self) -> None:
        """Say that everything read so far was taken in; a refusal is logged and passed over."""
        if self._consumer is None:
            return
        try:
            async with asyncio.timeout(self._log.deadline):
                await self._consumer.commit()
        except (OSError, KafkaError) as error:
            logger.warning("group %s could not commit; some facts will come again: %r", self._group, error)

    async def lag(self) -> int:
        """How many facts of these topics the group has not committed yet. Raises `LogUncertain` without a broker."""
        try:
            async with asyncio.timeout(self._log.deadline):
                consumer = await self._joined()
                partitions = await self._log.partitions(self._sources)
                first, last = await asyncio.gather(
                    consumer.beginning_offsets(partitions), consumer.end_offsets(partitions)
                )
                committed = await asyncio.gather(*map(consumer.committed, partitions))
        except (OSError, KafkaError) as error:
            raise LogUncertain(f"group {self._group} does not know how far it lags: {error!r}") from error
        places = zip(partitions, committed, strict=True)
        return sum(last[partition] - max(place or 0, first[partition]) for partition, place in places)

    async def rewind(self) -> None:
        """Go back to the first fact of this reader's own share; each reader of a group rewinds its own.

        Raises `LogUncertain` without a broker.
        """
        try:
            async with asyncio.timeout(self._log.deadline):
                consumer = await self._joined()
                await self._share.known.wait()
                first = await consumer.beginning_offsets(list(consumer.assignment()))
                for partition, offset in first.items():
                    consumer.seek(partition, offset)
                if first:
                    await consumer.commit(first)
        except (OSError, KafkaError) as error:
            raise LogUncertain(f"group {self._group} may not have gone back: {error!r}") from error

    async def close(self) -> None:
        """Leave the group, so that the others take over at once."""
        consumer, self._consumer = self._consumer, None
        if consumer is None:
            return
        outcome: BaseException | None
        try:
            async with asyncio.timeout(self._log.deadline):
                # Without a broker `stop` may end as if it had been cancelled, halfway: that must not look like our end.
                [outcome] = await asyncio.gather(consumer.stop(), return_exceptions=True)
        except TimeoutError as error:
            outcome = error
        if outcome is not None:
            logger.warning("group %s could not be left in good order: %r", self._group, outcome)
            await consumer._client.close()

    async def _joined(self) -> AIOKafkaConsumer:
        async with self._joining:
            if self._consumer is None:
                partitions = await self._log.partitions(self._sources)
                consumer = await self._log.consumer(self._group)
                self._share = _Share()
                # Subscribing after the start does not wait for the group, which a dead member may hold up.
                consumer.subscribe(sorted({partition.topic for partition in partitions}), listener=self._share)
                self._consumer = consumer
            return self._consumer


class _Share(ConsumerRebalanceListener):  # type: ignore[misc]  # aiokafka has no types
    """Whether the group has given this reader its share of the partitions."""

    def __init__(self) -> None:
        self.known = asyncio.Event()

    def on_partitions_revoked(self, revoked: Iterable[TopicPartition]) -> None:
        """They are being shared out anew."""
        self.known.clear()

    def on_partitions_assigned(self, assigned: Iterable[TopicPartition]) -> None:
        """Now they are ours, be it none."""
        self.known.set()
