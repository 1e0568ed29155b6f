"""A desk's lists: cases by what was said, by whom, where, how far and how late; and how many of each."""

from calendar import monthrange
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Select, bindparam
from sqlalchemy import select as columns
from sqlmodel import col

from chassis.clock import local_date, midnight
from chassis.cursors import END, cursor_after, cursor_after_instant, place, place_by_instant
from chassis.identity import Actor
from chassis.session import Session
from services.tasks.catalogue.model import Catalogue, NoSuchItem
from services.tasks.requests import scope
from services.tasks.requests.channels import Channel
from services.tasks.requests.model import ServiceRequest, Solved
from services.tasks.requests.stages import Stage
from services.tasks.roster import views as roster
from services.tasks.roster.model import TAKE_IN
from services.tasks.roster.views import covered_by_a_post
from services.tasks.rules.pack import MatterKind, RuleId, RulePack, Urgency
from services.tasks.search.filters import Along, Asked, CaseFilter, Ground, Order, Shape, Words, asked_by
from services.tasks.search.indexes import OPEN_STAGES
from services.tasks.search.statements import (
    CASES,
    FREQUENT,
    LINE,
    MOST,
    amount_of,
    amount_of_words,
    counts_of,
    groups_of,
    page_of,
    parameters_of,
)


@dataclass(frozen=True, slots=True)
class Line:
    """One case in a list."""

    id: UUID
    kind: MatterKind
    item_code: str | None
    stage: Stage
    division_code: str
    channel: Channel
    submitted_at: datetime
    finish_due_at: datetime
    promised_on: date | None
    handled_at: datetime | None
    solved: Solved | None
    round: int
    colour: str | None
    turn: int
    organization_id: UUID | None
    finish_provisional: bool
    urgency: Urgency
    named_person: str | None = None

    def overdue(self, now: datetime) -> bool:
        """Its limit has ended and it is still to be done."""
        return self.finish_due_at <= now and self.stage in OPEN_STAGES


@dataclass(frozen=True, slots=True)
class Chip:
    """How many cases of a list are at a stage, have a colour or are late; `more` than were counted."""

    code: str
    title_zh: str
    count: int
    at_least: bool  # so many have the words that not all were looked at

    @property
    def shown_zh(self) -> str:
        """The count as it stands on the chip."""
        if self.count > MOST:
            return f"{MOST}+"
        return f"{self.count}+" if self.at_least else str(self.count)


@dataclass(frozen=True, slots=True)
class Counts:
    """The chips of a list."""

    stages: list[Chip]
    colours: list[Chip]
    overdue: Chip


NOWHERE = UUID(int=0)
"""Below every id."""

HISTORY = (
    columns(*(CASES[name] for name in LINE))
    .where(
        CASES.requester_id == bindparam("requester"),
        CASES.anonymous.is_(False),
        CASES.kind.not_in([MatterKind.COMPLAINT, MatterKind.REPORT]),
        CASES.about_post_id.is_(None),
        CASES.about_reason.is_(None),
        CASES.submitted_at >= bindparam("since"),
        covered_by_a_post(col(ServiceRequest.division_code), *TAKE_IN),
        scope.NOT_ABOUT_THEM,
        CASES.id < bindparam("before"),
    )
    .order_by(CASES.id.desc())
    .limit(bindparam("limit"))
)


async def page(
    session: Session, actor: Actor, cut: CaseFilter, *, order: Order, cursor: str | None, limit: int
) -> tuple[list[Line], str | None]:
    """A page of a list, and the place of the next. Raises `WrongCursor`, `NothingToFind`, `TooManyWords`."""
    asked = await asked_by(session, actor, cut)
    return await page_asked(session, asked, order=order, cursor=cursor, limit=limit)


async def page_asked(
    session: Session, asked: Asked, *, order: Order, cursor: str | None, limit: int
) -> tuple[list[Line], str | None]:
    """The same for a list that is read page by page."""
    if asked.shape.by_township():
        asked = await _everywhere_by_township(session, asked)
    along = asked.shape.along(order)
    given = _after(asked, along, cursor)
    if not asked.shape.grounds:
        return [], None
    statement = page_of((await _with_words(session, asked, otherwise=Words.MET)).shape, order)
    lines = [Line(*row) for row in await _rows(session, statement, {**asked.values, **given, "limit": limit})]
    if len(lines) < limit:
        return lines, None
    last = lines[-1]
    if along is Along.ID:
        return lines, cursor_after(last.id)
    at = last.submitted_at if along is Along.ASKED else last.finish_due_at
    return lines, cursor_after_instant(at, last.id)


def _after(asked: Asked, along: Along, cursor: str | None) -> dict[str, object]:
    """Where a page begins; one of cases that were asked for before some day begins at that day, if not behind it."""
    if along is Along.ID:
        return {"after_id": place(cursor)}
    if along is Along.LIMIT:
        after = place_by_instant(cursor)
    else:
        before = cast("datetime", asked.values.get("submitted_before", END))
        after = (before, NOWHERE) if cursor is None else min(place_by_instant(cursor), (before, NOWHERE))
    return {"after_at": after[0], "after_id": after[1]}


async def _with_words(session: Session, asked: Asked, *, otherwise: Words) -> Asked:
    """Whether the words, if any are asked for, are found sooner by themselves than on a walk from new to old."""
    if "text" not in asked.shape.named or not asked.shape.grounds:
        return asked
    amount = await _rows(session, amount_of_words(), {**asked.values, "most": FREQUENT})
    words = Words.FIRST if int(amount[0][0]) < FREQUENT else otherwise
    return replace(asked, shape=replace(asked.shape, words=words))


async def amount_asked(session: Session, asked: Asked, *, most: int) -> int:
    """How many cases a list has, counted up to so many."""
    if not asked.shape.grounds:
        return 0
    statement = amount_of(asked.shape)
    return int((await _rows(session, statement, {**asked.values, "most": most}))[0][0])


async def counts(session: Session, actor: Actor, cut: CaseFilter) -> Counts:
    """How many cases a list would show at each stage, with each colour, and late. Raises as `page` does."""
    asked = await asked_by(session, actor, cut)
    today = local_date(session.now)
    colours = [(one.code, one.name) for one in session.use(RulePack).colours_on(today)]
    asked = await _with_words(session, await _everywhere_by_township(session, asked), otherwise=Words.SOME)
    given = {**asked.values, "now": session.now}
    if asked.shape.words is not Words.MET:
        return await _counts_by_words(session, asked, given, cut, colours)
    by_stage = await _count(session, replace(asked.shape, stages=()), given, [("stage", one.value) for one in Stage])
    shape = replace(asked.shape, colours=0)
    by_colour = await _count(session, shape, given, [("colour", code) for code, _ in colours])
    late = await _count(session, asked.shape, given, [("overdue", "overdue")])
    return _chips(
        {one: by_stage.get(f"stage.{one.value}", 0) for one in Stage},
        {code: by_colour.get(f"colour.{code}", 0) for code, _ in colours},
        late.get("overdue.overdue", 0),
        colours=colours,
        at_least=False,
    )


async def history(session: Session, actor: Actor, person_id: UUID, *, before: UUID, limit: int) -> list[Line]:
    """What somebody asked before, in the areas for which the actor takes requests in; from new to old.

    Complaints, reports and cases in which they wanted to stay unnamed are left out, and whatever is older than the
    rule says.
    """
    today = local_date(session.now)
    months = session.use(RulePack).rule(RuleId.HISTORY, on=today).value
    given = {
        "person": actor.person_id,
        "today": today,
        "requester": person_id,
        "since": midnight(_months_before(today, months)),
        "before": before,
        "limit": limit,
    }
    return [Line(*row) for row in await _rows(session, HISTORY, given)]


def title_of(session: Session, line: Line) -> str:
    """What a case is about: the errand's name, or the kind of matter."""
    if line.item_code is None:
        return line.kind.title_zh
    try:
        return session.use(Catalogue).item(line.item_code, on=local_date(line.submitted_at)).name
    except NoSuchItem:  # of a catalogue that was replaced since
        return line.kind.title_zh


def _months_before(day: date, months: int) -> date:
    """The same day so many months before, or the last of its month."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


async def _counts_by_words(
    session: Session, asked: Asked, given: Mapping[str, object], cut: CaseFilter, colours: list[tuple[str, str]]
) -> Counts:
    """The chips of a list by words: the cases that have them are few, or only so many are looked at."""
    statement = groups_of(replace(asked.shape, stages=(), colours=0))
    by_stage, by_colour, overdue = Counter[Stage](), Counter[str](), 0
    for stage, colour, late, count in await _rows(session, statement, given):
        fits_stage, fits_colour = not cut.stage or stage in cut.stage, not cut.colour or colour in cut.colour
        by_stage[stage] += count * fits_colour
        by_colour[colour] += count * fits_stage
        overdue += count * late * (fits_stage and fits_colour)
    return _chips(by_stage, by_colour, overdue, colours=colours, at_least=asked.shape.words is Words.SOME)


def _chips(
    by_stage: Mapping[Stage, int],
    by_colour: Mapping[str, int],
    overdue: int,
    *,
    colours: list[tuple[str, str]],
    at_least: bool,
) -> Counts:
    return Counts(
        stages=[Chip(one.value, one.title_zh, by_stage.get(one, 0), at_least) for one in Stage],
        colours=[Chip(code, name, by_colour.get(code, 0), at_least) for code, name in colours],
        overdue=Chip("overdue", "已超过办结时限", overdue, at_least),
    )


async def _everywhere_by_township(session: Session, asked: Asked) -> Asked:
    """Where all townships are looked through, name them: so each is found in the index that begins with it."""
    shape = asked.shape
    if Ground.POST not in shape.grounds or not shape.walks.whole or shape.home or "township" in shape.named:
        return asked
    codes = await roster.townships(session)
    if not codes:
        return asked
    size = 1 << (len(codes) - 1).bit_length()  # few sizes, so few statements; the last code fills the rest
    named = {f"township_{n}": codes[min(n, len(codes) - 1)] for n in range(size)}
    return Asked(replace(shape, townships=size), {**asked.values, **named})


async def _count(
    session: Session, shape: Shape, given: Mapping[str, object], chips: list[tuple[str, str]]
) -> dict[str, int]:
    if not shape.grounds or not chips:
        return {}
    statement = counts_of(shape, tuple(chips))
    return {str(chip): int(count) for chip, count in await _rows(session, statement, given)}


async def _rows(session: Session, statement: Select[Any], given: Mapping[str, object]) -> list[tuple[Any, ...]]:
    """The rows of a statement that takes some of these values."""
    needed = {name: given[name] for name in parameters_of(statement)}
    rows: list[tuple[Any, ...]] = await session.all(statement, **needed)
    return rows
