"""Citizen numbers (GB 11643) and unified social credit codes (GB 32100): what is wrong with one, and how to mask it."""

from datetime import date
from enum import StrEnum
from operator import mul

CITIZEN_CHECKS = "10X98765432"
CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # without I, O, Z, S and V
CREDIT_WEIGHTS = tuple(pow(3, place, 31) for place in range(17))

_CREDIT_VALUES = {character: value for value, character in enumerate(CREDIT_ALPHABET)}
_TIDY = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | dict.fromkeys(
    (0x20, 0x09, 0x0A, 0x0D, 0xA0, 0x3000, 0x200B, 0x200C, 0x200D, 0xFEFF, 0x202C, 0x202D), ""
)


class NumberFault(StrEnum):
    """What is wrong with a number or code; the first fault found, in this order."""

    LENGTH = "length"
    CHARACTERS = "characters"
    DATE = "date"
    CHECK_DIGIT = "check_digit"


def tidy(text: str) -> str:
    """A number as it was meant: full-width characters plain, spaces and invisible marks gone, letters upper-case."""
    return (text if text.isalnum() and text.isascii() else text.translate(_TIDY)).upper()


def citizen_check_digit(first17: str) -> str:
    """The eighteenth character that belongs to the first seventeen digits (ISO 7064, MOD 11-2)."""
    # The standard's weights 7 9 10 5 … 4 2 are the powers of two modulo 11, and 13 is two modulo 11.
    return CITIZEN_CHECKS[int(first17, 13) * 2 % 11]


def citizen_number_fault(number: str) -> NumberFault | None:
    """What is wrong with a tidied citizen number, or nothing.

    Any area code is taken, since numbers outlive the counties they name; date and check digit decide.
    """
    if len(number) != 18:
        return NumberFault.LENGTH
    digits = number[:17]
    if not (digits.isascii() and digits.isdigit() and (number[17] in CITIZEN_CHECKS)):
        return NumberFault.CHARACTERS
    try:
        birth_date(number)
    except ValueError:
        return NumberFault.DATE
    return None if citizen_check_digit(digits) == number[17] else NumberFault.CHECK_DIGIT


def birth_date(number: str) -> date:
    """The birth date in a citizen number of the right form; `ValueError` if there is no such day."""
    return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))


def is_male(number: str) -> bool:
    """Whether a citizen number of the right form is a man's: its sequence number is odd."""
    return number[16] in "13579"


def credit_check_character(first17: str) -> str:
    """The eighteenth character that belongs to the first seventeen of a credit code (GB/T 17710, mod 31)."""
    total = sum(map(mul, CREDIT_WEIGHTS, (_CREDIT_VALUES[character] for character in first17)))
    return CREDIT_ALPHABET[-total % 31]


def credit_code_fault(code: str) -> NumberFault | None:
    """What is wrong with a tidied unified social credit code, or nothing; any area code is taken."""
    if len(code) != 18:
        return NumberFault.LENGTH
    if not (all(character in _CREDIT_VALUES for character in code) and code[2:8].isdigit()):
        return NumberFault.CHARACTERS
    return None if credit_check_character(code[:17]) == code[17] else NumberFault.CHECK_DIGIT


def mask_citizen_number(text: str) -> str:
    """The first three and the last two characters, stars between.

    Enough to find the row on paper again. Five would name the county, and the middle holds birth date and sex; what is
    too short to be a number is hidden as a whole, since nobody knows which part of it is missing.
    """
    return text[:3] + "*" * (len(text) - 5) + text[-2:] if len(text) >= 12 else "*" * len(text)


def mask_phone(text: str) -> str:
    """138****1234; what is too short to be a phone number is hidden as a whole."""
    return text[:3] + "*" * (len(text) - 7) + text[-4:] if len(text) >= 10 else "*" * len(text)


def mask_name(text: str) -> str:
    """王*, 阿**: the first character, a star for each other (three at most), so that length tells little."""
    return text[:1] + "*" * min(max(len(text) - 1, 1), 3) if text else ""
