"""Spreadsheets that are given out: what they are called on the wire, and a workbook in which nothing runs."""

from typing import IO, Any

import xlsxwriter

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
GIVEN_OUT: dict[int | str, dict[str, Any]] = {200: {"content": {XLSX: {}}, "description": "The spreadsheet."}}
"""The `responses` of a route that answers with one."""


def workbook(file: IO[bytes], **options: bool) -> xlsxwriter.Workbook:
    """A new .xlsx: no text of it becomes a formula or a link, whoever wrote it."""
    return xlsxwriter.Workbook(file, {"strings_to_formulas": False, "strings_to_urls": False, **options})
