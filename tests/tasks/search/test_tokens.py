"""What is indexed of words: which terms there are, and that tokens tell nothing to whoever has no key."""

import re

import pytest

from chassis.secrecy import Vault
from services.tasks.search.tokens import (
    MOST,
    NothingToFind,
    TooManyWords,
    overlap,
    query_of,
    terms_of,
    terms_sought,
    tokens_of,
)

TOWNSHIP, OTHER = "430702100000", "430702101000"


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("低保", ("低保",)),
        ("低保没发", ("低保", "保没", "没发")),
        ("灯", ("灯",)),
        ("路灯坏了，路灯", ("路灯", "灯坏", "坏了")),
        ("门牌A4-12号", ("门牌", "a4", "12", "号")),
        ("Ａ４纸", ("a4", "纸")),  # full width
        ("WiFi 断了", ("wifi", "断了")),
        ("𠮷家村", ("𠮷家", "家村")),  # outside of the first plane
        ("三〇一医院", ("三〇", "〇一", "一医", "医院")),
        ("ཁང་པ", ("ཁང", "པ")),
        ("……！？ \n", ()),
    ],
)
def test_terms_are_pairs_of_han_characters_and_whole_words_of_others(text: str, terms: tuple[str, ...]) -> None:
    assert terms_of(text) == terms


def test_a_long_word_is_cut_and_not_left_out() -> None:
    assert terms_of("x" * 500) == ("x" * 64,)


@pytest.mark.parametrize("text", ["灯", "灯 ！", "。。", ""])
def test_a_query_needs_two_characters_that_stand_together(text: str) -> None:
    with pytest.raises(NothingToFind):
        terms_sought(text)


def test_a_query_is_short() -> None:
    assert len(terms_sought(" ".join(map(str, range(MOST))))) == MOST
    with pytest.raises(TooManyWords):
        terms_sought(" ".join(map(str, range(MOST + 1))))


def test_tokens_are_of_their_key_and_township_and_hold_letters_alone() -> None:
    vault, another = Vault(bytes(32)), Vault(bytes([1] * 32))
    terms = [*terms_of("低保没发"), *map(str, range(500))]
    tokens = tokens_of(terms, vault=vault, township_code=TOWNSHIP)
    assert tokens == tokens_of(terms, vault=vault, township_code=TOWNSHIP)
    assert all(re.fullmatch("[a-p]{10}", token) for token in tokens)
    assert len(set(tokens)) == len(terms)
    for strange in (
        tokens_of(terms, vault=vault, township_code=OTHER),
        tokens_of(terms, vault=another, township_code=TOWNSHIP),
    ):
        assert not set(tokens) & set(strange)


def test_a_query_asks_for_every_term_in_any_of_the_townships() -> None:
    vault = Vault(bytes(32))
    one = tokens_of(["低保", "没发"], vault=vault, township_code=TOWNSHIP)
    two = tokens_of(["低保", "没发"], vault=vault, township_code=OTHER)
    asked = query_of(["低保", "没发"], vault=vault, township_codes=[TOWNSHIP, OTHER])
    assert asked == f"{one[0]} {one[1]} OR {two[0]} {two[1]}"


def test_texts_are_alike_by_the_terms_that_they_share() -> None:
    assert overlap(terms_of("路灯坏了"), terms_of("路灯坏了")) == 1
    assert overlap(terms_of("路灯坏了"), terms_of("低保没发")) == 0
    assert 0 < overlap(terms_of("村口路灯坏了"), terms_of("路灯又坏了")) < 1
    assert overlap([], []) == 0
