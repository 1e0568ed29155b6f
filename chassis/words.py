"""Text and ids as they come in from outside: no control characters, never empty, never endless."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints

# PostgreSQL takes no NUL, and nothing that a person writes holds the other control characters; line ends stay.
PLAIN = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$"

Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000, pattern=PLAIN)]
"""What somebody writes: 1 to 2,000 characters."""

DivisionCode = Annotated[str, StringConstraints(pattern=r"^[0-9]{12}$")]
"""Twelve digits of the statistics code; townships' nine are followed by 000."""


class Input(BaseModel):
    """A body as it is taken in: unknown fields are refused."""

    model_config = ConfigDict(extra="forbid")


class Output(BaseModel):
    """An answer: no field has a default, so that none is forgotten."""

    model_config = ConfigDict(frozen=True)
