"""What systems outside ask and report, from the text of their arguments; an empty argument is one that was not sent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import isfinite
from uuid import UUID

from services.tasks.open311.refusals import (
    ArgumentMalformed,
    AttributeMalformed,
    AttributeMissing,
    PlaceMissing,
    RangeTooLong,
)
from services.tasks.places.datums import Point
from services.tasks.places.model import Where
from services.tasks.publications.offered import Datatype, OfferedService, Question

LONGEST_RANGE = timedelta(days=90)
"""GeoReport v2: the range that is shown unless one is asked for, and the longest that may be."""
FIRST = 1000
"""GeoReport v2: of the range so many at most are shown."""
MOST_WORDS = {Datatype.STRING: 255, Datatype.TEXT: 2000}


@dataclass(frozen=True, slots=True)
class Range:
    """From an instant to another, both included."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Page:
    """A part of the first thousand."""

    skip: int
    size: int


def instant(argument: str, said: str | None) -> datetime | None:
    """An instant as the W3C note writes it, with its zone. Raises `ArgumentMalformed`."""
    if not said:
        return None
    try:
        found = datetime.fromisoformat(said.strip().replace(" ", "+"))  # «+08:00» comes so where it was not escaped
    except ValueError:
        found = None
    if found is None or found.tzinfo is None or not 1970 <= found.year <= 9000:
        raise ArgumentMalformed(argument=argument, example="2026-11-26T08:00:00+08:00")
    return found


def span(start: str | None, end: str | None, *, now: datetime) -> Range:
    """The range that is asked for; the last 90 days unless one is. Raises `ArgumentMalformed`, `RangeTooLong`."""
    since, until = instant("start_date", start), instant("end_date", end)
    if since is None:
        until = until or now
        since = until - LONGEST_RANGE
    elif until is None:
        until = min(now, since + LONGEST_RANGE) if since <= now else since
    if until < since or until - since > LONGEST_RANGE:
        raise RangeTooLong(most_days=LONGEST_RANGE.days)
    return Range(since, until)


def page(number: str | None, size: str | None) -> Page:
    """Which part of the first thousand. Raises `ArgumentMalformed`."""
    each = _count("page_size", size, default=FIRST)
    return Page(skip=min((_count("page", number, default=1) - 1) * each, FIRST), size=each)


def listed(said: str | None) -> list[str]:
    """The members of a list with commas."""
    return [one for one in (part.strip() for part in (said or "").split(",")) if one]


def ids(argument: str, said: str | None) -> list[UUID]:
    """Numbers of requests; what cannot be one is none. Raises `ArgumentMalformed` for more than may be asked for."""
    named = listed(said)
    if len(named) > FIRST:
        raise ArgumentMalformed(argument=argument, most=FIRST)
    return [found for found in map(number, named) if found is not None]


def number(said: str) -> UUID | None:
    """The number of a request, or none."""
    try:
        return UUID(said)
    except ValueError:
        return None


def statuses(said: str | None) -> frozenset[str]:
    """Open, closed or both. Raises `ArgumentMalformed`."""
    asked = frozenset(one.lower() for one in listed(said))
    if not asked <= {"open", "closed"}:
        raise ArgumentMalformed(argument="status", values="open,closed")
    return asked or frozenset({"open", "closed"})


def where(*, lat: str | None, long: str | None, address: str | None, address_id: str | None) -> Where | None:
    """Where it is, in WGS-84; none if only an address_id says it. Raises `PlaceMissing`, `ArgumentMalformed`."""
    if not (lat and long) and not address and not address_id:
        raise PlaceMissing()
    point = None
    if lat and long:
        point = Point(_degrees("lat", lat, most=90), _degrees("long", long, most=180))
    return Where(point, address) if point or address else None


def answers(offered: OfferedService, said: Mapping[str, Sequence[str]]) -> list[tuple[Question, list[str]]]:
    """The answers to a service's questions, in their order, as they are shown to whoever works on the case.

    Raises `AttributeMissing`, `AttributeMalformed`.
    """
    asking = {question.code: question for question in offered.questions if question.asks}
    given = {code: [value.strip() for value in values if value.strip()] for code, values in said.items()}
    if unknown := sorted(code for code, values in given.items() if values and code not in asking):
        raise AttributeMalformed(attribute=unknown[0][:64])
    found = []
    for code, question in asking.items():
        values = given.get(code, [])
        if not values and question.required:
            raise AttributeMissing(attribute=code)
        if values:
            found.append((question, _checked(question, values)))
    return found


def _checked(question: Question, values: list[str]) -> list[str]:
    """Values that fit. Raises `AttributeMalformed`."""
    wrong = AttributeMalformed(attribute=question.code)
    if question.datatype is not Datatype.SOME_OF and len(values) > 1:
        raise wrong
    if question.datatype.chooses:
        if not set(values) <= question.values.keys():
            raise wrong
        return [name for key, name in question.values.items() if key in values]
    value = values[0]
    if question.datatype is Datatype.NUMBER and not _is_number(value):
        raise wrong
    if question.datatype is Datatype.DATETIME:
        try:
            instant(question.code, value)
        except ArgumentMalformed:
            raise wrong from None
    if len(value) > MOST_WORDS.get(question.datatype, 64):
        raise wrong
    return [value]


def _is_number(said: str) -> bool:
    try:
        return isfinite(float(said))
    except ValueError:
        return False


def _degrees(argument: str, said: str, *, most: int) -> float:
    if not _is_number(said) or not -most <= float(said) <= most:
        raise ArgumentMalformed(argument=argument, most=most)
    return float(said)


def _count(argument: str, said: str | None, *, default: int) -> int:
    if not said:
        return default
    if not (said.isascii() and said.isdigit() and len(said) <= 6 and 1 <= int(said) <= FIRST):
        raise ArgumentMalformed(argument=argument, most=FIRST)
    return int(said)
