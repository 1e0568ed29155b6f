"""A repeat mark: that one case says again what was said before. There is no register of persons, and no list of marks.

It changes nothing about how the case is handled; it is in no fact, no export and no answer to another system.
"""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlmodel import Field

from chassis.problems import Conflict, Forbidden
from chassis.tables import Instant, Sealed, text_of
from services.tasks.tables import Table


class MarkReason(StrEnum):
    """Why a case is marked as a repetition."""

    ANSWERED_BEFORE = "answered_before"
    OPEN_ALREADY = "open_already"
    DECIDED_BY_LAW = "decided_by_law"

    @property
    def title_zh(self) -> str:
        """As the citizen reads it."""
        return {
            "answered_before": "同一事项此前已经办结答复",
            "open_already": "同一事项另有一件正在办理",
            "decided_by_law": "同一事项已有复议、诉讼、信访复核等终局结论",
        }[self]


class ExclusionReason(StrEnum):
    """Why a case is left out of scores."""

    REPEAT = "repeat"
    OUTSIDE_LAW = "outside_law"
    FORCE_MAJEURE = "force_majeure"
    MALICIOUS = "malicious"
    MISTAKEN = "mistaken"

    @property
    def title_zh(self) -> str:
        """As it stands in public."""
        return {
            "repeat": "同一事项反复提出，已依法答复",
            "outside_law": "诉求超出法律政策规定",
            "force_majeure": "自然灾害等不可抗力",
            "malicious": "经查实的恶意或虚假诉求",
            "mistaken": "误登记或测试",
        }[self]


class MayNotMark(Forbidden):
    """Only those above the organisation that has the case, or on duty at the desk of its area, mark it."""

    title_zh = "只有上级组织的工作人员或本辖区值班受理人员可以标记，请与他们联系。"


class MarkedAlready(Conflict):
    """This case is marked already."""

    title_zh = "该事项已有重复诉求标记，无需再次标记。"


class NotForComplaints(Conflict):
    """A complaint about somebody in office is neither marked nor left out of scores."""

    title_zh = "反映工作人员的事项不得标记为重复诉求，也不得从考核中剔除。"


class AppealedAlready(Conflict):
    """An appeal against this mark waits for its decision, or was decided."""

    title_zh = "您已对该标记提出申诉，请等候另一位工作人员复查。"


class NothingToDecide(Conflict):
    """Nobody has appealed against this mark, or the appeal was decided."""

    title_zh = "该标记没有等待复查的申诉，请刷新后查看。"


class SomebodyElseDecides(Forbidden):
    """Whoever set the mark, or has the case, does not decide about it."""

    title_zh = "标记人和承办人不能复查该标记，请由另一位有权限的人员复查。"


class LeftOutAlready(Conflict):
    """This case is left out of scores already, or counts already."""

    title_zh = "该事项的考核状态已是如此，请刷新后查看。"


class RepeatMark(Table, table=True):
    """One mark on one case; the row is gone when its time is over or an appeal was upheld."""

    __tablename__ = "repeat_mark"

    id: UUID = Field(primary_key=True)
    township_code: str = Field(max_length=12)
    request_id: UUID = Field(foreign_key="service_request.id", unique=True)
    reason: MarkReason = Field(sa_type=text_of(MarkReason))
    marked_by: UUID
    marked_by_post: UUID | None
    at: datetime = Field(sa_type=Instant)
    expires_at: datetime = Field(sa_type=Instant)
    appealed_at: datetime | None = Field(sa_type=Instant)
    appeal: bytes | None = Field(sa_type=Sealed)
    decided_at: datetime | None = Field(sa_type=Instant)
    decided_by: UUID | None
