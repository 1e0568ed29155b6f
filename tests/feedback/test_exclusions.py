"""What two persons left out of scores is in no figure, and how much that is stands beside each; on both databases."""

import pytest

from tests.feedback.facts import VILLAGE, Case
from tests.feedback.office import Office
from tests.feedback.test_ratings import give
from tests.feedback.test_scorecards import ANYBODY, MONTH

pytestmark = pytest.mark.asyncio


async def figures(office: Office) -> dict[str, tuple[int, int, int]]:
    """Numerator, denominator and what is left out of every indicator of the village."""
    answer = await office.get("/scorecards", by=ANYBODY, unit="division", code=VILLAGE, month=MONTH)
    assert answer.status_code == 200, answer.text
    shown = answer.json()["unit"]["figures"]
    return {one["indicator"]: (one["numerator"], one["denominator"], one["excluded"]) for one in shown}


async def test_a_case_left_out_is_above_and_below_no_line_and_is_counted_beside_it(office: Office) -> None:
    well, late = Case(), Case()
    await office.hear(*well.up_to_handling(), well.judged("yes"))
    await office.hear(late.submitted(), late.dispatched(), late.accepted(in_time=False))
    await office.hear(late.handled(in_time=False), late.judged("no"), late.opened())
    before = await figures(office)
    assert (before["on_time"], before["accepted"]) == ((1, 2, 0), (1, 2, 0))
    await office.hear(late.excluded())
    after = await figures(office)
    assert (after["on_time"], after["accepted"]) == ((1, 1, 1), (1, 1, 1))
    assert {numerator <= denominator for numerator, denominator, _ in after.values()} == {True}
    await office.hear(late.included(), late.excluded())  # an older fact that comes again changes nothing
    assert await figures(office) == before


async def test_an_exclusion_waits_for_its_case(office: Office) -> None:
    case = Case()
    await office.hear(*case.up_to_handling())
    await office.hear(case.excluded())
    assert (await figures(office))["on_time"] == (0, 0, 1)


async def test_a_grade_set_aside_is_no_dissatisfaction_until_a_later_round_is_graded(office: Office) -> None:
    case, other = Case(), Case()
    await office.hear(*case.up_to_handling(), *other.up_to_handling())
    for one in (case, other):
        assert await give(office, one, "very_dissatisfied") == (200, "")
    assert (await figures(office))["satisfied"] == (0, 2, 0)
    await office.hear(case.set_aside(), case.set_aside())
    assert (await figures(office))["satisfied"] == (0, 1, 0)
    assert (await figures(office))["responded"] == (2, 2, 0)
    await office.hear(case.handled(of_round=2))
    assert await give(office, case, "very_dissatisfied") == (200, "")
    assert (await figures(office))["satisfied"] == (0, 2, 0)
