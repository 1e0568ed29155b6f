"""Letters of responsibility, as a spreadsheet: who answers for what, and what still lacks a signature."""

from collections.abc import Sequence

from chassis.clock import local_date
from chassis.sheets.tables import table
from services.tasks.letters.model import ResponsibilityLetter
from services.tasks.letters.shown import letter_line

COLUMNS = ("编号", "年度", "标题", "责任人", "岗位", "版本", "情况", "条目随清单", "正在更新", "建立日期")


def spreadsheet(letters: Sequence[ResponsibilityLetter]) -> bytes:
    """The .xlsx."""
    lines = map(letter_line, letters)
    return table(
        "责任书",
        COLUMNS,
        (
            (
                one.number,
                one.year,
                one.title,
                one.person_name,
                one.post_zh,
                one.version,
                one.stage_zh,
                "是" if one.from_lists else "否",
                "是" if one.stale else "否",
                local_date(one.made_at),
            )
            for one in lines
        ),
    )
