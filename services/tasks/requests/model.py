"""A request and its life cycle: what a citizen asks for, who took it on, and how it was judged."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Index, false, text
from sqlmodel import Field

from chassis.problems import Conflict, Forbidden, Invalid, NotFound
from chassis.tables import Digest, Instant, Sealed, text_of
from contracts.tasks import RequestAccepted, RequestHandled, RequestJudged, RequestReturned
from services.tasks.requests.channels import Channel
from services.tasks.requests.reasons import AboutReason
from services.tasks.requests.stages import LIFECYCLE, Stage
from services.tasks.rules.pack import MatterKind, Urgency
from services.tasks.tables import Table

LONG_AGO = "1970-01-01T00:00:00.000000+00:00"
"""When cases moved that are older than the noting of it."""

NO = {"server_default": false()}
NONE_YET = {"server_default": text("0")}
ORDINARY = {"server_default": Urgency.ORDINARY.value}

SAID_OF_SOMEBODY = text("about_reason IS NOT NULL")
PLACED = text("cell_y IS NOT NULL")
BY_CLIENTS = text("client_id IS NOT NULL")


class Solved(StrEnum):
    """The requester's own answer to «was it solved?»."""

    YES = "yes"
    PARTLY = "partly"
    NO = "no"

    @property
    def title_zh(self) -> str:
        """The answer on the screen."""
        return {"yes": "已解决", "partly": "部分解决", "no": "未解决"}[self]


class Source(StrEnum):
    """How an answer to «was it solved?» reached us; it is the requester's own, whoever wrote it down."""

    SELF = "self"  # signed in
    CALL_BACK = "call_back"  # asked by somebody who had no part in the case
    SLIP = "slip"  # by the one-time code on a slip of paper

    @property
    def title_zh(self) -> str:
        """The source on the screen."""
        return {"self": "本人在手机或网页上回答", "call_back": "回访时本人回答", "slip": "凭评判条回答"}[self]


class NotYours(Forbidden):
    """This request was given to somebody else."""

    title_zh = "这件事项不是派给您的，请联系所在乡镇（街道）。"


class NotYourRequest(NotFound):
    """Only the person served says whether it was solved."""

    title_zh = "只有本人可以回答是否解决。"


class PromiseTooLate(Conflict):
    """The promised date is after the limit that the rule allows."""

    title_zh = "承诺日期晚于规定时限，请改为时限以内的日期。"


class PromiseInThePast(Invalid):
    """The promised date is over already."""

    title_zh = "承诺日期已经过去，请选择今天或以后的日期。"


class RoundOver(Conflict):
    """This round is over; a newer one has begun."""

    title_zh = "这一轮已经结束，请刷新后对最新一轮作出回答。"


class ServiceRequest(Table, table=True):
    """What one citizen asks for; one case, whatever the channel.

    What was said in free words is sealed. The tracking code is kept as a blind index alone.
    """

    __tablename__ = "service_request"
    __table_args__ = (
        Index("service_request_requester", "requester_id", "id"),
        Index("service_request_working", "working_person_id", "id"),
        Index("service_request_moved", "moved_at"),
        Index(
            "service_request_about_reason",
            "about_reason",
            "stage",
            sqlite_where=SAID_OF_SOMEBODY,
            postgresql_where=SAID_OF_SOMEBODY,
        ),
        Index("service_request_client", "client_id", "id", sqlite_where=BY_CLIENTS, postgresql_where=BY_CLIENTS),
        Index("service_request_cell", "cell_y", "cell_x", sqlite_where=PLACED, postgresql_where=PLACED),
    )

    id: UUID = Field(primary_key=True)
    township_code: str = Field(max_length=12)
    division_code: str = Field(max_length=12)
    channel: Channel = Field(sa_type=text_of(Channel))
    kind: MatterKind = Field(sa_type=text_of(MatterKind))
    urgency: Urgency = Field(sa_type=text_of(Urgency), sa_column_kwargs=ORDINARY)
    item_code: str | None
    item_version: int | None
    wording: bytes | None = Field(sa_type=Sealed)
    voice_id: UUID | None  # the attachment that describes it, of somebody who cannot type
    place: bytes | None = Field(sa_type=Sealed)  # exact, WGS-84, and the address as it was said
    cell_y: int | None  # latitude and longitude in whole thousandths of a degree: within about 100 m, in clear
    cell_x: int | None
    requester_id: UUID
    anonymous: bool = Field(sa_column_kwargs=NO)  # to nobody in office is said who asked
    client_id: UUID | None  # the township's system that sent it in
    about_post_id: UUID | None  # of somebody in office who is complained of
    about_person_id: UUID | None
    about_organization_id: UUID | None
    about_reason: AboutReason | None = Field(sa_type=text_of(AboutReason))  # what they are said to have done
    tracking_index: bytes = Field(sa_type=Digest, unique=True)
    stage: Stage = Field(sa_type=text_of(Stage))
    submitted_at: datetime = Field(sa_type=Instant)
    moved_at: datetime = Field(sa_type=Instant, sa_column_kwargs={"server_default": LONG_AGO})  # real time
    turn: int  # of the dispatch; nought before the first
    transfers: int = Field(sa_column_kwargs=NONE_YET)  # how often it came back as wrongly dispatched
    binding: bool = Field(sa_column_kwargs=NO)  # given by a chair, so that it cannot be returned
    duty_entry_id: UUID | None  # the line of the duty list by which it was dispatched
    merged_into: UUID | None  # the case together with which it is done
    round: int  # of judgement; 1 until a rectification is verified
    organization_id: UUID | None  # that it was dispatched to
    handler_id: UUID | None  # who signed for it and reported it done
    working_person_id: UUID | None  # whose move it is
    working_organization_id: UUID | None
    finish_due_at: datetime = Field(sa_type=Instant)
    finish_provisional: bool = Field(sa_column_kwargs=NO)  # that limit counts days of a year without a notice
    colour: str | None = Field(max_length=16)  # the warning in force, as the rule pack names it
    first_promised_on: date | None  # kept for scoring whatever comes later
    promised_on: date | None
    contacted_at: datetime | None = Field(sa_type=Instant)
    handled_at: datetime | None = Field(sa_type=Instant)
    handled_in_time: bool | None
    archive_at: datetime | None = Field(sa_type=Instant)  # when it is put away if nobody says a further word
    archived_at: datetime | None = Field(sa_type=Instant)
    exclusion: str | None = Field(max_length=32)  # why it is left out of scores: a code
    solved: Solved | None = Field(sa_type=text_of(Solved))

    @property
    def for_discipline(self) -> bool:
        """Whether it lies with discipline supervision alone."""
        return self.about_reason is not None and self.about_reason.for_discipline

    def move(self, name: str) -> None:
        """Make a move of the table. Raises `NotAllowedNow`."""
        self.stage = LIFECYCLE.after(name, self.stage)

    def give_back(self, by: UUID, *, at: datetime, acting: bool) -> RequestReturned:
        """Return a wrong dispatch."""
        self._is_with(by, acting=acting)
        self.move("return")
        self.working_person_id = None
        return RequestReturned(request_id=self.id, turn=self.turn, returned_by=by, returned_at=at)

    def promise(
        self, by: UUID, on: date, *, at: datetime, today: date, latest: date, in_time: bool, acting: bool
    ) -> RequestAccepted:
        """Sign for it, with a finishing date from today to the latest that its limit allows."""
        self._is_with(by, acting=acting)
        if on < today:
            raise PromiseInThePast(today=today.isoformat())
        if on > latest:
            raise PromiseTooLate(latest=latest.isoformat())
        self.move("promise")
        self.handler_id = by
        self.promised_on = on
        self.first_promised_on = self.first_promised_on or on  # whoever promised it
        return RequestAccepted(request_id=self.id, accepted_by=by, accepted_at=at, in_time=in_time, promised_on=on)

    def answer(self, by: UUID, *, at: datetime, in_time: bool, acting: bool) -> RequestAccepted:
        """Sign for it and answer at once, without a promise."""
        self._is_with(by, acting=acting)
        self.move("answer")
        self.handler_id = by
        return RequestAccepted(request_id=self.id, accepted_by=by, accepted_at=at, in_time=in_time, promised_on=None)

    def report(self, by: UUID, *, acting: bool) -> None:
        """Say that it is done; whoever says so has handled it."""
        self._is_with(by, acting=acting)
        self.move("report")
        self.handler_id = by

    def handled(self, *, at: datetime, in_time: bool) -> RequestHandled:
        """Note the first completion and ask the person served."""
        self.handled_at, self.handled_in_time = at, in_time
        self.working_person_id = None
        return self.ask_again(at=at)

    def ask_again(self, *, at: datetime) -> RequestHandled:
        """Open a round of judgement."""
        if self.handler_id is None or self.handled_in_time is None:
            raise TypeError("nobody has handled it yet")
        return RequestHandled(
            request_id=self.id,
            round=self.round,
            requester_id=self.requester_id,
            handler_id=self.handler_id,
            handled_at=at,
            in_time=self.handled_in_time,
        )

    def judge(self, by: UUID, solved: Solved, *, round_: int, at: datetime) -> RequestJudged:
        """The person served says whether it was solved."""
        if by != self.requester_id:
            raise NotYourRequest()
        self.check_open(round_)
        if solved is Solved.YES:
            self.move("find_solved")
        else:
            self.find_wanting()
        self.solved = solved
        return RequestJudged(request_id=self.id, round=self.round, solved=solved.value, judged_at=at)

    def check_open(self, round_: int) -> None:
        """See that a round is the present one. Raises `RoundOver`."""
        if round_ != self.round:
            raise RoundOver(round=self.round)

    def find_wanting(self) -> None:
        """A bad grade of the present round, or «not solved», moves it to rectification."""
        redone = self.stage is Stage.DIFFICULT and self.handled_at is not None
        self.move("find_wanting_again" if redone else "find_wanting")

    def begin_new_round(self) -> None:
        """A rectification was verified: whoever was served is asked anew."""
        self.move("verify")
        self.round += 1
        self.solved = None
        self.working_person_id = None
        self.working_organization_id = self.organization_id

    def _is_with(self, person_id: UUID, *, acting: bool) -> None:
        """It was given to this person, or they act for the colleague to whom it was given."""
        if self.working_person_id != person_id and not acting:
            raise NotYours()


class Signature(Table, table=True):
    """A recorded act of signing: who, by which post, when, and the digest of the text.

    It proves who did what in this system; it is not a qualified electronic signature.
    """

    __tablename__ = "signature"

    id: UUID = Field(primary_key=True)
    request_id: UUID = Field(foreign_key="service_request.id", index=True)
    person_id: UUID
    person_name: str
    post_id: UUID
    signed_at: datetime = Field(sa_type=Instant)
    text_digest: bytes = Field(sa_type=Digest)  # SHA-256 of the text as shown
    rule_version: str
    promised_on: date | None
    acting_for_post_id: UUID | None  # of the absent colleague for whom they signed
    acting_for_name: str | None


class Completion(Table, table=True):
    """What was said when it was reported done, and by which attachments it is proved."""

    __tablename__ = "completion"

    id: UUID = Field(primary_key=True)
    request_id: UUID = Field(foreign_key="service_request.id", index=True)
    note: bytes = Field(sa_type=Sealed)
    evidence: str  # ids of attachments, separated by spaces
    at: datetime = Field(sa_type=Instant)
    by: UUID
    acting_for_post_id: UUID | None  # of the absent colleague for whom they reported
    acting_for_name: str | None


class Judgement(Table, table=True):
    """One answer of the person served to «was it solved?»; every one is kept, whatever comes later."""

    __tablename__ = "judgement"

    id: UUID = Field(primary_key=True)
    request_id: UUID = Field(foreign_key="service_request.id", index=True)
    round: int
    solved: Solved = Field(sa_type=text_of(Solved))
    at: datetime = Field(sa_type=Instant)
    by: UUID
    source: Source = Field(sa_type=text_of(Source), sa_column_kwargs={"server_default": Source.SELF.value})
    taken_by: UUID | None  # who asked and wrote the answer down
