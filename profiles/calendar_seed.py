"""Write the work calendar's table anew from the library chinese-calendar: `python -m profiles.calendar_seed`.

Needed only when a new version of the library knows another year; an operator adds a year's rows by hand.
"""

import sys
from datetime import date
from importlib.metadata import version

from chinese_calendar.constants import Holiday, holidays, workdays  # of the dev group

CORRECTIONS = {(date(2005, 12, 31), "work", "元旦", "国办发明电〔2005〕35号：2005年12月31日（星期六）上班")}
"""What the notice says and the library does not know."""

NAMES = {holiday.value: holiday.chinese for holiday in Holiday}
HEAD = """\
# 工作日历：只列与“周一至周五上班、周六周日休息”不同的日子。时区 Asia/Shanghai。
# kind：published = 该年放假通知已公布并全部录入（date 填年份）；rest = 法定休息日；work = 周末调休上班日。
# 未标 published 的年份只按周末推算，页面上显示“暂定”。国务院办公厅公布新一年安排后，在文末加行即可，source 写明文号。
# 2004 至 2026 年各行由 python -m profiles.calendar_seed 生成。
date,kind,name,source
"""


def table() -> str:
    """The table's text."""
    source = f"chinese-calendar {version('chinese-calendar')}"
    days = {day: ("rest", name) for day, name in holidays.items() if day.isoweekday() < 6}
    days |= {day: ("work", name) for day, name in workdays.items()}
    said = {(day, kind, NAMES[name], source) for day, (kind, name) in days.items()} | CORRECTIONS
    rows = [f"{day},{kind},{name},{by}" for day, kind, name, by in sorted(said)]
    years = [f"{year},published,年度放假安排,{source}" for year in sorted({day.year for day in holidays})]
    return HEAD + "\n".join([*years, *rows]) + "\n"


if __name__ == "__main__":
    sys.stdout.write(table())
