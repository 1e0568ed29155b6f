"""The meter as a page to be read in the office: months with their sentence, then who was asked for how much."""

from collections.abc import Sequence
from dataclasses import dataclass

from chassis.documents import Block, Document, Heading, Paragraph, Table
from services.tasks.burden.sheet import role_zh
from services.tasks.burden.views import Line

ROLES = ("岗位", "在岗人数", "填表次数", "填写项数", "已有掌握", "通知", "汇总", "短信", "手写报告", "文件", "超长")
FORMS = ("表单", "次数", "填写项数")


@dataclass(frozen=True, slots=True)
class MonthSaid:
    """One month: its name, what is to be said of it, and its lines."""

    name: str
    says: str
    lines: Sequence[Line]


def paper_of(
    area: str, months: Sequence[MonthSaid], forms: Sequence[tuple[str, int, int]], *, says: str, notes: Sequence[str]
) -> Document:
    """The page; forms are name, times and fields."""
    blocks: list[Block] = [Paragraph(says)]
    for one in months:
        rows = tuple(_row(line) for line in one.lines)
        blocks += [Heading(one.name), Paragraph(one.says), Table(ROLES, rows, (5, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2))]
    if forms:
        rows = tuple((name, str(times), str(fields)) for name, times, fields in forms)
        blocks += [Heading("填写最多的表单"), Table(FORMS, rows, (6, 2, 2))]
    return Document(
        title=f"{area}基层负担计量",
        number=None,
        issuer=None,
        blocks=tuple(blocks),
        signings=(),
        dated=(),
        notes=tuple(notes),
        code=None,
    )


def _row(one: Line) -> tuple[str, ...]:
    holders = "—" if one.holders is None else str(one.holders)
    counted = (one.sent, one.fields, one.held, one.notices, one.digests, one.texts)
    return (role_zh(one.role), holders, *map(str, (*counted, one.reports, one.documents, one.documents_over)))
