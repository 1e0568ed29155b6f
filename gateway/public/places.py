"""Choosing a place: the county's townships and their villages, by code, which is no order of merit."""

from collections.abc import Sequence

from gateway.json import Document
from gateway.public.html import Html, link, note, put, table, tag
from gateway.public.page import Asked, PublicPage, Question, feedback
from gateway.public.reading import rows, text

UNITS = "/public-figures"
MOST = "100"


def place_of(asked: Asked) -> Question:
    """By what a place is known: its name, and the month that runs."""
    query = {"code": asked.code, "month": asked.month}
    return Question("feedback", UNITS, tuple((name, value) for name, value in query.items() if value))


def _asks(asked: Asked) -> Sequence[Question]:
    if asked.below:
        after = asked.cursor or asked.below
        return [Question("feedback", UNITS, (("level", "village"), ("cursor", after), ("limit", MOST)))]
    townships = feedback(UNITS, asked, level="township", limit=MOST)
    return [townships, Question("feedback", UNITS, (("level", "district"), ("limit", MOST)))]


def _shows(asked: Asked, told: Sequence[Document]) -> Html:
    found = rows(told[0], "units")
    if asked.below:
        inside = [one for one in found if text(one, "code")[:9] == asked.below[:9]]
        more = text(told[0], "next_cursor") if len(inside) == len(found) else ""
        return put(
            table(("村（社区）",), ((_to(asked, one),) for one in inside), empty="这里没有村（社区）。"),
            tag("p", link("下一页", asked.here(cursor=more))) if more else "",
            tag("p", link("回到乡镇（街道）", asked.here(below=""))),
        )
    lines = [
        *((_to(asked, one), "") for one in rows(told[1], "units")),
        *((_to(asked, one), link("各村（社区）", asked.here(below=text(one, "code")))) for one in found),
    ]
    more = text(told[0], "next_cursor")
    return put(
        table(("地方", ""), lines, empty="还没有导入行政区划。"),
        tag("p", link("下一页", asked.here(cursor=more))) if more else "",
        note("点地方的名字，看那里公开的信息；点“各村（社区）”，再选村。"),
    )


def _to(asked: Asked, one: Document) -> Html:
    return link(text(one, "name"), Asked("", code=text(one, "code")).to(asked.path or "/figures"))


PLACES = PublicPage(path="", title="选择地方", asks=_asks, shows=_shows)
