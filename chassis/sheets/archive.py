"""Looking into a zipped workbook before it is parsed: how much it unpacks to, and how far its cells reach."""

import re
import struct
import zipfile
import zlib
from pathlib import Path
from typing import BinaryIO

from chassis.sheets.limits import Limits
from chassis.sheets.problems import FileBroken, FileTooLarge, WrongFileKind

# Matches nothing in most files: addresses of two letters and more, or of six digits and more. The cells' own addresses
# count and not the sheet's declared dimension, because the parser makes room for whatever the cells say.
FAR_ADDRESS = re.compile(rb"r\s*=\s*[\"']([A-Za-z]{2,}(?=\d)|[A-Za-z]?(?=\d{6}))(\d+)")


def check_archive(path: Path, *, limits: Limits, main_part: str) -> None:
    """Refuse an archive that unpacks to too much, lies about it, or spreads its cells too far.

    Every part is really unpacked once, within bounds, because the sizes in the directory can lie and the parser does
    not look at them. Raises `FileTooLarge`, `FileBroken` or `WrongFileKind`.
    """
    try:
        with zipfile.ZipFile(path) as archive, path.open("rb") as file:
            parts = archive.infolist()
            if main_part not in archive.namelist():
                raise WrongFileKind(file=path.name, reason=f"{main_part} is missing")
            _check_directory(parts, limits=limits, name=path.name)
            for part in parts:
                content = _unpack(file, part)
                if b"sheetData" in content:
                    _check_reach(content, limits=limits, name=path.name)
    except (zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, ValueError, NotImplementedError) as broken:
        # The last two: names that are not the text they claim to be, and versions of the format that do not exist.
        raise FileBroken(file=path.name, reason=str(broken)[:200]) from broken


def _check_directory(parts: list[zipfile.ZipInfo], *, limits: Limits, name: str) -> None:
    if len(parts) > limits.parts:
        raise FileTooLarge(file=name, parts=len(parts), at_most=limits.parts)
    unpacked = sum(part.file_size for part in parts)
    packed = sum(part.compress_size for part in parts)
    if unpacked > limits.unpacked_bytes:
        raise FileTooLarge(file=name, unpacked_bytes=unpacked, at_most=limits.unpacked_bytes)
    if unpacked > max(limits.ratio * packed, limits.ratio_from_bytes):
        raise FileTooLarge(file=name, unpacked_bytes=unpacked, packed_bytes=packed, at_most_times=limits.ratio)


def _unpack(file: BinaryIO, part: zipfile.ZipInfo) -> bytes:
    """The content of one part, never more than its declared size plus one byte; `BadZipFile` if that size is a lie."""
    file.seek(part.header_offset)
    header = file.read(30)
    if header[:4] != b"PK\x03\x04" or part.flag_bits & 1:
        raise zipfile.BadZipFile(f"{part.filename}: no readable part where the directory says")
    file.seek(sum(struct.unpack("<HH", header[26:30])), 1)
    packed = file.read(part.compress_size)
    if part.compress_type == zipfile.ZIP_STORED:
        content = packed
    elif part.compress_type == zipfile.ZIP_DEFLATED:
        content = zlib.decompressobj(-15).decompress(packed, part.file_size + 1)
    else:
        raise zipfile.BadZipFile(f"{part.filename}: packed in a way that spreadsheets do not use")
    if len(content) != part.file_size:
        raise zipfile.BadZipFile(f"{part.filename}: unpacks to another size than declared")
    return content


def _check_reach(sheet: bytes, *, limits: Limits, name: str) -> None:
    rows = sheet.count(b"<row") + sheet.count(b":row") // 2  # with a prefix, the closing tag counts as well
    # A cell without an address stands right of the one before it, so the cells of each row are counted as well.
    _, *by_row = sheet[: sheet.rfind(b"sheetData")].split(b"<row" if b"<row" in sheet else b":row")
    cells = max((row.count(b"<c") + row.count(b":c") for row in by_row), default=0)
    columns = 0
    for letters, digits in set(FAR_ADDRESS.findall(sheet)):
        columns = max(columns, _column(letters))
        rows = max(rows, int(digits[:9]))
    if rows > limits.rows:
        raise FileTooLarge(file=name, rows=rows, at_most=limits.rows)
    if columns > limits.columns or cells > 2 * limits.columns:
        raise FileTooLarge(file=name, columns=max(columns, cells), at_most=limits.columns)


def _column(letters: bytes) -> int:
    """A is 1, Z is 26, AA is 27."""
    number = 0
    for letter in letters.upper()[:6]:
        number = number * 26 + letter - 64
    return number
