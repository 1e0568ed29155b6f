"""HTML of plain pages: what is put in is escaped unless it is markup already; nothing on them runs."""

from collections.abc import Iterable, Sequence
from html import escape

STYLE = """\
:root { color-scheme: light dark; }
body { font: 17px/1.7 system-ui, "Noto Sans CJK SC", sans-serif; }
body { margin: 0 auto; max-width: 56rem; padding: 0 1rem 3rem; }
header, nav { margin: 1rem 0; }
nav a { margin-right: 1rem; white-space: nowrap; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.2rem; margin-top: 2rem; }
table { border-collapse: collapse; display: block; overflow-x: auto; margin: 1rem 0; }
th, td { border: 1px solid #9996; padding: .3rem .6rem; text-align: left; vertical-align: top; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1rem; }
dt { opacity: .7; } dd { margin: 0; }
.words { white-space: pre-wrap; border-left: .2rem solid #9996; padding-left: .8rem; }
.note { opacity: .8; } .bad { font-weight: bold; }
"""


class Html(str):
    """Markup. Any other string is text."""

    __slots__ = ()


def tag(name: str, *inner: str, css: str = "", href: str = "") -> Html:
    """An element around markup and text."""
    said = "".join(f' {key}="{escape(value)}"' for key, value in (("class", css), ("href", href)) if value)
    return Html(f"<{name}{said}>{put(*inner)}</{name}>")


def put(*parts: str) -> Html:
    """Markup and text one after the other."""
    return Html("".join(part if isinstance(part, Html) else escape(part) for part in parts))


def link(words: str, href: str) -> Html:
    """A link to another page."""
    return tag("a", words, href=href)


def note(words: str) -> Html:
    """A sentence that explains."""
    return tag("p", words, css="note")


def words(said: str) -> Html:
    """What somebody wrote, with its lines; nothing where nothing was written."""
    return tag("div", said, css="words") if said else Html()


def table(head: Sequence[str], rows: Iterable[Sequence[str]], *, empty: str) -> Html:
    """A table; where it has no row, a sentence in its place."""
    lines = [tag("tr", *(tag("td", cell) for cell in row)) for row in rows]
    if not lines:
        return note(empty)
    return tag("table", tag("tr", *(tag("th", cell) for cell in head)), *lines)


def facts(*pairs: tuple[str, str]) -> Html:
    """Names and values; what has no value is left out."""
    return tag("dl", *(put(tag("dt", name), tag("dd", value)) for name, value in pairs if value))


def document(title: str, *body: str) -> bytes:
    """A page whole."""
    head = put(
        Html('<meta charset="utf-8"><meta name="viewport" content="width=device-width">'),
        tag("title", f"{title} · 连心"),
        Html('<link rel="stylesheet" href="/public/style.css">'),
    )
    return f'<!doctype html>\n<html lang="zh-CN"><head>{head}</head><body>{put(*body)}</body></html>\n'.encode()
