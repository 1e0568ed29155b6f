"""What villages disclose on schedule, and what they should have and did not."""

from collections.abc import Sequence

from chassis.divisions import is_district
from gateway.json import Document
from gateway.public.html import Html, facts, link, note, put, table, tag, words
from gateway.public.page import Asked, PublicPage, Question, feedback
from gateway.public.reading import inner, instant, rows, text
from gateway.public.shared import onward

ASK_ZH = "有看不懂或觉得不对的，登录后可以提问，村（社区）须限期答复。"


def _asks_disclosures(asked: Asked) -> Sequence[Question]:
    if asked.code.endswith("000"):
        return [feedback("/disclosures/missing", asked, code=asked.code)]
    return [feedback("/disclosures", asked, division_code=asked.code)]


def _shows_disclosures(asked: Asked, told: Sequence[Document]) -> Html:
    if asked.code.endswith("000"):
        chooser = Asked("/disclosures", below="" if is_district(asked.code) else asked.code)
        return put(
            note("这里列出辖区内已到期还没有公开的；要看公开了什么，请先选一个村（社区）。"),
            tag("p", link("选村（社区）", chooser.here())),
            _disclosed(asked, told[0], empty="辖区内没有到期未公开的事项。"),
        )
    return put(
        tag("p", link("只看到期未公开的", asked.to("/missing"))),
        _disclosed(asked, told[0], empty="还没有排出要公开的事项。"),
    )


def _asks_missing(asked: Asked) -> Sequence[Question]:
    return [feedback("/disclosures/missing", asked, code=asked.code)]


def _shows_missing(asked: Asked, told: Sequence[Document]) -> Html:
    return put(
        note("到公开期限还没有公开的，不用谁来报告，当天就列在这里。"),
        _disclosed(asked, told[0], empty="没有到期未公开的事项。"),
    )


def _disclosed(asked: Asked, page: Document, *, empty: str) -> Html:
    lines = (
        (
            text(one, "name"),
            link(" ".join(filter(None, (text(one, "title"), text(one, "event")))), _one(asked, "disclosures", one)),
            f"{text(one, 'first_on')} 至 {text(one, 'last_on')}",
            text(one, "due_on"),
            tag("span", text(one, "shown_zh"), css="bad" if text(one, "shown") == "missing" else ""),
        )
        for one in rows(page)
    )
    head = ("村（社区）", "事项", "时段", "最迟公开", "情况")
    return put(table(head, lines, empty=empty), onward(asked, text(page, "next_cursor")))


def _asks_disclosure(asked: Asked) -> Sequence[Question]:
    path = f"/disclosures/{asked.id}"
    return [Question("feedback", path), feedback(f"{path}/questions", asked)]


def _shows_disclosure(asked: Asked, told: Sequence[Document]) -> Html:
    said, asking = told
    one = inner(said, "disclosure")
    return put(
        tag("h2", f"{text(one, 'name')}：{text(one, 'title')} {text(one, 'event')}"),
        facts(
            ("情况", text(one, "shown_zh")),
            ("最迟公开", text(one, "due_on")),
            ("公开时间", instant(one, "published_at")),
            ("应写明", text(said, "says_zh")),
            ("依据", text(said, "source")),
        ),
        note(text(said, "next_zh")),
        *(_edition(each) for each in rows(said, "editions")),
        tag("h2", "提问和答复"),
        table(
            ("提问日期", "问题", "答复", "情况"),
            (
                (text(each, "asked_on"), text(each, "question"), text(each, "answer"), _stage(each))
                for each in rows(asking)
            ),
            empty="还没有人提问。",
        ),
        onward(asked, text(asking, "next_cursor")),
        note(ASK_ZH),
    )


def _stage(one: Document) -> str:
    return " ".join(filter(None, (text(one, "stage_zh"), text(one, "late_zh"))))


def _edition(one: Document) -> Html:
    return put(
        tag("h2", f"第 {text(one, 'number')} 版（{text(one, 'stage_zh')}）"),
        facts(
            ("填写", f"{text(one, 'writer')}，{instant(one, 'written_at')}"),
            ("监督确认", f"{text(one, 'decider')} {instant(one, 'decided_at')}"),
            ("更正理由", text(one, "reason")),
        ),
        words(text(one, "words")),
        table(
            ("项目", "数额", "单位"),
            ((text(each, "title"), text(each, "amount"), text(each, "unit")) for each in rows(one, "figures")),
            empty="没有附数字。",
        ),
        *_files(one),
    )


def _files(one: Document) -> list[Html]:
    """The papers beside an edition, where there are any, and how to know them."""
    listed = [(text(each, "title"), text(each, "digest")) for each in rows(one, "files")]
    return (
        [table(("原件和存放处", "扫描件的 SHA-256"), listed, empty=""), note(text(one, "files_zh"))] if listed else []
    )


def _one(asked: Asked, what: str, one: Document) -> str:
    return asked.to(f"/{what}/{text(one, 'id')}")


DISCLOSURES = PublicPage(
    path="/disclosures",
    title="村务公开",
    about="各村（社区）公开了什么，什么到期还没有公开",
    asks=_asks_disclosures,
    shows=_shows_disclosures,
    needs_place=True,
)
MISSING = PublicPage(path="/missing", title="到期未公开", asks=_asks_missing, shows=_shows_missing, needs_place=True)
DISCLOSURE = PublicPage(path="/disclosures/{id}", title="村务公开", asks=_asks_disclosure, shows=_shows_disclosure)
