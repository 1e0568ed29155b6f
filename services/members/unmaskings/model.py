"""One unmasking: what somebody in office asked to see of a person, why, and whether they have seen it."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Index
from sqlmodel import Field

from chassis.lifecycle import Lifecycle
from chassis.problems import Conflict
from chassis.tables import Instant, Listed, Sealed, text_of
from contracts.members import IdentityUnmasked
from services.members.tables import Table
from services.members.words import PostKind, Word

SHOWN_WITHIN = timedelta(hours=24)
"""What a second person confirmed is to be looked at within this (real time)."""


class IdentityPart(Word):
    """A part of who somebody is that is not shown to those in office without a reason."""

    NAME = "name", "姓名"
    PHONE = "phone", "联系电话"
    ADDRESS = "address", "住址"
    CITIZEN_NUMBER = "citizen_number", "公民身份号码"


PARTS = {part.value: part for part in IdentityPart}

BY_TWO_PERSONS = {IdentityPart.CITIZEN_NUMBER}
"""What nobody sees without a second person's word."""


class UnmaskingReason(Word):
    """Why somebody has to know; chosen from this list, and said in words besides."""

    REACH_THE_PERSON = "reach_the_person", "联系当事人了解情况"
    VISIT = "visit", "上门办理或走访"
    FILL_IN_FORMS = "fill_in_forms", "代为填写申请材料"
    CHECK_IDENTITY = "check_identity", "核实身份"
    DANGER = "danger", "人身安全或突发紧急情况"


class UnmaskingStage(Word):
    """How far an unmasking has come."""

    WAITING = "waiting", "等待另一人确认"
    GRANTED = "granted", "已同意，等待查看"
    SHOWN = "shown", "已查看"
    REFUSED = "refused", "未同意"


LIFECYCLE = Lifecycle(
    {
        "grant": ({UnmaskingStage.WAITING}, UnmaskingStage.GRANTED),
        "refuse": ({UnmaskingStage.WAITING}, UnmaskingStage.REFUSED),
        "show": ({UnmaskingStage.GRANTED}, UnmaskingStage.SHOWN),
    }
)


class ShowingOver(Conflict):
    """The time to look at it is over; ask again if it is still needed."""

    title_zh = "查看时间已过；仍需查看的，请重新申请。"


class Unmasking(Table, table=True):
    """What one person in office saw, or asked to see, of one person for one request; it is kept whatever came of it."""

    __tablename__ = "unmasking"
    __table_args__ = (
        Index("unmasking_person", "person_id", "id"),
        Index("unmasking_area", "township_code", "division_code", "id"),
    )

    id: UUID = Field(primary_key=True)
    township_code: str = Field(max_length=12)
    division_code: str = Field(max_length=12)  # of the person
    person_id: UUID
    request_id: UUID
    parts: list[str] = Field(sa_type=Listed)
    reason: UnmaskingReason = Field(sa_type=text_of(UnmaskingReason))
    words: bytes = Field(sa_type=Sealed)
    asked_by: UUID
    post_id: UUID
    post_kind: PostKind = Field(sa_type=text_of(PostKind))
    organization_id: UUID
    asked_at: datetime = Field(sa_type=Instant)  # real time, as the next two
    stage: UnmaskingStage = Field(sa_type=text_of(UnmaskingStage))
    second_person_id: UUID | None
    granted_at: datetime | None = Field(sa_type=Instant)
    shown_at: datetime | None = Field(sa_type=Instant)

    def grant(self, by: UUID, *, at: datetime) -> None:
        """A second person found that it is needed."""
        self.stage = LIFECYCLE.after("grant", self.stage)
        self.second_person_id, self.granted_at = by, at

    def refuse(self) -> None:
        """A second person found that it is not."""
        self.stage = LIFECYCLE.after("refuse", self.stage)

    def show(self, *, at: datetime) -> IdentityUnmasked:
        """Be looked at, once. Raises `ShowingOver`, `NotAllowedNow`."""
        self.stage = LIFECYCLE.after("show", self.stage)
        if self.granted_at is None or at > self.granted_at + SHOWN_WITHIN:
            raise ShowingOver()
        self.shown_at = at
        return self.shown()

    def shown(self) -> IdentityUnmasked:
        """What is told of it; no value is in it."""
        return IdentityUnmasked(
            unmasking_id=self.id,
            person_id=self.person_id,
            by_person=self.asked_by,
            post_id=self.post_id,
            post_kind=self.post_kind.value,
            parts=tuple(self.parts),
            reason=self.reason.value,
            request_id=self.request_id,
            unmasked_at=self.shown_at or self.asked_at,
        )
