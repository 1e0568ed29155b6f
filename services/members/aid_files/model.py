"""The aid file of a household: identified, posted for objections, decided by two, in force; its leaving likewise."""

from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import Index
from sqlmodel import Field

from chassis.lifecycle import Lifecycle
from chassis.problems import Conflict, Forbidden
from chassis.tables import Instant, Sealed, text_of
from services.members.tables import Table
from services.members.words import Word


class AidStage(Word):
    """How far an aid file has come."""

    IDENTIFIED = "identified", "已识别，待公示"
    NOTICE = "notice", "纳入公示中"
    DECIDING = "deciding", "公示期满，待决定"
    IN_FORCE = "in_force", "在档"
    EXIT_NOTICE = "exit_notice", "退出公示中"
    EXIT_DECIDING = "exit_deciding", "退出公示期满，待决定"
    EXITED = "exited", "已退出"
    REFUSED = "refused", "不予纳入"


class AidReason(Word):
    """Why a household is entered: what the law's form asks, as a code and never in words."""

    ILLNESS = "illness", "因病"
    DISABILITY = "disability", "因残"
    SCHOOLING = "schooling", "因学"
    DISASTER = "disaster", "因灾"
    ACCIDENT = "accident", "因意外事故"
    NO_LABOUR = "no_labour", "缺劳力"
    NO_SKILL = "no_skill", "缺技术"
    NO_FUNDS = "no_funds", "缺资金"
    NO_LAND = "no_land", "缺土地"
    NO_WATER = "no_water", "缺水"
    NO_ROAD = "no_road", "交通条件落后"
    HOUSING = "housing", "住房安全没有保障"
    INCOME_DROP = "income_drop", "收入骤减、支出骤增"


class DecisionReason(Word):
    """Why a file is taken in, refused, let go or kept."""

    CONDITIONS_MET = "conditions_met", "符合条件"
    CONDITIONS_NOT_MET = "conditions_not_met", "不符合条件"
    OBJECTION_UPHELD = "objection_upheld", "公示异议成立"
    INCOME_STABLE = "income_stable", "收入稳定达标，保障已落实"
    RISK_REMAINS = "risk_remains", "风险尚未消除"
    HOUSEHOLD_WISH = "household_wish", "农户本人要求"
    HOUSEHOLD_ENDED = "household_ended", "农户迁出或不再存在"
    BY_MISTAKE = "by_mistake", "识别有误"


LIFECYCLE = Lifecycle(
    {
        "post": ({AidStage.IDENTIFIED}, AidStage.NOTICE),
        "close_notice": ({AidStage.NOTICE}, AidStage.DECIDING),
        "take_in": ({AidStage.DECIDING}, AidStage.IN_FORCE),
        "refuse": ({AidStage.IDENTIFIED, AidStage.DECIDING}, AidStage.REFUSED),
        "post_exit": ({AidStage.IN_FORCE}, AidStage.EXIT_NOTICE),
        "close_exit_notice": ({AidStage.EXIT_NOTICE}, AidStage.EXIT_DECIDING),
        "let_go": ({AidStage.EXIT_DECIDING}, AidStage.EXITED),
        "keep": ({AidStage.EXIT_DECIDING}, AidStage.IN_FORCE),
    }
)
ON_NOTICE = (AidStage.NOTICE, AidStage.EXIT_NOTICE)
OVER = (AidStage.EXITED, AidStage.REFUSED)
BY_TWO = ("take_in", "refuse", "let_go", "keep")
"""Moves that one person proposes and another confirms."""


class AidFileThere(Conflict):
    """This household has an aid file that is not over."""

    title_zh = "该户已有在办或在档的档案，请在原档案上办理。"


class ObjectionsOpen(Conflict):
    """Objections to the notice wait for an answer, or one was upheld."""

    title_zh = "公示期内的异议还没有答复，或者有异议成立：请先答复异议；异议成立的，不能这样决定。"


class NotWhoIdentified(Forbidden):
    """Whoever identified the household does not answer objections to it."""

    title_zh = "识别人不能答复对该户的异议，请由另一位工作人员答复。"


class ObjectionAnswered(Conflict):
    """This objection was answered already."""

    title_zh = "这条异议已经答复，请刷新后查看。"


class AidFile(Table, table=True):
    """One household's file, from its identification to its leaving; a later need begins a new one."""

    __tablename__ = "aid_file"
    __table_args__ = (
        Index("aid_file_area", "township_code", "division_code", "stage", "id"),
        Index("aid_file_household", "township_code", "household_id", "id"),
    )

    id: UUID = Field(primary_key=True)
    township_code: str = Field(max_length=12)
    division_code: str = Field(max_length=12)
    household_id: UUID = Field(foreign_key="household.id")
    stage: AidStage = Field(sa_type=text_of(AidStage))
    reason: AidReason = Field(sa_type=text_of(AidReason))
    identified_by: UUID
    identified_on: date
    notice_from: date | None  # of the notice that runs, or the last one
    notice_to: date | None  # its last local day
    entered_on: date | None
    left_on: date | None

    @property
    def over(self) -> bool:
        """Whether nothing more becomes of it."""
        return self.stage in OVER

    def post(self, move: str, *, today: date, days: int) -> None:
        """Post it for objections from today on, for so many natural days. Raises `NotAllowedNow`."""
        self.stage = LIFECYCLE.after(move, self.stage)
        self.notice_from, self.notice_to = today, today + timedelta(days=days - 1)

    def move(self, move: str, *, today: date) -> None:
        """Any other move. Raises `NotAllowedNow`."""
        self.stage = LIFECYCLE.after(move, self.stage)
        if move == "take_in":
            self.entered_on = today
        if move == "let_go":
            self.left_on = today


class AidStep(Table, table=True):
    """One move of a file: what, by whom, confirmed by whom, why; nothing of it is ever changed."""

    __tablename__ = "aid_step"
    __table_args__ = (Index("aid_step_file", "township_code", "aid_file_id", "id"),)

    id: UUID = Field(primary_key=True)
    township_code: str = Field(max_length=12)
    aid_file_id: UUID = Field(foreign_key="aid_file.id")
    move: str = Field(max_length=32)
    stage: AidStage = Field(sa_type=text_of(AidStage))  # after it
    by: UUID | None  # none for the end of a notice, which time brings
    confirmed_by: UUID | None
    reason: str | None = Field(max_length=32)  # a code
    at: datetime = Field(sa_type=Instant)


class AidObjection(Table, table=True):
    """What somebody has against a file that is on notice, and what was answered."""

    __tablename__ = "aid_objection"
    __table_args__ = (
        Index("aid_objection_file", "township_code", "aid_file_id", "id"),
        Index("aid_objection_person", "person_id"),
    )

    id: UUID = Field(primary_key=True)
    township_code: str = Field(max_length=12)
    aid_file_id: UUID = Field(foreign_key="aid_file.id")
    person_id: UUID
    words: bytes | None = Field(sa_type=Sealed)
    made_at: datetime = Field(sa_type=Instant)
    upheld: bool | None
    answer: bytes | None = Field(sa_type=Sealed)
    answered_by: UUID | None
    answered_at: datetime | None = Field(sa_type=Instant)
