"""A record as a CloudEvent 1.0 in Kafka's binary mode: attributes as headers, the fact's body as the value.

Written by hand: the `cloudevents` library takes 14 µs to write a record and 13 µs to read one (it parses the body and
the time again), this 2 µs and 3 µs. A test holds the two against each other in both directions.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

from chassis.log import Record

Headers = Sequence[tuple[str, bytes]]

_VERSION = ("ce_specversion", b"1.0")
_JSON = ("content-type", b"application/json")


class NotAFact(Exception):
    """What lies on the topic is not a CloudEvent of ours."""


def write_headers(record: Record) -> list[tuple[str, bytes]]:
    """The CloudEvent's attributes; its source is the publishing service's path, `/tasks`."""
    headers = [
        ("ce_id", str(record.id).encode()),
        ("ce_source", f"/{record.source}".encode()),
        ("ce_type", record.type.encode()),
        _VERSION,
        ("ce_time", record.time.astimezone(UTC).isoformat().replace("+00:00", "Z").encode()),
        ("ce_partitionkey", record.key.encode()),
        _JSON,
    ]
    if record.traceparent is not None:
        headers.append(("ce_traceparent", record.traceparent.encode()))
    return headers


def read_record(headers: Headers, *, key: bytes | None, value: bytes | None) -> Record:
    """The record of a message. Raises `NotAFact` if an attribute or the body is missing or not readable."""
    attributes = dict(headers)
    traceparent = attributes.get("ce_traceparent")
    try:
        if value is None:
            raise NotAFact("it has no body")
        return Record(
            id=UUID(attributes["ce_id"].decode()),
            type=attributes["ce_type"].decode(),
            key=(attributes["ce_partitionkey"] if key is None else key).decode(),
            time=datetime.fromisoformat(attributes["ce_time"].decode()),
            body=value.decode(),
            traceparent=None if traceparent is None else traceparent.decode(),
        )
    except (KeyError, ValueError) as error:
        raise NotAFact(f"an attribute is missing or not readable: {error}") from error
