"""A grade on its way to the province's platform: frozen as given, sent until it is taken, kept version by version."""

from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field

from chassis.lifecycle import Lifecycle
from chassis.problems import Conflict
from chassis.tables import Digest, Instant, new_id, text_of
from services.feedback.tables import Table

MOST_TRIES = 20
"""About three and a half days with the pauses below (own figures; all instants but `rated_at` are real time)."""
LEASE = timedelta(minutes=2)
"""For so long a copy of this service has a grade to itself; longer than a call takes."""
FIRST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(hours=8)
ALONE_FROM = 4
"""From this try on a grade is sent by itself, so that one that spoils its batch holds up no other."""
UNMAPPED = "item-not-mapped"
CHANGED_HERE = "changed-here"
TO_SEND = text("next_at IS NOT NULL")


class SendingStage(StrEnum):
    """How far a grade has come on its way."""

    WAITING = "waiting"
    TAKEN = "taken"
    REFUSED = "refused"
    GIVEN_UP = "given_up"
    REPLACED = "replaced"

    @property
    def title_zh(self) -> str:
        """The stage's name on the screen."""
        return {
            "waiting": "等待上报",
            "taken": "平台已接收",
            "refused": "平台退回，待处理",
            "given_up": "多次未送达，待处理",
            "replaced": "已由新版本代替",
        }[self]


DEAD = (SendingStage.REFUSED, SendingStage.GIVEN_UP)
"""What nothing happens with any more until somebody looks at it."""

LIFECYCLE = Lifecycle(
    {
        "take": ({SendingStage.WAITING}, SendingStage.TAKEN),
        "refuse": ({SendingStage.WAITING}, SendingStage.REFUSED),
        "give_up": ({SendingStage.WAITING}, SendingStage.GIVEN_UP),
        "send_again": ({SendingStage.REFUSED, SendingStage.GIVEN_UP}, SendingStage.WAITING),
        "replace": ({SendingStage.REFUSED, SendingStage.GIVEN_UP}, SendingStage.REPLACED),
    }
)


class StillUnmapped(Conflict):
    """The field map knows no national service for this item; a grade of it cannot be sent."""

    title_zh = "字段对照里没有这个事项，无法上报。请先在字段对照文件里补上，重启后再重发。"


class NeverMade(Conflict):
    """Nothing was made of this grade to be sent; it has to be made anew by the field map."""

    title_zh = "这条评价还没有生成上报内容，请选择“按现行字段对照重新生成”后重发。"


class NationalRating(Table, table=True):
    """One version of one grade for the platform. What it says is never changed; another version is another row."""

    __tablename__ = "national_rating"
    __table_args__ = (
        UniqueConstraint("request_id", "round", "version", name="national_rating_version"),
        Index("national_rating_next", "next_at", postgresql_where=TO_SEND, sqlite_where=TO_SEND),
        Index("national_rating_stage", "district_code", "stage", "id"),
    )

    id: UUID = Field(primary_key=True)
    invitation_id: UUID
    request_id: UUID
    round: int
    version: int
    district_code: str = Field(max_length=12)
    rated_at: datetime = Field(sa_type=Instant)
    map_version: str = Field(max_length=32)
    content: str | None  # JSON, as it is sent; none where the map has no service for the item
    digest: bytes | None = Field(sa_type=Digest)  # SHA-256 of it
    stage: SendingStage = Field(sa_type=text_of(SendingStage))
    queued_at: datetime = Field(sa_type=Instant)
    attempts: int
    next_at: datetime | None = Field(sa_type=Instant)  # none while nothing is to be done
    taken_at: datetime | None = Field(sa_type=Instant)
    receipt: str | None = Field(max_length=128)  # the platform's own number
    refusal: str | None = Field(max_length=64)  # the last one's code
    sent_again_by: UUID | None

    def begin(self, *, at: datetime) -> bool:
        """Take it in hand for one try, so that no other copy does meanwhile; false if there is nothing to do now."""
        if self.next_at is None or self.next_at > at:
            return False
        self.attempts += 1
        self.next_at = at + LEASE
        return True

    def taken(self, receipt: str | None, *, at: datetime) -> None:
        """The platform has it."""
        self.stage = LIFECYCLE.after("take", self.stage)
        self.taken_at, self.receipt, self.refusal, self.next_at = at, receipt, None, None

    def refused(self, code: str, *, again: bool, after: timedelta | None, at: datetime) -> None:
        """The platform did not take it: try again later, or wait for somebody to look at it."""
        self.refusal = code
        if again and self.attempts < MOST_TRIES:
            pause = min(FIRST_PAUSE * 2 ** (self.attempts - 1), LONGEST_PAUSE)
            self.next_at = at + max(pause, after or pause)
            return
        self.stage = LIFECYCLE.after("give_up" if again else "refuse", self.stage)
        self.next_at = None

    def send_again(self, *, by: UUID, at: datetime) -> None:
        """Be sent as it is, once more from the first try. Raises `NotAllowedNow`, `NeverMade`."""
        stage = LIFECYCLE.after("send_again", self.stage)
        if self.content is None:
            raise NeverMade()
        self.stage, self.attempts, self.next_at, self.sent_again_by = stage, 0, at, by

    def replace(self, content: str, digest: bytes, *, map_version: str, by: UUID, at: datetime) -> "NationalRating":
        """Give way to a version of today's map; this one stays as it was sent. Raises `NotAllowedNow`."""
        self.stage = LIFECYCLE.after("replace", self.stage)
        return NationalRating(
            id=new_id(),
            invitation_id=self.invitation_id,
            request_id=self.request_id,
            round=self.round,
            version=self.version + 1,
            district_code=self.district_code,
            rated_at=self.rated_at,
            map_version=map_version,
            content=content,
            digest=digest,
            stage=SendingStage.WAITING,
            queued_at=at,
            attempts=0,
            next_at=at,
            taken_at=None,
            receipt=None,
            refusal=None,
            sent_again_by=by,
        )
