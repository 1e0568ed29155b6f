"""A consent: what a person is asked to say yes to, and the code by which they do."""

import hmac
import secrets
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Index
from sqlmodel import Field

from chassis.lifecycle import Lifecycle
from chassis.problems import Conflict, TooMany
from chassis.secrecy import Vault
from chassis.tables import Digest, Instant, new_id, text_of
from contracts.members import ConsentGiven
from services.members.tables import Table
from services.members.words import Word

CODE_PLACE = "consent.code"
DIGITS = 6
MOST_CODES = 10
"""Codes of one consent (own figure): with five tries each, one guess in 20,000 gets through."""
APART = timedelta(minutes=1)
"""Two codes of one consent are so far apart (real time, as all here)."""


class ConsentStage(Word):
    """How far a consent has come."""

    WAITING = "waiting", "等待本人报验证码"
    GIVEN = "given", "本人已同意"
    OVER = "over", "已作废"


LIFECYCLE = Lifecycle(
    {
        "give": ({ConsentStage.WAITING}, ConsentStage.GIVEN),
        "end": ({ConsentStage.WAITING}, ConsentStage.OVER),
    }
)


class Telling(Word):
    """How the person is told the code."""

    BY_TEXT = "by_text", "短信发到本人手机"
    IN_OFFICE = "in_office", "由窗口当面告知或打印"


class ConsentOver(Conflict):
    """This was confirmed already, or is asked for no longer."""

    title_zh = "这项委托已经确认或已经作废，请在“委托”中查看；仍需委托的，请重新发起。"


class CodeOver(Conflict):
    """The code is too old, or was typed wrongly too often; a new one is needed."""

    title_zh = "验证码已过期或输错次数过多，请重新获取验证码。"


class CodeWrong(Conflict):
    """This is not the code."""

    title_zh = "验证码不对，请与本人核对后再输；还可以输入的次数见提示。"


class NoMoreCodes(TooMany):
    """So many codes were made for this that no more are."""

    title_zh = "这项委托的验证码已发过多次，请改用纸质委托，或请本人在手机上直接委托。"


class CodeJustMade(TooMany):
    """A code was made a moment ago; wait before asking for another."""

    title_zh = "验证码刚刚发出，请稍等一分钟再重新获取。"


class Consent(Table, table=True):
    """What one person is asked to say yes to. Of the code a keyed digest is kept, until it was used.

    It has the id of the mandate that it is about.
    """

    __tablename__ = "consent"
    __table_args__ = (
        Index("consent_area", "township_code", "division_code", "id"),
        Index("consent_person", "person_id", "id"),
    )

    id: UUID = Field(primary_key=True)
    township_code: str = Field(max_length=12)
    division_code: str = Field(max_length=12)  # for which whoever asks is in office
    person_id: UUID
    asked_by: UUID
    asked_at: datetime = Field(sa_type=Instant)
    stage: ConsentStage = Field(sa_type=text_of(ConsentStage))
    codes: int  # made so far
    code_id: UUID | None  # of the newest
    code_digest: bytes | None = Field(sa_type=Digest)
    code_made_at: datetime | None = Field(sa_type=Instant)
    code_good_until: datetime | None = Field(sa_type=Instant)
    tries_left: int
    telling: Telling | None = Field(sa_type=text_of(Telling))
    told_by: UUID | None
    given_at: datetime | None = Field(sa_type=Instant)

    def has_code(self, *, at: datetime) -> bool:
        """Whether a code is good now."""
        good = self.code_good_until
        return self.code_digest is not None and good is not None and at < good and self.tries_left > 0

    def make_code(
        self, vault: Vault, telling: Telling, *, told_by: UUID | None, at: datetime, good_for: timedelta, tries: int
    ) -> str:
        """A new code; the one before it is good no longer. Raises `ConsentOver`, `NoMoreCodes`, `CodeJustMade`."""
        if self.stage is not ConsentStage.WAITING:
            raise ConsentOver()
        if self.codes >= MOST_CODES:
            raise NoMoreCodes()
        if self.code_made_at is not None and at < self.code_made_at + APART:
            raise CodeJustMade(retry_after=int((self.code_made_at + APART - at).total_seconds()) + 1)
        code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
        self.codes += 1
        self.code_id, self.code_digest = new_id(), self._digest(vault, code)
        self.code_made_at, self.code_good_until, self.tries_left = at, at + good_for, tries
        self.telling, self.told_by = telling, told_by
        return code

    def count_try(self, *, at: datetime) -> None:
        """A code is about to be compared. Raises `ConsentOver`, `CodeOver`."""
        if self.stage is not ConsentStage.WAITING:
            raise ConsentOver()
        if not self.has_code(at=at):
            raise CodeOver()
        self.tries_left -= 1

    def give(self, vault: Vault, code: str, *, at: datetime) -> ConsentGiven:
        """Be said yes to, by the right code. Raises `ConsentOver`, `CodeWrong`."""
        if self.stage is not ConsentStage.WAITING:
            raise ConsentOver()
        if self.code_digest is None or not hmac.compare_digest(self.code_digest, self._digest(vault, code)):
            raise CodeWrong(tries_left=self.tries_left)
        self.stage = LIFECYCLE.after("give", self.stage)
        self.given_at, self.code_digest = at, None
        return ConsentGiven(consent_id=self.id, person_id=self.person_id, told_by=self.told_by, given_at=at)

    def end(self) -> None:
        """Be asked for no longer."""
        if self.stage is ConsentStage.WAITING:
            self.stage = LIFECYCLE.after("end", self.stage)
            self.code_digest = None

    def _digest(self, vault: Vault, code: str) -> bytes:
        return vault.index(f"{self.id.hex}\0{code}", place=CODE_PLACE)
