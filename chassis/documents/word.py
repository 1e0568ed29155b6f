"""A document as .docx, for whoever has to go on with it in an office program; the same words give the same bytes."""

from io import BytesIO
from typing import TYPE_CHECKING
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from chassis.documents.codes import as_png
from chassis.documents.layout import Layout
from chassis.documents.model import Bars, Block, Document, Heading, Lines, Paragraph, Table

if TYPE_CHECKING:  # loaded where a document is written, and nowhere else
    from docx.document import Document as Written
    from docx.text.paragraph import Paragraph as Line

_RED = "D7000F"
_LENGTH = "█"  # a twentieth of the whole: Word's own charts need a workbook inside each
_BARS = (4, 7, 4)
_FOLIO = ("begin", " PAGE ", "end")


def docx(document: Document, layout: Layout) -> bytes:
    """The document as .docx. Takes tens of milliseconds: call it in a thread."""
    import docx as library
    from docx.shared import Mm

    made = library.Document()
    made.core_properties.title = document.title
    made.core_properties.author = document.issuer or ""
    section = made.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(layout.top), Mm(layout.bottom)
    section.left_margin, section.right_margin = Mm(layout.left), Mm(layout.right)
    _Writer(made, layout).write(document)
    drawn = BytesIO()
    made.save(drawn)
    return _undated(drawn.getvalue())


class _Writer:
    """Puts paragraph after paragraph into a document."""

    def __init__(self, made: "Written", layout: Layout) -> None:
        self._made, self._layout = made, layout

    def write(self, document: Document) -> None:
        look = self._layout
        if document.issuer:
            shade = _RED if look.red_head else None
            line = self._line(document.issuer, font=look.word_title_font, size=look.issuer_size, at="center", red=shade)
            line.paragraph_format.line_spacing = None
        if document.number:
            line = self._line(document.number, at="center" if document.issuer else "right")
            if document.issuer:
                self._rule_below(line)
        self._line(document.title, font=look.word_title_font, size=look.title_size, at="center", room=12)
        for block in document.blocks:
            self._block(block)
        for signing in document.signings:
            self._line(signing.role, font=look.word_heading_font, room=12)
            for words in signing.lines:
                self._line(words)
        for words in document.dated:
            self._line(words, at="right")
        for words in document.notes:
            self._line(words, size=10.5)
        if document.code:
            from docx.shared import Mm

            self._made.add_picture(BytesIO(as_png(document.code.address)), width=Mm(28))
            self._line(document.code.caption, size=10.5)
        self._folio()

    def _block(self, block: Block) -> None:
        match block:
            case Paragraph(text):
                self._line(text, indent=True)
            case Heading(text):
                self._line(text, font=self._layout.word_heading_font, indent=True)
            case Lines(lines):
                for words in lines:
                    self._line(words)
            case Table(head, rows, widths):
                self._table((head, *rows), widths)
            case Bars(caption, bars):
                self._line(caption, font=self._layout.word_heading_font, size=12)
                rows = tuple((bar.name, _LENGTH * round((bar.percent or 0) / 5), bar.words) for bar in bars)
                self._table(rows, _BARS, headed=False)

    def _table(self, rows: tuple[tuple[str, ...], ...], widths: tuple[int, ...], *, headed: bool = True) -> None:
        from docx.shared import Mm

        table = self._made.add_table(rows=len(rows), cols=len(widths), style="Table Grid")
        share = self._layout.width / sum(widths)
        cells = list(table._cells)  # asked once: python-docx counts the whole table anew for every cell
        for number, row in enumerate(rows):
            for place, words in enumerate(row):
                cell = cells[number * len(widths) + place]
                cell.width = Mm(share * widths[place])
                font = self._layout.word_heading_font if headed and number == 0 else self._layout.word_body_font
                self._run(cell.paragraphs[0], words, font=font, size=12)

    def _line(
        self,
        words: str,
        *,
        font: str | None = None,
        size: float | None = None,
        at: str | None = None,
        red: str | None = None,
        indent: bool = False,
        room: float = 0,
    ) -> "Line":
        from docx.enum.text import WD_ALIGN_PARAGRAPH as AT
        from docx.shared import Pt

        line = self._made.add_paragraph()
        size = size or self._layout.body_size
        look = line.paragraph_format
        look.space_before, look.space_after = Pt(room), Pt(room)
        look.line_spacing = Pt(self._layout.pitch)
        look.first_line_indent = Pt(2 * size) if indent else None
        look.alignment = {"center": AT.CENTER, "right": AT.RIGHT, None: AT.JUSTIFY}[at]
        self._run(line, words, font=font or self._layout.word_body_font, size=size, red=red)
        return line

    def _run(self, line: "Line", words: str, *, font: str, size: float, red: str | None = None) -> None:
        from docx.oxml.ns import qn
        from docx.shared import Pt, RGBColor

        run = line.add_run(words)
        run.font.size, run.font.name = Pt(size), font
        run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)
        if red:
            run.font.color.rgb = RGBColor.from_string(red)

    def _rule_below(self, line: "Line") -> None:
        from docx.oxml import OxmlElement
        from docx.oxml.ns import qn

        borders, rule = OxmlElement("w:pBdr"), OxmlElement("w:bottom")
        shade = _RED if self._layout.red_head else "000000"
        for name, value in (("val", "single"), ("sz", "12"), ("space", "4"), ("color", shade)):
            rule.set(qn(f"w:{name}"), value)
        borders.append(rule)
        line._element.get_or_add_pPr().append(borders)

    def _folio(self) -> None:
        from docx.oxml import OxmlElement
        from docx.oxml.ns import qn
        from docx.shared import Pt

        line = self._made.sections[0].footer.paragraphs[0]
        line.alignment = 2  # at the outer edge of a page that is printed on one side
        run = line.add_run("— ")
        for part in _FOLIO:
            kind = "w:instrText" if part.isspace() or part.strip() == "PAGE" else "w:fldChar"
            element = OxmlElement(kind)
            if kind == "w:fldChar":
                element.set(qn("w:fldCharType"), part)
            else:
                element.text = part
            run._element.append(element)
        line.add_run(" —")
        for one in line.runs:
            one.font.size = Pt(self._layout.folio_size)


def _undated(packed: bytes) -> bytes:
    """The same archive with one date for every part, so that it does not change with the hour."""
    made = BytesIO()
    with ZipFile(BytesIO(packed)) as old, ZipFile(made, "w", ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            part.compress_type = ZIP_DEFLATED
            new.writestr(part, old.read(name))
    return made.getvalue()
