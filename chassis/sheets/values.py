"""Reading one cell: the text, code, word or date that was meant, or what is wrong with it and what would be right."""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import TypeVar

from chassis.identifiers import tidy
from chassis.sheets.reading import Cell

AnyWord = TypeVar("AnyWord")

# Columns whose cells repeat are read once for each spelling; typed, because 1, 1.0 and True are spelled differently.
remember = lru_cache(maxsize=50_000, typed=True)

_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_INVISIBLE = dict.fromkeys((*range(0x20), 0x7F, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF))
_PLAIN = _FULL_WIDTH | _INVISIBLE | dict.fromkeys((0x09, 0x0A, 0x0D, 0xA0, 0x3000), " ")

_CODE = re.compile(r"[0-9A-Z][0-9A-Z._-]{0,39}")
_DIVISION = re.compile(r"[1-9][0-9]{5}(?:[0-9]{3}){0,2}")
_DATE = re.compile(
    r"([12][0-9]{3})(?:年|[-/.])([0-9]{1,2})(?:月|[-/.])([0-9]{1,2})日?"
    r"(?:[ T][0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.0+)?)?)?"
)
_SERIAL_DAY_0 = date(1899, 12, 30)


class Wrong(Exception):
    """This cell does not hold what its column asks for."""

    def __init__(self, fault: str, remedy: str) -> None:
        super().__init__(fault)
        self.fault = fault
        self.remedy = remedy


def text_of(cell: Cell) -> str:
    """The cell as text: full-width characters plain, invisible ones gone, no space around it."""
    if isinstance(cell, str):
        return cell.strip() if cell.isascii() and cell.isprintable() else cell.translate(_PLAIN).strip()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


def read_text(most: int) -> Callable[[Cell], str]:
    """A reader of free text of at most so many characters."""

    def read(cell: Cell) -> str:
        text = text_of(cell)
        if len(text) > most:
            raise Wrong(f"超过{most}个字", f"不超过{most}个字")
        return text

    return read


@remember
def read_code(cell: Cell) -> str:
    """A code that the county gives its organisations or households."""
    code = tidy(text_of(cell))
    if not _CODE.fullmatch(code):
        raise Wrong("不是编码", "1至40位数字、字母或 - _ .")
    return code


@remember
def read_division_code(cell: Cell) -> str:
    """A division's code of 6, 9 or 12 digits, filled up to 12."""
    code = tidy(text_of(cell))
    if not _DIVISION.fullmatch(code):
        raise Wrong("不是区划代码", "12位统计用区划代码，如430702204216")
    return code.ljust(12, "0")


@remember
def read_date(cell: Cell) -> date:
    """A date as spreadsheets and people write it; a bare number is eight digits or a spreadsheet's day count."""
    if isinstance(cell, datetime):
        return _in_range(cell.date())
    if isinstance(cell, date):
        return _in_range(cell)
    if isinstance(cell, float) and 1 <= cell < 100_000:
        return _in_range(_SERIAL_DAY_0 + timedelta(days=int(cell)))
    return _date_of(text_of(cell))


def _date_of(text: str) -> date:
    if len(text) == 8 and text.isascii() and text.isdigit():
        parts = (text[:4], text[4:6], text[6:])
    else:
        match = _DATE.fullmatch(text)
        if match is None:
            raise Wrong("不是日期", "年月日齐全，如 2021-03-05 或 2021年3月5日")
        parts = (match[1], match[2], match[3])
    try:
        return _in_range(date(*map(int, parts)))
    except ValueError as impossible:
        raise Wrong("没有这一天", "日历上有的日期，如 2021-03-05") from impossible


def _in_range(day: date) -> date:
    if not 1900 <= day.year < 2200:
        raise Wrong("年份不合理", "1900年以后的日期")
    return day


def read_word(words: Mapping[str, AnyWord], remedy: str) -> Callable[[Cell], AnyWord]:
    """A reader of one of these words."""

    @remember
    def read(cell: Cell) -> AnyWord:
        word = words.get(cell) if isinstance(cell, str) else None
        if word is None:
            word = words.get(text_of(cell).replace(" ", ""))
        if word is None:
            raise Wrong("不在规定的用词之内", remedy)
        return word

    return read
