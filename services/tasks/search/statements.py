"""The statements of a desk's lists: made once for each shape, every one cut in SQL by what somebody reaches.

A list walks along an index in its own order and stops when the page is full; it counts nothing and skips nothing. Where
it has several grounds, each gives its first rows, and the page is the first of those.
"""

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement, Select, and_, bindparam, case, func, or_
from sqlalchemy.dialects import sqlite
from sqlmodel import col

from chassis.plans import table_of
from services.tasks.dispatches.model import Dispatch
from services.tasks.helping.model import Helper
from services.tasks.requests import scope
from services.tasks.requests.model import ServiceRequest
from services.tasks.requests.stages import Stage
from services.tasks.search.filters import Along, Ground, Order, Shape, Words
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
    Ground.WORKING: scope.OWN_MOVE,
    Ground.ACTING: scope.WORKING,
    Ground.SIGNED: and_(CASES.handler_id == _person, scope.NOT_ABOUT_THEM),
    Ground.HELPING: and_(scope.HELPS, scope.NOT_ABOUT_THEM),
    Ground.REACHED: and_(
        scope.NOT_ABOUT_THEM, or_(scope.WORKING, CASES.handler_id == _person, scope.HELPING, scope.BY_POST)
    ),
}

ORDERS: dict[Along, tuple[str, ...]] = {
    Along.ID: ("-id",),
    Along.LIMIT: ("finish_due_at", "id"),
    Along.ASKED: ("-submitted_at", "-id"),
}
"""The columns by which rows follow each other; with a minus, from the greatest down."""

_after_id = bindparam("after_id", type_=CASES.id.type)
AFTER: dict[Along, ColumnElement[bool]] = {
    Along.ID: CASES.id < _after_id,
    Along.LIMIT: and_(
        OPEN,
        sa.tuple_(CASES.finish_due_at, CASES.id)
        > sa.tuple_(bindparam("after_at", type_=CASES.finish_due_at.type), _after_id),
    ),
    Along.ASKED: sa.tuple_(CASES.submitted_at, CASES.id)
    < sa.tuple_(bindparam("after_at", type_=CASES.submitted_at.type), _after_id),
}


def _ordered(rows: sa.FromClause, along: Along) -> list[ColumnElement[Any]]:
    return [rows.c[name[1:]].desc() if name.startswith("-") else rows.c[name] for name in ORDERS[along]]


@lru_cache(maxsize=1024)
def page_of(shape: Shape, order: Order) -> Select[Any]:
    """One page: its lines, each with the name of whoever the case was last given to; empty without a ground."""
    names, along = [CASES[name] for name in LINE], shape.along(order)
    if along is Along.ASKED:
        # Where a page begins says it. With both, PostgreSQL would begin at the one and step over all up to the other.
        shape = replace(shape, named=shape.named - {"submitted_before"})
    if shape.words is Words.FIRST:
        return _shown(_found_first(shape, names, along), along)
    walks = [sa.select(*names).select_from(source).where(*where, AFTER[along]) for source, where in _walks(shape)]
    first = [walk.order_by(*_ordered(_CASES, along)).limit(bindparam("limit")).subquery() for walk in walks]
    return _shown(first[0] if len(first) == 1 else sa.union(*(sa.select(one) for one in first)).subquery(), along)


def _shown(found: sa.FromClause, along: Along) -> Select[Any]:
    """The first of these lines, each with the name of whoever has the case."""
    lines = found.c
    given = and_(col(Dispatch.request_id) == lines.id, col(Dispatch.turn) == lines.turn)
    return (
        sa.select(*lines, col(Dispatch.person_name))
        .select_from(found.outerjoin(Dispatch, given))
        .order_by(*_ordered(found, along))
        .limit(bindparam("limit"))
    )


def _found_first(shape: Shape, names: Sequence[ColumnElement[Any]], along: Along) -> sa.FromClause:
    """The lines of cases with words that few have: those first, and only then what else is asked for.

    The planner does not know how rare the words are, and would rather walk along the order in the hope of meeting them.
    """
    ((source, where),) = _walks(shape)
    lines = sa.select(*names).select_from(source).where(*where, AFTER[along]).cte("lines")
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
    ((source, where),) = _walks(shape)
    found = sa.select(CASES.stage, CASES.colour, late.label("late"))
    lines = found.select_from(source).where(*where).subquery().c
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


def _walks(shape: Shape) -> list[tuple[sa.FromClause, list[ColumnElement[bool]]]]:
    """From what is read, and by which conditions, on each ground: by one index each, for each absent colleague one.

    A walk along one person's cases is the only one that gives that person's first rows at once. Asked for several
    persons together, a planner who holds them for frequent would walk from new to old in the hope of meeting them.
    """
    walks: list[tuple[sa.FromClause, list[ColumnElement[bool]]]] = []
    for ground in shape.grounds:
        source, where = _source(shape), _where(shape, ground)
        if ground is Ground.POST:
            walks += [(source, [*where, reached]) for reached in shape.walks.conditions()]
        elif ground is Ground.ACTING:
            walks += [(source, [*where, _waits_for(f"absent_{n}")]) for n in range(shape.absent)]
        elif ground is Ground.HELPING:
            walks.append((source.join(Helper, col(Helper.request_id) == CASES.id), where))
        else:
            walks.append((source, where))
    return walks


def _waits_for(name: str) -> ColumnElement[bool]:
    return CASES.working_person_id == bindparam(name, type_=CASES.working_person_id.type)


def _source(shape: Shape) -> sa.FromClause:
    if shape.words in WORDS:
        words = WORDS[shape.words]
        return words.join(_CASES, CASES.id == words.c.request_id)
    return _CASES.join(TABLE, col(SearchText.request_id) == CASES.id) if "text" in shape.named else _CASES


def _where(shape: Shape, ground: Ground) -> list[ColumnElement[bool]]:
    where = [CONDITIONS[name] for name in sorted(shape.named) if not (name == "text" and shape.words in WORDS)]
    if ground is not Ground.POST:
        where.append(scope.BY_POST if shape.by_post and ground is Ground.REACHED else REACH[ground])
    elif shape.home:
        where.append(CASES.township_code == bindparam("home"))
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
        sa.select(CASES.id).select_from(source).where(*where, *extra).limit(most).subquery()
        for source, where in _walks(shape)
    ]
    return each[0] if len(each) == 1 else sa.union(*(sa.select(one) for one in each)).limit(most).subquery()
