"""Citizen numbers and credit codes, held against the standards' own examples and against python-stdnum."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import ric, uscc
from stdnum.exceptions import ValidationError

from chassis.identifiers import (
    CITIZEN_CHECKS,
    CREDIT_ALPHABET,
    NumberFault,
    birth_date,
    citizen_check_digit,
    citizen_number_fault,
    credit_check_character,
    credit_code_fault,
    is_male,
    mask_citizen_number,
    mask_name,
    mask_phone,
    tidy,
)

FIRST17 = st.builds(
    lambda area, born, sequence: f"{area:06}{born:%Y%m%d}{sequence:03}",
    st.integers(100000, 999999),
    st.dates(date(1900, 1, 1), date(2099, 12, 31)),
    st.integers(0, 999),
)


@pytest.mark.parametrize("number", ["11010519491231002X", "440524188001010014"])
def test_the_examples_of_the_standard_are_right(number: str) -> None:
    assert citizen_number_fault(number) is None


@pytest.mark.parametrize(
    ("number", "fault"),
    [
        ("11010519491231002", NumberFault.LENGTH),
        ("11010519491231002X1", NumberFault.LENGTH),
        ("", NumberFault.LENGTH),
        ("110105194912310O2X", NumberFault.CHARACTERS),
        ("11010519491231002Y", NumberFault.CHARACTERS),
        ("11010519491231002x", NumberFault.CHARACTERS),  # tidy() first
        ("１10105194912310021", NumberFault.CHARACTERS),
        ("110105194902290020", NumberFault.DATE),
        ("110105194913310020", NumberFault.DATE),
        ("110105000012310020", NumberFault.DATE),
        ("110105194912310021", NumberFault.CHECK_DIGIT),
    ],
)
def test_a_wrong_citizen_number_is_told_by_its_first_fault(number: str, fault: NumberFault) -> None:
    assert citizen_number_fault(number) is fault


@given(FIRST17)
def test_the_check_digit_is_what_the_weights_of_the_standard_give(first17: str) -> None:
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    total = sum(weight * int(digit) for weight, digit in zip(weights, first17, strict=True))
    assert citizen_check_digit(first17) == "10X98765432"[total % 11]


@given(FIRST17)
def test_the_check_digit_agrees_with_stdnum(first17: str) -> None:
    number = first17 + citizen_check_digit(first17)
    assert ric.calc_check_digit(first17 + "0") == number[-1]
    assert citizen_number_fault(number) is None
    assert birth_date(number) == ric.get_birth_date(number)
    assert is_male(number) == (int(number[16]) % 2 == 1)


@given(FIRST17, st.integers(0, 17), st.integers(1, 9))
def test_one_wrong_digit_is_always_found(first17: str, place: int, shift: int) -> None:
    number = first17 + citizen_check_digit(first17)
    if number[place].isdigit():
        wrong = number[:place] + str((int(number[place]) + shift) % 10) + number[place + 1 :]
        assert citizen_number_fault(wrong) is not None


@given(st.text(max_size=20))
def test_no_text_is_too_strange_to_be_judged(text: str) -> None:
    citizen_number_fault(text)
    credit_code_fault(text)
    assert len(mask_citizen_number(text)) == len(text)


def test_the_credit_code_of_the_rules_is_right() -> None:
    assert credit_code_fault("91110000600037341L") is None


@pytest.mark.parametrize(
    ("code", "fault"),
    [
        ("91110000600037341", NumberFault.LENGTH),
        ("9111000060003734IL", NumberFault.CHARACTERS),
        ("91A10000600037341L", NumberFault.CHARACTERS),
        ("91110000600037341M", NumberFault.CHECK_DIGIT),
    ],
)
def test_a_wrong_credit_code_is_told_by_its_first_fault(code: str, fault: NumberFault) -> None:
    assert credit_code_fault(code) is fault


@given(
    st.text("159", min_size=1, max_size=1),
    st.text("123459", min_size=1, max_size=1),
    st.text("0123456789", min_size=6, max_size=6),
    st.text(CREDIT_ALPHABET, min_size=9, max_size=9),
    st.text(CREDIT_ALPHABET, min_size=1, max_size=1),
)
def test_credit_codes_agree_with_stdnum(registrar: str, unit: str, area: str, organisation: str, check: str) -> None:
    first17 = registrar + unit + area + organisation
    assert credit_check_character(first17) == uscc.calc_check_digit(first17)
    assert (credit_code_fault(first17 + check) is None) == _valid_to_stdnum(first17 + check)


def _valid_to_stdnum(code: str) -> bool:
    try:
        uscc.validate(code)
    except ValidationError:
        return False
    return True


def test_full_width_digits_spaces_and_a_small_x_are_tidied() -> None:
    assert tidy(" １１０１０５　19491231\u200b002x\n") == "11010519491231002X"


def test_masks_hide_birth_date_and_sequence() -> None:
    assert mask_citizen_number("11010519491231002X") == "110*************2X"
    assert mask_citizen_number("1101051949") == "**********"
    assert mask_phone("15400001234") == "154****1234"
    assert mask_phone("123456") == "******"


@pytest.mark.parametrize(
    ("name", "masked"),
    [("王样", "王*"), ("欧阳样例", "欧***"), ("王", "王*"), ("𠮷样", "𠮷*"), ("阿依古丽·买买提", "阿***"), ("", "")],
)
def test_a_masked_name_shows_its_first_character_alone(name: str, masked: str) -> None:
    assert mask_name(name) == masked


@pytest.mark.parametrize(
    "first17",
    [
        "11010319490101000",  # Chongwen, dissolved in 2010
        "51021319490101000",  # of Chongqing before it left Sichuan in 1997; stdnum refuses it
        "43070219490101000",  # a county founded after the birth, as numbers given out later have it; stdnum refuses it
    ],
)
def test_counties_that_are_no_more_or_came_later_are_taken(first17: str) -> None:
    assert citizen_number_fault(first17 + citizen_check_digit(first17)) is None


@given(
    st.sampled_from(["110103", "110105", "360426", "440524"]),
    st.integers(0, 99_999_999),
    st.integers(0, 999),
    st.sampled_from(CITIZEN_CHECKS),
)
def test_what_stdnum_takes_is_taken_and_what_is_refused_stdnum_refuses(
    area: str, born: int, sequence: int, check: str
) -> None:
    for number in (f"{area}{born:08}{sequence:03}{check}", f"{area}19491231{sequence:03}{check}"):
        assert citizen_number_fault(number) is None or not ric.is_valid(number)
