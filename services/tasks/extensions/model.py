"""An extension: how much more time is asked for, why, and what was decided by whom."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Index
from sqlmodel import Field

from chassis.problems import Conflict, Forbidden
from chassis.tables import Instant, Sealed, text_of
from services.tasks.clocks.limits import Amount, Unit
from services.tasks.tables import Table


class ExtensionReason(StrEnum):
    """Why more time is asked for, as a code that anybody may read; what is said in words stays with the case."""

    COMPLEX = "complex"
    SEVERAL_UNITS = "several_units"
    WORKS = "works"
    FUNDS = "funds"
    WEATHER = "weather"
    OTHER = "other"

    @property
    def title_zh(self) -> str:
        """The reason as it is chosen, and as the requester is shown it."""
        return _TITLES[self]


_TITLES = {
    ExtensionReason.COMPLEX: "情况复杂，需要进一步核实、协调",
    ExtensionReason.SEVERAL_UNITS: "涉及多个单位，需要共同办理",
    ExtensionReason.WORKS: "需要施工、采购或招标",
    ExtensionReason.FUNDS: "需要落实资金",
    ExtensionReason.WEATHER: "受天气、灾害等影响，进度推迟",
    ExtensionReason.OTHER: "其他原因，承办人会向您说明",
}


class ExtensionTooLate(Conflict):
    """An extension is asked for before the limit comes near; the rule says by when."""

    title_zh = "已过申请延期的时间，请按原时限办结，并提前向群众说明情况。"


class ExtensionTooLong(Conflict):
    """All extensions of a case together may not be longer than the rule allows."""

    title_zh = "申请的天数超过规定的延期上限，请减少天数后再申请。"


class TooManyExtensions(Conflict):
    """The case was extended as often as the rule allows, or an extension of it waits for a decision."""

    title_zh = "这件事项的延期次数已用完，或有一次申请还在等待决定。"


class DecidedAlready(Conflict):
    """This extension was decided before."""

    title_zh = "这次延期申请已经有了决定，请刷新查看。"


class LimitOver(Conflict):
    """The limit has ended meanwhile; what is late is not extended."""

    title_zh = "原时限已到，不能再同意延期；请督促尽快办结。"


class MayNotDecide(Forbidden):
    """Those above the organisation decide, and never who asked or handles the case."""

    title_zh = "延期由上级组织的工作人员决定，申请人和承办人不能自己决定。"


NOT_SAID = {"server_default": ExtensionReason.OTHER.value}


class Extension(Table, table=True):
    """One extension that was asked for; the limit moves when it is granted."""

    __tablename__ = "extension"
    __table_args__ = (Index("extension_request", "request_id", "id"),)

    id: UUID = Field(primary_key=True)
    request_id: UUID = Field(foreign_key="service_request.id")
    amount: int
    unit: Unit = Field(sa_type=text_of(Unit))
    code: ExtensionReason = Field(sa_type=text_of(ExtensionReason), sa_column_kwargs=NOT_SAID)
    reason: bytes | None = Field(sa_type=Sealed)
    asked_at: datetime = Field(sa_type=Instant)
    asked_by: UUID
    due_before: datetime = Field(sa_type=Instant)  # the limit when it was asked for
    would_be: datetime = Field(sa_type=Instant)  # the limit if it is granted as things stood then
    granted: bool | None
    decided_at: datetime | None = Field(sa_type=Instant)
    decided_by: UUID | None
    words: bytes | None = Field(sa_type=Sealed)  # of who decided
    due_after: datetime | None = Field(sa_type=Instant)

    def more(self) -> Amount:
        """How much more time."""
        return Amount(value=self.amount, unit=self.unit)
