"""Made-up persons: names that nobody has, numbers of an area that does not exist, phones that nobody answers.

A generated name is a surname, the sign 样 (sample) and a serial number in Chinese figures; a citizen number has the
area code 999999, a right check digit, and is never given twice; a phone number begins with 154. Every row about a
generated person carries the mark «生成» besides.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from chassis.identifiers import citizen_check_digit
from services.members.imports.values import GENERATED_AREA, GENERATED_PHONES
from services.members.words import Sex

SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈"
RARE_SURNAMES = ("欧阳", "司马", "𠮷", "上官", "镕")  # of two characters, and beyond the basic plane
FIGURES = "〇一二三四五六七八九"
_IN_FIGURES = str.maketrans("0123456789", FIGURES)
SAMPLE = "样"


@dataclass(frozen=True, slots=True)
class Person:
    """One made-up person."""

    citizen_number: str
    name: str
    sex: Sex
    born_on: date
    ethnic_group: str
    phone: str


class Registry:
    """Makes persons, no two alike."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._made = 0
        self._sequences: dict[tuple[date, Sex], int] = {}

    def make(self, *, sex: Sex, youngest: date, oldest: date) -> Person:
        """A person born between the two dates, both included."""
        random = self._random
        self._made += 1
        days = (youngest - oldest).days
        born_on = oldest + timedelta(days=random.randint(0, days))
        while self._sequences.get((born_on, sex), 0) > 996:  # the three digits of that day and sex are used up
            born_on = oldest + timedelta(days=random.randint(0, days))
        sequence = self._sequences.get((born_on, sex), -1 if sex is Sex.MALE else 0) + 2
        self._sequences[born_on, sex] = sequence
        first17 = f"{GENERATED_AREA}{born_on:%Y%m%d}{sequence:03}"
        ethnic_group = random.choices(("汉族", "土家族", "回族", "维吾尔族", "苗族"), (940, 25, 15, 10, 10))[0]
        return Person(
            citizen_number=first17 + citizen_check_digit(first17),
            name=self._name(ethnic_group),
            sex=sex,
            born_on=born_on,
            ethnic_group=ethnic_group,
            phone=f"{GENERATED_PHONES}{self._made:08}",
        )

    def _name(self, ethnic_group: str) -> str:
        serial = SAMPLE + f"{self._made:05}".translate(_IN_FIGURES)
        if ethnic_group == "维吾尔族":
            return f"买买提·{serial}"
        if self._made % 500 == 0:
            return self._random.choice(RARE_SURNAMES) + serial
        return self._random.choice(SURNAMES) + serial


def years_before(day: date, years: int) -> date:
    """The same day so many years earlier; 29 February becomes the 28th."""
    return day.replace(year=day.year - years, day=min(day.day, 28) if day.month == 2 else day.day)
