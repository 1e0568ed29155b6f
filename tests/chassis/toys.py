"""A small service that the tests of the chassis mount: boxes, the toys in them, and who praised which."""

import asyncio
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Body
from sqlalchemy import ForeignKey, LargeBinary, String, Uuid, bindparam
from sqlalchemy.orm import registry
from sqlmodel import Field, select

from chassis import offline
from chassis.http import Route, SignedIn, Transaction, client_made, public
from chassis.inbox import Handle, NotYetHeard
from chassis.paging import Cursor, place
from chassis.problems import Conflict
from chassis.service import Service
from chassis.session import Session
from chassis.tables import Instant, Listed, Row, carry, new_id, text_of
from chassis.timers import Fire
from chassis.words import Input, Words
from contracts.event import Event


class Table(Row, registry=registry()):
    """A table of the toy service."""


carry(Table.metadata)


class Kind(StrEnum):
    """What sort of toy."""

    BALL = "ball"
    KITE = "kite"


class Attached(Table, table=True):
    """A label on a toy; its name sorts before the table that it refers to."""

    __tablename__ = "attached"

    id: UUID = Field(primary_key=True)
    toy_id: UUID = Field(sa_type=Uuid, sa_column_args=(ForeignKey("toy.id"),))


class Toy(Table, table=True):
    """A thing with a column of every type that the services use."""

    __tablename__ = "toy"

    id: UUID = Field(primary_key=True)
    name: str = Field(sa_type=String, sa_column_kwargs={"unique": True})
    short: str | None = Field(sa_type=String(8))
    kind: Kind | None = Field(sa_type=text_of(Kind))
    words: list[str] | None = Field(sa_type=Listed)
    sealed: bytes | None = Field(sa_type=LargeBinary)
    made_on: date | None
    made_at: datetime | None = Field(sa_type=Instant)
    box_id: UUID | None
    praises: int


class Sketch(Table, table=True):
    """A drawing of a toy, made where there was no line."""

    __tablename__ = "sketch"

    id: UUID = Field(primary_key=True)
    words: str
    colours: list[str] = Field(sa_type=Listed)
    recorded: list[str] = Field(sa_type=Listed)


class ToyMade(Event, type="toys.toy.made.v1", key="toy_id"):
    """A toy is there."""

    toy_id: UUID


class ToyPraised(Event, type="toys.toy.praised.v1", key="toy_id"):
    """A toy was praised; the number counts from one."""

    toy_id: UUID
    praises: int


class GuestCame(Event, type="guests.guest.came.v1", key="guest_id"):
    """Another service's fact: somebody is here now."""

    guest_id: UUID
    name: str


class GuestSpoke(Event, type="callers.word.spoken.v1", key="guest_id"):
    """A third service's fact: a guest that came said something."""

    guest_id: UUID
    word: str


class NameTaken(Conflict):
    """A toy of this name is there already."""

    title_zh = "已有同名玩具，请换一个名字。"


class Making(Input):
    """What a caller says about a new toy."""

    name: Words
    refuse: bool = False  # after the work, to see that nothing of it stays
    stumble: bool = False  # the same by a fault of the program
    wait: Annotated[float, Field(ge=0, le=5)] = 0.0


class Sketching(Input):
    """What a caller says about a sketch."""

    words: Words
    colours: tuple[Words, ...] = ()
    wait: Annotated[float, Field(ge=0, le=5)] = 0.0


BY_NAME = select(Toy).where(Toy.name == bindparam("name"))
router = APIRouter(prefix="/toys", tags=["toys"], route_class=Route)


def toy(name: str, **fields: object) -> Toy:
    """A toy with every field filled."""
    bare: dict[str, object] = {
        "id": new_id(),
        "name": name,
        "short": None,
        "kind": None,
        "words": None,
        "sealed": None,
        "made_on": None,
        "made_at": None,
        "box_id": None,
        "praises": 0,
    }
    return Toy(**(bare | fields))


async def make(session: Session, *, name: str) -> Toy:
    """Make a toy, tell it, and have it looked after in an hour."""
    made = toy(name)
    session.add(made)
    session.publish(ToyMade(toy_id=made.id))
    session.remind("look_after", about=made.id, due_at=session.now + timedelta(hours=1))
    return made


async def praise(session: Session, toy_id: UUID) -> int:
    """Praise a toy; the new number of praises."""
    found = await session.get(Toy, toy_id, lock=True)
    if found is None:
        raise NotYetHeard
    found.praises += 1
    session.publish(ToyPraised(toy_id=toy_id, praises=found.praises))
    return found.praises


@router.post("", status_code=201)
async def make_toy(body: Making, session: Transaction, actor: SignedIn) -> dict[str, str]:
    """Make a toy."""
    made = await make(session, name=body.name)
    await session.flush()
    await asyncio.sleep(body.wait)
    if body.refuse:
        raise NameTaken()
    if body.stumble:
        raise RuntimeError(f"{body.name} fell down")
    return {"id": str(made.id), "maker": str(actor.person_id), "name": made.name}


@router.put("/sketches/{sketch_id}", status_code=201)
@client_made
async def sketch_toy(sketch_id: UUID, body: Sketching, session: Transaction, actor: SignedIn) -> dict[str, str]:
    """Take a sketch in, however often it comes."""
    said = body.model_dump(mode="json", exclude={"wait"})
    marks = offline.marks_of(session, said, about=sketch_id, by=actor.person_id)
    known = await offline.recorded_before(session, Sketch, sketch_id, marks)
    await asyncio.sleep(body.wait)
    if known is None:
        known = Sketch(id=sketch_id, words=body.words, colours=list(body.colours), recorded=marks)
        session.add(known)
        session.publish(ToyMade(toy_id=sketch_id))
    return {"id": str(sketch_id), "words": known.words}


@router.post("/{toy_id}/praise")
async def praise_toy(toy_id: UUID, session: Transaction, actor: SignedIn) -> int:
    """Praise a toy."""
    return await praise(session, toy_id)


@router.put("/named/{name}")
async def rename_toy(name: str, to: Annotated[str, Body(embed=True)], session: Transaction, actor: SignedIn) -> str:
    """Give a toy another name."""
    for found in await session.all(BY_NAME.with_for_update(), name=name):
        found.name = to
    return to


@router.get("")
async def list_toys(session: Transaction, actor: SignedIn, cursor: Cursor = None) -> list[str]:
    """The names of the toys."""
    place(cursor)
    return sorted(found.name for found in await session.all(select(Toy)))


@router.post("/shout")
@public
async def shout(session: Transaction, name: Annotated[str, Body(embed=True)]) -> str:
    """Make a toy without signing in."""
    session.add(toy(name))
    return name


def build(
    *, hears: Sequence[Handle] = (), keeps_time: dict[str, Fire] | None = None, uses: Sequence[object] = ()
) -> Service:
    """The toy service, hearing and keeping time as a test needs it."""
    return Service(
        name="toys",
        owns=Table.metadata,
        offers=[router],
        hears=hears,
        keeps_time=keeps_time or {"look_after": _look_after},
        uses=uses,
    )


async def _look_after(about: UUID, session: Session) -> None:
    """Nothing to do for a toy in good order."""
