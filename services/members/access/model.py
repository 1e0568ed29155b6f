"""Whether a person may sign in."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Field

from chassis.tables import Instant
from services.members.tables import Table
from services.members.words import Word


class WithdrawalReason(Word):
    """Why access was taken back. Who wants to say more says it on paper: no words about a person are kept here."""

    DEVICE_LOST = "device_lost", "设备遗失"
    SUSPECTED_THEFT = "suspected_theft", "账号疑似被盗用"
    LEFT_OFFICE = "left_office", "离岗或调离"
    UNDER_INQUIRY = "under_inquiry", "接受核查期间"
    MISUSE = "misuse", "违规使用"
    OWN_WISH = "own_wish", "本人申请停用"


class RestorationReason(Word):
    """Why access was given again."""

    DEVICE_FOUND = "device_found", "设备已找回或更换"
    IDENTITY_CHECKED = "identity_checked", "已核实本人身份"
    INQUIRY_ENDED = "inquiry_ended", "核查结束"
    BACK_IN_OFFICE = "back_in_office", "重新任职"
    OWN_WISH = "own_wish", "本人申请恢复"
    BY_MISTAKE = "by_mistake", "暂停有误"


class Access(Table, table=True):
    """Whether a person may sign in. Whoever opens a session for them, or takes their access back, locks this row.

    It is made at the first sign-in, or when access is taken back before that.
    """

    __tablename__ = "access"

    person_id: UUID = Field(primary_key=True)
    withdrawn_at: datetime | None = Field(sa_type=Instant)  # real time
