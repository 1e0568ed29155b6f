"""Codes of surveys: fifteen random digits (50 bits) and a check digit, in groups of four: `4821-0937-5562-1874`.

Digits alone, since a villager types them. They are longer than the codes of slips: neither is taken for the other.
"""

import secrets

from chassis.problems import Invalid

RANDOM_DIGITS = 15


class WrongSurveyCode(Invalid):
    """This is not the code of a survey: a digit is wrong, missing or too many."""

    title_zh = "测评码有误，请核对测评单上的 16 位数字后重新输入。"


def new_code() -> str:
    """A new code, in groups."""
    digits = f"{secrets.randbelow(10**RANDOM_DIGITS):0{RANDOM_DIGITS}d}"
    whole = digits + _check(digits)
    return "-".join(whole[start : start + 4] for start in range(0, len(whole), 4))


def plain(code: str) -> str:
    """The digits alone. Raises `WrongSurveyCode`."""
    digits = code.translate({ord(mark): None for mark in " -－—　"})
    if len(digits) != RANDOM_DIGITS + 1 or not (digits.isascii() and digits.isdigit()):
        raise WrongSurveyCode()
    if _check(digits[:-1]) != digits[-1]:
        raise WrongSurveyCode()
    return digits


def _check(digits: str) -> str:
    """Luhn's check digit (ISO/IEC 7812-1): one wrong digit is found, and most that changed places."""
    doubled = [int(digit) * (2 - place % 2) for place, digit in enumerate(reversed(digits))]
    return str(-sum(one - 9 if one > 9 else one for one in doubled) % 10)
