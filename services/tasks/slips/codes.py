"""Codes of slips: fourteen random digits (46 bits) and a check digit, in groups of five: `48210-93755-62187`.

They are shorter than tracking codes and kept in another place: neither is good as the other.
"""

import secrets

from chassis.problems import Invalid
from services.tasks.tracking.codes import check_digit

RANDOM_DIGITS = 14


class WrongSlipCode(Invalid):
    """This is not the code of a slip: a digit is wrong, missing or too many."""

    title_zh = "评判码有误，请核对评判条上的 15 位数字后重新输入；查询码不能用来评判。"


def new_code() -> str:
    """A new code, in groups."""
    digits = f"{secrets.randbelow(10**RANDOM_DIGITS):0{RANDOM_DIGITS}d}"
    whole = digits + check_digit(digits)
    return "-".join(whole[start : start + 5] for start in range(0, len(whole), 5))


def plain(code: str) -> str:
    """The digits alone. Raises `WrongSlipCode`."""
    digits = code.translate({ord(mark): None for mark in " -－—　"})
    if len(digits) != RANDOM_DIGITS + 1 or not (digits.isascii() and digits.isdigit()):
        raise WrongSlipCode()
    if check_digit(digits[:-1]) != digits[-1]:
        raise WrongSlipCode()
    return digits
