"""The burden of one role in one township in one month: how often each form was asked for, and each message sent."""

from datetime import date
from enum import StrEnum

from sqlmodel import Field

from services.tasks.tables import Table

ROLES = {
    "proxy_agent": "代办员",
    "stand_in": "替补代办员",
    "grid_worker": "网格员",
    "guide": "指导员",
    "secretary": "书记",
    "first_secretary": "第一书记",
    "township_cadre": "乡镇干部",
    "supervisor": "督查人员",
    "county_operator": "县级管理员",
    "auditor": "审计人员",
    "discipline_inspector": "纪检监察人员",
    "citizen": "群众",
}
"""What a role is called; a kind of post that is not here is shown by its own name."""


class CountKind(StrEnum):
    """What is counted."""

    FORM = "form"
    NOTICE = "notice"
    DIGEST = "digest"
    TEXT = "text"
    DOCUMENT = "document"
    DOCUMENT_OVER = "document_over"  # of the documents, those that are longer than the rule allows


class DocumentKind(StrEnum):
    """What sort of document is measured."""

    GENERAL = "general"
    SPECIAL = "special"  # about a single special task


class BurdenCount(Table, table=True):
    """One sum. It holds no person, and no day: only who holds what post in general, and how often in a month."""

    __tablename__ = "burden_count"

    township_code: str = Field(primary_key=True, max_length=12)  # noughts for whoever holds no post
    month: date = Field(primary_key=True)  # its first day (Asia/Shanghai), of real time
    role: str = Field(primary_key=True, max_length=32)
    service: str = Field(primary_key=True, max_length=16)
    kind: str = Field(primary_key=True, max_length=16)
    what: str = Field(primary_key=True, max_length=64)  # a form's action, or the kind of a message or document
    times: int
    fields: int  # asked for, all times together, by the file as it was then
    held: int  # of them, held by somebody already
    reports: int  # times that a report on work was typed
