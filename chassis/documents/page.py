"""A document as a page of HTML that needs nothing else: no script, no address outside, readable on a phone."""

from html import escape

from chassis.documents.codes import as_svg
from chassis.documents.model import Bar, Bars, Block, Document, Heading, Lines, Paragraph, Table

_STYLE = """
body{margin:0 auto;max-width:42rem;padding:1.5rem 1rem;font:1.125rem/1.8 FangSong,"Noto Serif SC",serif;color:#111}
header{text-align:center;color:#d7000f;font-size:1.8rem;border-bottom:2px solid #d7000f}
.number{text-align:center}h1{text-align:center;font-size:1.5rem}
h2{font:bold 1.125rem/1.8 SimHei,"Noto Sans SC",sans-serif}
p{text-indent:2em;margin:.3em 0}.line,.notes p{text-indent:0}table{border-collapse:collapse;width:100%;font-size:1rem}
th,td{border:1px solid #555;padding:.3em .4em;text-align:left}
caption{text-align:left;font-weight:bold}.bars th,.bars td{border:0}.bars svg{width:100%;height:.8rem;display:block}
.bars td:nth-child(2){width:45%}
.signings{display:flex;flex-wrap:wrap;gap:1.5rem;margin:2rem 0}
.signings section{flex:1 1 16rem}.signings p{text-indent:0}
.dated{text-align:right;margin:2rem 4em 2rem 0}.dated p{text-indent:0}
.notes{font-size:.9rem;color:#333}.code svg{width:9rem;height:9rem}
"""


def html(document: Document) -> bytes:
    """The page, in UTF-8."""
    parts = [f"<header>{escape(document.issuer)}</header>" if document.issuer else ""]
    parts.append(f'<p class="number line">{escape(document.number)}</p>' if document.number else "")
    parts.append(f"<h1>{escape(document.title)}</h1>")
    parts.extend(_block(block) for block in document.blocks)
    if document.signings:
        signed = (f"<section><h2>{escape(one.role)}</h2>{_lines(one.lines)}</section>" for one in document.signings)
        parts.append(f'<div class="signings">{"".join(signed)}</div>')
    parts.append(f'<div class="dated">{_lines(document.dated)}</div>' if document.dated else "")
    parts.append(f'<footer class="notes">{_lines(document.notes)}{_code(document)}</footer>')
    return (
        '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{escape(document.title)}</title><style>{_STYLE}</style></head><body><main>"
        f"{''.join(parts)}</main></body></html>"
    ).encode()


def _lines(lines: tuple[str, ...]) -> str:
    return "".join(f"<p>{escape(line)}</p>" for line in lines)


def _code(document: Document) -> str:
    if document.code is None:
        return ""
    return f'<div class="code">{as_svg(document.code.address)}<p>{escape(document.code.caption)}</p></div>'


def _block(block: Block) -> str:
    match block:
        case Paragraph(text):
            return f"<p>{escape(text)}</p>"
        case Heading(text):
            return f"<h2>{escape(text)}</h2>"
        case Lines(lines):
            return "".join(f'<p class="line">{escape(line)}</p>' for line in lines)
        case Table(head, rows, _):
            top = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in head)
            body = "".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in rows)
            return f"<table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>"
        case Bars(caption, bars):
            body = "".join(
                f'<tr><th scope="row">{escape(bar.name)}</th><td>{_drawn(bar)}</td><td>{escape(bar.words)}</td></tr>'
                for bar in bars
            )
            return f'<table class="bars"><caption>{escape(caption)}</caption><tbody>{body}</tbody></table>'


def _drawn(bar: Bar) -> str:
    """The bar and the interval around its end; the words beside it say the same."""
    parts = ['<rect width="100" height="8" fill="#e6e6e6"/>']
    if bar.percent is not None:
        parts.append(f'<rect width="{bar.percent:.2f}" height="8" fill="#999"/>')
    if bar.between is not None:
        low, high = bar.between
        parts.append(f'<rect x="{low:.2f}" y="3" width="{high - low:.2f}" height="2"/>')
    return f'<svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">{"".join(parts)}</svg>'
