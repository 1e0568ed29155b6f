"""The pictures of a letter and of a bulletin in the documents: `python -m profiles.pictures` makes them anew.

Everybody and everything in them is made up; each picture says so.
"""

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import UUID

from chassis.documents import Document, Layout, Lines
from chassis.documents.typesetting import Press
from services.tasks.figures.model import Content, Figures, Unit, digest_of
from services.tasks.figures.paper import paper_of as report_paper
from services.tasks.letters.model import LetterSignature, LetterStage, LetterVersion, ResponsibilityLetter, Role
from services.tasks.letters.paper import paper_of as letter_paper
from services.tasks.letters.text import LetterText, Line, text_of
from services.tasks.letters.text import digest_of as text_digest
from services.tasks.letters.views import Signed

FOLDER = Path(__file__).parents[1] / "docs" / "pictures"
PPI = 60
MADE_UP = "样例：人名、单位和数字均为生成，不对应任何真实的人或单位。"
AT = datetime(2026, 11, 16, 1, 0, tzinfo=UTC)
NOBODY = UUID(int=0)
PLACE = {"township_code": "430702100000", "division_code": "430702100201"}


def letter() -> Document:
    """A letter that both have signed."""
    says = LetterText(
        number="ZR2026-0123456789",
        version=2,
        title="2026年度信访积案和人居环境责任书",
        organization="生成村党支部",
        post="书记",
        person="生成甲",
        rule_version="qinglong-样例",
        lines=(
            Line("1", "〔2026〕3", "修复三组至五组道路照明并公示结果", date(2026, 12, 31)),
            Line("2", "〔2026〕7", "化解水渠改道引起的两件积案", date(2026, 12, 15)),
            Line("3", "〔2026〕9", "完成一户一技能摸底，逐户确认需求", date(2027, 1, 31)),
        ),
    )
    text = text_of(says)
    made = ResponsibilityLetter(
        id=NOBODY,
        organization_id=NOBODY,
        post_id=NOBODY,
        person_id=NOBODY,
        person_name=says.person,
        post_kind="secretary",
        year=2026,
        title=says.title,
        number=says.number,
        version=says.version,
        stage=LetterStage.COUNTERSIGNED,
        made_at=AT,
        made_by=NOBODY,
        from_lists=True,
        stale_at=None,
        **PLACE,
    )
    version = LetterVersion(
        id=NOBODY,
        township_code=PLACE["township_code"],
        letter_id=NOBODY,
        version=says.version,
        stage=LetterStage.COUNTERSIGNED,
        text=b"",
        text_digest=text_digest(text),
        rule_version=says.rule_version,
        made_at=AT,
        made_by=None,
        replaced_at=None,
    )
    signed = [
        LetterSignature(
            id=NOBODY,
            township_code=PLACE["township_code"],
            letter_id=NOBODY,
            version_id=NOBODY,
            role=role,
            person_id=NOBODY,
            person_name=name,
            post_id=NOBODY,
            post_kind=kind,
            organization_id=NOBODY,
            organization_name=unit,
            signed_at=AT,
            text_digest=version.text_digest,
            rule_version=says.rule_version,
        )
        for role, name, kind, unit in (
            (Role.RESPONSIBLE, "生成甲", "secretary", "生成村党支部"),
            (Role.SUPERIOR, "生成乙", "township_cadre", "生成镇党委"),
        )
    ]
    return letter_paper(Signed(made, version, says, signed), base="https://example.org")


def bulletin() -> Document:
    """A bulletin about three units."""
    content = Content(
        issuer="生成镇党委",
        title="生成镇党委群众事项办理情况通报",
        first=date(2026, 10, 1),
        last=date(2026, 10, 31),
        units=(
            Unit("430702100201", "生成一村党支部", Figures(41, 38, 37, 1, 2, 1, 0, 6, 0)),
            Unit("430702100202", "生成二村党支部", Figures(27, 27, 26, 0, 1, 1, 0, 4, 1)),
            Unit("430702100203", "生成三村党支部", Figures(18, 15, 12, 3, 3, 2, 1, 2, 2)),
        ),
        lines=(),
    )
    digest = digest_of(content.packed()).hex()
    return report_paper(content, number="通报〔2026〕4号", edition_zh=None, issued_on=date(2026, 11, 3), digest=digest)


PICTURES = {"letter.png": letter, "bulletin.png": bulletin}


def marked(made: Document) -> Document:
    """The document, with words that say that it is made up."""
    return replace(made, blocks=(Lines((MADE_UP,)), *made.blocks))


def picture(made: Document) -> bytes:
    """The first page of a document that says of itself that it is made up."""
    return Press(Layout()).pictures(marked(made), ppi=PPI)[0]


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name, make in PICTURES.items():
        (FOLDER / name).write_bytes(picture(make()))
