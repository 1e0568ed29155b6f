"""A contact: somebody who called or wrote, and stands in no register."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, StringConstraints
from sqlalchemy import UniqueConstraint
from sqlmodel import Field

from chassis.identifiers import tidy
from chassis.problems import Invalid
from chassis.tables import Digest, Instant, Listed, Sealed
from services.members.persons import PERSON_KEY
from services.members.tables import Table

EMAIL_INDEX = "person.email"

MOST_AREAS = 50
"""Areas that are kept of one contact; who calls from more is found by the newest of them."""


class NoWayBack(Invalid):
    """A contact needs a telephone number or an e-mail address, or nobody could answer."""

    title_zh = "请填写联系电话或电子邮箱，否则无法答复；确实没有的，请按匿名诉求登记。"


def _spare(text: str) -> str:
    """A number as the registers have it: without blanks and dashes, and without the code of China."""
    said = tidy(text).replace("-", "").replace("(", "").replace(")", "")
    for prefix in ("+86", "0086"):
        if said.startswith(prefix):
            said = said.removeprefix(prefix)
    digits = said.removeprefix("+")
    if not (digits.isascii() and digits.isdigit() and 5 <= len(digits) <= 15):
        raise ValueError("not a telephone number")
    return said


Phone = Annotated[str, StringConstraints(min_length=5, max_length=32), AfterValidator(_spare)]
"""A telephone number, however it was typed."""

Email = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True,
        to_lower=True,
        min_length=3,
        max_length=120,
        pattern=r"^[^@\s\x00-\x1f\x7f]+@[^@\s\x00-\x1f\x7f]+$",
    ),
]
"""An e-mail address; only whether it answers would prove it."""


class Contact(Table, table=True):
    """One telephone number or e-mail address, and whoever answers there. No two have the same.

    Everything that says who it is is sealed with a key of the person's own, and found by its blind index alone.
    """

    __tablename__ = "contact"
    __table_args__ = (
        UniqueConstraint("phone_index", name="contact_phone"),
        UniqueConstraint("email_index", name="contact_email"),
    )

    id: UUID = Field(primary_key=True)
    township_code: str = Field(max_length=12)
    division_code: str = Field(max_length=12)  # where they were first heard of
    heard_in: list[str] = Field(sa_type=Listed)  # division codes of all that they were heard of in, the newest last
    name: bytes | None = Field(sa_type=Sealed(salted_in=PERSON_KEY))
    phone: bytes | None = Field(sa_type=Sealed(salted_in=PERSON_KEY))
    phone_index: bytes | None = Field(sa_type=Digest)
    email: bytes | None = Field(sa_type=Sealed(salted_in=PERSON_KEY))
    email_index: bytes | None = Field(sa_type=Digest)
    address: bytes | None = Field(sa_type=Sealed(salted_in=PERSON_KEY))
    heard_at: datetime = Field(sa_type=Instant)  # when they were last heard of (real time)

    def note_area(self, code: str) -> None:
        """They were heard of in an area."""
        self.heard_in = [*(one for one in self.heard_in if one != code), code][-MOST_AREAS:]
