"""A review of one level for one year: reports, comments, votes, then a grade for everybody in it, confirmed by two."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field

from chassis.lifecycle import Lifecycle
from chassis.problems import Conflict, Forbidden, Invalid
from chassis.tables import Instant, Listed, Sealed, new_id, text_of
from contracts.feedback import ReviewGraded
from services.feedback.grades.words import Grade, ReviewKind
from services.feedback.tables import Table


class ReviewStage(StrEnum):
    """How far a review has come."""

    COLLECTING = "collecting"
    PROPOSED = "proposed"
    GRADED = "graded"

    @property
    def title_zh(self) -> str:
        """The stage's name on the screen."""
        return {"collecting": "述职和测评中", "proposed": "等次已拟，待另一人确认", "graded": "等次已定"}[self]


LIFECYCLE = Lifecycle(
    {
        "propose": ({ReviewStage.COLLECTING, ReviewStage.PROPOSED}, ReviewStage.PROPOSED),
        "refuse": ({ReviewStage.PROPOSED}, ReviewStage.COLLECTING),
        "confirm": ({ReviewStage.PROPOSED}, ReviewStage.GRADED),
    }
)


class ReviewIsThere(Conflict):
    """This level has such a review of this year."""

    title_zh = "本级这一年度的这项评议已经开始，请在列表中打开。"


class NobodyToReview(Conflict):
    """There is nothing below to review, or nobody was named."""

    title_zh = "没有可评议的对象：单位和书记由系统列出；民主评议党员请列出参加评议的党员。"


class ReviewIsOver(Conflict):
    """The grades of this review were proposed or given already."""

    title_zh = "这项评议的等次已拟出或已确定，不能再修改述职、点评和票数；对等次不服的，请提出申诉。"


class VotesDoNotAddUp(Invalid):
    """No more vote than are entitled, and more of them than the rule's share."""

    title_zh = "票数不对：总票数不能多于应到人数，且参加人数须超过规定比例。请核对原始票后重填。"


class VotesDiffer(Conflict):
    """The second person counted otherwise than the first."""

    title_zh = "与另一人录入的票数不一致。请一起核对原始票；确是前一人录错的，请其重录。"


class VotesCounted(Conflict):
    """Two persons have entered the same votes."""

    title_zh = "票数已由两人录入一致，不用再录。"


class NotYoursToReport(Forbidden):
    """Everybody reports on themselves; of a unit, its secretary."""

    title_zh = "述职由本人提交，单位的由书记提交。"


class ReportOfAnother(Invalid):
    """A report that goes with it is one of one's own unit or area."""

    title_zh = "所附报告不是本单位或所在村（社区）、乡镇的报告，请重新选择。"


class GradesIncomplete(Invalid):
    """A whole level is graded at once, everybody in it once."""

    title_zh = "等次须对本级全部对象一次拟出，每个对象一个等次，不能缺也不能重复。"


class NotReadyToGrade(Conflict):
    """Comment and votes come before the grade, and who did not report is not excellent."""

    title_zh = "还不能拟等次：点评和两人录入的票数要齐全，没有述职的不能评为最高等次。请按提示补齐。"


class TooManyExcellent(Invalid):
    """The best grade is for no more than the rule's share of a level."""

    title_zh = "最高等次的数量超过规定比例，请减少后再拟。"


class VetoedUnit(Conflict):
    """A veto that stands lets this unit have no better grade than the rule says."""

    title_zh = "该单位有已核实的一票否决事项，等次不能高于规则所定，请修改。"


class Review(Table, table=True):
    """One kind of review at one organisation in one year."""

    __tablename__ = "review"
    __table_args__ = (UniqueConstraint("organization_id", "kind", "year", name="review_once"),)

    id: UUID = Field(primary_key=True)
    division_code: str = Field(max_length=12)
    organization_id: UUID  # whose level it is: above the units and secretaries, or the members' own branch
    kind: ReviewKind = Field(sa_type=text_of(ReviewKind))
    year: int
    stage: ReviewStage = Field(sa_type=text_of(ReviewStage))
    opened_by: UUID
    opened_at: datetime = Field(sa_type=Instant)
    proposal_id: UUID | None  # the newest
    proposed_by: UUID | None
    confirmed_by: UUID | None
    graded_at: datetime | None = Field(sa_type=Instant)

    def move(self, name: str) -> None:
        """Make a move of the table. Raises `NotAllowedNow`."""
        self.stage = LIFECYCLE.after(name, self.stage)

    def check_collecting(self) -> None:
        """Raises `ReviewIsOver`."""
        if self.stage is not ReviewStage.COLLECTING:
            raise ReviewIsOver()


class ReviewSubject(Table, table=True):
    """A unit, a secretary or a member in a review, and what was collected of them; in no order of merit."""

    __tablename__ = "review_subject"
    __table_args__ = (
        Index("review_subject_review", "review_id", "id"),
        Index("review_subject_person", "person_id", "id"),
        Index("review_subject_unit", "organization_id", "id"),
    )

    id: UUID = Field(primary_key=True)
    review_id: UUID = Field(foreign_key="review.id")
    organization_id: UUID  # the unit, or that of the person
    post_id: UUID | None  # of a secretary
    person_id: UUID | None  # none for a unit
    report_id: UUID | None  # a frozen report of the year that goes with what they say
    words: bytes | None = Field(sa_type=Sealed)  # what they report of themselves
    reported_at: datetime | None = Field(sa_type=Instant)
    comment: bytes | None = Field(sa_type=Sealed)  # of those above
    commented_by: UUID | None
    votes: list[str] | None = Field(sa_type=Listed)  # entitled, then how many for each grade, the best first
    votes_by: UUID | None
    counted_by: UUID | None  # the second, who entered the same
    draft: bytes | None = Field(sa_type=Sealed)  # the grade as it was proposed
    grade: Grade | None = Field(sa_type=text_of(Grade))  # once two persons gave it
    grounds: list[str] | None = Field(sa_type=Listed)
    justification: bytes | None = Field(sa_type=Sealed)

    @classmethod
    def begin(
        cls, review: Review, *, organization_id: UUID, post_id: UUID | None = None, person_id: UUID | None = None
    ) -> "ReviewSubject":
        """Somebody or a unit in a review that begins."""
        return cls(
            id=new_id(),
            review_id=review.id,
            organization_id=organization_id,
            post_id=post_id,
            person_id=person_id,
            report_id=None,
            words=None,
            reported_at=None,
            comment=None,
            commented_by=None,
            votes=None,
            votes_by=None,
            counted_by=None,
            draft=None,
            grade=None,
            grounds=None,
            justification=None,
        )

    def graded(self, *, at: datetime) -> ReviewGraded:
        """The fact by which they learn that they have a grade; which, they read here."""
        return ReviewGraded(
            subject_id=self.id, organization_id=self.organization_id, person_id=self.person_id, graded_at=at
        )

    def count(self, votes: list[str], *, by: UUID) -> None:
        """Take in votes: of the first person, who may correct them, then the same of another.

        Raises `VotesCounted`, `VotesDiffer`.
        """
        if self.counted_by is not None:
            raise VotesCounted()
        if self.votes is None or self.votes_by == by:
            self.votes, self.votes_by = votes, by
        elif self.votes != votes:
            raise VotesDiffer()
        else:
            self.counted_by = by
