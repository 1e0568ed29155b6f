"""What a letter looks like over HTTP."""

from datetime import date, datetime
from uuid import UUID

from chassis.session import Session
from chassis.words import Output
from services.tasks.letters import views
from services.tasks.letters.model import LetterStage, ResponsibilityLetter, Role
from services.tasks.letters.text import changes_of
from services.tasks.letters.views import Refused, Signed
from services.tasks.letters.words import post_title
from services.tasks.requests.signing import NOTE_ZH


class LineView(Output):
    """One item."""

    item_id: UUID
    number: str
    title: str
    due_on: date | None


class LetterSignatureView(Output):
    """A recorded act of signing."""

    role: str
    role_zh: str
    person_id: UUID
    person_name: str
    post_id: UUID
    post_zh: str
    organization_name: str
    signed_at: datetime
    text_digest: str
    rule_version: str


class RefusalView(Output):
    """Why the person did not sign a version, and what those above answered."""

    refused_at: datetime
    words: str
    answer: str | None
    answered_by_name: str | None
    answered_at: datetime | None
    says_zh: str  # what is to be done now


class LetterVersionView(Output):
    """One version, word by word."""

    version: int
    stage: str
    stage_zh: str
    text: str  # what is signed
    text_digest: str  # SHA-256 of the text in UTF-8, hexadecimal
    rule_version: str
    lines: list[LineView]
    changes_zh: str | None  # against the version before
    made_at: datetime
    replaced_at: datetime | None
    signatures: list[LetterSignatureView]
    refusal: RefusalView | None


class LetterLine(Output):
    """A letter in a list."""

    id: UUID
    number: str
    title: str
    year: int
    organization_id: UUID
    post_id: UUID
    person_id: UUID
    person_name: str
    post_zh: str
    version: int
    stage: str
    stage_zh: str
    from_lists: bool  # its items are those of the lists, and follow them
    stale: bool  # an item changed; a new version follows in minutes
    made_at: datetime


class LetterPage(Output):
    """From new to old."""

    items: list[LetterLine]
    next: str | None
    hint_zh: str | None


class LetterView(Output):
    """A letter with every version that it ever had, the newest first."""

    letter: LetterLine
    versions: list[LetterVersionView]
    legal_note_zh: str


async def letter_view(session: Session, letter: ResponsibilityLetter) -> LetterView:
    """A letter with everything that it ever said."""
    found = await views.versions(session, letter)
    before: list[Signed | None] = [*found[1:], None]
    refused = await views.refusals(session, letter)
    return LetterView(
        letter=letter_line(letter),
        versions=[
            _version(session, one, was, refused.get(one.version.id)) for one, was in zip(found, before, strict=True)
        ],
        legal_note_zh=NOTE_ZH,
    )


def letter_line(one: ResponsibilityLetter) -> LetterLine:
    """A letter in a list."""
    return LetterLine(
        id=one.id,
        number=one.number,
        title=one.title,
        year=one.year,
        organization_id=one.organization_id,
        post_id=one.post_id,
        person_id=one.person_id,
        person_name=one.person_name,
        post_zh=post_title(one.post_kind),
        version=one.version,
        stage=one.stage.value,
        stage_zh=one.stage.title_zh,
        from_lists=one.from_lists,
        stale=one.stale_at is not None,
        made_at=one.made_at,
    )


def _version(session: Session, one: Signed, before: Signed | None, refused: Refused | None) -> LetterVersionView:
    return LetterVersionView(
        version=one.version.version,
        stage=one.version.stage.value,
        stage_zh=one.version.stage.title_zh,
        text=views.plain_text_of(session, one.version),
        text_digest=one.version.text_digest.hex(),
        rule_version=one.version.rule_version,
        lines=[
            LineView(item_id=UUID(line.item_id), number=line.number, title=line.title, due_on=line.due_on)
            for line in one.text.lines
        ],
        changes_zh=changes_of(before.text.lines, one.text.lines).title_zh if before else None,
        made_at=one.version.made_at,
        replaced_at=one.version.replaced_at,
        signatures=[
            LetterSignatureView(
                role=signature.role.value,
                role_zh=signature.role.title_zh,
                person_id=signature.person_id,
                person_name=signature.person_name,
                post_id=signature.post_id,
                post_zh=post_title(signature.post_kind),
                organization_name=signature.organization_name,
                signed_at=signature.signed_at,
                text_digest=signature.text_digest.hex(),
                rule_version=signature.rule_version,
            )
            for signature in sorted(one.signatures, key=lambda signature: list(Role).index(signature.role))
        ],
        refusal=_refusal(one.version.stage, refused) if refused else None,
    )


def _refusal(stage: LetterStage, one: Refused) -> RefusalView:
    said = {
        LetterStage.REFUSED: "责任人拒签，请上级看过理由后调整事项出新版，或答复为什么不变；责任人也可以改为签署。",
        LetterStage.MADE: "上级已答复，请责任人看过后签署；仍不同意的可以不签，双方的话都已留存。",
        LetterStage.REPLACED: "拒签后已出新版，请看新版。",
    }
    return RefusalView(
        refused_at=one.refusal.refused_at,
        words=one.words,
        answer=one.answer,
        answered_by_name=one.refusal.answered_by_name,
        answered_at=one.refusal.answered_at,
        says_zh=said.get(stage, "责任人曾拒签，后已签署。"),
    )
