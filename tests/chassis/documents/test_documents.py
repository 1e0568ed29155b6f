"""Documents are read back by other libraries: every word is there, on pages of the standard's measures."""

import asyncio
import re
import time
from io import BytesIO
from pathlib import Path

import docx
import pypdf
import pytest
from docx.shared import Mm

from chassis.documents import (
    CannotBeSet,
    DocumentTooLong,
    FontMissing,
    Form,
    Layout,
    Paragraph,
    Table,
    Typesetter,
    TypesetterBusy,
)
from chassis.documents import typesetter as typesetting
from tests.chassis.documents.samples import ADDRESS, sample

pytestmark = pytest.mark.asyncio
TYPESETTER = Typesetter(Layout())
FULL = 22 * 28


def _words(text: str) -> str:
    return re.sub(r"\s", "", text)


def _read(pdf: bytes) -> list[str]:
    return [page.extract_text() for page in pypdf.PdfReader(BytesIO(pdf)).pages]


async def test_a_pdf_says_every_word_of_the_document_and_nothing_is_taken_for_markup() -> None:
    document = sample()
    said = _words("".join(_read(await TYPESETTER.set(document, Form.PDF))))
    for line in document.text.splitlines():
        for cell in line.split("\t"):
            assert _words(cell) in said


async def test_a_page_has_22_lines_of_28_characters() -> None:
    plain = sample(title="一", number=None, issuer=None, blocks=(Paragraph("国" * 3 * FULL),), signings=(), dated=())
    pages = _read(await TYPESETTER.set(plain, Form.PDF))
    assert pages[1].count("国") == FULL
    lines = [line for line in pages[1].splitlines() if "国" in line]
    assert [line.count("国") for line in lines] == [28] * 22
    assert "—2—" in _words(pages[1])


async def test_a_pdf_is_a4_with_the_margins_of_the_standard() -> None:
    pdf = pypdf.PdfReader(BytesIO(await TYPESETTER.set(sample(), Form.PDF)))
    page = pdf.pages[0]
    assert (round(float(page.mediabox.width)), round(float(page.mediabox.height))) == (595, 842)
    left: list[float] = []

    def note(text: str, page_at: list[float], at: list[float], __: object, ___: object) -> None:
        if text.strip():
            left.append(page_at[4] + page_at[0] * at[4])

    page.extract_text(visitor_text=note)
    assert min(left) >= Mm(28).pt - 1
    assert pdf.metadata is not None
    assert pdf.metadata.title == "2026年度责任书"


@pytest.mark.parametrize("form", list(Form))
async def test_the_same_words_give_the_same_bytes_and_others_give_others(form: Form) -> None:
    first = await TYPESETTER.set(sample(), form)
    assert await Typesetter(Layout()).set(sample(), form) == first
    assert await TYPESETTER.set(sample(title="2026年度责任书。"), form) != first


async def test_a_docx_says_every_word_with_the_measures_and_fonts_of_the_standard() -> None:
    document = sample()
    read = docx.Document(BytesIO(await TYPESETTER.set(document, Form.DOCX)))
    cells = [cell.text for table in read.tables for row in table.rows for cell in row.cells]
    said = _words("".join([line.text for line in read.paragraphs] + cells))
    for line in document.text.splitlines():
        for cell in line.split("\t"):
            assert _words(cell) in said
    section = read.sections[0]
    assert (round(section.left_margin.mm), round(section.top_margin.mm)) == (28, 37)
    [body] = [line for line in read.paragraphs if "责任清单" in line.text]
    assert (body.runs[0].font.size.pt, body.runs[0].font.name) == (16, "仿宋_GB2312")
    assert len(read.inline_shapes) == 1


async def test_a_page_holds_words_as_words_and_opens_nothing_outside() -> None:
    page = (await TYPESETTER.set(sample(), Form.HTML)).decode()
    assert "&lt;b&gt;责任清单&lt;/b&gt;" in page
    assert "<script" not in page
    assert re.findall(r'(?:src|href)="', page) == []
    bars = re.findall(r'<rect (?:x="(\S+)" y="3" )?width="(\S+)" height="[28]"/>', page)
    assert bars == [("72.50", "13.60")]  # the interval; what is drawn grey carries its shade
    assert '<rect width="80.00" height="8" fill="#999"/>' in page


async def test_the_red_head_is_a_setting() -> None:
    red = Typesetter(Layout())
    black = Typesetter(Layout(red_head=False))
    assert await red.set(sample(), Form.PDF) != await black.set(sample(), Form.PDF)
    runs = docx.Document(BytesIO(await black.set(sample(), Form.DOCX))).paragraphs[0].runs
    assert runs[0].font.color.rgb is None


async def test_a_font_that_is_not_there_is_said_before_anything_is_set() -> None:
    with pytest.raises(FontMissing, match="方正小标宋"):
        Typesetter(Layout(title_font="方正小标宋简体")).check()


async def test_a_folder_of_fonts_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="LIANXIN_DOCUMENTS_FONTS"):
        Layout(fonts=tmp_path / "none")


async def test_a_character_without_a_sign_is_named_and_never_left_blank() -> None:
    with pytest.raises(CannotBeSet) as refused:
        await TYPESETTER.set(sample(title="𠮷安村责任书"), Form.PDF)
    assert refused.value.details == {"missing": ["𠮷"]}
    assert "𠮷安村".encode() in await TYPESETTER.set(sample(title="𠮷安村责任书"), Form.HTML)


async def test_what_is_too_long_is_refused() -> None:
    for block in (Paragraph("长" * 200_001), Table(("号",), (("1",),) * 2_001, (1,))):
        with pytest.raises(DocumentTooLong):
            await TYPESETTER.set(sample(blocks=(block,)), Form.PDF)


async def test_setting_holds_nobody_up() -> None:
    """While a long document is set, the event loop goes on."""
    long = sample(blocks=(Paragraph("责任书内容很长的一段话。" * 40),) * 200)
    await TYPESETTER.set(sample(), Form.PDF)  # the first loads the fonts
    gaps: list[float] = []
    made = asyncio.create_task(TYPESETTER.set(long, Form.PDF))
    while not made.done():
        before = time.monotonic()
        await asyncio.sleep(0.002)
        gaps.append(time.monotonic() - before)
    assert len(await made) > 0
    assert len(gaps) > 5


async def test_more_than_can_wait_are_asked_to_come_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(typesetting, "WAITING", 1)
    busy = Typesetter(Layout())
    first = asyncio.create_task(busy.set(sample(), Form.PDF))
    await asyncio.sleep(0)
    with pytest.raises(TypesetterBusy):
        await busy.set(sample(), Form.HTML)
    await first


async def test_the_code_of_a_document_holds_its_address() -> None:
    from chassis.documents.codes import as_png, as_svg

    assert as_svg(ADDRESS) == as_svg(ADDRESS)
    assert as_svg(ADDRESS) != as_svg(ADDRESS[:-1])
    assert as_png(ADDRESS).startswith(b"\x89PNG")
