"""A matter that a village decides: through its steps, into public, and to what came of it."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field

from chassis.lifecycle import Lifecycle
from chassis.problems import Conflict, Forbidden, Invalid
from chassis.tables import Instant, Sealed, text_of
from contracts.feedback import DeliberationResolved
from contracts.tasks import ResolutionFollowed
from services.feedback.rules.meetings import MeetingKind
from services.feedback.tables import Table


class DeliberationKind(StrEnum):
    """What is decided: a matter of the village by four steps, or an election by one."""

    DECISION = "decision"
    ELECTION = "election"

    @property
    def title_zh(self) -> str:
        """In words."""
        return {"decision": "议决事项", "election": "选举事项"}[self]


class DeliberationStage(StrEnum):
    """How far a matter has come."""

    PROPOSING = "proposing"
    CONSULTING = "consulting"
    DELIBERATING = "deliberating"
    RESOLVING = "resolving"
    REJECTED = "rejected"
    RESOLVED = "resolved"
    POSTED = "posted"
    IMPLEMENTING = "implementing"
    CARRIED_OUT = "carried_out"
    REPORTED = "reported"
    FINISHED = "finished"
    ENDED = "ended"

    @property
    def title_zh(self) -> str:
        """The stage's name on the screen."""
        return _TITLES[self]


_S = DeliberationStage
_TITLES = {
    _S.PROPOSING: "待村党组织提议",
    _S.CONSULTING: "待“两委”会商议",
    _S.DELIBERATING: "待党员大会审议",
    _S.RESOLVING: "待村民（代表）会议决议",
    _S.REJECTED: "未通过，待处理",
    _S.RESOLVED: "已决议，待公开",
    _S.POSTED: "决议公开中",
    _S.IMPLEMENTING: "组织实施中",
    _S.CARRIED_OUT: "已实施，待公开结果",
    _S.REPORTED: "实施结果公开中",
    _S.FINISHED: "已办结",
    _S.ENDED: "已终止",
}

IN_STEPS = (_S.PROPOSING, _S.CONSULTING, _S.DELIBERATING, _S.RESOLVING)
"""Stages that wait for a meeting."""

LIFECYCLE = Lifecycle(
    {
        "carry_proposal": ({_S.PROPOSING}, _S.CONSULTING),
        "carry_consultation": ({_S.CONSULTING}, _S.DELIBERATING),
        "carry_deliberation": ({_S.DELIBERATING}, _S.RESOLVING),
        "carry_resolution": ({_S.RESOLVING}, _S.RESOLVED),
        "reject": (set(IN_STEPS), _S.REJECTED),
        "propose_again": ({_S.REJECTED}, _S.PROPOSING),
        "elect_again": ({_S.REJECTED}, _S.RESOLVING),
        "end": ({*IN_STEPS, _S.REJECTED}, _S.ENDED),
        "post": ({_S.RESOLVED}, _S.POSTED),
        "object": ({_S.POSTED}, _S.REJECTED),
        "put_in_force": ({_S.POSTED}, _S.IMPLEMENTING),
        "conclude": ({_S.POSTED, _S.REPORTED}, _S.FINISHED),
        "give_again": ({_S.IMPLEMENTING, _S.REPORTED}, _S.IMPLEMENTING),
        "carry_out": ({_S.IMPLEMENTING}, _S.CARRIED_OUT),
        "report": ({_S.CARRIED_OUT}, _S.REPORTED),
    }
)

BODIES: dict[DeliberationKind, dict[DeliberationStage, tuple[MeetingKind, ...]]] = {
    DeliberationKind.DECISION: {
        _S.PROPOSING: (MeetingKind.BRANCH,),
        _S.CONSULTING: (MeetingKind.COMMITTEES,),
        _S.DELIBERATING: (MeetingKind.MEMBERS,),
        _S.RESOLVING: (MeetingKind.REPRESENTATIVES, MeetingKind.VILLAGERS, MeetingKind.HOUSEHOLDS),
    },
    DeliberationKind.ELECTION: {
        _S.RESOLVING: (
            MeetingKind.ELECTION_BY_VILLAGERS,
            MeetingKind.ELECTION_BY_HOUSEHOLDS,
            MeetingKind.ELECTION_BY_MEMBERS,
        ),
    },
}
"""Which meetings a matter may be taken to at each step."""

CARRY = {
    _S.PROPOSING: "carry_proposal",
    _S.CONSULTING: "carry_consultation",
    _S.DELIBERATING: "carry_deliberation",
    _S.RESOLVING: "carry_resolution",
}


class EndReason(StrEnum):
    """Why a matter is not gone on with."""

    NOT_CARRIED = "not_carried"
    WITHDRAWN = "withdrawn"
    UNLAWFUL = "unlawful"
    OVERTAKEN = "overtaken"

    @property
    def title_zh(self) -> str:
        """In words."""
        return {
            "not_carried": "会议未通过，不再提议",
            "withdrawn": "提议人撤回",
            "unlawful": "与法律法规或上级规定不符",
            "overtaken": "情况变化，已无必要",
        }[self]


class NotAVillage(Invalid):
    """Matters are decided in a village or community."""

    title_zh = "请选择一个村（社区），乡镇和县不在这里议事。"


class CarrierNotNamed(Invalid):
    """A decision says which post carries it out, and until when; an election names nobody."""

    title_zh = "请写明由哪个在任岗位负责实施、哪天以前完成：日期在今天以后，也在决议公开期满以后；选举事项不填。"


class MayNotKeepDeliberations(Forbidden):
    """Those in charge of the village by a post there or above keep its matters."""

    title_zh = "村里的议事由本村或上级的书记、督查、乡镇干部或县级管理员登记，请联系他们。"


class StillCarriedOut(Conflict):
    """It is in somebody's name already; another is named once that was taken back."""

    title_zh = "这件事已经交办到人。需要换人的，请在清单里移交；清单撤回以后才能在这里重新指定。"


class Deliberation(Table, table=True):
    """One matter of one village."""

    __tablename__ = "deliberation"
    __table_args__ = (
        UniqueConstraint("division_code", "year", "number", name="deliberation_number"),
        Index("deliberation_area", "division_code", "id"),
        Index("deliberation_due", "due_on", "id"),
    )

    id: UUID = Field(primary_key=True)
    township_code: str = Field(max_length=12)
    division_code: str = Field(max_length=12)  # the village or community
    kind: DeliberationKind = Field(sa_type=text_of(DeliberationKind))
    title: str = Field(max_length=120)
    words: bytes = Field(sa_type=Sealed)  # what is to be decided; after a refusal perhaps another text
    version: int  # of the text
    stage: DeliberationStage = Field(sa_type=text_of(DeliberationStage))
    opened_by: UUID
    opened_at: datetime = Field(sa_type=Instant)
    carrier_post_id: UUID | None  # who is to carry it out; none of an election
    carry_out_by: date | None
    year: int | None  # with the number of the resolution within its village; none before
    number: int | None
    resolved_on: date | None
    published_on: date | None  # when it was first published: from then on anybody reads of it
    turn: int  # how often it was given out to be carried out
    item_id: UUID | None  # of the list in `tasks`; none while it lies with nobody
    carrier_id: UUID | None  # whoever has it there
    carried_out_on: date | None
    followed_at: datetime | None = Field(sa_type=Instant)  # of the newest fact
    due_on: date | None  # until when what comes next is to be done, if there is such a day
    end_reason: EndReason | None = Field(sa_type=text_of(EndReason))
    ended_at: datetime | None = Field(sa_type=Instant)

    def move(self, name: str, *, due_on: date | None = None) -> None:
        """Make a move of the table; what comes next has its day, or none. Raises `NotAllowedNow`."""
        self.stage = LIFECYCLE.after(name, self.stage)
        self.due_on = due_on

    def carry(self) -> None:
        """Have carried the step that it is at. Raises `NotAllowedNow`."""
        self.move(CARRY.get(self.stage, "carry_resolution"))

    @property
    def bodies(self) -> tuple[MeetingKind, ...]:
        """The meetings that it may be taken to now."""
        return BODIES[self.kind].get(self.stage, ())

    @property
    def follows(self) -> bool:
        """Whether there is something to carry out."""
        return self.kind is DeliberationKind.DECISION

    def overdue(self, today: date) -> bool:
        """Whether the day of what comes next has gone by."""
        return self.due_on is not None and self.due_on < today

    def give_out(self, *, post_id: UUID, until: date, by: UUID, at: datetime) -> DeliberationResolved:
        """Go to a named post, to be carried out until a day."""
        self.turn += 1
        self.lie_with_nobody()
        self.followed_at = None
        self.carrier_post_id, self.carry_out_by, self.due_on = post_id, until, until
        return DeliberationResolved(
            deliberation_id=self.id,
            turn=self.turn,
            township_code=self.township_code,
            division_code=self.division_code,
            year=self.year or 0,
            number=self.number or 0,
            post_id=post_id,
            due_on=until,
            given_by=by,
            resolved_at=at,
        )

    def lie_with_nobody(self) -> None:
        """Be nobody's, until it is given out again and heard to be on a list."""
        self.item_id = self.carrier_id = self.carried_out_on = None

    def follow(self, told: ResolutionFollowed, *, on: date, publish_by: date) -> None:
        """Take in how its carrying out stands, unless something newer is known; done, its result is to be published."""
        newer = self.followed_at is None or told.told_at >= self.followed_at
        if told.turn != self.turn or self.stage is not DeliberationStage.IMPLEMENTING or not newer:
            return
        self.followed_at = told.told_at
        self.item_id = None if told.state == "withdrawn" else told.item_id
        self.carrier_id = None if told.state == "withdrawn" else told.person_id
        self.due_on = told.due_on
        if told.state == "done":
            self.carried_out_on = on
            self.move("carry_out", due_on=publish_by)
