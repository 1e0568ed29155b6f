"""What a password has to be: long, not among the common ones, not made of oneself; nothing else (NIST SP 800-63B)."""

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Annotated

from pydantic import StringConstraints

from chassis.problems import Invalid
from chassis.words import PLAIN

SHORTEST, LONGEST = 10, 128  # characters
DISTINCT = 5
COMMON = Path(__file__).with_name("common_passwords.txt")
OURS = ("lianxin", "连心")
KNOWN_FROM = 4  # characters: shorter words of a person turn up in good passwords by chance

Password = Annotated[str, StringConstraints(min_length=1, max_length=LONGEST, pattern=PLAIN)]
"""What somebody says is their password: up to 128 characters, of any kind."""

SignInName = Annotated[str, StringConstraints(to_lower=True, pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{1,38}[A-Za-z0-9]$")]
"""The name of an account: 3 to 40 letters, digits, dots, dashes; capitals are taken for small letters."""


class PasswordTooShort(Invalid):
    """A password has at least ten characters."""

    title_zh = "密码太短：至少 10 个字符，可以用一句自己记得住的话，中文也可以。"


class PasswordTooCommon(Invalid):
    """This password is one of those that are tried first."""

    title_zh = "这个密码太常见，容易被猜到，请换一个，例如几个不相干的词连在一起。"


class PasswordOfOneself(Invalid):
    """A password holds no sign-in name, name, telephone number, date of birth or identity number of its owner."""

    title_zh = "密码里不要有登录名、姓名、手机号、生日或身份证号，请换一个。"


def check_password(password: str, *, known: Iterable[str]) -> None:
    """Whether a password may be chosen by somebody of whom these words and numbers are known.

    Raises `PasswordTooShort`, `PasswordTooCommon` or `PasswordOfOneself`.
    """
    said = password.casefold()
    if len(said) < SHORTEST:
        raise PasswordTooShort(shortest=SHORTEST)
    if len(set(said)) < DISTINCT or said in _common() or any(word in said for word in OURS):
        raise PasswordTooCommon()
    if any(len(word) >= KNOWN_FROM and word.casefold() in said for word in known):
        raise PasswordOfOneself()


@lru_cache(maxsize=1)
def _common() -> frozenset[str]:
    return frozenset(COMMON.read_text(encoding="utf-8").splitlines())
