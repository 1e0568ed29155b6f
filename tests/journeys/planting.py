"""Values that are somebody's, the disguises in which they travel, and the search for them where they may not be."""

import base64
import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote
from uuid import uuid4

from chassis.identifiers import citizen_check_digit

DISGUISES = ("plain", "full_width", "percent", "base64")
FULL_WIDTH = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}


@dataclass(frozen=True)
class Planted:
    """A person who is nobody, found nowhere else: what is theirs alone."""

    citizen_number: str
    phone: str
    address: str
    name: str

    @property
    def values(self) -> tuple[str, ...]:
        """All of it."""
        return (self.citizen_number, self.phone, self.address, self.name)


def plant() -> Planted:
    """Values of the right form; the number's area is nobody's, the telephone's head is not given out."""
    chance = uuid4().int
    first17 = f"999999198{chance % 10}0{chance % 9 + 1}1{chance % 9}{chance // 7 % 1000:03}"
    hanzi = "".join(chr(0x4E00 + chance // 20_000**place % 20_000) for place in range(1, 4))
    return Planted(
        citizen_number=first17 + citizen_check_digit(first17),
        phone=f"154{chance // 11 % 10**8:08}",
        address=f"栽种{hanzi}街{chance // 13 % 10**6:06}号",
        name=f"栽{hanzi}",
    )


def disguised(text: str, disguise: str) -> str:
    """The text as a client may send it."""
    match disguise:
        case "full_width":
            return text.translate(FULL_WIDTH)
        case "percent":
            return quote(text)
        case "base64":
            return base64.b64encode(text.encode()).decode()
        case _:
            return text


def needles(text: str) -> Iterator[str]:
    """Every spelling by which a text could be found: plain, full-width, percent, escaped, hexadecimal, base64."""
    spellings = {text, text.translate(FULL_WIDTH), " ".join(text)}
    for spelling in list(spellings):
        spellings |= {quote(spelling), quote(spelling).lower(), spelling.encode("unicode_escape").decode()}
        spellings.add(spelling.encode().hex())
        for offset in range(3):  # base64 says the same bytes in three ways, by where they begin
            written = base64.b64encode(b"\0" * offset + spelling.encode()).decode().rstrip("=")
            inner = written[(offset * 8 + 5) // 6 : -1]
            spellings |= {inner, inner.replace("+", "-").replace("/", "_")}
    yield from sorted(spellings)


def found(planted: Planted, text: str) -> list[str]:
    """Which of the planted values a text holds in any spelling; the values' names, never themselves."""
    fields = vars(planted).items()
    return sorted({name for name, value in fields for needle in needles(value) if needle in text})


def pattern_of(planted: Planted) -> re.Pattern[str]:
    """All spellings of all values, for texts that are searched often."""
    return re.compile("|".join(re.escape(needle) for value in planted.values for needle in needles(value)))
