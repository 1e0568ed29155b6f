"""The text that is signed for, and its digest."""

from datetime import date
from hashlib import sha256
from uuid import UUID

NOTE_ZH = "本签收由系统记录签收人、岗位、时间和文本摘要，不是《电子签名法》意义上的可靠电子签名。"
"""Shown wherever a signature is: it is a recorded act, and no qualified electronic signature."""


def promise_of(promised_on: date | None, *, answered: bool) -> str:
    """What whoever signs says of the finish: a date, an answer on the spot, or that a date is to follow."""
    if promised_on is not None:
        return f"承诺于 {promised_on.isoformat()} 前办结"
    return "当场答复" if answered else "签收，办结日期另行承诺"


def text_of(request_id: UUID, *, title: str, wording: str | None, promise: str, rule_version: str) -> str:
    """What the named person sees and signs, in a fixed form."""
    return "\n".join(
        [
            "群众事项签收单",
            f"编号：{request_id}",
            f"事项：{title}",
            f"内容：{wording or '（无）'}",
            promise,
            f"规则：{rule_version}",
        ]
    )


def digest_of(text: str) -> bytes:
    """SHA-256 of the text in UTF-8."""
    return sha256(text.encode()).digest()
