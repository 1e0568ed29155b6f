"""A document with a piece of every kind, made up for the tests."""

from chassis.documents import Bar, Bars, Document, Heading, Lines, Paragraph, QrCode, Signing, Table

ADDRESS = "https://example.org/api/tasks/letters/checks/ZR2026-0123456789/" + "0" * 64 + "/page"


def sample(**said: object) -> Document:
    """The document, with other values where they are said."""
    parts: dict[str, object] = {
        "title": "2026年度责任书",
        "number": "平口镇责〔2026〕12号",
        "issuer": "平口镇党委文件",
        "blocks": (
            Lines(("责任人：生成村党支部书记",)),
            Heading("一、责任事项"),
            Paragraph("#set text(red) *依据* $1$ <b>责任清单</b> \\u{41} 签订本责任书。"),
            Bars("办结情况", (Bar("按时办结率", 80.0, (72.5, 86.1), "80.00%"), Bar("解决率", None, None, "—"))),
            Table(("序号", "事项", "时限"), (("1", "修好村道路灯", "2026-12-31"),), (1, 6, 2)),
        ),
        "signings": (Signing("责任人（签署）", ("生成甲", "2026年11月16日")),),
        "dated": ("生成镇党委", "2026年11月16日"),
        "notes": ("本签署由系统记录。",),
        "code": QrCode(ADDRESS, "扫码核对"),
    }
    return Document(**(parts | said))  # type: ignore[arg-type]
