"""A mandate: a villager's leave for an agent, for some errands and some time, taken back whenever they like."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Index
from sqlmodel import Field

from chassis.lifecycle import Lifecycle
from chassis.problems import Conflict, Forbidden, Invalid
from chassis.tables import Instant, Listed, text_of
from contracts.tasks import MandateAsked, MandateEnded, MandateGiven
from services.tasks.tables import Table


class MandateScope(StrEnum):
    """What an agent may do under a mandate."""

    ALL = "all"  # every errand
    ITEMS = "items"  # errands of these catalogue items
    CASE = "case"  # go on with one case that is there

    @property
    def title_zh(self) -> str:
        """The scope on the screen."""
        return {"all": "全部事项", "items": "指定的代办事项", "case": "指定的一件事项"}[self]


class Way(StrEnum):
    """How the villager gave it."""

    PHONE = "phone"  # in their own sign-in
    CODE = "code"  # by a code that only they were told
    PAPER = "paper"  # on a sheet that was photographed, and seen by a second person

    @property
    def title_zh(self) -> str:
        """The way on the screen."""
        return {"phone": "本人在手机上委托", "code": "本人报验证码", "paper": "纸质委托书"}[self]


class MandateStage(StrEnum):
    """How far a mandate has come."""

    ASKED = "asked"
    GIVEN = "given"
    ENDED = "ended"
    REVOKED = "revoked"
    REFUSED = "refused"

    @property
    def title_zh(self) -> str:
        """The stage on the screen."""
        return _STAGES[self]


_STAGES = {
    MandateStage.ASKED: "等待本人同意",
    MandateStage.GIVEN: "已生效",
    MandateStage.ENDED: "已到期",
    MandateStage.REVOKED: "已撤销",
    MandateStage.REFUSED: "未同意",
}

LIFECYCLE = Lifecycle(
    {
        "give": ({MandateStage.ASKED}, MandateStage.GIVEN),
        "refuse": ({MandateStage.ASKED}, MandateStage.REFUSED),
        "end": ({MandateStage.GIVEN}, MandateStage.ENDED),
        "revoke": ({MandateStage.ASKED, MandateStage.GIVEN}, MandateStage.REVOKED),
    }
)


class MandateNeeded(Forbidden):
    """An agent sends something in for a villager under that villager's mandate, and else takes a note."""

    title_zh = "还没有本人的委托，不能代为提交：可先记为便签，请本人在手机上委托、报验证码，或签纸质委托书。"


class NoSuchAgent(Invalid):
    """There is no agent in office with this post."""

    title_zh = "没有这位代办员，请从本村（社区）的公示名单中选择。"


class NotForYourself(Invalid):
    """Nobody is their own agent."""

    title_zh = "不能委托自己，本人的事项可直接提交。"


class MandateTooLong(Invalid):
    """A mandate ends within the time that the rule allows."""

    title_zh = "委托期限太长，请改为提示的最晚日期以内；到期后可以再委托。"


class WrongMandateDays(Invalid):
    """A mandate's last day is today or later, and not before its first."""

    title_zh = "委托的起止日期不对：截止日期应在今天以后，且不早于开始日期。"


class WrongScope(Invalid):
    """A mandate is for all errands, for catalogue items that there are, or for one case of the villager's own."""

    title_zh = "委托范围不对：请选“全部事项”，或选择代办事项，或选择本人的一件事项。"


class AskedAlready(Conflict):
    """The villager was asked already and has not answered yet."""

    title_zh = "已请这位群众委托过，请等本人答复；本人没有收到验证码的，可在原委托中重新获取。"


class PaperMissing(Invalid):
    """A mandate on paper needs its photograph, and no other way has one."""

    title_zh = "纸质委托请先拍照上传委托书；其他方式不用附照片。"


class Mandate(Table, table=True):
    """One villager's leave for one agent. Who they are stands in no word here: ids, days and codes alone."""

    __tablename__ = "mandate"
    __table_args__ = (
        Index("mandate_principal", "principal_id", "stage", "id"),
        Index("mandate_agent", "agent_id", "stage", "to_on", "id"),
        Index("mandate_area", "township_code", "division_code", "stage", "id"),
    )

    id: UUID = Field(primary_key=True)
    township_code: str = Field(max_length=12)
    division_code: str = Field(max_length=12)  # of the agent's post
    principal_id: UUID
    agent_id: UUID
    agent_name: str
    post_id: UUID
    scope: MandateScope = Field(sa_type=text_of(MandateScope))
    items: list[str] = Field(sa_type=Listed)  # codes of catalogue items
    request_id: UUID | None
    from_on: date
    to_on: date  # the last day
    way: Way = Field(sa_type=text_of(Way))
    paper_id: UUID | None  # the photograph
    stage: MandateStage = Field(sa_type=text_of(MandateStage))
    asked_at: datetime = Field(sa_type=Instant)
    given_at: datetime | None = Field(sa_type=Instant)
    seen_by: UUID | None  # the second person: who saw the paper, or told the code at a counter
    ended_at: datetime | None = Field(sa_type=Instant)
    ended_by: UUID | None  # none where a day or silence ended it

    def asked(self) -> MandateAsked:
        """The fact that it was asked for."""
        return MandateAsked(
            mandate_id=self.id,
            principal_id=self.principal_id,
            agent_id=self.agent_id,
            division_code=self.division_code,
            way=self.way.value,
            asked_at=self.asked_at,
        )

    def give(self, *, at: datetime, seen_by: UUID | None = None, way: Way | None = None) -> MandateGiven:
        """The villager said yes; perhaps in another way than they were asked."""
        self.stage = LIFECYCLE.after("give", self.stage)
        self.way = way or self.way
        self.given_at, self.seen_by = at, seen_by
        return MandateGiven(
            mandate_id=self.id,
            principal_id=self.principal_id,
            agent_id=self.agent_id,
            scope=self.scope.value,
            way=self.way.value,
            from_on=self.from_on,
            to_on=self.to_on,
            given_at=at,
        )

    def finish(self, move: str, *, at: datetime, by: UUID | None) -> MandateEnded:
        """Be over: `refuse`, `revoke` or `end`."""
        self.stage = LIFECYCLE.after(move, self.stage)
        self.ended_at, self.ended_by = at, by
        return MandateEnded(
            mandate_id=self.id,
            principal_id=self.principal_id,
            agent_id=self.agent_id,
            how=self.stage.value,
            ended_at=at,
        )

    def covers_item(self, item_code: str | None) -> bool:
        """Whether a new errand may be sent in under it."""
        if self.scope is MandateScope.ITEMS:
            return item_code is not None and item_code in self.items
        return self.scope is MandateScope.ALL


class MandateUse(Table, table=True):
    """A request that was sent in under a mandate."""

    __tablename__ = "mandate_use"

    request_id: UUID = Field(primary_key=True)
    mandate_id: UUID = Field(foreign_key="mandate.id", index=True)
    by: UUID  # the agent, or who acted for them
    at: datetime = Field(sa_type=Instant)
