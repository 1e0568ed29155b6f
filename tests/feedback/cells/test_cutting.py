"""Cutting: whatever is expected where, each cell is large enough, and everybody has one."""

from hypothesis import given
from hypothesis import strategies as st

from chassis.divisions import township_of
from services.feedback.cells.cutting import CellLevel, cut

DISTRICT = "430702000000"
VILLAGES = [f"43070200{town}{number:03}" for town in (1, 2, 3) for number in (0, 1, 2, 3)]


def votes_in(village: str, cells: set[str]) -> str:
    """The smallest cell around a village: what a credential is drawn for."""
    return next(code for code in (village, township_of(village), DISTRICT) if code in cells)


@given(st.dictionaries(st.sampled_from(VILLAGES), st.integers(0, 45), max_size=len(VILLAGES)))
def test_everybody_has_one_cell_and_each_has_enough_of_its_own(expected: dict[str, int]) -> None:
    made = cut(expected, district=DISTRICT, least=20)
    if made is None:
        assert sum(expected.values()) < 20
        return
    cells = {one.division_code: one for one in made}
    assert len(cells) == len(made)
    voters = dict.fromkeys(cells, 0)
    for village, many in expected.items():
        voters[votes_in(village, set(cells))] += many
    assert voters == {code: one.expected for code, one in cells.items()}
    assert min(voters.values()) >= 20
    for code, one in cells.items():
        parents = [township_of(code), DISTRICT] if CellLevel.of(code) is CellLevel.VILLAGE else [DISTRICT]
        nearest = next((parent for parent in parents if parent in cells and parent != code), None)
        assert one.parent_code == nearest


def test_a_large_village_has_its_own_and_the_others_the_townships() -> None:
    one, two, three, far = "430702001001", "430702001002", "430702001003", "430702002001"
    made = cut({one: 30, two: 12, three: 11, far: 25}, district=DISTRICT, least=20)
    assert made is not None
    # Nobody would be left for the county's own cell, so the smallest that would go up to it is given up.
    assert [(cell.division_code, cell.expected, cell.parent_code) for cell in made] == [
        (DISTRICT, 23, None),
        (one, 30, DISTRICT),
        (far, 25, DISTRICT),
    ]
    made = cut({one: 30, two: 12, three: 11, far: 19, "430702003001": 3}, district=DISTRICT, least=20)
    assert made is not None
    assert [(cell.division_code, cell.expected, cell.parent_code) for cell in made] == [
        (DISTRICT, 22, None),
        ("430702001000", 23, DISTRICT),
        (one, 30, "430702001000"),
    ]
