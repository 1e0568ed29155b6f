"""A ballot on its way into the box, and the credential that it spent.

A ballot says what somebody thinks of a cell. In the box it is counted and no more (`services.feedback.urns`): no row is
anybody's. That its credential is spent lies elsewhere, under a digest that only who holds the credential can compute.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from secrets import token_bytes
from typing import TypeVar
from uuid import UUID

import uuid_utils.compat
from sqlmodel import Field

from chassis.problems import Conflict
from chassis.tables import Digest
from services.feedback.ratings.model import Rating, Reason
from services.feedback.tables import Table

Row = TypeVar("Row")

GRADES = list(Rating)
"""The five grades by their number less one, the best first; the national order."""

REASONS = list(Reason)
"""The reasons by their bit."""

MESSAGE_BYTES = 64
"""A prepared message: 32 random bytes before 32 random bytes that stand for nothing."""

KEY_BYTES = 16
"""Of a random number by which rows are put in order; two of a size are never alike."""


class BallotCastOtherwise(Conflict):
    """With this credential another ballot was cast; a ballot is cast once and never changed."""

    title_zh = "这张凭证已经投过票，不能改投。您的票已经计入，不用再做什么。"


class SpentCredential(Table, table=True):
    """A credential that was used, by a digest; and a digest of the ballot that came with it, to know it again."""

    __tablename__ = "spent_credential"

    cell_id: UUID = Field(foreign_key="cell.id", primary_key=True)
    nullifier: bytes = Field(sa_type=Digest, primary_key=True)
    answer: bytes = Field(sa_type=Digest)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A ballot on its way into the box, with the credential's message."""

    message: bytes
    grade: int
    reasons: int

    def nullifier(self, cell_id: UUID) -> bytes:
        """By which the credential is known again within its cell."""
        return sha256(b"lianxin ballot nullifier\0" + cell_id.bytes + self.message).digest()

    def answer(self) -> bytes:
        """By which the same ballot is known again; nobody computes it from the grades without the random message."""
        return sha256(b"lianxin ballot answer\0" + self.message + self._sheet()).digest()

    def said(self) -> tuple[str, ...]:
        """What is counted of it: its grade and each reason."""
        return _said(self.grade, self.reasons)

    def _sheet(self) -> bytes:
        return bytes([self.grade]) + self.reasons.to_bytes(2)


@lru_cache(maxsize=len(GRADES) << len(REASONS))
def _said(grade: int, reasons: int) -> tuple[str, ...]:
    return (str(grade), *(reason.value for reason in reasons_of(reasons)))


def bits_of(reasons: Iterable[Reason]) -> int:
    """Reasons as they lie in a row, all of one size."""
    return sum(1 << REASONS.index(reason) for reason in reasons)


def reasons_of(bits: int) -> list[Reason]:
    """The reasons of a row."""
    return [reason for bit, reason in enumerate(REASONS) if bits >> bit & 1]


def in_random_order(rows: Iterable[Row]) -> list[Row]:
    """The rows in an order that tells nothing."""
    lying = list(rows)
    numbers = token_bytes(KEY_BYTES * len(lying))  # all at once: one call to the system for each is most of the time
    keys = [numbers[start : start + KEY_BYTES] for start in range(0, len(numbers), KEY_BYTES)]
    return [lying[place] for place in sorted(range(len(lying)), key=keys.__getitem__)]


def random_id() -> UUID:
    """An id in which no time is: UUIDv4."""
    return uuid_utils.compat.uuid4()
