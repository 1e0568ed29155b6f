"""A letter of responsibility: made, signed by the person, countersigned from above, replaced when its items change."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint, false
from sqlmodel import Field

from chassis.lifecycle import Lifecycle
from chassis.problems import Conflict, Forbidden, Invalid, NotFound
from chassis.tables import Digest, Instant, Sealed, text_of
from services.tasks.tables import Table

NO = {"server_default": false()}
MOST_LINES = 200
"""Items of one letter; whoever has more cannot answer for them."""


class LetterStage(StrEnum):
    """How far a version of a letter has come."""

    MADE = "made"
    SIGNED = "signed"
    COUNTERSIGNED = "countersigned"
    REPLACED = "replaced"
    REFUSED = "refused"

    @property
    def title_zh(self) -> str:
        """What the screen says, and who is to act."""
        return {
            "made": "待责任人签署",
            "signed": "责任人已签署，待上级会签",
            "countersigned": "已签署、已会签",
            "replaced": "已有新版替代",
            "refused": "责任人拒签并写明理由，待上级调整或答复",
        }[self]


UNSIGNED = (LetterStage.MADE, LetterStage.SIGNED, LetterStage.REFUSED)
"""Stages at which a signature is wanting."""

LIFECYCLE = Lifecycle(
    {
        "sign": ({LetterStage.MADE, LetterStage.REFUSED}, LetterStage.SIGNED),
        "refuse": ({LetterStage.MADE}, LetterStage.REFUSED),
        "answer": ({LetterStage.REFUSED}, LetterStage.MADE),
        "countersign": ({LetterStage.SIGNED}, LetterStage.COUNTERSIGNED),
        "replace": (
            {LetterStage.MADE, LetterStage.REFUSED, LetterStage.SIGNED, LetterStage.COUNTERSIGNED},
            LetterStage.REPLACED,
        ),
    }
)


class Role(StrEnum):
    """As what somebody signs."""

    RESPONSIBLE = "responsible"
    SUPERIOR = "superior"

    @property
    def title_zh(self) -> str:
        """What stands above the signature."""
        return {"responsible": "责任人（签署）", "superior": "上级（会签）"}[self]


class MayNotMakeLetters(Forbidden):
    """Those above an organisation make the letters of its posts, and nobody makes their own."""

    title_zh = "责任书由上级组织的工作人员制作，本人不能制作自己的责任书，请联系上级组织。"


class MayNotSign(Forbidden):
    """A letter is signed by the person whose items it holds."""

    title_zh = "责任书须由责任人本人签署，他人不能代签。"


class MayNotCountersign(Forbidden):
    """A letter is countersigned by somebody above, and never by the person themselves."""

    title_zh = "会签由上级组织的在岗人员办理，责任人本人不能会签。"


class MayNotRefuseLetter(Forbidden):
    """The person whose items a letter holds refuses to sign it, and nobody for them."""

    title_zh = "只有责任人本人可以拒签；您对事项有意见的，请告诉责任人或上级组织。"


class MayNotAnswerRefusal(Forbidden):
    """Somebody above answers why a letter stands, and never who refused to sign it."""

    title_zh = "拒签理由由上级组织的在岗人员答复，责任人本人不能答复。"


class LetterRefusedAlready(Conflict):
    """This version was refused once and answered; both stay with it, and it may be left unsigned."""

    title_zh = "这一版您已经拒签，上级也已答复，双方的话都已留存：可以签署，也可以不签，由上级调整事项后出新版。"


class LetterThere(Conflict):
    """This post has its letter of this year already; change its items instead."""

    title_zh = "这个岗位本年度已有责任书，请在原责任书上更新事项。"


class NothingChanged(Conflict):
    """The items are the same as those of the latest version."""

    title_zh = "事项与现行版本完全一致，无需出新版。"


class NotThisText(Conflict):
    """This is not the text of the latest version; read it anew before signing."""

    title_zh = "您看到的文本已不是最新版本，请重新打开责任书、看过全文后再签。"


class SameItemTwice(Invalid):
    """An item stands in a letter once."""

    title_zh = "同一事项在责任书中只能列一次，请删去重复的行。"


class FollowsTheLists(Conflict):
    """The items of this letter are those of the lists; change them there."""

    title_zh = "这份责任书的事项取自责任清单，请在清单中增减、改期或移交，责任书会自动出新版。"


class TooManyItems(Invalid):
    """A letter holds so many items at most."""

    title_zh = "这个岗位的责任事项太多，一份责任书放不下，请先调整清单的分工。"


class LetterTextUnknown(NotFound):
    """No letter of this number ever had this text."""

    title_zh = "没有找到这份责任书，或文本与签署的不一致：请核对编号，并向出具单位索取原件。"


class ResponsibilityLetter(Table, table=True):
    """The letter of one post in one year: who holds the post, and how far its latest version has come."""

    __tablename__ = "responsibility_letter"
    __table_args__ = (
        UniqueConstraint("number"),
        UniqueConstraint("post_id", "year"),
        Index("responsibility_letter_township", "township_code", "stage", "id"),
        Index("responsibility_letter_unit", "organization_id", "stage", "id"),
        Index("responsibility_letter_person", "person_id", "id"),
    )

    id: UUID = Field(primary_key=True)
    township_code: str = Field(max_length=12)
    division_code: str = Field(max_length=12)
    organization_id: UUID
    post_id: UUID
    person_id: UUID
    person_name: str
    post_kind: str = Field(max_length=32)
    year: int
    title: str = Field(max_length=100)
    number: str = Field(max_length=32)
    version: int  # the latest
    stage: LetterStage = Field(sa_type=text_of(LetterStage))  # of the latest version
    made_at: datetime = Field(sa_type=Instant)
    made_by: UUID
    from_lists: bool = Field(sa_column_kwargs=NO)  # its lines are the items of the lists in the post's name
    stale_at: datetime | None = Field(sa_type=Instant)  # an item changed; a version is to follow


class LetterVersion(Table, table=True):
    """One text of a letter, as it is signed; it never changes."""

    __tablename__ = "letter_version"
    __table_args__ = (
        UniqueConstraint("letter_id", "version"),
        Index("letter_version_township", "township_code", "id"),
    )

    id: UUID = Field(primary_key=True)
    township_code: str = Field(max_length=12)
    letter_id: UUID = Field(foreign_key="responsibility_letter.id")
    version: int  # 1, 2, …
    stage: LetterStage = Field(sa_type=text_of(LetterStage))
    text: bytes = Field(sa_type=Sealed)
    text_digest: bytes = Field(sa_type=Digest)  # SHA-256 of the text in UTF-8
    rule_version: str
    made_at: datetime = Field(sa_type=Instant)
    made_by: UUID | None  # none where an item's change made it
    replaced_at: datetime | None = Field(sa_type=Instant)

    def move(self, name: str) -> None:
        """Take a step. Raises `NotAllowedNow`."""
        self.stage = LIFECYCLE.after(name, self.stage)


class LetterSignature(Table, table=True):
    """A recorded act of signing one version: who, by which post, as what, when, which text, by which rules."""

    __tablename__ = "letter_signature"
    __table_args__ = (
        UniqueConstraint("version_id", "role"),
        Index("letter_signature_township", "township_code", "id"),
        Index("letter_signature_letter", "letter_id", "id"),
    )

    id: UUID = Field(primary_key=True)
    township_code: str = Field(max_length=12)
    letter_id: UUID = Field(foreign_key="responsibility_letter.id")
    version_id: UUID = Field(foreign_key="letter_version.id")
    role: Role = Field(sa_type=text_of(Role))
    person_id: UUID
    person_name: str
    post_id: UUID
    post_kind: str = Field(max_length=32)
    organization_id: UUID
    organization_name: str
    signed_at: datetime = Field(sa_type=Instant)
    text_digest: bytes = Field(sa_type=Digest)
    rule_version: str


class LetterRefusal(Table, table=True):
    """Why the person would not sign one version, and what those above said to it; it stays with the version."""

    __tablename__ = "letter_refusal"
    __table_args__ = (
        UniqueConstraint("version_id"),
        Index("letter_refusal_township", "township_code", "id"),
        Index("letter_refusal_letter", "letter_id", "id"),
    )

    id: UUID = Field(primary_key=True)
    township_code: str = Field(max_length=12)
    letter_id: UUID = Field(foreign_key="responsibility_letter.id")
    version_id: UUID = Field(foreign_key="letter_version.id")
    person_id: UUID
    words: bytes = Field(sa_type=Sealed)
    refused_at: datetime = Field(sa_type=Instant)
    answer: bytes | None = Field(sa_type=Sealed)  # why the text stands
    answered_by: UUID | None
    answered_by_name: str | None
    answered_at: datetime | None = Field(sa_type=Instant)
