"""The record of a case: what of it the scorecards look at, right whatever the order in which its facts come."""

from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import Index, false, text
from sqlmodel import Field

from chassis.clock import SHANGHAI, midnight
from chassis.tables import Instant
from contracts.tasks import (
    RequestAccepted,
    RequestDispatched,
    RequestHandled,
    RequestJudged,
    RequestReturned,
    RequestSubmitted,
)
from services.feedback.tables import Table

NONE_YET = {"server_default": text("0")}


class CaseRecord(Table, table=True):
    """One request as its facts tell it.

    Each move takes what is newer than what is known and passes over the rest: a fact that comes twice or late
    changes nothing that a newer one said.
    """

    __tablename__ = "case_record"
    __table_args__ = (
        Index("case_record_village", "month", "division_code"),
        Index("case_record_township", "month", "township_code"),
        Index("case_record_district", "month", "district_code"),
        Index("case_record_organization", "month", "organization_id"),
    )

    request_id: UUID = Field(primary_key=True)
    division_code: str = Field(max_length=12)  # the village or community
    township_code: str = Field(max_length=12)
    district_code: str = Field(max_length=12)
    month: str = Field(max_length=7)  # of submission, local: 2023-05
    kind: str
    item_code: str | None
    channel: str
    heading: str | None = Field(max_length=32)  # under which a bulletin counts the channel
    submitted_at: datetime = Field(sa_type=Instant)
    finish_due_at: datetime = Field(sa_type=Instant)
    about_person_id: UUID | None  # somebody in office who is complained of
    about_organization_id: UUID | None  # in which they hold the post
    discipline: bool = Field(sa_column_kwargs={"server_default": false()})  # it counts for nobody

    turn: int  # of the newest dispatch or return; 0 before the first
    organization_id: UUID | None  # none while it lies with nobody
    assignee_id: UUID | None
    accept_due_at: datetime | None = Field(sa_type=Instant)
    accepted_at: datetime | None = Field(sa_type=Instant)
    accepted_in_time: bool | None

    contact_in_time: bool | None  # none while nobody has spoken with whoever asked and there is time for it

    promised_at: datetime | None = Field(sa_type=Instant)  # when the first promise was made
    promise_due_at: datetime | None = Field(sa_type=Instant)  # the first instant after the day first promised

    round: int  # 0 until it is handled for the first time
    requester_id: UUID | None
    handler_id: UUID | None  # of the newest round
    handled_at: datetime | None = Field(sa_type=Instant)  # of the first round
    handled_in_time: bool | None  # of the first round

    solved: str | None  # the newest answer: yes, partly, no
    solved_round: int
    judged_at: datetime | None = Field(sa_type=Instant)

    rated_round: int  # 0 until a round is rated
    rated_bad: bool | None  # the newest rated round
    set_aside_round: int = Field(sa_column_kwargs={"server_default": text("0")})  # whose grade two persons found unreal
    silent_round: int = Field(sa_column_kwargs=NONE_YET)  # the newest that was not graded in time; 0 if none

    rectifications_opened: int
    rectifications_verified: int

    exclusion: str | None  # why two persons left it out of scores: a code
    exclusion_at: datetime | None = Field(sa_type=Instant)  # when that was last decided, either way

    @classmethod
    def begin(cls, told: RequestSubmitted) -> "CaseRecord":
        """The record of a request that has just been submitted."""
        return cls(
            request_id=told.request_id,
            division_code=told.division_code,
            township_code=told.division_code[:9] + "000",
            district_code=told.division_code[:6] + "000000",
            month=told.submitted_at.astimezone(SHANGHAI).strftime("%Y-%m"),
            kind=told.kind,
            item_code=told.item_code,
            channel=told.channel,
            heading=told.heading,
            submitted_at=told.submitted_at,
            finish_due_at=told.finish_due_at,
            about_person_id=told.about_person_id,
            about_organization_id=told.about_organization_id,
            discipline=told.discipline,
            turn=0,
            organization_id=None,
            assignee_id=None,
            accept_due_at=None,
            accepted_at=None,
            accepted_in_time=None,
            contact_in_time=None,
            promised_at=None,
            promise_due_at=None,
            round=0,
            requester_id=None,
            handler_id=None,
            handled_at=None,
            handled_in_time=None,
            solved=None,
            solved_round=0,
            judged_at=None,
            rated_round=0,
            rated_bad=None,
            set_aside_round=0,
            silent_round=0,
            rectifications_opened=0,
            rectifications_verified=0,
            exclusion=None,
            exclusion_at=None,
        )

    def dispatch(self, told: RequestDispatched) -> None:
        """Lie with a named person of an organisation."""
        if told.turn > self.turn:
            self.turn = told.turn
            self.organization_id = told.organization_id
            self.assignee_id = told.person_id
            self.accept_due_at = told.accept_due_at

    def take_back(self, told: RequestReturned) -> None:
        """Lie with nobody until the next dispatch; a return outlasts the dispatch of its own turn."""
        if told.turn >= self.turn:
            self.turn = told.turn
            self.organization_id = self.assignee_id = self.accept_due_at = None

    def accept(self, told: RequestAccepted) -> None:
        """Be signed for; the newest signature counts."""
        if self.accepted_at is None or told.accepted_at >= self.accepted_at:
            self.accepted_at, self.accepted_in_time = told.accepted_at, told.in_time
        if told.promised_on is not None:
            self.promise(told.promised_on, at=told.accepted_at)

    def contact(self, *, in_time: bool) -> None:
        """Be spoken about with whoever asked, or the limit for it end; what was late once stays late."""
        if self.contact_in_time is not False:
            self.contact_in_time = in_time

    def promise(self, on: date, *, at: datetime) -> None:
        """Be promised for a local day; the first promise is kept, whatever is promised later."""
        if self.promised_at is None or at < self.promised_at:
            self.promised_at = at
            self.promise_due_at = midnight(on + timedelta(days=1))

    def handle(self, told: RequestHandled) -> None:
        """Be reported done; whether that was in time is settled by the first round."""
        self.handled_in_time = told.in_time
        if self.handled_at is None or told.handled_at < self.handled_at:
            self.handled_at = told.handled_at
        if told.round >= self.round:
            self.round, self.requester_id, self.handler_id = told.round, told.requester_id, told.handler_id

    def judge(self, told: RequestJudged) -> None:
        """Be answered «was it solved?»; the newest answer counts."""
        if self.judged_at is None or (told.round, told.judged_at) >= (self.solved_round, self.judged_at):
            self.solved, self.solved_round, self.judged_at = told.solved, told.round, told.judged_at

    def leave_out(self, reason: str | None, *, at: datetime) -> None:
        """Count for no score from now on, for a reason; or, without one, count again."""
        if self.exclusion_at is None or at >= self.exclusion_at:
            self.exclusion, self.exclusion_at = reason, at

    def set_aside(self, of_round: int) -> None:
        """Have the grade of a round count for no score; a later round is graded anew."""
        self.set_aside_round = max(self.set_aside_round, of_round)

    def note_rating(self, *, of_round: int, bad: bool) -> None:
        """Keep whether the newest rated round was graded badly; the grade itself stays with its invitation."""
        if of_round >= self.rated_round:
            self.rated_round, self.rated_bad = of_round, bad

    def note_silence(self, *, of_round: int) -> None:
        """Keep that a round was not graded while it could be, which is no grade."""
        self.silent_round = max(self.silent_round, of_round)


class RectificationRecord(Table, table=True):
    """A rectification of a case, so that each is counted once."""

    __tablename__ = "rectification_record"

    id: UUID = Field(primary_key=True)
    request_id: UUID
    round: int
    opened_at: datetime = Field(sa_type=Instant)
    verified_at: datetime | None = Field(sa_type=Instant)
