"""Grounds as they come in and go out."""

from collections.abc import Iterable, Sequence
from typing import Annotated
from uuid import UUID

from pydantic import Field

from chassis.words import Input, Output
from services.feedback.grounds.model import Ground, GroundKind


class GroundGiven(Input):
    """A thing of the record."""

    kind: GroundKind
    id: UUID


class GroundView(Output):
    """A thing of the record on which something rests."""

    kind: str
    kind_zh: str
    id: UUID


Grounds = Annotated[list[GroundGiven], Field(min_length=1, max_length=20)]


def given(grounds: Iterable[GroundGiven]) -> list[Ground]:
    """What came in."""
    return [Ground(one.kind, one.id) for one in grounds]


def shown(kept: Sequence[str]) -> list[GroundView]:
    """What goes out."""
    found = map(Ground.read, kept)
    return [GroundView(kind=one.kind.value, kind_zh=one.kind.title_zh, id=one.id) for one in found]
