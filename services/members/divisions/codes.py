"""Division codes of 12 digits, as they come in."""

from typing import Annotated

from pydantic import StringConstraints

Code = Annotated[str, StringConstraints(pattern=r"^[1-9][0-9]{11}$")]
