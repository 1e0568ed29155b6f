"""A term of anonymous ballots, and its cells: cut before anybody votes, open once, closed once."""

from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import Index
from sqlmodel import Field

from chassis.clock import midnight
from chassis.divisions import township_of
from chassis.lifecycle import Lifecycle
from chassis.problems import Conflict, Invalid
from chassis.tables import Instant, Listed, new_id, text_of
from contracts.feedback import CellOpened
from services.feedback.cells.cutting import CellLevel, Cut
from services.feedback.tables import Table

if TYPE_CHECKING:
    from services.feedback.results.publication import Settled


class TermStage(StrEnum):
    """How far a term has come."""

    PLANNED = "planned"
    OPEN = "open"
    CLOSED = "closed"
    DROPPED = "dropped"

    @property
    def title_zh(self) -> str:
        """The stage's name on the screen."""
        return {"planned": "待开启", "open": "进行中", "closed": "已结束", "dropped": "已取消"}[self]


LIFECYCLE = Lifecycle(
    {
        "open": ({TermStage.PLANNED}, TermStage.OPEN),
        "drop": ({TermStage.PLANNED}, TermStage.DROPPED),
        "close": ({TermStage.OPEN}, TermStage.CLOSED),
    }
)


class Outcome(StrEnum):
    """What became of a cell when its term closed."""

    PUBLISHED = "published"
    WENT_UP = "went_up"  # its ballots, and there were fewer than a table needs, count in its parent's
    TOO_FEW = "too_few"  # nothing is above it: how many there were is told, and no table counts them

    @property
    def title_zh(self) -> str:
        """What is said of the cell."""
        return {"published": "已公布", "went_up": "票数不足，并入上一级", "too_few": "票数太少，不公布结果"}[self]


class DatesOutOfTurn(Invalid):
    """The days of a term follow one another: served, then the last credential, then the casting, then the close."""

    title_zh = "日期先后不对：办理时段在前，停止领凭证在后，再留足收票的天数才截止。请按提示修改。"


class GroupsOverlap(Invalid):
    """An item belongs to one group of a term, and a group of all items stands alone."""

    title_zh = "同一事项只能归入一组；不填事项（全部事项）的组只能单独一组。请修改分组。"


class TermsOverlap(Conflict):
    """The days of another term include some of these: what was done on one day is judged once."""

    title_zh = "这段办理时间里已有另一期匿名测评，同一天办的事只评一次。请改时段，或先取消那一期。"


class TooFewExpected(Conflict):
    """Too few people are expected for this group in the whole county."""

    title_zh = "全县预计参评人数太少，无法保证匿名。请加长办理时段，或把几组事项合并后再编制。"


class OpenedTooLate(Conflict):
    """The day until which credentials are drawn is over: the term has to be planned anew."""

    title_zh = "停止领凭证的日子已过，这一期不能再开启。请取消后重新编制。"


class BallotTerm(Table, table=True):
    """A period of work that is judged without names, with the figures that hold for it from its planning to its end."""

    __tablename__ = "ballot_term"
    __table_args__ = (Index("ballot_term_district", "district_code", "id"),)

    id: UUID = Field(primary_key=True)
    district_code: str = Field(max_length=12)
    served_from: date  # local days, both included
    served_to: date
    draws_until: date  # the last day on which a credential is drawn
    closes_on: date  # the last day on which a ballot is taken in
    least_expected: int
    least_cast: int
    line_percent: int
    stage: TermStage = Field(sa_type=text_of(TermStage))
    planned_by: UUID
    planned_at: datetime = Field(sa_type=Instant)
    opened_at: datetime | None = Field(sa_type=Instant)
    closed_at: datetime | None = Field(sa_type=Instant)

    @property
    def counted_from(self) -> date:
        """The first day of the period of the same length before, from which the people to expect are counted."""
        return self.served_from - (self.served_to - self.served_from) - timedelta(days=1)

    @property
    def casts_from(self) -> date:
        """The first day on which a ballot is taken in: when the last credential was drawn, and for everybody the same.

        So the instant of a cast says nothing of when somebody was served, or drew.
        """
        return self.draws_until + timedelta(days=1)

    @property
    def ends_at(self) -> datetime:
        """The first instant at which no ballot is taken in."""
        return midnight(self.closes_on + timedelta(days=1))

    def check_dates(self, *, casting_days: int) -> None:
        """Raises `DatesOutOfTurn`."""
        in_turn = self.served_from <= self.served_to <= self.draws_until
        if not in_turn or (self.closes_on - self.draws_until).days < casting_days:
            raise DatesOutOfTurn(casting_days=casting_days)

    def open(self, *, at: datetime) -> None:
        """Let people draw credentials. Raises `NotAllowedNow`, `OpenedTooLate`."""
        self.stage = LIFECYCLE.after("open", self.stage)
        if at >= midnight(self.casts_from):
            raise OpenedTooLate()
        self.opened_at = at

    def drop(self) -> None:
        """Be given up before anybody drew. Raises `NotAllowedNow`."""
        self.stage = LIFECYCLE.after("drop", self.stage)

    def close(self, *, at: datetime) -> None:
        """Take no ballot any more."""
        self.stage = LIFECYCLE.after("close", self.stage)
        self.closed_at = at


class Cell(Table, table=True):
    """One unit × one group of items × one period; and, once closed, what is published of it and nothing else."""

    __tablename__ = "cell"
    __table_args__ = (
        Index("cell_term", "term_id", "id"),
        Index("cell_unit", "division_code", "group_code", "id"),
    )

    id: UUID = Field(primary_key=True)
    term_id: UUID = Field(foreign_key="ballot_term.id")
    division_code: str = Field(max_length=12)  # of the unit
    level: CellLevel = Field(sa_type=text_of(CellLevel))
    group_code: str = Field(max_length=32)
    item_codes: list[str] = Field(sa_type=Listed)  # none for all
    expected: int  # people, by the period before
    parent_id: UUID | None  # to which it goes up, as declared before anybody voted
    public_key: str | None  # as `members` told it
    stage: TermStage = Field(sa_type=text_of(TermStage))  # of its term
    casts_from: date
    ends_at: datetime = Field(sa_type=Instant)

    outcome: Outcome | None = Field(sa_type=text_of(Outcome))
    responses: int | None  # how many ballots count in it, with those that came up; none where it went up
    good_least: int | None  # good grades at least and at most: the same but where all were of one mind
    good_most: int | None
    grades: list[str] | None = Field(sa_type=Listed)  # how many of each, best first; none where all were of one mind
    reasons: list[str] | None = Field(sa_type=Listed)  # `code=number`, of those that enough people named
    below_line: bool | None
    set_aside_at: datetime | None = Field(sa_type=Instant)  # when two persons found that it does not count

    @classmethod
    def begin(cls, term: BallotTerm, made: Cut, *, group_code: str, item_codes: list[str]) -> "Cell":
        """A cell of a planned term; its parent is set once all have ids."""
        return cls(
            id=new_id(),
            term_id=term.id,
            division_code=made.division_code,
            level=CellLevel.of(made.division_code),
            group_code=group_code,
            item_codes=item_codes,
            expected=made.expected,
            parent_id=None,
            public_key=None,
            stage=TermStage.PLANNED,
            casts_from=term.casts_from,
            ends_at=term.ends_at,
            outcome=None,
            responses=None,
            good_least=None,
            good_most=None,
            grades=None,
            reasons=None,
            below_line=None,
            set_aside_at=None,
        )

    def open(self, term: BallotTerm) -> CellOpened:
        """Take ballots in, once `members` has made its key."""
        self.stage = LIFECYCLE.after("open", self.stage)
        return CellOpened(
            cell_id=self.id,
            township_code=township_of(self.division_code),
            division_code=self.division_code,
            item_codes=tuple(self.item_codes),
            served_from=term.served_from,
            served_to=term.served_to,
            draws_until=term.draws_until,
            closes_on=term.closes_on,
        )

    @property
    def owner_code(self) -> str:
        """Who sees to it that the unit puts right what was judged badly: one level above; the county, for its own."""
        if self.level is CellLevel.VILLAGE:
            return township_of(self.division_code)
        return self.division_code[:6] + "000000"

    def close(self, settled: "Settled", *, line_percent: int) -> None:
        """Be published, gone up, or too few; what is kept is what is published."""
        self.stage = LIFECYCLE.after("close", self.stage)
        self.outcome, self.responses = settled.outcome, settled.responses
        if settled.tally is not None:
            tally = settled.tally
            self.good_least, self.good_most = tally.good_least, tally.good_most
            self.grades = None if tally.grades is None else [str(count) for count in tally.grades]
            self.reasons = None if tally.reasons is None else [f"{code}={many}" for code, many in tally.reasons.items()]
            self.below_line = tally.below(line_percent)

    def take_key(self, public_key: str) -> None:
        """Know by which key its credentials are signed; the first is the only one."""
        if self.public_key is None:
            self.public_key = public_key
