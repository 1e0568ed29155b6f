"""What every service tells of its own audit: the days it sealed; each publisher's module has a fact of this shape."""

from datetime import date

from pydantic import BaseModel


class SealedDay(BaseModel):
    """A local day of a service's chain of audit rows. Hashes are SHA-256 in 64 hexadecimal digits.

    `root` is that of RFC 9162, section 2.1, over the rows of the blocks `first_block` to `last_block`; without rows
    `last_block` is the one before `first_block`. `chain` is the chain's hash after `last_block`, `previous` the root
    of the day before, zeros on a chain's first day.
    """

    day: date
    first_block: int
    last_block: int
    size: int
    root: str
    chain: str
    previous: str
