"""The sample: reproducible, never below the share, the same in whatever order, another for any other list or value."""

from collections import Counter
from hashlib import sha256
from random import Random
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.tasks.samples.drawing import at_least, commitment, draw, lines_sha256, units_sha256

DRAW = UUID("01930000-0000-7000-8000-000000000001")
codes = st.lists(
    st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=12), unique=True, min_size=1, max_size=60
)
shares = st.integers(80, 100)
secrets = st.binary(min_size=32, max_size=32).map(bytes.hex)


@given(codes, shares, secrets, secrets, st.randoms())
@settings(max_examples=150, deadline=None)
def test_the_same_from_the_same_list_in_any_order_and_never_below_the_share(
    units: list[str], share: int, first: str, second: str, order: Random
) -> None:
    drawn = draw(units, share=share, values=[first, second])
    shuffled = list(units)
    order.shuffle(shuffled)
    assert draw(shuffled, share=share, values=[first, second]) == drawn
    assert units_sha256(shuffled) == units_sha256(units)
    assert set(drawn.drawn) <= set(units)
    assert len(set(drawn.drawn)) == len(drawn.drawn)
    assert len(drawn.drawn) * 100 >= share * len(units) > (len(drawn.drawn) - 1) * 100


@given(st.integers(0, 20_000), st.integers(1, 100))
def test_a_share_is_rounded_up_and_never_by_a_whole_unit(units: int, share: int) -> None:
    assert at_least(units, share=share) * 100 >= units * share
    assert (at_least(units, share=share) - 1) * 100 < units * share


@given(codes, secrets, secrets, secrets)
@settings(max_examples=100, deadline=None)
def test_another_value_list_or_order_of_officers_is_another_result(
    units: list[str], first: str, second: str, other: str
) -> None:
    whole = draw(units, share=80, values=[first, second])
    for values in ([other, second], [first, other], [second, first]):
        if values != [first, second]:
            again = draw(units, share=80, values=values)
            assert (again.seed, again.result_sha256) != (whole.seed, whole.result_sha256)
            assert again.result_sha256 != whole.result_sha256
    for changed in ([*units, "多出的单位"], units[1:], [f"{units[0]}′", *units[1:]]):
        if changed and len(set(changed)) == len(changed) and set(changed) != set(units):
            again = draw(changed, share=80, values=[first, second])
            assert again.result_sha256 != whole.result_sha256


def test_a_change_of_the_list_moves_every_rank() -> None:
    """Nobody can add a unit that keeps the others where they were."""
    units = [f"单位{n:03}" for n in range(100)]
    values = ["a" * 64, "b" * 64]
    before, after = (draw(one, share=50, values=values).drawn for one in (units, [*units, "单位100"]))
    assert len(set(before) & set(after)) < 40
    assert before[:10] != after[:10]


def test_every_unit_is_as_likely_as_another() -> None:
    units = [f"单位{n}" for n in range(20)]
    times = 1000
    found = Counter(
        code
        for n in range(times)
        for code in draw(units, share=25, values=[sha256(b"%d" % n).hexdigest(), "0" * 64]).drawn
    )
    expected = times * 5 / 20
    chi_square = sum((found[unit] - expected) ** 2 / expected for unit in units)
    assert chi_square < 43.8  # 19 degrees of freedom, one in a thousand; the values are fixed, so it never flickers


def test_a_unit_named_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="once"):
        units_sha256(["甲", "甲"])


def test_a_commitment_binds_draw_place_value_and_salt() -> None:
    made = commitment(DRAW, 1, value="1" * 64, salt="2" * 64)
    assert made == sha256(f"{DRAW}\n1\n{'1' * 64}\n{'2' * 64}\n".encode()).hexdigest()
    others = {
        commitment(UUID(int=1), 1, value="1" * 64, salt="2" * 64),
        commitment(DRAW, 2, value="1" * 64, salt="2" * 64),
        commitment(DRAW, 1, value="3" * 64, salt="2" * 64),
        commitment(DRAW, 1, value="1" * 64, salt="3" * 64),
    }
    assert made not in others
    assert len(others) == 4
    with pytest.raises(ValueError, match="64"):
        commitment(DRAW, 1, value="123456", salt="2" * 64)
    assert lines_sha256("a") == sha256(b"a\n").hexdigest()
