"""Reading a workbook: .xlsx, .xls, .ods, or .csv in UTF-8 or GB18030, into sheets of cells."""

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path

import python_calamine as calamine

from chassis.sheets.archive import check_archive
from chassis.sheets.collecting import not_collecting
from chassis.sheets.confined import parse_confined
from chassis.sheets.limits import Limits
from chassis.sheets.problems import FileBroken, FileEncrypted, FileTooLarge, WrongFileKind

Cell = str | int | float | bool | date | datetime | time | timedelta
Cells = list[list[Cell]]

ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
PROTECTED = "EncryptedPackage".encode("utf-16-le")  # the stream that holds a workbook locked with a password


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet as it stands, from its first row and column."""

    name: str
    cells: Cells


@dataclass(frozen=True, slots=True)
class Workbook:
    """The sheets of one file."""

    name: str
    sheets: list[Sheet]


def read_workbook(path: Path, *, limits: Limits | None = None) -> Workbook:
    """The sheets of a file, by what its ending says it is.

    Refuses before parsing what would unpack or spread beyond the limits. Raises the problems of `problems.py`:
    `WrongFileKind`, `FileEncrypted`, `FileBroken`, `FileTooLarge`.
    """
    limits = limits or Limits()
    readers: dict[str, Callable[[Path, Limits], list[Sheet]]] = {
        ".xlsx": _read_xlsx,
        ".xls": _read_xls,
        ".ods": _read_ods,
        ".csv": _read_csv,
    }
    reader = readers.get(path.suffix.lower())
    if reader is None:
        raise WrongFileKind(file=path.name, taken=list(readers))
    try:
        size = path.stat().st_size
    except OSError as missing:
        raise FileBroken(file=path.name, reason=missing.strerror or "cannot be opened") from missing
    if size > limits.file_bytes:
        raise FileTooLarge(file=path.name, file_bytes=size, at_most=limits.file_bytes)
    if size == 0:
        raise FileBroken(file=path.name, reason="the file is empty")
    sheets = reader(path, limits)
    for sheet in sheets:
        _check_size(sheet, limits=limits, name=path.name)
    return Workbook(path.name, sheets)


def _check_size(sheet: Sheet, *, limits: Limits, name: str) -> None:
    if len(sheet.cells) > limits.rows:
        raise FileTooLarge(file=name, sheet=sheet.name, rows=len(sheet.cells), at_most=limits.rows)
    columns = max(map(len, sheet.cells), default=0)
    if columns > limits.columns:
        raise FileTooLarge(file=name, sheet=sheet.name, columns=columns, at_most=limits.columns)


@not_collecting()
def _read_xlsx(path: Path, limits: Limits) -> list[Sheet]:
    _expect(path, ZIP)
    check_archive(path, limits=limits, main_part="xl/workbook.xml")
    return _parse(path, limits)


def _read_ods(path: Path, limits: Limits) -> list[Sheet]:
    _expect(path, ZIP)
    check_archive(path, limits=limits, main_part="content.xml")
    return parse_confined(path, limits, _parse)


def _read_xls(path: Path, limits: Limits) -> list[Sheet]:
    _expect(path, OLE)
    return parse_confined(path, limits, _parse)


def _parse(path: Path, limits: Limits) -> list[Sheet]:
    try:
        with calamine.CalamineWorkbook.from_path(path) as workbook:
            if len(workbook.sheet_names) > limits.sheets:
                raise FileTooLarge(file=path.name, sheets=len(workbook.sheet_names), at_most=limits.sheets)
            shown = [sheet.name for sheet in workbook.sheets_metadata if sheet.typ is calamine.SheetTypeEnum.WorkSheet]
            return [Sheet(name, workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)) for name in shown]
    except calamine.PasswordError as locked:
        raise FileEncrypted(file=path.name) from locked
    except (calamine.CalamineError, OSError, ValueError) as broken:
        raise FileBroken(file=path.name, reason=str(broken)[:200]) from broken


def _expect(path: Path, magic: bytes) -> None:
    """Refuse what does not begin as its ending says, naming the cases that townships really send."""
    with path.open("rb") as file:
        start = file.read(8)
        if start.startswith(magic):
            return
        rest = file.read(1 << 20)
    if start.startswith(OLE) and PROTECTED in rest:
        raise FileEncrypted(file=path.name)
    if start.startswith(OLE):
        raise WrongFileKind(file=path.name, really="xls")
    if start.startswith(ZIP):
        raise WrongFileKind(file=path.name, really="xlsx")
    if start.lstrip().lower().startswith((b"<html", b"<!doct", b"<table", b"<?xml", b"<meta")):
        raise WrongFileKind(file=path.name, really="html")
    raise WrongFileKind(file=path.name, really="unknown")


def _read_csv(path: Path, limits: Limits) -> list[Sheet]:
    content = path.read_bytes()
    if content.startswith((ZIP, OLE)) or b"\0" in content[:4096]:
        raise WrongFileKind(file=path.name, really="not text")
    text = _decode(content, name=path.name)
    # A title may stand above the headings, so the line with the most separators tells which one it is.
    fullest = max(text.split("\n", 10)[:10], key=lambda line: max(map(line.count, ",\t;")))
    delimiter = max(",\t;", key=fullest.count)
    cells: Cells = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True):
            cells.append(list(row))
            if len(cells) > limits.rows or len(row) > limits.columns:
                break  # refused with the size by the caller
    except csv.Error as broken:
        raise FileBroken(file=path.name, reason=f"line {len(cells) + 1}: {broken}") from broken
    return [Sheet(path.stem, cells)]


def _decode(content: bytes, *, name: str) -> str:
    """UTF-8 is tried first, since text in GB18030 is hardly ever valid UTF-8, and the other way round it often is."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise WrongFileKind(file=name, really="neither UTF-8 nor GB18030")
