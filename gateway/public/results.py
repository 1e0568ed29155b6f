"""Results of anonymous ballots and of mass surveys, as they were published."""

from collections.abc import Iterator, Sequence

from chassis.divisions import is_district
from gateway.json import Document
from gateway.public.html import Html, facts, link, note, put, table, tag
from gateway.public.page import Asked, PublicPage, Question, feedback
from gateway.public.reading import inner, instant, rows, text
from gateway.public.shared import onward


def _asks_ballots(asked: Asked) -> Sequence[Question]:
    return [feedback("/cells", asked, code="" if is_district(asked.code) else asked.code)]  # a county's are all


def _shows_ballots(asked: Asked, told: Sequence[Document]) -> Html:
    lines = (
        (
            text(one, "name"),
            f"截止 {instant(one, 'ends_at')}",
            text(one, "expected"),
            text(inner(one, "table"), "says_zh") or _too_few(one),
            _grades(inner(one, "table")),
            text(one, "says_zh"),
        )
        for one in rows(told[0])
    )
    return put(
        note(text(told[0], "notice_zh")),
        table(
            ("单元", "截止", "预计人数", "结果", "各等次", "说明"),
            lines,
            empty="这里还没有匿名测评。办过事的群众会在手机上收到通知，到时可以匿名评价。",
        ),
        onward(asked, text(told[0], "next_cursor")),
        tag("p", link("全部单元", "/public/ballots")) if asked.code and not is_district(asked.code) else "",
    )


def _too_few(one: Document) -> str:
    return f"收到 {text(one, 'responses')} 张" if text(one, "responses") else "还没有结果"


def _grades(said: Document) -> str:
    counted = [f"{text(one, 'title_zh')} {text(one, 'count')}" for one in rows(said, "grades")]
    return "，".join(counted) or ("只公布区间" if said else "")


def _asks_surveys(asked: Asked) -> Sequence[Question]:
    return [feedback("/survey-results", asked, division_code=asked.code)]


def _shows_surveys(asked: Asked, told: Sequence[Document]) -> Html:
    lines = ((_survey(asked, one), text(one, "organization"), _days(one), _verdict(one)) for one in rows(told[0]))
    return put(
        note("测评组织和服务，不公布对个人的测评。作答不记名，结果到公布日一次公布。"),
        table(("测评", "被测单位", "日期", "结果"), lines, empty="这里还没有公告过满意度测评。"),
        onward(asked, text(told[0], "next")),
    )


def _survey(asked: Asked, one: Document) -> str:
    if text(one, "stage") != "published":
        return text(one, "title_zh")
    return link(text(one, "title_zh"), asked.to(f"/surveys/{text(one, 'id')}"))


def _days(one: Document) -> str:
    return f"{text(one, 'opens_on')} 至 {text(one, 'closes_on')}，{text(one, 'publishes_on')} 公布"


def _verdict(one: Document) -> str:
    if text(one, "stage") != "published":
        return text(one, "stage_zh")
    below = {"是": f"低于达标线 {text(one, 'line_percent')}%，限期整改后再测", "否": "达标"}
    return below.get(text(one, "below_line"), "已公布，不对照达标线")


def _asks_survey(asked: Asked) -> Sequence[Question]:
    return [Question("feedback", f"/survey-results/{asked.id}")]


def _shows_survey(asked: Asked, told: Sequence[Document]) -> Html:
    said = told[0]
    survey = inner(said, "survey")
    return put(
        tag("h2", text(survey, "title_zh")),
        facts(("被测单位", text(survey, "organization")), ("日期", _days(survey)), ("结论", text(said, "says_zh"))),
        note(text(said, "notice_zh")),
        tag("h2", "合计"),
        _tally(inner(said, "whole")),
        tag("h2", "各片区"),
        *(_part(one) for one in rows(said, "parts")),
        tag("h2", "怎样作答"),
        table(
            ("途径", "发出", "收到", "回收率"),
            (
                (text(one, "channel_zh"), text(one, "given"), text(one, "answered"), _percent(text(one, "percent")))
                for one in rows(said, "taken")
            ),
            empty="没有收到答卷。",
        ),
        tag("p", link("全部测评", asked.to("/surveys"))),
    )


def _part(one: Document) -> Html:
    said = inner(one, "table")
    name = f"{text(one, 'name')}（{text(one, 'outcome_zh')}）"
    return put(
        tag("h3", name), _tally(said) if said else note(f"收到 {text(one, 'responses') or '0'} 份，不单独公布。")
    )


def _tally(said: Document) -> Html:
    return table(
        ("题目", "答的人", "各选项", "满意率（95% 区间）"),
        _questions(said),
        empty="份数太少，不公布。",
    )


def _questions(said: Document) -> Iterator[tuple[str, str, str, str]]:
    for one in rows(said, "questions"):
        options = "，".join(f"{text(each, 'title_zh')} {_span(each, 'least', 'most')}" for each in rows(one, "options"))
        share = inner(one, "share")
        told = ""
        if share:
            between = f"{text(share, 'low')}%—{text(share, 'high')}%"
            told = f"{_span(share, 'percent_least', 'percent_most')}%（{between}）"
        elif text(one, "mean"):
            told = f"平均 {text(one, 'mean')} 分"
        yield text(one, "title_zh"), text(one, "asked"), options, told


def _span(one: Document, least: str, most: str) -> str:
    return "—".join(dict.fromkeys((text(one, least), text(one, most))))


def _percent(said: str) -> str:
    return f"{said}%" if said else "—"


BALLOTS = PublicPage(
    path="/ballots",
    title="匿名测评",
    about="办过事的群众匿名评价的结果，按村、乡镇和时段",
    asks=_asks_ballots,
    shows=_shows_ballots,
)
SURVEYS = PublicPage(
    path="/surveys",
    title="满意度测评",
    about="对组织和服务的测评，低于达标线的怎样整改",
    asks=_asks_surveys,
    shows=_shows_surveys,
)
SURVEY = PublicPage(path="/surveys/{id}", title="测评结果", asks=_asks_survey, shows=_shows_survey)
