"""A report as an official document, and as a spreadsheet with charts, from what was frozen."""

from collections.abc import Iterator
from io import BytesIO

from chassis.clock import local_date
from chassis.documents import Bar, Bars, Block, Document, Heading, Paragraph, Table, day_zh
from chassis.sheets.report import harmless
from chassis.sheets.writing import workbook
from services.feedback.reports.content import Content, Share
from services.feedback.reports.model import Report
from services.feedback.reports.shares import LEAST, Compared

NOTE_ZH = (
    "本报告由系统根据办理记录自动生成，无人填报；单位按编码排列，不排名次，不评价任何个人。"
    "反映工作人员的事项不计入。区间为 95% 置信区间：件数越少，区间越宽。"
)
BESIDE_ZH = f"两个比率只在差别不像偶然（99%）时写“较高”“较低”；任一方不足 {LEAST} 件的不作比较。"
HEAD = ("指标", "分子", "分母", "比率", "95%区间", "不计入", "剔除")
HIDDEN, NONE = "略", "—"
COMPARED_ZH = {
    Compared.TOO_FEW: "件数少，不比较",
    Compared.ALIKE: "无明显差别",
    Compared.HIGHER: "较高",
    Compared.LOWER: "较低",
}
"""No colour and no verdict: whether higher is better differs from indicator to indicator."""


def cells(share: Share) -> tuple[str, ...]:
    """Numerator, denominator, percentage and interval of a figure, to be read."""
    numerator = HIDDEN if share.numerator is None else str(share.numerator)
    percent = NONE if share.percent is None else f"{share.percent}%"
    return numerator, str(share.denominator), percent, share.range_zh or NONE


def paper_of(report: Report) -> Document:
    """A report to be printed. Raises `DocumentTooLong` when it is set, for a unit of some hundred others."""
    content = Content.unpacked(report.content)
    changes = ("与上期相比",) if content.compared else ()
    rows = []
    for place, (said, share) in enumerate(zip(content.indicators, content.shares, strict=True)):
        row = (said.name, *cells(share), str(share.outside), str(share.excluded))
        rows.append((*row, _zh(content.change(place))) if content.compared else row)
    blocks: list[Block] = [
        Heading("一、总体情况"),
        Paragraph(f"{content.period_zh}提交的群众事项，截至{day_zh(local_date(content.as_of))}的办理情况如下。"),
        Table((*HEAD, *changes), tuple(rows), (6, 3, 3, 4, 5, 3, 3, *([5] if content.compared else []))),
        Bars("各项比率（细线为95%区间）", tuple(_bars_beside_the_last(content))),
        Heading("二、上期情况"),
        Table(
            ("指标", "分子", "分母", "比率", "95%区间"),
            tuple(
                (said.name, *cells(last))
                for said in content.indicators
                for last in content.last
                if last.indicator == said.id
            ),
            (6, 3, 3, 4, 5),
        ),
    ]
    if content.parts:
        blocks.append(Heading("三、各单位情况"))
        for place, said in enumerate(content.indicators):
            blocks += [Paragraph(said.name), _of_parts(content, place)]
            if content.parts_compared:
                blocks.append(Bars(said.name, tuple(_bar(part.name, part.shares[place]) for part in content.parts)))
    blocks += [
        Heading("口径"),
        *(
            Paragraph(
                f"{said.name}：分子为{said.numerator}，分母为{said.denominator}"
                + (f"，其中不计入{'、'.join(said.exclusions)}" if said.exclusions else "")
                + f"。出处：{said.source}（可信度 {said.confidence}）。"
            )
            for said in content.indicators
        ),
    ]
    edition = (f"第{report.edition}版：{report.reason.title_zh}，经两人确认",) if report.reason else ()
    return Document(
        title=content.title,
        number=None,
        issuer=content.name,
        blocks=tuple(blocks),
        signings=(),
        dated=(content.name, day_zh(local_date(report.issued_at))),
        notes=(*edition, NOTE_ZH, BESIDE_ZH, f"内容摘要（SHA-256）：{report.digest.hex()}"),
        code=None,
    )


def _bars_beside_the_last(content: Content) -> Iterator[Bar]:
    """A bar for each figure, and where periods are compared one for what it was."""
    last = {share.indicator: share for share in content.last}
    for said, share in zip(content.indicators, content.shares, strict=True):
        yield _bar(said.name, share)
        if content.compared and said.id in last:
            yield _bar(f"{said.name}（上期）", last[said.id])


def _bar(name: str, share: Share) -> Bar:
    percent = None if share.percent is None else float(share.percent)
    return Bar(name, percent, share.range, NONE if share.percent is None else f"{share.percent}%")


def _of_parts(content: Content, place: int) -> Table:
    beside = ("与其余单位相比",) if content.parts_compared else ()
    rows = []
    for part in content.parts:
        row = (part.name, *cells(part.shares[place]))
        rows.append((*row, _zh(content.beside_the_rest(part, place))) if content.parts_compared else row)
    return Table(
        ("单位", "分子", "分母", "比率", "95%区间", *beside), tuple(rows), (6, 3, 3, 4, 5, *([6] if beside else []))
    )


def sheet_of(report: Report) -> bytes:
    """The .xlsx: the unit with a chart beside the last period, and the units below as plain rows."""
    content, whole = Content.unpacked(report.content), BytesIO()
    last = {share.indicator: share for share in content.last}
    with workbook(whole, in_memory=True) as book:
        bold = book.add_format({"bold": True})
        sums = book.add_worksheet("总体")
        sums.set_column(0, 0, 18)
        sums.set_column(1, 9, 12)
        sums.write_row(0, 0, (*HEAD, "上期分子", "上期分母", "上期比率"), bold)
        for row, (said, share) in enumerate(zip(content.indicators, content.shares, strict=True), start=1):
            before = last.get(said.id)
            sums.write_string(row, 0, harmless(said.name))
            sums.write_row(row, 1, (_told(share.numerator), share.denominator, _number(share), share.range_zh or NONE))
            sums.write_row(row, 5, (share.outside, share.excluded))
            if before is not None:
                sums.write_row(row, 7, (_told(before.numerator), before.denominator, _number(before)))
        end = len(content.indicators)
        chart = book.add_chart({"type": "bar"})
        for column, name in (
            ((3, content.period_zh), (9, content.last_zh)) if content.compared else ((3, content.period_zh),)
        ):
            chart.add_series(
                {"name": name, "categories": ["总体", 1, 0, end, 0], "values": ["总体", 1, column, end, column]}
            )
        chart.set_x_axis({"min": 0, "max": 100, "name": "%"})
        sums.insert_chart(end + 4, 0, chart)
        sums.write_string(end + 2, 0, NOTE_ZH)
        if content.parts:
            parts = book.add_worksheet("各单位")
            parts.set_column(0, 1, 18)
            parts.write_row(0, 0, ("单位", "指标", "分子", "分母", "比率", "95%区间"), bold)
            places = [(part, place) for part in content.parts for place in range(len(content.indicators))]
            for row, (part, place) in enumerate(places, start=1):
                share = part.shares[place]
                parts.write_string(row, 0, harmless(part.name))
                parts.write_string(row, 1, harmless(content.indicators[place].name))
                parts.write_row(
                    row, 2, (_told(share.numerator), share.denominator, _number(share), share.range_zh or NONE)
                )
    return whole.getvalue()


def _zh(compared: Compared | None) -> str:
    return NONE if compared is None else COMPARED_ZH[compared]


def _told(numerator: int | None) -> int | str:
    return HIDDEN if numerator is None else numerator


def _number(share: Share) -> float | str:
    return NONE if share.percent is None else float(share.percent)
