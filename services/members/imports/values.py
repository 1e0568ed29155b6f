"""Reading a cell of a roster: names, numbers, ethnic groups and the mark of generated rows."""

import re

from chassis.identifiers import NumberFault, citizen_number_fault, tidy
from chassis.sheets.reading import Cell
from chassis.sheets.values import Wrong, remember, text_of
from services.members.words import ETHNIC_GROUPS

GENERATED = "生成"
GENERATED_AREA = "999999"  # no county, nor the 9 + province + nationality of a foreigner's residence card, can have it
GENERATED_PHONES = "154"  # a prefix that is given to no operator (confidence G), so that nobody's telephone rings

_DOTS = str.maketrans(dict.fromkeys(".•・‧∙⋅﹒・", "·"))

HAN = r"\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_HAS_HAN = re.compile(f"[{HAN}]")
_NAME = re.compile(rf"[{HAN}]+(?:·[{HAN}]+)*|[A-Za-z]+(?:[ .'·-]+[A-Za-z]+)*\.?")
_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_LANDLINE = re.compile(r"(0[0-9]{2,3})-?([2-9][0-9]{6,7})")
NUMBER_FAULTS = {
    NumberFault.LENGTH: ("位数不对", "18位公民身份号码"),
    NumberFault.CHARACTERS: ("含有不应出现的字符", "前17位为数字，末位为数字或X"),
    NumberFault.DATE: ("出生日期不存在", "第7至14位为真实的出生日期，如19800229不存在"),
    NumberFault.CHECK_DIGIT: ("校验位不符，可能有一位抄错", "对照身份证逐位核对"),
}


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


def read_phone(cell: Cell) -> str:
    """A mobile number of 11 digits, or a landline as 0736-7654321."""
    phone = tidy(text_of(cell)).replace("-", "").removeprefix("+86")
    if _MOBILE.fullmatch(phone):
        return phone
    landline = _LANDLINE.fullmatch(tidy(text_of(cell)))
    if landline is None:
        raise Wrong("不是电话号码", "11位手机号码，或区号-座机号码")
    return f"{landline[1]}-{landline[2]}"


@remember
def read_ethnic_group(cell: Cell) -> str:
    """An ethnic group of GB/T 3304, with or without its last character 族."""
    group = text_of(cell).replace(" ", "")
    for spelling in (group, f"{group}族"):
        if spelling in ETHNIC_GROUPS:
            return spelling
    raise Wrong("不是民族名称", "国家标准中的民族名称，如 汉族、土家族")


@remember
def read_mark(cell: Cell) -> bool:
    """Whether the row is marked as generated."""
    mark = text_of(cell)
    if mark not in {GENERATED, "是", "否", ""}:
        raise Wrong("不是生成标记", f"由程序生成的数据填“{GENERATED}”，真实数据留空")
    return mark in {GENERATED, "是"}
