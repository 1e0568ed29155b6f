"""What may be a password, and what not."""

import pytest

from chassis.problems import Problem
from services.members.passwords.rules import COMMON, check_password

KNOWN = ["wang.fang", "王样一", "15400012345", "999999199003071234", "071234", "19900307", "900307", ""]


@pytest.mark.parametrize(
    "password",
    [
        "晚风吹过河洑大桥边上的灯",
        "four plain old words",
        "aaaaabbcde",
        "no-digits-needed",
        "1357924680 is fine",
        "王样二的生日是 1991",
        "x" * 120 + "abcdef",
    ],
)
def test_a_long_password_of_any_kind_is_taken(password: str) -> None:
    check_password(password, known=KNOWN)


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("", "password-too-short"),
        ("九个字还不到十个呀", "password-too-short"),
        ("1234567890", "password-too-common"),
        ("QWERTYUIOP", "password-too-common"),
        ("woaini1314520", "password-too-common"),
        ("aaaaaaaaaaaa", "password-too-common"),
        ("1122112211221122", "password-too-common"),
        ("LianXin-2026!", "password-too-common"),
        ("Wang.Fang-2026", "password-of-oneself"),
        ("abc15400012345", "password-of-oneself"),
        ("my number 999999199003071234", "password-of-oneself"),
        ("secret071234", "password-of-oneself"),
        ("born-19900307-x", "password-of-oneself"),
    ],
)
def test_what_is_tried_first_is_refused(password: str, code: str) -> None:
    with pytest.raises(Problem) as refused:
        check_password(password, known=KNOWN)
    assert refused.value.code() == code


def test_the_list_of_common_passwords_holds_what_the_other_rules_let_through() -> None:
    words = COMMON.read_text(encoding="utf-8").splitlines()
    assert len(words) == len(set(words)) > 1000
    assert all(len(word) >= 10 and word == word.casefold() for word in words)
