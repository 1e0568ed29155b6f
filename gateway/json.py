"""What JSON is made of, for documents that are taken apart and put together again."""

from typing import TypeGuard

Json = dict[str, "Json"] | list["Json"] | str | int | float | bool | None
Document = dict[str, Json]


def is_object(node: Json) -> TypeGuard[Document]:
    """Whether it is an object."""
    return isinstance(node, dict)
