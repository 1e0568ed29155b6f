"""Reading one cell: the text, number, word or date that was meant, or what is wrong with it and what would be right."""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import TypeVar

from chassis.identifiers import NumberFault, citizen_number_fault, tidy
from services.members.imports.reading import Cell
from services.members.words import ETHNIC_GROUPS, Word

AnyWord = TypeVar("AnyWord", bound=Word)

# Columns whose cells repeat are read once for each spelling; typed, because 1, 1.0 and True are spelled differently.
_remember = lru_cache(maxsize=50_000, typed=True)

GENERATED = "生成"
GENERATED_AREA = "999999"  # no county, nor the 9 + province + nationality of a foreigner's residence card, can have it
GENERATED_PHONES = "154"  # a prefix that is given to no operator (confidence G), so that nobody's telephone rings

_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_INVISIBLE = dict.fromkeys((*range(0x20), 0x7F, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF))
_PLAIN = _FULL_WIDTH | _INVISIBLE | dict.fromkeys((0x09, 0x0A, 0x0D, 0xA0, 0x3000), " ")
_DOTS = str.maketrans(dict.fromkeys(".•・‧∙⋅﹒・", "·"))

HAN = r"\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_HAS_HAN = re.compile(f"[{HAN}]")
_NAME = re.compile(rf"[{HAN}]+(?:·[{HAN}]+)*|[A-Za-z]+(?:[ .'·-]+[A-Za-z]+)*\.?")
_CODE = re.compile(r"[0-9A-Z][0-9A-Z._-]{0,39}")
_DIVISION = re.compile(r"[1-9][0-9]{5}(?:[0-9]{3}){0,2}")
_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_LANDLINE = re.compile(r"(0[0-9]{2,3})-?([2-9][0-9]{6,7})")
_DATE = re.compile(
    r"([12][0-9]{3})(?:年|[-/.])([0-9]{1,2})(?:月|[-/.])([0-9]{1,2})日?"
    r"(?:[ T][0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.0+)?)?)?"
)
_SERIAL_DAY_0 = date(1899, 12, 30)

NUMBER_FAULTS = {
    NumberFault.LENGTH: ("位数不对", "18位公民身份号码"),
    NumberFault.CHARACTERS: ("含有不应出现的字符", "前17位为数字，末位为数字或X"),
    NumberFault.DATE: ("出生日期不存在", "第7至14位为真实的出生日期，如19800229不存在"),
    NumberFault.CHECK_DIGIT: ("校验位不符，可能有一位抄错", "对照身份证逐位核对"),
}


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


def read_name(cell: Cell) -> str:
    """A person's name: Han characters, also rare ones, with · inside, or Latin letters."""
    name = text_of(cell)
    if _HAS_HAN.search(name):
        name = name.replace(" ", "")
        if not _NAME.fullmatch(name):
            name = name.translate(_DOTS)
    if not _NAME.fullmatch(name) or not 2 <= len(name) <= 60:
        raise Wrong("不是姓名", "2至60个汉字（少数民族姓名中间用·）或拼音字母，不含数字、符号和空格")
    return name


def read_citizen_number(cell: Cell) -> str:
    """A citizen number of 18 characters; a number cell is refused, since it has lost its last digits."""
    if isinstance(cell, float | int):
        raise Wrong("以数字保存，末几位已经丢失", "先把该列设为文本格式，再重新填写18位号码")
    number = tidy(text_of(cell))
    fault = citizen_number_fault(number)
    if fault is not None:
        raise Wrong(*NUMBER_FAULTS[fault])
    return number


@_remember
def read_code(cell: Cell) -> str:
    """A code that the county gives its organisations or households."""
    code = tidy(text_of(cell))
    if not _CODE.fullmatch(code):
        raise Wrong("不是编码", "1至40位数字、字母或 - _ .")
    return code


@_remember
def read_division_code(cell: Cell) -> str:
    """A division's code of 6, 9 or 12 digits, filled up to 12."""
    code = tidy(text_of(cell))
    if not _DIVISION.fullmatch(code):
        raise Wrong("不是区划代码", "12位统计用区划代码，如430702204216")
    return code.ljust(12, "0")


def read_phone(cell: Cell) -> str:
    """A mobile number of 11 digits, or a landline as 0736-7654321."""
    phone = tidy(text_of(cell)).replace("-", "").removeprefix("+86")
    if _MOBILE.fullmatch(phone):
        return phone
    landline = _LANDLINE.fullmatch(tidy(text_of(cell)))
    if landline is None:
        raise Wrong("不是电话号码", "11位手机号码，或区号-座机号码")
    return f"{landline[1]}-{landline[2]}"


@_remember
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

    @_remember
    def read(cell: Cell) -> AnyWord:
        word = words.get(cell) if isinstance(cell, str) else None
        if word is None:
            word = words.get(text_of(cell).replace(" ", ""))
        if word is None:
            raise Wrong("不在规定的用词之内", remedy)
        return word

    return read


@_remember
def read_ethnic_group(cell: Cell) -> str:
    """An ethnic group of GB/T 3304, with or without its last character 族."""
    group = text_of(cell).replace(" ", "")
    for spelling in (group, f"{group}族"):
        if spelling in ETHNIC_GROUPS:
            return spelling
    raise Wrong("不是民族名称", "国家标准中的民族名称，如 汉族、土家族")


@_remember
def read_mark(cell: Cell) -> bool:
    """Whether the row is marked as generated."""
    mark = text_of(cell)
    if mark not in {GENERATED, "是", "否", ""}:
        raise Wrong("不是生成标记", f"由程序生成的数据填“{GENERATED}”，真实数据留空")
    return mark in {GENERATED, "是"}
