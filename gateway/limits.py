"""How much and how long the gateway lets one request ask."""

from dataclasses import dataclass

KIB = 1024
MIB = 1024 * KIB


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Sizes in bytes, times in seconds; own values, no source."""

    body_bytes: int = MIB
    upload_bytes: int = 12 * MIB  # a route that takes uploads

    first_byte_seconds: float = 10.0  # from the end of the request's body to the first byte of the answer
    total_seconds: float = 30.0  # a whole exchange; a stream of events has no end of its own and is not counted
    upload_seconds: float = 300.0  # the same where an upload is taken: a phone on a village's network is slow

    body_idle_seconds: float = 10.0  # between two pieces of a request's body

    linger_seconds: float = 2.0  # how long a refused caller may go on sending, so that the refusal is read
    door_seconds: float = 3.0  # how long `members` may take to say whether a credential is good
    screen_seconds: float = 2.0  # how long a service may take for its part of a phone's screen
    ready_seconds: float = 1.0  # how long a service may take to say whether it is ready
    document_seconds: float = 20.0  # how long a service may take to give its OpenAPI document
