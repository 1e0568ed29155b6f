"""For which cell a matter counts, and who may say nothing of it."""

from datetime import date, datetime, time
from uuid import UUID, uuid4

import pytest

from chassis.clock import SHANGHAI
from contracts.feedback import CellOpened
from services.members.credentials.model import CellKey, Part, Participation, RequestPlace
from services.members.credentials.policy import served_in, works_there
from services.members.posts.model import Post
from services.members.words import PostKind
from tests.members.credentials.conftest import TODAY, cell
from tests.members.village import DISTRICT, TOWNSHIP, VILLAGE

PERSON = uuid4()
ELSEWHERE = "430702204217"


def key(opened: CellOpened) -> CellKey:
    """The key of a cell."""
    return CellKey.begin(opened, public_key="", private_key=b"", today=TODAY)


def part(*, on: date = TODAY, in_: str = VILLAGE, item: str | None = None, part: Part = Part.SERVED) -> Participation:
    """Something that was done for somebody, or by them, late in the evening of a day."""
    place = RequestPlace(id=uuid4(), township_code=TOWNSHIP, division_code=in_, item_code=item)
    return Participation.begin(PERSON, part, place=place, at=datetime.combine(on, time(23, 30), SHANGHAI))


def post(division: str, *, to_on: date | None) -> Post:
    """An office that somebody holds or held."""
    return Post(
        id=uuid4(),
        township_code=TOWNSHIP,
        division_code=division,
        organization_id=uuid4(),
        person_id=PERSON,
        kind=PostKind.PROXY_AGENT,
        from_on=date(2024, 1, 1),
        to_on=to_on,
        ended_at=None,
        generated=True,
    )


VILLAGES, TOWNSHIPS, COUNTYS = key(cell()), key(cell(TOWNSHIP)), key(cell(DISTRICT))
LAMPS = key(cell(VILLAGE, "street-light"))
ALL = [COUNTYS, TOWNSHIPS, VILLAGES, LAMPS]


@pytest.mark.parametrize(
    ("parts", "cells", "drawn", "found"),
    [
        ([part()], ALL, set(), [VILLAGES]),
        ([part(), part(item="stove"), part(on=date(2026, 11, 3))], ALL, set(), [VILLAGES]),  # once however often
        ([part(item="street-light")], ALL, set(), [LAMPS]),
        ([part(item="street-light")], [COUNTYS, TOWNSHIPS], set(), [TOWNSHIPS]),
        ([part(in_=ELSEWHERE)], ALL, set(), [TOWNSHIPS]),
        ([part(in_="430702205201")], ALL, set(), [COUNTYS]),
        ([part(in_="430703204216")], ALL, set(), []),
        ([part(on=date(2026, 10, 31)), part(on=date(2026, 12, 1))], ALL, set(), []),  # the days before and after
        ([part(on=date(2026, 11, 1))], ALL, set(), [VILLAGES]),
        ([part(on=date(2026, 11, 30))], ALL, set(), [VILLAGES]),
        ([part(part=Part.HANDLER)], ALL, set(), []),
        ([part()], ALL, {TOWNSHIPS.id}, [TOWNSHIPS]),  # drawn before the village's was heard of: not a second one
    ],
)
def test_each_matter_counts_for_the_smallest_cell_that_is_about_it(
    parts: list[Participation], cells: list[CellKey], drawn: set[UUID], found: list[CellKey]
) -> None:
    assert served_in(parts, cells, drawn=drawn) == found
    assert served_in(parts, cells[::-1], drawn=drawn) == found


@pytest.mark.parametrize(
    ("parts", "posts", "works"),
    [
        ([part()], [], False),
        ([part(), part(part=Part.HANDLER)], [], True),
        ([part(), part(part=Part.HANDLER, in_=ELSEWHERE)], [], False),
        ([part(), part(part=Part.HANDLER, on=date(2026, 10, 31))], [], False),
        ([part()], [post(VILLAGE, to_on=None)], True),
        ([part()], [post(VILLAGE, to_on=date(2026, 11, 1))], True),  # the first day of the period
        ([part()], [post(VILLAGE, to_on=date(2026, 10, 31))], False),
        ([part()], [post(TOWNSHIP, to_on=None), post(ELSEWHERE, to_on=None)], False),
    ],
)
def test_whoever_works_there_says_nothing_of_it(parts: list[Participation], posts: list[Post], works: bool) -> None:
    assert works_there(VILLAGES, parts, posts, today=TODAY) is works


def test_a_village_officer_says_nothing_of_the_township_in_which_the_village_lies() -> None:
    assert works_there(TOWNSHIPS, [part(in_=ELSEWHERE)], [post(VILLAGE, to_on=None)], today=TODAY)
