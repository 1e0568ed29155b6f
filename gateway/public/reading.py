"""Reading what a service said: texts, rows and days out of JSON, for a page that shows them."""

from datetime import datetime

from chassis.clock import SHANGHAI
from gateway.json import Document, Json, is_object


def text(said: Document, name: str) -> str:
    """A value as text; empty where there is none."""
    value = said.get(name)
    if isinstance(value, bool):
        return "是" if value else "否"
    return str(value) if isinstance(value, str | int | float) else ""


def inner(said: Document, name: str) -> Document:
    """An object within; an empty one where there is none."""
    value = said.get(name)
    return value if is_object(value) else {}


def rows(said: Document, name: str = "items") -> list[Document]:
    """The objects of a list."""
    value: Json = said.get(name)
    return [one for one in value if is_object(one)] if isinstance(value, list) else []


def instant(said: Document, name: str) -> str:
    """An instant in local time, to the minute; empty where there is none."""
    value = said.get(name)
    return f"{datetime.fromisoformat(value).astimezone(SHANGHAI):%Y-%m-%d %H:%M}" if isinstance(value, str) else ""
