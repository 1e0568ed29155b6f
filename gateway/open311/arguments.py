"""Arguments of a GeoReport call, from a query or a form; an empty one is one that was not sent."""

import re
from collections.abc import AsyncGenerator, Iterable
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

from starlette.datastructures import Headers, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from gateway.open311.refusals import ArgumentTwice, FormUnreadable

FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"
MOST_FIELDS = 200
MOST_FILES = 5
MOST_OF_A_FIELD = 64 * 1024
LISTS = frozenset({"service_request_id", "service_code", "status"})
"""May be said several times; GeoReport v2 has commas between them."""

_ATTRIBUTE = re.compile(r"attribute\[([^\[\]]{1,64})\](\[\])?")


@dataclass(slots=True)
class Arguments:
    """What a caller said, without what was empty."""

    said: dict[str, str] = field(default_factory=dict)
    attributes: dict[str, list[str]] = field(default_factory=dict)
    files: list[UploadFile] = field(default_factory=list)

    def add(self, pairs: Iterable[tuple[str, str]]) -> None:
        """Take in some more. Raises `ArgumentTwice`."""
        for name, value in pairs:
            if not value.strip():
                continue
            if attribute := _ATTRIBUTE.fullmatch(name):
                self.attributes.setdefault(attribute[1], []).append(value)
            elif name not in self.said:
                self.said[name] = value.strip()
            elif name in LISTS:
                self.said[name] += f",{value.strip()}"
            elif self.said[name] != value.strip():
                raise ArgumentTwice(argument=name[:64])

    def named(self, *names: str) -> dict[str, str]:
        """Those of these names that were sent."""
        return {name: self.said[name] for name in names if name in self.said}


def of_query(query: bytes) -> Arguments:
    """The arguments in an address. Raises `FormUnreadable`, `ArgumentTwice`."""
    found = Arguments()
    found.add(_pairs(query))
    return found


async def of_form(content_type: str, pieces: AsyncGenerator[bytes, None], found: Arguments) -> None:
    """Take in the arguments and files of a body. Raises `FormUnreadable`, `ArgumentTwice`."""
    kind = content_type.partition(";")[0].strip().lower()
    if kind == FORM:
        found.add(_pairs(b"".join([piece async for piece in pieces])))
    elif kind == MULTIPART:
        reading = MultiPartParser(
            Headers({"content-type": content_type}),
            pieces,
            max_files=MOST_FILES,
            max_fields=MOST_FIELDS,
            max_part_size=MOST_OF_A_FIELD,
        )
        try:
            form = await reading.parse()
        except (MultiPartException, UnicodeDecodeError, KeyError):
            raise FormUnreadable() from None
        found.files += [value for _, value in form.multi_items() if isinstance(value, UploadFile)]
        found.add((name, value) for name, value in form.multi_items() if isinstance(value, str))
    else:
        raise FormUnreadable()


def _pairs(text: bytes) -> list[tuple[str, str]]:
    try:
        return parse_qsl(text.decode(), errors="strict", max_num_fields=MOST_FIELDS)
    except ValueError:
        raise FormUnreadable() from None
