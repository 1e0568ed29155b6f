"""Figures for everybody: how promises are kept, what was contested, left out and drawn, and who is praised."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from chassis.divisions import is_district
from gateway.json import Document
from gateway.public.html import Html, facts, link, note, put, table, tag
from gateway.public.page import Asked, PublicPage, Question, feedback
from gateway.public.reading import instant, rows, text
from gateway.public.shared import onward


def months(asked: Asked) -> Html:
    """The months before and after."""
    first = date.fromisoformat(f"{asked.month}-01")
    before, after = first - timedelta(days=1), first + timedelta(days=32)
    return tag(
        "p",
        link("上一个月", asked.here(month=f"{before:%Y-%m}")),
        f"　{asked.month}　",
        link("下一个月", asked.here(month=f"{after:%Y-%m}")),
    )


def _asks_figures(asked: Asked) -> Sequence[Question]:
    own = Question("feedback", "/public-figures", (("code", asked.code), ("month", asked.month)))
    level = "village" if not is_district(asked.code) else "township"
    after = asked.cursor or asked.code
    below = (("level", level), ("month", asked.month), ("cursor", after), ("limit", "100"))
    return [own, Question("feedback", "/public-figures", below)]


def _shows_figures(asked: Asked, told: Sequence[Document]) -> Html:
    own, below = told
    inside = asked.code[:9] if not is_district(asked.code) else asked.code[:6]
    found = [one for one in rows(below, "units") if text(one, "code").startswith(inside)]
    more = text(below, "next_cursor") if len(found) == len(rows(below, "units")) else ""
    said = [_said(one) for one in rows(own, "units")]
    return put(
        months(asked),
        tag("p", *said),
        table(
            ("地方", "承诺兑现"),
            ((link(text(one, "name"), _about(asked, one)), text(one, "says_zh")) for one in found),
            empty="这里没有下一级地方。" if asked.code[9:] != "000" else "没有下一级地方的数字。",
        ),
        onward(asked, more),
        tag("h2", "这些数字怎么来"),
        facts(
            ("分子", text(own, "kept_zh")),
            ("分母", text(own, "due_zh")),
            ("不计入的", text(own, "left_out_zh")),
            ("依据", text(own, "source")),
            ("可信度", text(own, "confidence")),
        ),
        note("本月还没有过完，数字还会变。") if text(own, "running") == "是" else "",
        note("各地方按区划代码排列，不是名次。"),
    )


def _said(one: Document) -> Html:
    return put(text(one, "name"), "：", text(one, "says_zh"), "。")


def _about(asked: Asked, one: Document) -> str:
    return Asked(asked.path, code=text(one, "code"), month=asked.month).here()


def _asks_oversight(asked: Asked) -> Sequence[Question]:
    county = (("code", asked.code[:6] + "000000"), ("year", asked.month[:4]))
    query = (("division", asked.code), ("month", asked.month))
    paths = ("/contests/figures", "/exclusions/figures", "/rechecks/draws")
    return [Question("feedback", "/accountability-figures", county), *(Question("tasks", one, query) for one in paths)]


def _shows_oversight(asked: Asked, told: Sequence[Document]) -> Html:
    measures, contested, left_out, drawn = told
    return put(
        tag("h2", f"{text(measures, 'year')} 年全县（区）的问责和表彰"),
        table(("措施", "件数"), _columns(measures, "measure_zh", "says_zh"), empty="暂时读不到。"),
        note(text(measures, "says_zh")),
        tag("p", link("现在受表彰的单位", "/public/honours")),
        months(asked),
        tag("h2", "对差评和匿名测评的异议"),
        table(
            ("组织", "针对", "结果", "件数"),
            _columns(contested, "organization", "about_zh", "stage_zh", "count"),
            empty="本月没有异议。",
        ),
        note(text(contested, "says_zh")),
        tag("h2", "经两人确认不计入考核的事项"),
        table(
            ("组织", "理由", "件数"),
            _columns(left_out, "organization", "reason_zh", "count"),
            empty="本月没有。",
        ),
        tag("h2", "随机抽查回访"),
        table(
            ("组织", "抽查", "抽签种子"),
            _columns(drawn, "organization", "says_zh", "seed"),
            empty="本月还没有抽查；每月结束后按公开的种子抽取。",
        ),
        note(text(drawn, "says_zh")),
    )


def _columns(page: Document, *names: str) -> Iterator[list[str]]:
    return ([text(one, name) for name in names] for one in rows(page))


def _asks_honours(asked: Asked) -> Sequence[Question]:
    return [feedback("/honours", asked)]


def _shows_honours(asked: Asked, told: Sequence[Document]) -> Html:
    lines = [
        (
            text(one, "organization_name"),
            text(one, "measure_zh"),
            text(one, "document_no"),
            instant(one, "effect_until"),
        )
        for one in rows(told[0])
    ]
    empty = "现在没有受表彰的单位。"
    return put(
        note("只公布单位，不公布个人。表彰先公示、听取异议，再由上级决定。"),
        table(("单位", "表彰", "文号", "有效到"), lines, empty=empty),
        onward(asked, text(told[0], "next")),
    )


FIGURES = PublicPage(
    path="/figures",
    title="承诺兑现",
    about="各地方承诺了多少、按期办结多少",
    asks=_asks_figures,
    shows=_shows_figures,
    needs_place=True,
)
OVERSIGHT = PublicPage(
    path="/oversight",
    title="监督",
    about="问责和表彰、对评价的异议、不计入考核的事项、抽查回访，各有多少",
    asks=_asks_oversight,
    shows=_shows_oversight,
    needs_place=True,
)
HONOURS = PublicPage(path="/honours", title="表彰", about="现在受表彰的单位", asks=_asks_honours, shows=_shows_honours)
