"""A pause: why a case waits, since when, and until when at the latest."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlmodel import Field

from chassis.problems import Conflict
from chassis.tables import Instant, Sealed, text_of
from services.tasks.tables import Table


class PauseReason(StrEnum):
    """What a case may wait for; being busy is none of it."""

    PAPERS = "papers"
    REQUESTER = "requester"
    AUTHORITY = "authority"
    SEASON = "season"
    COURT = "court"

    @property
    def title_zh(self) -> str:
        """The reason as it is chosen, and as the requester is shown it."""
        return _TITLES[self]


_TITLES = {
    PauseReason.PAPERS: "等待群众补充材料",
    PauseReason.REQUESTER: "应群众要求暂缓，或暂时联系不上群众",
    PauseReason.AUTHORITY: "等待上级或其他部门批复、鉴定、检测",
    PauseReason.SEASON: "受天气、汛期、农时等影响，暂时不能施工",
    PauseReason.COURT: "已进入诉讼、仲裁或行政复议",
}


class TooLateToPause(Conflict):
    """The finishing limit has ended; what is late cannot be paused."""

    title_zh = "已超过办结时限，不能再挂起；请尽快办结，并向群众说明原因。"


class TooManyPauses(Conflict):
    """This case was paused as often as the rule allows."""

    title_zh = "这件事项的挂起次数已用完，请继续办理；确需更多时间的，请在到期前申请延期。"


class Pause(Table, table=True):
    """One pause of one case; the words are for those who may see the case."""

    __tablename__ = "pause"

    id: UUID = Field(primary_key=True)
    request_id: UUID = Field(foreign_key="service_request.id", index=True)
    reason: PauseReason = Field(sa_type=text_of(PauseReason))
    words: bytes | None = Field(sa_type=Sealed)
    paused_at: datetime = Field(sa_type=Instant)
    paused_by: UUID
    ends_at: datetime = Field(sa_type=Instant)  # when the clock runs again by itself
    resumed_at: datetime | None = Field(sa_type=Instant)
    resumed_by: UUID | None  # nobody, where the longest pause was over
