"""A document as PDF or as pictures of its pages, set by typst from one template; the same words give the same bytes."""

import json
from dataclasses import asdict
from functools import cache, cached_property
from pathlib import Path

from chassis.documents.codes import as_svg
from chassis.documents.layout import Layout
from chassis.documents.model import Bars, Block, Document, Heading, Lines, Paragraph, Table
from chassis.documents.problems import CannotBeSet, FontMissing

TEMPLATE = Path(__file__).with_name("official.typ")
UNSEEN = "\n\t\u200b"  # what is no sign, and needs none of the font's


class Press:
    """typst with the fonts that the layout names. Its methods take tens of milliseconds: call them in a thread."""

    def __init__(self, layout: Layout) -> None:
        """Raises `FontMissing`."""
        self.layout = layout
        check_fonts(layout)

    def pdf(self, document: Document) -> bytes:
        """The document as PDF. Raises `CannotBeSet`."""
        [made] = self._compile(document, "pdf", ppi=None)
        return made

    def pictures(self, document: Document, *, ppi: float = 72) -> list[bytes]:
        """A picture (PNG) of each page. Raises `CannotBeSet`."""
        return self._compile(document, "png", ppi=ppi)

    def _compile(self, document: Document, form: str, *, ppi: float | None) -> list[bytes]:
        import typst  # half of what the service loads; nobody needs it before the first document

        self._check_signs(document)
        made = typst.compile(
            TEMPLATE.read_bytes(),
            font_paths=typst.Fonts(False, False, [*folders(self.layout)]),
            ignore_system_fonts=True,  # what a machine happens to have must not change a document
            format="pdf" if form == "pdf" else "png",
            ppi=ppi,
            sys_inputs={"document": json.dumps(as_data(document)), "layout": json.dumps(self._look)},
            timestamp=0,
        )
        pages = made if isinstance(made, list) else [made]
        return [bytes(page) for page in pages if page is not None]

    def _check_signs(self, document: Document) -> None:
        missing = sorted({sign for sign in document.text if ord(sign) not in self._signs and sign not in UNSEEN})
        if missing:
            raise CannotBeSet(missing=missing[:20])

    @cached_property
    def _signs(self) -> frozenset[int]:
        """Characters that every font of the layout has a sign for."""
        fonts = {self.layout.body_font, self.layout.title_font, self.layout.heading_font}
        known = [signs_of(path) for path in (file_of(self.layout, font) for font in sorted(fonts)) if path]
        return frozenset.intersection(*known)

    @property
    def _look(self) -> dict[str, object]:
        look = self.layout
        measures = look.model_dump(mode="json", exclude={"fonts"})
        return measures | {
            "right": look.right,
            "bottom": look.bottom,
            "pitch": look.pitch,
            "tracking": look.tracking,
        }


def folders(layout: Layout) -> list[Path]:
    """Where fonts are looked for: the operator's folder first, then those that the project's lock installs."""
    import pylopdf_fonts_zh_cn  # two fonts in a wheel, under the lock's hashes

    shipped = Path(pylopdf_fonts_zh_cn.serif_path()).parent
    return [layout.fonts, shipped] if layout.fonts else [shipped]


def check_fonts(layout: Layout) -> None:
    """Raises `FontMissing` for a font that the layout names and no folder has."""
    for font in (layout.body_font, layout.title_font, layout.heading_font):
        if file_of(layout, font) is None:
            raise FontMissing(
                f"没有字体“{font}”：请把字体文件放进 LIANXIN_DOCUMENTS_FONTS 所指的文件夹，"
                "或改设 LIANXIN_DOCUMENTS_…_FONT"
                f"（no font «{font}» in {', '.join(str(folder) for folder in folders(layout))}）"
            )


def file_of(layout: Layout, font: str) -> Path | None:
    """The file of a font, by the family that it says it is of."""
    return next((path for folder in folders(layout) for path in _files(folder) if font in families_of(path)), None)


@cache
def families_of(path: Path) -> frozenset[str]:
    """The family names of a font's file, in every language that it has them in."""
    from fontTools.ttLib import TTFont  # only where documents are set

    with TTFont(path, lazy=True, fontNumber=0) as font:
        return frozenset(str(record) for record in font["name"].names if record.nameID in {1, 16})


@cache
def signs_of(path: Path) -> frozenset[int]:
    """The characters that a font's file has a sign for."""
    from fontTools.ttLib import TTFont

    with TTFont(path, lazy=True, fontNumber=0) as font:
        return frozenset(font.getBestCmap() or ())


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.suffix.lower() in {".otf", ".ttf", ".ttc"})


def as_data(document: Document) -> dict[str, object]:
    """The document as the template reads it."""
    code = document.code
    return {
        "title": document.title,
        "number": document.number,
        "issuer": document.issuer,
        "blocks": [_block(block) for block in document.blocks],
        "signings": [asdict(signing) for signing in document.signings],
        "dated": document.dated,
        "notes": document.notes,
        "code": {"caption": code.caption, "picture": as_svg(code.address)} if code else None,
    }


def _block(block: Block) -> dict[str, object]:
    match block:
        case Paragraph(text):
            return {"kind": "paragraph", "text": text}
        case Heading(text):
            return {"kind": "heading", "text": text}
        case Lines(lines):
            return {"kind": "lines", "lines": lines}
        case Table(head, rows, widths):
            return {"kind": "table", "head": head, "rows": rows, "widths": widths}
        case Bars(caption, bars):
            return {"kind": "bars", "caption": caption, "bars": [asdict(bar) for bar in bars]}
