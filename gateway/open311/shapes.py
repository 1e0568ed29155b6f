"""XML and JSON of GeoReport v2, out of one tree: a list is an element with children, or in JSON a plain array."""

import re
from collections.abc import Mapping, Sequence
from enum import StrEnum
from xml.sax.saxutils import escape

import orjson

Tree = None | str | bool | int | float | Sequence["Tree"] | Mapping[str, "Tree"]

CHILDREN = {
    "services": "service",
    "attributes": "attribute",
    "values": "value",
    "service_requests": "request",
    "service_request_updates": "request_update",
    "endpoints": "endpoint",
    "formats": "format",
    "errors": "error",
}
"""What the children of a list are called in XML."""

_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Format(StrEnum):
    """By which the address ends."""

    XML = "xml"
    JSON = "json"

    @property
    def media_type(self) -> bytes:
        """As the specification writes it."""
        return b"text/xml; charset=utf-8" if self is Format.XML else b"application/json; charset=utf-8"


def write(root: str, tree: Tree, into: Format) -> bytes:
    """A document whose root is called so; JSON has no root."""
    if into is Format.JSON:
        return orjson.dumps(tree)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{_element(root, tree)}'.encode()


def _element(name: str, tree: Tree) -> str:
    if tree is None:
        return f"<{name}/>"
    if isinstance(tree, bool):
        inner = "true" if tree else "false"
    elif isinstance(tree, str):
        inner = escape(_NOT_IN_XML.sub("", tree))
    elif isinstance(tree, int | float):
        inner = repr(tree)
    elif isinstance(tree, Mapping):
        inner = "".join(_element(key, value) for key, value in tree.items())
    else:
        inner = "".join(_element(CHILDREN[name], one) for one in tree)
    return f"<{name}>{inner}</{name}>"
