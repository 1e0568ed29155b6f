"""The statements of a desk's lists: made once for each shape, every one cut in SQL by what somebody reaches.

A list walks along an index in its own order and stops when the page is full; it counts nothing and skips nothing. Where
it has several grounds, each gives its first rows, and the page is the first of those.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement, Select, and_, bindparam, case, func, or_
from sqlalchemy.dialects import sqlite
from sqlmodel import col

from chassis.plans import table_of
from services.tasks.dispatches.model import Dispatch
from services.tasks.requests import scope
from services.tasks.requests.model import ServiceRequest
from services.tasks.requests.stages import Stage
from services.tasks.search.filters import Ground, Order, Shape, Words
from services.tasks.search.indexes import OPEN, OPEN_STAGES
from services.tasks.search.matching import Holds
from services.tasks.search.model import TABLE, SearchText

_CASES = table_of(ServiceRequest)
CASES = _CASES.c

LINE = (
    "id",
    "kind",
    "item_code",
    "stage",
    "division_code",
    "channel",
    "submitted_at",
    "finish_due_at",
    "promised_on",
    "handled_at",
    "solved",
    "round",
    "colour",
    "turn",
    "organization_id",
    "finish_provisional",
    "urgency",
)
MOST = 1000
"""Up to this many are counted; of more it is said that there are more."""

_person = bindparam("person", type_=CASES.requester_id.type)
_not_masked = and_(CASES.anonymous.is_(sa.false()), CASES.about_post_id.is_(None), CASES.about_reason.is_(None))

CONDITIONS: dict[str, ColumnElement[bool]] = {
    "text": Holds(TABLE, bindparam("text", type_=sa.String())),
    # Nobody is found by who they are in a case in which they want to stay unnamed, or complain of somebody.
    "requester": and_(CASES.requester_id == bindparam("requester"), _not_masked),
    "handler": or_(CASES.working_person_id == bindparam("handler"), CASES.handler_id == bindparam("handler")),
    "organization": CASES.organization_id == bindparam("organization"),
    "township": CASES.township_code == bindparam("township"),
    "village": CASES.division_code == bindparam("village"),
    "district": func.substr(CASES.township_code, 1, 6) == bindparam("district"),
    "item": CASES.item_code == bindparam("item"),
    "kind": CASES.kind == bindparam("kind"),
    "urgency": CASES.urgency == bindparam("urgency"),
    "channel": CASES.channel == bindparam("channel"),
    "due_from": CASES.finish_due_at >= bindparam("due_from"),
    "due_before": CASES.finish_due_at < bindparam("due_before"),
    "overdue": and_(CASES.finish_due_at <= bindparam("overdue"), OPEN),
    "open": OPEN,
    "submitted_from": CASES.submitted_at >= bindparam("submitted_from"),
    "submitted_before": CASES.submitted_at < bindparam("submitted_before"),
}

FREQUENT = 2000
"""Words that so many cases have are soon met on a walk; rarer ones are looked up first."""

_words = sa.select(col(SearchText.request_id)).where(CONDITIONS["text"])
WORDS = {
    Words.FIRST: _words.cte("words").prefix_with("MATERIALIZED", dialect="postgresql"),
    Words.SOME: _words.limit(FREQUENT).cte("words").prefix_with("MATERIALIZED", dialect="postgresql"),
}
"""The cases that have the words of a query, looked up before anything else."""

REACH: dict[Ground, ColumnElement[bool]] = {
    Ground.HOME: and_(CASES.township_code == bindparam("home"), scope.BY_POST),
    Ground.POST: scope.BY_POST,
    Ground.WORKING: scope.WORKING,
    Ground.SIGNED: and_(CASES.handler_id == _person, scope.NOT_ABOUT_THEM),
    Ground.HELPING: scope.HELPING,
    Ground.REACHED: and_(
        scope.NOT_ABOUT_THEM, or_(scope.WORKING, CASES.handler_id == _person, scope.HELPING, scope.BY_POST)
    ),
}

ORDERS: dict[Order, tuple[ColumnElement[Any], ...]] = {
    Order.NEWEST: (CASES.id.desc(),),
    Order.LIMIT: (CASES.finish_due_at, CASES.id),
}
AFTER: dict[Order, ColumnElement[bool]] = {
    Order.NEWEST: CASES.id < bindparam("after_id"),
    Order.LIMIT: and_(
        OPEN,
        sa.tuple_(CASES.finish_due_at, CASES.id)
        > sa.tuple_(
            bindparam("after_at", type_=CASES.finish_due_at.type),
            bindparam("after_id", type_=CASES.id.type),
        ),
    ),
}


@lru_cache(maxsize=1024)
def page_of(shape: Shape, order: Order) -> Select[Any]:
    """One page: its lines, each with the name of whoever the case was last given to; empty without a ground."""
    names = [CASES[name] for name in LINE]
    if shape.words is Words.FIRST:
        return _shown(_found_first(shape, names, order), order)
    grounds = [
        sa.select(*names).select_from(_source(shape)).where(*_where(shape, ground), AFTER[order])
        for ground in shape.grounds
    ]
    first = [ground.order_by(*ORDERS[order]).limit(bindparam("limit")).subquery() for ground in grounds]
    return _shown(first[0] if len(first) == 1 else sa.union(*(sa.select(one) for one in first)).subquery(), order)


def _shown(found: sa.FromClause, order: Order) -> Select[Any]:
    """The first of these lines, each with the name of whoever has the case."""
    lines = found.c
    by = [lines.id.desc()] if order is Order.NEWEST else [lines.finish_due_at, lines.id]
    given = and_(col(Dispatch.request_id) == lines.id, col(Dispatch.turn) == lines.turn)
    return (
        sa.select(*lines, col(Dispatch.person_name))
        .select_from(found.outerjoin(Dispatch, given))
        .order_by(*by)
        .limit(bindparam("limit"))
    )


def _found_first(shape: Shape, names: Sequence[ColumnElement[Any]], order: Order) -> sa.FromClause:
    """The lines of cases with words that few have: those first, and only then what else is asked for.

    The planner does not know how rare the words are, and would rather walk along the order in the hope of meeting them.
    """
    (ground,) = shape.grounds
    lines = sa.select(*names).select_from(_source(shape)).where(*_where(shape, ground), AFTER[order]).cte("lines")
    return lines.prefix_with("MATERIALIZED", dialect="postgresql")


@lru_cache(maxsize=1)
def amount_of_words() -> Select[Any]:
    """How many cases have the words of a query, whoever reaches them, up to `most`; nobody is told."""
    words = sa.select(col(SearchText.position)).where(CONDITIONS["text"]).limit(bindparam("most")).subquery()
    return sa.select(func.count()).select_from(words)


@lru_cache(maxsize=256)
def counts_of(shape: Shape, chips: tuple[tuple[str, str], ...]) -> Select[Any]:
    """How many cases each chip of a list would show, up to `MOST` and one more: (code of the chip, count)."""
    counted = [
        sa.select(
            sa.literal_column(f"'{kind}.{code}'", sa.String()).label("chip"), _count(shape, kind, code).label("count")
        )
        for kind, code in chips
    ]
    every = sa.union_all(*counted).subquery()
    return sa.select(every.c.chip, every.c.count)


@lru_cache(maxsize=256)
def groups_of(shape: Shape) -> Select[Any]:
    """How many of the cases that were looked up by their words are at each stage, have each colour, and are late."""
    late = case((and_(CASES.finish_due_at <= bindparam("now", type_=CASES.finish_due_at.type), OPEN), 1), else_=0)
    (ground,) = shape.grounds
    found = sa.select(CASES.stage, CASES.colour, late.label("late"))
    lines = found.select_from(_source(shape)).where(*_where(shape, ground)).subquery().c
    return sa.select(lines.stage, lines.colour, lines.late, func.count()).group_by(
        lines.stage, lines.colour, lines.late
    )


@lru_cache(maxsize=256)
def amount_of(shape: Shape) -> Select[Any]:
    """How many cases a list has, up to `most`."""
    return sa.select(func.count()).select_from(_ids(shape, [], most=bindparam("most")))


@lru_cache(maxsize=2048)
def parameters_of(statement: Select[Any]) -> frozenset[str]:
    """The names of the values that a statement takes."""
    compiled = statement.compile(dialect=sqlite.dialect())
    return frozenset(name for name, bind in compiled.binds.items() if bind.required)


def _source(shape: Shape) -> sa.FromClause:
    if shape.words in WORDS:
        words = WORDS[shape.words]
        return words.join(_CASES, CASES.id == words.c.request_id)
    return _CASES.join(TABLE, col(SearchText.request_id) == CASES.id) if "text" in shape.named else _CASES


def _where(shape: Shape, ground: Ground) -> list[ColumnElement[bool]]:
    where = [CONDITIONS[name] for name in sorted(shape.named) if not (name == "text" and shape.words in WORDS)]
    where.append(REACH[Ground.POST if shape.by_post and ground is Ground.REACHED else ground])
    if shape.stages:
        where.append(_at(shape.stages))
        if set(shape.stages) <= set(OPEN_STAGES):
            where.append(OPEN)
    if shape.colours:
        where.append(CASES.colour.in_([bindparam(f"colour_{n}") for n in range(shape.colours)]))
    if shape.townships and ground is Ground.POST:
        where.append(CASES.township_code.in_([bindparam(f"township_{n}") for n in range(shape.townships)]))
    return where


def _at(stages: tuple[Stage, ...]) -> ColumnElement[bool]:
    """The stages spelt out: the planner knows how frequent each is."""
    listed = ", ".join(repr(stage.value) for stage in stages)
    return sa.literal_column(f"service_request.stage IN ({listed})", sa.Boolean())


def _count(shape: Shape, kind: str, code: str) -> ColumnElement[int]:
    """The cases of a chip, counted up to one more than the most."""
    extra: list[ColumnElement[bool]] = []
    if kind == "stage":
        extra.append(_at((Stage(code),)))
    elif kind == "colour":
        extra.append(CASES.colour == sa.literal_column(f"'{code}'"))
    else:
        extra.append(and_(CASES.finish_due_at <= bindparam("now", type_=CASES.finish_due_at.type), OPEN))
    return sa.select(func.count()).select_from(_ids(shape, extra, most=MOST + 1)).scalar_subquery()


def _ids(shape: Shape, extra: list[ColumnElement[bool]], *, most: "int | sa.BindParameter[Any]") -> sa.Subquery:
    """The cases of a list, up to so many."""
    each = [
        sa.select(CASES.id).select_from(_source(shape)).where(*_where(shape, ground), *extra).limit(most).subquery()
        for ground in shape.grounds
    ]
    return each[0] if len(each) == 1 else sa.union(*(sa.select(one) for one in each)).limit(most).subquery()
