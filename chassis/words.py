"""Text and ids as they come in from outside: no control characters, never empty, never endless."""

import re
import unicodedata
from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints

# PostgreSQL takes no NUL, and nothing that a person writes holds the other control characters; line ends stay.
PLAIN = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$"

Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000, pattern=PLAIN)]
"""What somebody writes: 1 to 2,000 characters."""

DivisionCode = Annotated[str, StringConstraints(pattern=r"^[0-9]{12}$")]
"""Twelve digits of the statistics code; townships' nine are followed by 000."""

_SPACED = re.compile(r"(?<=\d)[\s\-—－]+(?=\d)")
_SOMEBODYS = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)|(?<!\d)\d{17}[\dXx]|[^\s@]+@[^\s@]+\.[A-Za-z]{2,}")


def points_to_somebody(words: str) -> bool:
    """Whether words hold a mobile number, a citizen number or an e-mail address, however they are spaced or wide."""
    return _SOMEBODYS.search(_SPACED.sub("", unicodedata.normalize("NFKC", words))) is not None


class Input(BaseModel):
    """A body as it is taken in: unknown fields are refused."""

    model_config = ConfigDict(extra="forbid")


class Output(BaseModel):
    """An answer: no field has a default, so that none is forgotten."""

    model_config = ConfigDict(frozen=True)
