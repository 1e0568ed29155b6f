"""A report as an official document and over HTTP; the words around the figures are always the same."""

from datetime import date

from chassis.documents import Block, Document, Heading, Paragraph, Table, day_zh
from chassis.words import Output
from services.tasks.figures.model import Content, Figures, Unit

NOTE_ZH = "本文由系统根据办理记录自动生成，无人填报；单位按行政区划代码排列，不对任何个人排名。"
HEADS = ("单位", "受理", "办结", "按时办结率", "逾期未结", "整改", "复核通过", "督办", "销号", "清单逾期")


class FiguresView(Output):
    """Counts, from the rows alone."""

    received: int
    handled: int
    in_time: int
    on_time_zh: str
    overdue: int
    rectifications: int
    verified: int
    orders: int
    closed_out: int
    missed: int


class UnitView(Output):
    """One unit."""

    code: str
    name: str
    figures: FiguresView


class ContentView(Output):
    """All that a report says."""

    issuer: str
    title: str
    first: date
    last: date
    total: FiguresView
    units: list[UnitView]
    lines: list[str]
    note_zh: str


def content_view(content: Content) -> ContentView:
    """A report for the screen."""
    return ContentView(
        issuer=content.issuer,
        title=content.title,
        first=content.first,
        last=content.last,
        total=_figures(content.total),
        units=[UnitView(code=one.code, name=one.name, figures=_figures(one.figures)) for one in content.units],
        lines=list(content.lines),
        note_zh=NOTE_ZH,
    )


def paper_of(content: Content, *, number: str | None, edition_zh: str | None, issued_on: date, digest: str) -> Document:
    """A report to be printed."""
    total = content.total
    span = (
        day_zh(content.first) if content.first == content.last else f"{day_zh(content.first)}至{day_zh(content.last)}"
    )
    blocks: list[Block] = [
        Heading("一、总体情况"),
        Paragraph(
            f"{span}，共受理群众事项 {total.received} 件，办结 {total.handled} 件，按时办结率 {total.on_time_zh}；"
            f"期末逾期未办结 {total.overdue} 件；新开整改 {total.rectifications} 项，复核通过 {total.verified} 项；"
            f"发出督办单 {total.orders} 份；清单事项销号 {total.closed_out} 项，到期未报结 {total.missed} 项。"
        ),
        Heading("二、各单位情况"),
        Table(HEADS, tuple(_row(unit) for unit in content.units), (7, 3, 3, 4, 4, 3, 4, 3, 3, 4)),
    ]
    if content.lines:
        blocks += [Heading("三、其他事项"), *(Paragraph(line) for line in content.lines)]
    return Document(
        title=content.title,
        number=number,
        issuer=content.issuer,
        blocks=tuple(blocks),
        signings=(),
        dated=(content.issuer, day_zh(issued_on)),
        notes=(*((edition_zh,) if edition_zh else ()), NOTE_ZH, f"内容摘要（SHA-256）：{digest}"),
        code=None,
    )


def _figures(said: Figures) -> FiguresView:
    return FiguresView(
        received=said.received,
        handled=said.handled,
        in_time=said.in_time,
        on_time_zh=said.on_time_zh,
        overdue=said.overdue,
        rectifications=said.rectifications,
        verified=said.verified,
        orders=said.orders,
        closed_out=said.closed_out,
        missed=said.missed,
    )


def _row(unit: Unit) -> tuple[str, ...]:
    said = unit.figures
    counted = (said.overdue, said.rectifications, said.verified, said.orders, said.closed_out, said.missed)
    return (unit.name, str(said.received), str(said.handled), said.on_time_zh, *map(str, counted))
