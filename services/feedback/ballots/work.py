"""Proof of work: what keeps the box from being flooded, where nobody may be counted by who they are."""

from base64 import b64decode
from datetime import datetime, timedelta
from typing import Annotated, Literal

from altcha.v1 import Challenge, ChallengeOptions, Payload, create_challenge, verify_solution
from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError

from chassis.clock import real_now
from chassis.problems import Invalid
from chassis.secrecy import Vault

ALGORITHM: Literal["SHA-256"] = "SHA-256"
GOOD_FOR = timedelta(minutes=10)
MOST_TRIES = 100_000  # an own value: a cheap phone is busy for about a second, and nobody waits for it


class WorkNotDone(Invalid):
    """The proof of work is missing, wrong, too old, or was used for another ballot: take a new challenge."""

    title_zh = "校验没有通过或已过期，手机会重新计算后再投，请保持联网。"


class _Payload(BaseModel):
    model_config = ConfigDict(extra="ignore", strict=True)

    algorithm: Annotated[str, StringConstraints(max_length=16)]
    challenge: Annotated[str, StringConstraints(max_length=128)]
    number: int
    salt: Annotated[str, StringConstraints(max_length=128)]
    signature: Annotated[str, StringConstraints(max_length=128)]


class Work:
    """Sets tasks and checks that they were done; remembers in memory alone which were used, until they are too old."""

    def __init__(self, *, most_tries: int = MOST_TRIES) -> None:
        self._most_tries = most_tries
        self._used: dict[str, tuple[bytes, datetime]] = {}

    def challenge(self, vault: Vault) -> Challenge:
        """A new task."""
        options = ChallengeOptions(
            ALGORITHM, max_number=self._most_tries, hmac_key=_key(vault), expires=real_now() + GOOD_FOR
        )
        return create_challenge(options)

    def check(self, payload: str, vault: Vault, *, ballot: bytes) -> None:
        """See that the work was done for this ballot; the same ballot may come again with it. Raises `WorkNotDone`."""
        try:
            said = _Payload.model_validate_json(b64decode(payload, validate=True))
        except (ValidationError, ValueError):
            raise WorkNotDone() from None
        if said.algorithm != ALGORITHM:
            raise WorkNotDone()
        done, _ = verify_solution(
            Payload(ALGORITHM, said.challenge, said.number, said.salt, said.signature), _key(vault)
        )
        if not done or "expires=" not in said.salt:
            raise WorkNotDone()
        self._use(said.challenge, ballot)

    def _use(self, challenge: str, ballot: bytes) -> None:
        now = real_now()
        while self._used and next(iter(self._used.values()))[1] < now:  # the oldest stands first
            del self._used[next(iter(self._used))]
        before, _ = self._used.setdefault(challenge, (ballot, now + GOOD_FOR))
        if before != ballot:
            raise WorkNotDone()


def _key(vault: Vault) -> bytes:
    return vault.digest(b"proof of work", place="ballots.work")
