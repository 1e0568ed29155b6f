"""Tracking codes: digits that can be spoken over the phone, and are kept by nobody but the citizen.

Sixteen random digits (53 bits) and a check digit after ISO 7064 MOD 11,10, written in groups: `4821-0937-5562-1840-7`.
"""

import secrets

from chassis.problems import Invalid

RANDOM_DIGITS = 16


class WrongTrackingCode(Invalid):
    """This is not a tracking code: a digit is wrong, missing or too many."""

    title_zh = "查询码有误，请核对 17 位数字后重新输入。"


def new_code() -> str:
    """A new code, in groups."""
    digits = f"{secrets.randbelow(10**RANDOM_DIGITS):0{RANDOM_DIGITS}d}"
    return grouped(digits + check_digit(digits))


def plain(code: str) -> str:
    """The digits alone. Raises `WrongTrackingCode`."""
    digits = code.translate({ord(mark): None for mark in " -－—　"})
    if len(digits) != RANDOM_DIGITS + 1 or not (digits.isascii() and digits.isdigit()):
        raise WrongTrackingCode()
    if check_digit(digits[:-1]) != digits[-1]:
        raise WrongTrackingCode()
    return digits


def grouped(digits: str) -> str:
    """Four digits at a time, as they are spoken."""
    return "-".join(digits[start : start + 4] for start in range(0, len(digits), 4))


def check_digit(digits: str) -> str:
    """The check digit after ISO 7064 MOD 11,10, which finds every single wrong digit."""
    product = 10
    for digit in digits:
        total = (product + int(digit)) % 10 or 10
        product = total * 2 % 11
    return str((11 - product) % 10)
