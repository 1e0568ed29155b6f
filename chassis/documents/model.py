"""What a document says, apart from how it looks: plain values, the same for every form that it is set in."""

from dataclasses import dataclass
from datetime import date

from chassis.documents.problems import DocumentTooLong

MOST_CHARACTERS = 200_000
MOST_BLOCKS = 2_000
MOST_ROWS = 2_000


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text, its first line two characters in."""

    text: str


@dataclass(frozen=True, slots=True)
class Heading:
    """The title of a part (一、)."""

    text: str


@dataclass(frozen=True, slots=True)
class Lines:
    """Short lines one below the other, none of them indented: to whom it goes, what it is about."""

    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows below a head that is repeated on every page. `widths` are shares of the text block's width."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Bar:
    """What it is of, its length and the interval around its end in percent of the whole, and what stands behind it."""

    name: str
    percent: float | None  # none where there is nothing to draw
    between: tuple[float, float] | None
    words: str


@dataclass(frozen=True, slots=True)
class Bars:
    """A chart: one bar below the other on a scale from nought to a hundred, all of one shade."""

    caption: str
    bars: tuple[Bar, ...]


Block = Paragraph | Heading | Lines | Table | Bars


@dataclass(frozen=True, slots=True)
class Signing:
    """One signature of the block at the end: as what somebody signed, and what is to be read of it."""

    role: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class QrCode:
    """An address to be opened with a phone, and what stands below the code."""

    address: str
    caption: str


@dataclass(frozen=True, slots=True)
class Document:
    """An official document. `issuer` is the mark above the red line; without one there is neither mark nor line."""

    title: str
    number: str | None
    issuer: str | None
    blocks: tuple[Block, ...]
    signings: tuple[Signing, ...]
    dated: tuple[str, ...]  # who issues it and on which day, at the right below the text
    notes: tuple[str, ...]  # in small type at the end
    code: QrCode | None

    def check(self) -> None:
        """Raises `DocumentTooLong` for what would take too long to set."""
        rows = sum(len(block.rows) for block in self.blocks if isinstance(block, Table))
        rows += sum(len(block.bars) for block in self.blocks if isinstance(block, Bars))
        if len(self.blocks) > MOST_BLOCKS or rows > MOST_ROWS or len(self.text) > MOST_CHARACTERS:
            raise DocumentTooLong(most_characters=MOST_CHARACTERS, most_rows=MOST_ROWS)

    @property
    def text(self) -> str:
        """Every word of it, a line for each piece: what the forms have in common."""
        said = [self.issuer or "", self.number or "", self.title]
        for block in self.blocks:
            match block:
                case Paragraph(text) | Heading(text):
                    said.append(text)
                case Lines(lines):
                    said.extend(lines)
                case Table(head, rows, _):
                    said.extend("\t".join(row) for row in (head, *rows))
                case Bars(caption, bars):
                    said.extend((caption, *(f"{bar.name}\t{bar.words}" for bar in bars)))
        for signing in self.signings:
            said.extend((signing.role, *signing.lines))
        said.extend((*self.dated, *self.notes, self.code.caption if self.code else ""))
        return "\n".join(piece for piece in said if piece)


def day_zh(day: date) -> str:
    """A day as an official document has it."""
    return f"{day.year}年{day.month}月{day.day}日"
