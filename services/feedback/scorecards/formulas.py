"""The language of formulas: a condition on a case, written by an operator, read once and given to the database.

A formula is read by Python's own parser and nothing of it is ever run: the few kinds of expression named here become a
condition in SQL, everything else is refused with its place. A comparison with an empty field does not hold, so every
condition is true or false and `not` means what it says.
"""

import ast
import re
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from operator import and_, eq, ge, gt, le, lt, ne, or_
from typing import Annotated, cast

from pydantic import PlainValidator
from sqlalchemy import ColumnElement, bindparam, literal, true
from sqlalchemy import not_ as not_in_sql

from chassis.clock import midnight
from chassis.tables import Instant
from services.feedback.scorecards.fields import COLUMNS, FIELDS, Declared, Sort

LONGEST = 1000  # characters
DEEPEST = 20
MOST = 1_000_000_000

NOW: ColumnElement[datetime] = bindparam("now", type_=Instant())
"""The instant that a statement is given as `now`."""

AS_OF: ColumnElement[bool] = NOW.is_not(None)
"""Holds always: a statement with it takes `now`, whether or not a formula speaks of it."""

Compare = Callable[[ColumnElement[object], ColumnElement[object]], ColumnElement[bool]]
COMPARED: dict[type[ast.cmpop], Compare] = {ast.Eq: eq, ast.NotEq: ne, ast.Lt: lt, ast.LtE: le, ast.Gt: gt, ast.GtE: ge}
ORDERED = (ast.Lt, ast.LtE, ast.Gt, ast.GtE)

HOW_ZH = "可以写：字段 比较 字段或值（如 handled_at <= finish_due_at）、is empty、in (…)、and、or、not、all"


class WrongFormula(ValueError):  # it names what is refused
    """A formula cannot be read; its text says where, counted from 1, and what may stand there."""

    def __init__(self, text: str, offset: int, what: str) -> None:
        before = text[: max(offset, 0)]
        self.line, self.column = before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1
        super().__init__(f"公式第 {self.line} 行第 {self.column} 列：{what}")


@dataclass(frozen=True, slots=True)
class _Operand:
    """One side of a comparison."""

    sql: ColumnElement[object] | None  # none for a value that is written in the formula
    sort: Sort
    value: str | int | None
    declared: Declared | None
    node: ast.expr


@dataclass(frozen=True, slots=True)
class Formula:
    """A condition on a case."""

    text: str

    def at(self, now: ColumnElement[datetime] = NOW) -> ColumnElement[bool]:
        """The condition in SQL, as of an instant: a limit that ends at it has ended. Raises `WrongFormula`."""
        return _Reader(self.text, now).read()


def read(text: object) -> Formula:
    """A formula that can be used. Raises `WrongFormula`."""
    if not isinstance(text, str):
        raise WrongFormula("", 0, "公式应为文字，请加引号")
    formula = Formula(text)
    formula.at()
    return formula


Written = Annotated[Formula, PlainValidator(read)]
"""A formula in an operator's file."""


class _Reader:
    def __init__(self, text: str, now: ColumnElement[datetime]) -> None:
        self._text, self._now = text, now
        self._line = re.sub(r"\s", " ", text).rstrip()  # of the same length, so that places stay places

    def read(self) -> ColumnElement[bool]:
        lead = len(self._line) - len(self._line.lstrip())
        if len(self._text) > LONGEST:
            raise WrongFormula(self._text, LONGEST, f"公式最长 {LONGEST} 个字")
        if "#" in self._line:
            raise WrongFormula(self._text, self._line.index("#"), "公式里不能写 #，说明请写在 words")
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                self._line = self._line[lead:]
                self._lead = lead
                tree = ast.parse(self._line, mode="eval")
        except SyntaxError as wrong:
            what = "不能用中文标点或全角字符" if "invalid character" in str(wrong.msg) else f"这里读不懂；{HOW_ZH}"
            raise WrongFormula(self._text, lead + (wrong.offset or 1) - 1, what) from None
        except (ValueError, RecursionError, MemoryError):
            raise WrongFormula(self._text, 0, f"这里读不懂；{HOW_ZH}") from None
        return self._condition(tree.body, 0)

    def _wrong(self, node: ast.AST, what: str) -> WrongFormula:
        bytes_before = getattr(node, "col_offset", 0)
        characters = len(self._line.encode()[:bytes_before].decode(errors="ignore"))
        return WrongFormula(self._text, self._lead + characters, what)

    def _condition(self, node: ast.expr, depth: int) -> ColumnElement[bool]:
        if depth > DEEPEST:
            raise self._wrong(node, "括号或 not 套得太深")
        match node:
            case ast.BoolOp(op=op, values=[first, *others]):
                join = and_ if isinstance(op, ast.And) else or_
                found = self._condition(first, depth + 1)
                for other in others:
                    found = join(found, self._condition(other, depth + 1))
                return found
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return not_in_sql(self._condition(operand, depth + 1))
            case ast.Compare(left=left, ops=[op], comparators=[right]):
                return self._comparison(left, op, right)
            case ast.Compare():
                raise self._wrong(node, "一次只能比较两个，请用 and 连接两个比较")
            case ast.Name(id="all"):
                return true()
            case ast.Name(id=name):
                field = self._operand(node)
                if field.sort is not Sort.TRUTH or field.sql is None:
                    raise self._wrong(node, f"{name} 是{field.sort}，要和什么比较？")
                return field.sql.is_(True)
        raise self._wrong(node, f"这里不能这样写；{HOW_ZH}")

    def _comparison(self, left: ast.expr, op: ast.cmpop, right: ast.expr) -> ColumnElement[bool]:
        one = self._operand(left)
        match op, right:
            case ((ast.Is() | ast.IsNot()), ast.Name(id="empty")):
                if one.sql is None or one.declared is None:
                    raise self._wrong(left, "is empty 前面应为字段")
                return one.sql.is_(None) if isinstance(op, ast.Is) else one.sql.is_not(None)
            case ((ast.Is() | ast.IsNot()), _):
                raise self._wrong(right, "is 后面只能写 empty 或 not empty")
            case ((ast.In() | ast.NotIn()), (ast.Tuple(elts=elements) | ast.List(elts=elements))):
                return self._listed(one, elements, node=right, inside=isinstance(op, ast.In))
            case ((ast.In() | ast.NotIn()), _):
                raise self._wrong(right, "in 后面应为括号里的几个值，如 (1, 2)")
        other = self._operand(right)
        if one.sql is None and other.sql is None:
            raise self._wrong(left, "比较的两边至少有一边应为字段")
        sort = other.sort if one.sql is None else one.sort
        if sort is Sort.TRUTH or (sort is Sort.WORD and isinstance(op, ORDERED)):
            raise self._wrong(left, f"{sort}不能这样比较")
        sides = self._side(one, beside=other), self._side(other, beside=one)
        return COMPARED[type(op)](*sides).is_(True)

    def _listed(
        self, one: _Operand, values: Sequence[ast.expr], *, node: ast.expr, inside: bool
    ) -> ColumnElement[bool]:
        if one.sql is None or one.sort not in {Sort.WORD, Sort.NUMBER}:
            raise self._wrong(one.node, "in 前面应为文字或数字字段")
        if not values:
            raise self._wrong(node, "括号里至少写一个值")
        given = [self._operand(value) for value in values]
        for other in given:
            if other.sql is not None:
                raise self._wrong(other.node, "括号里只能写值，不能写字段")
        listed = [self._side(other, beside=one) for other in given]
        return (one.sql.in_(listed) if inside else one.sql.not_in(listed)).is_(True)

    def _operand(self, node: ast.expr) -> _Operand:
        match node:
            case ast.Name(id="now"):
                return _Operand(cast("ColumnElement[object]", self._now), Sort.INSTANT, None, None, node)
            case ast.Name(id=name) if name in FIELDS:
                return _Operand(COLUMNS[name], FIELDS[name].sort, None, FIELDS[name], node)
            case ast.Name(id=name):
                raise self._wrong(node, f"没有名为 {name} 的字段，可用：{'、'.join(FIELDS)}、now")
            case ast.Constant(value=str() as word):
                return _Operand(None, Sort.WORD, word, None, node)
            case ast.Constant(value=int() as number) if not isinstance(number, bool) and number <= MOST:
                return _Operand(None, Sort.NUMBER, number, None, node)
        raise self._wrong(node, "这里应为字段、now、引号里的文字或不太大的整数")

    def _side(self, operand: _Operand, *, beside: _Operand) -> ColumnElement[object]:
        """An operand in SQL, if it can stand beside the other."""
        if operand.sql is not None:
            if beside.sql is not None and beside.sort is not operand.sort:
                raise self._wrong(operand.node, f"{operand.sort}不能和{beside.sort}比较")
            return operand.sql
        if isinstance(operand.value, str) and beside.sort is Sort.INSTANT:
            try:
                return literal(midnight(date.fromisoformat(operand.value)), Instant())
            except ValueError:
                raise self._wrong(operand.node, '时间只能和日期比较，日期写成 "2026-01-31" 的样子') from None
        if operand.sort is not beside.sort:
            raise self._wrong(operand.node, f"{operand.sort}不能和{beside.sort}比较")
        known = beside.declared.words if beside.declared else frozenset()
        if known and operand.value not in known:
            raise self._wrong(operand.node, f"这个字段里没有这个词，可用：{'、'.join(sorted(known))}")
        return literal(operand.value)
