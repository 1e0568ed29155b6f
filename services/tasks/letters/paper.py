"""A letter as an official document, and the sheet that answers whoever opens its QR code."""

from datetime import datetime

from chassis.clock import local_date
from chassis.documents import Document, Heading, Lines, Paragraph, QrCode, Signing, Table, day_zh
from services.tasks.letters.model import LetterStage, Role
from services.tasks.letters.views import Signed
from services.tasks.letters.words import post_title
from services.tasks.requests.signing import NOTE_ZH

CHECK = "/api/tasks/letters/checks"


def address_of(one: Signed, *, base: str) -> str:
    """Where anybody checks this version: the public address of the installation, number and digest."""
    return f"{base}{CHECK}/{one.letter.number}/{one.version.text_digest.hex()}/page"


def paper_of(one: Signed, *, base: str) -> Document:
    """The letter to be printed. It says of each signature what was recorded, and of a missing one that it is."""
    text = one.text
    rows = tuple(
        (str(place), line.number, line.title, day_zh(line.due_on) if line.due_on else "—")
        for place, line in enumerate(text.lines, 1)
    )
    return Document(
        title=text.title,
        number=f"{text.number}（第{text.version}版）",
        issuer=text.organization or None,
        blocks=(
            Lines((f"责任人：{text.person}（{text.post}）",)),
            Paragraph(
                f"为落实责任清单，{text.organization}{text.post}{text.person}对下列 {len(rows)} 项事项负责，"
                "按期办结并接受检查和群众评价。"
            ),
            Heading("责任事项"),
            Table(("序号", "编号", "事项", "办结时限"), rows, (1, 2, 6, 3)),
        ),
        signings=tuple(_signing(one, role) for role in Role),
        dated=(),  # each signature has its own day
        notes=(f"文本摘要（SHA-256）：{one.version.text_digest.hex()}", f"规则：{text.rule_version}", NOTE_ZH),
        code=QrCode(address_of(one, base=base), "扫码核对"),
    )


def says_zh(one: Signed) -> str:
    """What the public reads of a version: which posts signed and when, and whether it is still the newest."""
    said = [
        f"{signature.organization_name}{post_title(signature.post_kind)}于"
        f"{day_zh(local_date(signature.signed_at))}{'签署' if signature.role is Role.RESPONSIBLE else '会签'}"
        for signature in one.signatures
    ]
    newest = one.version.stage is not LetterStage.REPLACED
    signed = "，".join(said) if said else "尚未签署"
    later = "这是最新版本。" if newest else f"已被第{one.letter.version}版替代，不再是现行版本。"
    return f"编号{one.letter.number}责任书第{one.version.version}版：{signed}。{later}"


def check_sheet(one: Signed, *, at: datetime) -> Document:
    """The public check as a page. Nobody's name stands on it."""
    return Document(
        title="责任书核对结果",
        number=None,
        issuer=None,
        blocks=(Paragraph(says_zh(one)), Lines((f"文本摘要：{one.version.text_digest.hex()}",))),
        signings=(),
        dated=(f"核对日期：{day_zh(local_date(at))}",),
        notes=(NOTE_ZH,),
        code=None,
    )


def _signing(one: Signed, role: Role) -> Signing:
    found = next((signature for signature in one.signatures if signature.role is role), None)
    if found is None:
        return Signing(role.title_zh, ("（未签署）",))
    return Signing(
        role.title_zh,
        (
            f"{found.organization_name}{post_title(found.post_kind)}",
            found.person_name,
            day_zh(local_date(found.signed_at)),
        ),
    )
