"""An edition of a report: frozen when it is issued, and issued anew only for a reason and by two persons."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field

from chassis.problems import Conflict, Forbidden
from chassis.tables import Digest, Instant, text_of
from services.feedback.reports.periods import ReportKind
from services.feedback.tables import Table


class ReportReason(StrEnum):
    """Why a report is issued anew."""

    LATE_FACTS = "late_facts"
    FAULT = "fault"
    UNITS = "units"
    FORMULA = "formula"
    APPEAL = "appeal"

    @property
    def title_zh(self) -> str:
        """What the new edition says."""
        return {
            "late_facts": "有迟到的办理记录",
            "fault": "更正系统计算差错",
            "units": "单位有变动",
            "formula": "指标口径有更正",
            "appeal": "单位申诉成立",
        }[self]


class ReportIsThere(Conflict):
    """This unit has a report of this period; another edition takes a reason and two persons."""

    title_zh = "这个单位这一期的报告已经发布。数字确需更正的，请在该报告上填写原因申请重新发布，由另一人确认。"


class ReportReplaced(Conflict):
    """A newer edition of this report is there."""

    title_zh = "这一版已有更新的版本，请在最新版上申请重新发布。"


class ReportUnchanged(Conflict):
    """The figures are the same as before; a new edition would be the old one."""

    title_zh = "按现有记录重新计算，数字与原报告一致，无需重新发布。"


class MayNotIssueReports(Forbidden):
    """Those who see the work of a unit by an office issue its reports."""

    title_zh = "报告由本单位或上级的书记、督查、乡镇干部或县级管理员生成，请联系他们。"


class Report(Table, table=True):
    """One edition of one report of one unit."""

    __tablename__ = "report"
    __table_args__ = (
        UniqueConstraint("unit", "code", "kind", "period", "edition"),
        Index("report_of_unit", "unit", "code", "id"),
    )

    id: UUID = Field(primary_key=True)
    unit: str = Field(max_length=16)  # division or organization
    code: str = Field(max_length=64)
    division_code: str = Field(max_length=12)  # the area, or where the organisation lies
    kind: ReportKind = Field(sa_type=text_of(ReportKind))
    period: str = Field(max_length=7)  # 2023-05, 2023-Q2, 2023-H1, 2023
    edition: int
    content: str  # `content.Content`, packed: figures and names of units alone
    digest: bytes = Field(sa_type=Digest)  # SHA-256 of the content
    issued_at: datetime = Field(sa_type=Instant)
    issued_by: UUID | None  # none if the time had come
    confirmed_by: UUID | None  # of a later edition: the second person
    reason: ReportReason | None = Field(sa_type=text_of(ReportReason))  # of a later edition
    replaced_at: datetime | None = Field(sa_type=Instant)
