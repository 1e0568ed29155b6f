"""A workbook that is no roster; the other refusals of a file are those of `chassis.sheets.problems`."""

from chassis.sheets.problems import WorkbookRefused


class NoSheetRecognised(WorkbookRefused):
    """No sheet has the headings of organisations, roll, posts or citizens."""

    title_zh = "没有找到党组织、党员名册、职务或居民工作表：请对照模板检查表头。"
