"""When a desk is staffed and when nobody is on: compared, minute by minute, with a plain count."""

import itertools
from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from services.tasks.hotline.hours import Stretch, gaps, stretches

NOON = datetime(2026, 11, 16, 4, 0, tzinfo=UTC)
spans = st.tuples(st.integers(0, 300), st.integers(1, 120)).map(
    lambda of: Stretch(NOON + timedelta(minutes=of[0]), NOON + timedelta(minutes=of[0] + of[1]))
)


@given(st.lists(spans, max_size=4), st.lists(spans, max_size=6))
def test_a_minute_is_in_a_gap_if_it_is_wanted_and_nobody_is_on(wanted: list[Stretch], staffed: list[Stretch]) -> None:
    def within(at: datetime, of: list[Stretch]) -> bool:
        return any(one.from_at <= at < one.to_at for one in of)

    found = gaps(wanted, staffed)
    for minute in range(440):
        at = NOON + timedelta(minutes=minute)
        assert within(at, found) == (within(at, wanted) and not within(at, staffed)), minute
    assert all(earlier.to_at < later.from_at for earlier, later in itertools.pairwise(found))


def test_a_night_shift_ends_on_the_next_day_and_days_of_the_week_are_local() -> None:
    (monday, saturday) = stretches(
        weekdays="16", from_minute=22 * 60, minutes=600, first=date(2026, 11, 16), last=date(2026, 11, 22)
    )
    assert monday == Stretch(datetime(2026, 11, 16, 14, tzinfo=UTC), datetime(2026, 11, 17, 0, tzinfo=UTC))
    assert saturday.from_at == datetime(2026, 11, 21, 14, tzinfo=UTC)
