"""The text of a letter: its digest changes with any character, and it says back what went in."""

from datetime import date
from hashlib import sha256

from hypothesis import given
from hypothesis import strategies as st

from services.tasks.letters.text import LetterText, Line, changes_of, digest_of, plain, read, text_of

WORDS = st.text(st.characters(blacklist_categories=("Cs", "Cc")), min_size=1, max_size=12).map(plain).filter(bool)
LINES = st.builds(Line, WORDS, WORDS, WORDS, st.none() | st.dates())
LETTERS = st.builds(
    LetterText,
    number=WORDS,
    version=st.integers(1, 99),
    title=WORDS,
    organization=WORDS,
    post=WORDS,
    person=WORDS,
    rule_version=WORDS,
    lines=st.lists(LINES, max_size=4).map(tuple),
)


@given(LETTERS)
def test_a_text_says_back_what_went_in(letter: LetterText) -> None:
    assert read(text_of(letter)) == letter


@given(LETTERS, LETTERS)
def test_two_letters_that_differ_have_two_digests(one: LetterText, other: LetterText) -> None:
    assert (digest_of(text_of(one)) == digest_of(text_of(other))) is (one == other)


@given(LETTERS, st.data())
def test_the_digest_changes_with_any_character(letter: LetterText, data: st.DataObject) -> None:
    text = text_of(letter)
    at = data.draw(st.integers(0, len(text) - 1))
    sign = data.draw(st.characters(blacklist_categories=("Cs",)).filter(lambda sign: sign != text[at]))
    for changed in (text[:at] + sign + text[at + 1 :], text[:at] + text[at + 1 :], text[:at] + sign + text[at:]):
        assert digest_of(changed) != digest_of(text) or changed == text


def test_the_digest_is_the_sha_256_that_anybody_can_make() -> None:
    assert digest_of("责任书").hex() == sha256("责任书".encode()).hexdigest()


def test_what_changed_is_counted_and_never_typed() -> None:
    day, later = date(2026, 12, 31), date(2027, 1, 31)
    before = (Line("a", "1", "甲", day), Line("b", "2", "乙", day), Line("c", "3", "丙", day))
    after = (Line("b", "2", "乙", later), Line("c", "3", "丁", day), Line("d", "4", "戊", None))
    assert changes_of(before, after).title_zh == "新增 1 项、移出 1 项、改期 1 项、改动文字 1 项"
    assert changes_of(before, before).title_zh == "事项没有变化"
