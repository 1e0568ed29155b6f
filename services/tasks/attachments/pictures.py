"""Pictures without what the camera wrote beside them: the place, the time, the owner of the phone.

Pixels are not touched. Of everything beside them only what shows them rightly is kept: colours, and which way is up.
"""

import re
import struct
import zlib

from chassis.problems import Invalid
from services.tasks.attachments.kinds import JPEG, PNG, Kind

MOST_PIXELS = 100_000_000
"""More than the phones of today take; a small file can claim more than a screen's memory holds."""

EXIF = b"Exif\x00\x00"
ORIENTATION = 0x0112  # the tag of TIFF 6.0 that says which way is up
START, SCAN, END, COMMENT = 0xD8, 0xDA, 0xD9, 0xFE
FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}  # markers that give height and width
SHOWN = {0xE0: b"JFIF\x00", 0xE2: b"ICC_PROFILE\x00", 0xEE: b"Adobe"}  # application segments that change the colours
AFTER_SCAN = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
PNG_HEAD = b"\x89PNG\r\n\x1a\n"
PNG_SHOWN = frozenset(b"IHDR PLTE IDAT IEND tRNS cHRM gAMA iCCP sBIT sRGB cICP bKGD pHYs acTL fcTL fdAT".split())


class PictureBroken(Invalid):
    """This picture is not whole; take it or send it once more."""

    title_zh = "照片不完整或已损坏，请重新拍照或重新上传。"


class PictureTooLarge(Invalid):
    """This picture has more pixels than a screen can show."""

    title_zh = "照片尺寸过大，请缩小后再上传。"


def cleaned(content: bytes, kind: Kind) -> bytes:
    """The picture alone. Raises `PictureBroken` or `PictureTooLarge`; any other kind of file is left as it is."""
    clean = {JPEG: _jpeg, PNG: _png}.get(kind)
    if clean is None:
        return content
    try:
        return clean(content)
    except (IndexError, ValueError, struct.error) as broken:
        raise PictureBroken() from broken


def _jpeg(content: bytes) -> bytes:
    """ITU-T T.81: segments up to the end marker; what phones hang behind that is a second picture with its own data."""
    kept = bytearray(content[:2])
    at = 2
    while True:
        if content[at] != 0xFF:
            raise ValueError("no marker where one should be")
        while content[at + 1] == 0xFF:  # fill bytes
            at += 1
        marker = content[at + 1]
        if marker == END:
            return bytes(kept + content[at : at + 2])
        (length,) = struct.unpack_from(">H", content, at + 2)
        end = at + 2 + length
        if end > len(content):
            raise ValueError("a segment reaches past the end")
        segment = content[at:end]
        if marker in FRAMES:
            _check_size(*struct.unpack_from(">HH", segment, 5))
        if marker == SCAN:
            end = _end_of_scan(content, end)
            kept += content[at:end]
        elif marker == 0xE1 and segment[4:10] == EXIF:
            kept += _upright(segment[10:])
        elif not (0xE0 <= marker <= 0xEF or marker == COMMENT) or segment[4:].startswith(
            SHOWN.get(marker, b"\xff" * 9)
        ):
            kept += segment
        at = end


def _end_of_scan(content: bytes, at: int) -> int:
    """Where the next marker stands behind compressed data, in which FF is followed by 00 or a restart (D0 to D7)."""
    found = AFTER_SCAN.search(content, at)
    if found is None:
        raise ValueError("compressed data without an end")
    return found.start()


def _upright(tiff: bytes) -> bytes:
    """A segment that says which way is up and nothing else; empty where nothing says so."""
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    if order is None:
        return b""
    try:
        (first,) = struct.unpack_from(f"{order}I", tiff, 4)
        (count,) = struct.unpack_from(f"{order}H", tiff, first)
        for number in range(count):
            tag, _, _, value = struct.unpack_from(f"{order}HHIH", tiff, first + 2 + 12 * number)
            if tag == ORIENTATION and 1 <= value <= 8:
                body = EXIF + struct.pack(">2sHIHHHIHHI", b"MM", 42, 8, 1, ORIENTATION, 3, 1, value, 0, 0)
                return struct.pack(">BBH", 0xFF, 0xE1, len(body) + 2) + body
    except struct.error:  # such directories are found in real pictures, which are shown all the same
        pass
    return b""


def _png(content: bytes) -> bytes:
    """PNG (ISO/IEC 15948): the chunks that are shown, each with its checksum tried; nothing behind the end."""
    kept, at = bytearray(PNG_HEAD), len(PNG_HEAD)
    while True:
        length, name = struct.unpack_from(">I4s", content, at)
        end = at + 12 + length
        (checksum,) = struct.unpack_from(">I", content, end - 4)
        if zlib.crc32(content[at + 4 : end - 4]) != checksum:
            raise ValueError("a chunk was changed")
        if name == b"IHDR":
            width, height = struct.unpack_from(">II", content, at + 8)
            _check_size(height, width)
        if name in PNG_SHOWN:
            kept += content[at:end]
        if name == b"IEND":
            return bytes(kept)
        at = end


def _check_size(height: int, width: int) -> None:
    if height * width > MOST_PIXELS:
        raise PictureTooLarge(most_pixels=MOST_PIXELS)
