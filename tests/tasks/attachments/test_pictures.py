"""Pictures lose the place where they were taken and everything else that is not shown, and not one pixel."""

import struct
import zlib
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from services.tasks.attachments.kinds import AAC, JPEG, M4A, MP3, PDF, PNG, WAV, kind_of
from services.tasks.attachments.pictures import PictureBroken, PictureTooLarge, cleaned

PLACE, PHONE, WORDS = (29.0, 1.0, 55.5), "手机甲", "somebody's comment"
GPS, MAKE, ORIENTATION = 0x8825, 0x010F, 0x0112


def picture() -> Image.Image:
    """A few pixels, no two alike."""
    made = Image.new("RGB", (48, 32))
    made.putdata([(x * 5, y * 7, (x * y) % 256) for y in range(32) for x in range(48)])
    return made


def jpeg(orientation: int | None = 6, **options: object) -> bytes:
    """A picture as a phone takes it: with the place, the maker, a comment and a colour profile."""
    exif = Image.Exif()
    exif[MAKE] = PHONE
    if orientation is not None:
        exif[ORIENTATION] = orientation
    exif.get_ifd(GPS).update({1: "N", 2: PLACE, 3: "E", 4: PLACE})
    out = BytesIO()
    picture().save(out, "JPEG", exif=exif, comment=WORDS.encode(), icc_profile=b"profile" * 9, quality=90, **options)
    return out.getvalue()


def png() -> bytes:
    """A drawing with words and a place in it."""
    words, exif, out = PngInfo(), Image.Exif(), BytesIO()
    words.add_text("Comment", WORDS)
    words.add_itxt("Location", PHONE, zip=True)
    exif.get_ifd(GPS).update({1: "N", 2: PLACE})
    picture().save(out, "PNG", pnginfo=words, exif=exif, icc_profile=b"profile" * 9)
    return out.getvalue()


@pytest.mark.parametrize("options", [{}, {"progressive": True}, {"optimize": True}, {"restart_marker_rows": 1}])
def test_a_jpeg_keeps_its_pixels_and_loses_the_place(options: dict[str, object]) -> None:
    before = jpeg(**options)
    after = cleaned(before, JPEG)
    assert len(after) < len(before)
    opened, original = Image.open(BytesIO(after)), Image.open(BytesIO(before))
    assert opened.tobytes() == original.tobytes()
    assert opened.info["icc_profile"] == b"profile" * 9
    assert dict(opened.getexif()) == {ORIENTATION: 6}
    assert not opened.getexif().get_ifd(GPS)
    assert WORDS.encode() not in after


@pytest.mark.parametrize("orientation", [None, 1, 3, 8])
def test_a_jpeg_stays_the_right_way_up(orientation: int | None) -> None:
    after = Image.open(BytesIO(cleaned(jpeg(orientation), JPEG)))
    assert after.getexif().get(ORIENTATION) == orientation


def test_little_endian_directories_are_read_too() -> None:
    tiff = struct.pack("<2sHIHHHIHHI", b"II", 42, 8, 1, ORIENTATION, 3, 1, 3, 0, 0)
    body = b"Exif\x00\x00" + tiff
    plain = cleaned(jpeg(None), JPEG)
    given_ = plain[:2] + struct.pack(">BBH", 0xFF, 0xE1, len(body) + 2) + body + plain[2:]
    assert Image.open(BytesIO(cleaned(given_, JPEG))).getexif()[ORIENTATION] == 3


def test_what_hangs_behind_the_end_is_gone() -> None:
    assert cleaned(jpeg() + jpeg(), JPEG) == cleaned(jpeg(), JPEG)
    assert cleaned(png() + b"more", PNG) == cleaned(png(), PNG)


def test_a_png_keeps_its_pixels_and_loses_its_words() -> None:
    after = cleaned(png(), PNG)
    opened = Image.open(BytesIO(after))
    assert opened.tobytes() == picture().tobytes()
    assert opened.info["icc_profile"] == b"profile" * 9
    assert not {"Comment", "Location", "exif"} & opened.info.keys()
    assert WORDS.encode() not in after


def test_cleaning_twice_changes_nothing_more() -> None:
    for kind, made in ((JPEG, jpeg()), (PNG, png())):
        once = cleaned(made, kind)
        assert cleaned(once, kind) == once


def test_a_picture_of_a_billion_pixels_is_refused() -> None:
    body = b"IHDR" + struct.pack(">IIBBBBB", 40_000, 40_000, 8, 2, 0, 0, 0)
    chunk = struct.pack(">I", 13) + body + struct.pack(">I", zlib.crc32(body))
    with pytest.raises(PictureTooLarge):
        cleaned(b"\x89PNG\r\n\x1a\n" + chunk, PNG)


@pytest.mark.parametrize("made", [jpeg(), png()], ids=["jpeg", "png"])
def test_a_picture_that_was_cut_off_is_refused(made: bytes) -> None:
    kind = kind_of(made)
    assert kind is not None
    for length in (12, len(made) // 3, len(made) - 3):
        with pytest.raises(PictureBroken):
            cleaned(made[:length], kind)


@settings(deadline=None, max_examples=150)
@given(st.data())
def test_a_damaged_picture_is_cleaned_or_refused_and_nothing_else(data: st.DataObject) -> None:
    kind, whole = data.draw(st.sampled_from([(JPEG, JPEG_WHOLE), (PNG, PNG_WHOLE)]))
    content = bytearray(whole)
    for _ in range(data.draw(st.integers(1, 8))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    try:
        after = cleaned(bytes(content[: data.draw(st.integers(0, len(content)))]), kind)
    except (PictureBroken, PictureTooLarge):
        return
    assert len(after) <= len(content)


JPEG_WHOLE, PNG_WHOLE = jpeg(), png()


@pytest.mark.parametrize(
    ("start", "kind"),
    [
        (b"%PDF-1.7", PDF),
        (b"ID3\x04rest", MP3),
        (b"\xff\xfb\x90\x00", MP3),
        (b"\xff\xf1\x50\x80", AAC),
        (b"RIFF\x24\x00\x00\x00WAVE", WAV),
        (b"\x00\x00\x00\x20ftypM4A ", M4A),
        (b"RIFF\x24\x00\x00\x00WEBP", None),
        (b"\x00\x00\x00\x20ftypheic", None),
        (b"MZ\x90\x00", None),
        (b"<svg xmlns=", None),
        (b"", None),
    ],
)
def test_a_file_is_known_by_how_it_begins(start: bytes, kind: object) -> None:
    assert kind_of(start) is kind
