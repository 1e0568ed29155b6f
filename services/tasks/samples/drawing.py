"""The random sample of units, as anybody can work it out again: SHA-256 over lines of text, and nothing else.

A line ends with one line feed; texts are UTF-8; digests are written as 64 small hexadecimal digits.

1. The list: the codes of all units, each a line, sorted as bytes. `units_sha256` is its digest.
2. Each of two officers commits: the digest of the lines draw id, own place (1 or 2), value, salt.
3. `published`, before anything is revealed: the digest of the lines algorithm, draw id, share, `units_sha256`, first
   and second commitment. It binds the list and, through the commitments, the seed.
4. The seed: the digest of the lines first value, second value; and `seed_and_units_sha256`: the digest of the lines
   seed, `units_sha256`.
5. A unit's rank: the digest of the lines `seed_and_units_sha256`, code. The units of the smallest ranks are drawn, as
   many as the share of all units, rounded up. `result_sha256` is the digest of the line `seed_and_units_sha256` and the
   drawn codes, each a line, in the order of their ranks.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID

ALGORITHM = "lianxin-sample-1"

SECRET = r"^[0-9a-f]{64}$"
"""A value or a salt: 32 random bytes. Anything shorter could be found from its commitment by trying."""


@dataclass(frozen=True, slots=True)
class Result:
    """Who was drawn, in the order of the ranks, and the digests on the way there."""

    seed: str
    seed_and_units_sha256: str
    drawn: tuple[str, ...]
    result_sha256: str


def lines_sha256(*lines: str) -> str:
    """The digest of some lines."""
    return sha256("".join(f"{line}\n" for line in lines).encode()).hexdigest()


def units_sha256(codes: Iterable[str]) -> str:
    """The digest of the frozen list, whatever order it comes in. Raises ValueError for a unit named twice."""
    listed = sorted(codes)
    if len(set(listed)) != len(listed) or any("\n" in code for code in listed):
        raise ValueError("each unit is named once, by a code of one line")
    return lines_sha256(*listed)


def commitment(draw_id: UUID, place: int, *, value: str, salt: str) -> str:
    """What an officer hands in before anybody shows a value; the place keeps one from copying the other's."""
    if not (re.fullmatch(SECRET, value) and re.fullmatch(SECRET, salt)):
        raise ValueError("a value and a salt are 64 small hexadecimal digits each")
    return lines_sha256(str(draw_id), str(place), value, salt)


def published(draw_id: UUID, *, share: int, units: str, commitments: Sequence[str]) -> str:
    """What is published before: it binds the list and both commitments, and so the seed."""
    first, second = commitments
    return lines_sha256(ALGORITHM, str(draw_id), str(share), units, first, second)


def at_least(units: int, *, share: int) -> int:
    """How many units are this share in percent, rounded up."""
    return -(-units * share // 100)


def draw(codes: Iterable[str], *, share: int, values: Sequence[str]) -> Result:
    """Draw this share of the units by two officers' values. Raises ValueError for a unit named twice."""
    listed = list(codes)
    first, second = values
    seed = lines_sha256(first, second)
    both = lines_sha256(seed, units_sha256(listed))
    ranked = sorted(listed, key=lambda code: lines_sha256(both, code))
    drawn = tuple(ranked[: at_least(len(listed), share=share)])
    return Result(seed, both, drawn, lines_sha256(both, *drawn))
