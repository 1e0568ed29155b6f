"""A notice: something that one person is to be told."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlmodel import Field

from chassis.tables import Instant, text_of
from services.tasks.tables import Table


class NoticeKind(StrEnum):
    """What a notice is about."""

    DISPATCHED = "dispatched"
    RETURNED = "returned"
    UNASSIGNED = "unassigned"
    ANSWERED = "answered"
    WARNING = "warning"
    MISSED = "missed"
    RECTIFY = "rectify"
    VERIFY = "verify"
    ARCHIVED = "archived"
    HAND_OVER = "hand_over"
    MERGED = "merged"
    UNMERGED = "unmerged"
    REPEAT_MARKED = "repeat_marked"
    REPEAT_MARK_REMOVED = "repeat_mark_removed"
    REPEAT_MARK_UPHELD = "repeat_mark_upheld"
    SIGN_IN_MISUSED = "sign_in_misused"
    IDENTITY_UNMASKED = "identity_unmasked"
    IDENTITY_UNMASKED_WITHOUT_CASE = "identity_unmasked_without_case"

    @property
    def title_zh(self) -> str:
        """What the person reads first, and is to do."""
        return _TITLES[self]


_TITLES = {
    NoticeKind.DISPATCHED: "有一件群众事项派给您，请在受理时限内签收并承诺办结日期。",
    NoticeKind.RETURNED: "有一件事项被退回，请重新派给合适的人。",
    NoticeKind.UNASSIGNED: "有一件事项所在的村（社区）没有在岗代办员，请指派。",
    NoticeKind.ANSWERED: "您反映的事项已经办理，请告诉我们是否解决，并作出评价。",
    NoticeKind.WARNING: "有一件事项的时限快到了，请抓紧办理。",
    NoticeKind.MISSED: "有一件事项已超过时限，已报上一级组织。",
    NoticeKind.RECTIFY: "群众对一件事项不满意，由您负责整改，请制定方案并按期完成。",
    NoticeKind.VERIFY: "有一项整改已报完成，请复核。",
    NoticeKind.ARCHIVED: (
        "您反映的事项长期没有新的意见，已经归档。没有回答不算已解决；如未解决，随时可以打开事项选择“未解决”。"
    ),
    NoticeKind.HAND_OVER: "上一班值班人员已交班，请打开值班台接收交接。",
    NoticeKind.MERGED: "您的事项与其他相同事项一并办理，您的时限和评价不变；具体件数请打开事项查看。",
    NoticeKind.UNMERGED: "您的事项改为单独办理，时限和评价不变，请打开事项查看。",
    NoticeKind.REPEAT_MARKED: (
        "您的一件事项被标记为重复诉求；标记不影响办理先后，到期自动消失。您不同意的，可以在事项中提出申诉。"
    ),
    NoticeKind.REPEAT_MARK_REMOVED: "您事项上的重复诉求标记已经撤销。",
    NoticeKind.REPEAT_MARK_UPHELD: "您对重复诉求标记的申诉已由另一位工作人员复查，标记保留，到期自动消失。",
    NoticeKind.IDENTITY_UNMASKED: "承办人查看了您的身份信息，请在“谁看过我的信息”中查看是谁、何时、为何查看。",
    NoticeKind.IDENTITY_UNMASKED_WITHOUT_CASE: (
        "有工作人员查看了您的身份信息，但没有对应的事项；请在“谁看过我的信息”中核对，如有疑问请投诉。"
    ),
    NoticeKind.SIGN_IN_MISUSED: (
        "您的登录凭证被重复使用，可能有他人盗用；该设备已退出登录，请重新登录，并在“登录设备”中退出不认识的设备。"
    ),
}


class Notice(Table, table=True):
    """One notice to one person; the app shows it until it is read."""

    __tablename__ = "notice"

    id: UUID = Field(primary_key=True)
    person_id: UUID = Field(index=True)
    kind: NoticeKind = Field(sa_type=text_of(NoticeKind))
    request_id: UUID | None  # none where it is about no case
    at: datetime = Field(sa_type=Instant)
    read_at: datetime | None = Field(sa_type=Instant)
