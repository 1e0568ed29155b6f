"""The four beats of the year: a month, a quarter, a half-year and a year, of months of submission (local)."""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Self

from chassis.problems import Invalid

PATTERN = r"^20\d\d(-(0[1-9]|1[0-2])|-Q[1-4]|-H[12])?$"


class WrongPeriod(Invalid):
    """A period is a month, a quarter, a half-year or a year, and over."""

    title_zh = "期间不对：写成 2023-05、2023-Q2、2023-H1 或 2023，且须已经结束。"


class ReportKind(StrEnum):
    """What a report is called by the length of its period."""

    MONTHLY = "monthly"
    QUARTERLY = "quarterly"
    HALF_YEARLY = "half_yearly"
    YEARLY = "yearly"

    @property
    def title_zh(self) -> str:
        """Its name in a title."""
        return {"monthly": "月报告", "quarterly": "季考核", "half_yearly": "半年通报", "yearly": "年终评价"}[self]

    @property
    def months(self) -> int:
        """How long it is."""
        return {"monthly": 1, "quarterly": 3, "half_yearly": 6, "yearly": 12}[self]


@dataclass(frozen=True, slots=True)
class Period:
    """One of them: the how-manieth of its year, from 1."""

    kind: ReportKind
    year: int
    number: int

    @classmethod
    def read(cls, text: str) -> Self:
        """A period as it is written. Raises `WrongPeriod`."""
        if re.fullmatch(PATTERN, text) is None:
            raise WrongPeriod()
        year, _, rest = text.partition("-")
        if not rest:
            return cls(ReportKind.YEARLY, int(year), 1)
        if rest[0] in "QH":
            return cls(ReportKind.QUARTERLY if rest[0] == "Q" else ReportKind.HALF_YEARLY, int(year), int(rest[1]))
        return cls(ReportKind.MONTHLY, int(year), int(rest))

    @classmethod
    def ended_before(cls, day: date, kind: ReportKind) -> Self:
        """The latest period of a kind that was over on a local day."""
        return cls(kind, day.year, (day.month - 1) // kind.months + 1).previous

    def __str__(self) -> str:
        mark = {"monthly": f"-{self.number:02}", "quarterly": f"-Q{self.number}", "half_yearly": f"-H{self.number}"}
        return f"{self.year}{mark.get(self.kind, '')}"

    @property
    def previous(self) -> Self:
        """The one before it."""
        if self.number > 1:
            return type(self)(self.kind, self.year, self.number - 1)
        return type(self)(self.kind, self.year - 1, 12 // self.kind.months)

    @property
    def every_month(self) -> list[str]:
        """Its months in order: 2023-04, 2023-05, 2023-06."""
        last = self.number * self.kind.months
        return [f"{self.year}-{month:02}" for month in range(last - self.kind.months + 1, last + 1)]

    @property
    def over_on(self) -> date:
        """The first local day after it."""
        after = self.number * self.kind.months
        return date(self.year + after // 12, after % 12 + 1, 1)

    @property
    def title_zh(self) -> str:
        """As it stands in a title."""
        match self.kind:
            case ReportKind.MONTHLY:
                return f"{self.year}年{self.number}月"
            case ReportKind.QUARTERLY:
                return f"{self.year}年第{'一二三四'[self.number - 1]}季度"
            case ReportKind.HALF_YEARLY:
                return f"{self.year}年{'上下'[self.number - 1]}半年"
            case ReportKind.YEARLY:
                return f"{self.year}年度"
