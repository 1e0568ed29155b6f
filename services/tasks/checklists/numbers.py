"""Numbers of lines: what is part of a line, or comes beside another of its number, gets the next one that is free."""

from collections.abc import Container, Iterator
from itertools import count

LONGEST = 40


def numbers_under(number: str, taken: Container[str], *, sign: str, first: int) -> Iterator[str]:
    """Numbers made of this one, a sign and a count (3.1, 3.2, … or 3-2, 3-3, …) that no line of a list has."""
    for n in count(first):
        ending = f"{sign}{n}"
        found = f"{number[: LONGEST - len(ending)]}{ending}"
        if found not in taken:
            yield found
