"""What is indexed of somebody's words: pairs of Han characters and whole words of every other script, keyed.

The words lie sealed in the database, so an index in clear would tell them. Each term becomes a keyed digest, made for
one township: equal terms of two townships give different tokens, and nobody without the vault's key can try terms out.
"""

import unicodedata
from collections.abc import Iterable, Iterator
from itertools import groupby, pairwise

from chassis.problems import Invalid
from chassis.secrecy import Vault

BYTES = 5  # of a token: of a million different terms in a township, one in a million pairs of terms share one
LONGEST = 64  # characters of a word; what is longer is cut
MOST = 24  # terms of one query

_LETTERS = bytes.maketrans(b"0123456789abcdef", b"abcdefghijklmnop")
"""Tokens are letters alone, so that no text search takes one for a number and changes it."""

_HAN = (
    (0x3005, 0x3007),
    (0x3400, 0x4DBF),
    (0x4E00, 0x9FFF),
    (0xF900, 0xFAFF),
    (0x20000, 0x323AF),
)


class NothingToFind(Invalid):
    """A search needs a word, or two Chinese characters that stand together."""

    title_zh = "请输入至少两个连续的汉字，或一个完整的单词、号码。"


class TooManyWords(Invalid):
    """A search takes a short text."""

    title_zh = "搜索的文字太长，请只输入最关键的几个词。"


def terms_of(text: str) -> tuple[str, ...]:
    """The different terms of a text, in the order in which they first stand there.

    Compared are compatible forms (NFKC) without regard to case: 「Ａ４纸」 has `a4`. A Han character that stands alone
    is a term of its own.
    """
    return tuple(dict.fromkeys(_terms(unicodedata.normalize("NFKC", text).casefold())))


def terms_sought(text: str) -> tuple[str, ...]:
    """The terms that a case must all have to be found by a text. Raises `NothingToFind`, `TooManyWords`."""
    terms = terms_of(text)
    if not any(len(term) > 1 or not _is_han(term) for term in terms):
        raise NothingToFind()
    if len(terms) > MOST:
        raise TooManyWords(most=MOST)
    return terms


def tokens_of(terms: Iterable[str], *, vault: Vault, township_code: str) -> list[str]:
    """The tokens of terms in a township: ten letters from a to p each."""
    place = f"search/{township_code}"
    return [
        vault.digest(term.encode(), place=place)[:BYTES].hex().encode().translate(_LETTERS).decode() for term in terms
    ]


def overlap(one: Iterable[str], other: Iterable[str]) -> float:
    """How alike two texts of one township are by their tokens or terms: shared ones of all, from nought to one."""
    left, right = set(one), set(other)
    return len(left & right) / len(left | right) if left or right else 0.0


def query_of(terms: Iterable[str], *, vault: Vault, township_codes: Iterable[str]) -> str:
    """What to ask the index: every term, in one of these townships. Both databases read it the same."""
    listed = tuple(terms)
    return " OR ".join(" ".join(tokens_of(listed, vault=vault, township_code=code)) for code in township_codes)


def _terms(text: str) -> Iterator[str]:
    for kind, run in groupby(text, key=_kind_of):
        if kind == "word":
            yield "".join(run)[:LONGEST]
        elif kind == "han":
            characters = tuple(run)
            if len(characters) == 1:
                yield characters[0]
            yield from (a + b for a, b in pairwise(characters))


def _kind_of(character: str) -> str:
    if _is_han(character):
        return "han"
    return "word" if unicodedata.category(character)[0] in "LNM" else "between"


def _is_han(text: str) -> bool:
    return len(text) == 1 and any(first <= ord(text) <= last for first, last in _HAN)
