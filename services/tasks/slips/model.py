"""A slip of paper with a one-time code, good for one answer about one round."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Field

from chassis.problems import Conflict
from chassis.tables import Digest, Instant, text_of
from services.tasks.requests.model import Solved
from services.tasks.tables import Table


class SlipUsed(Conflict):
    """An answer was given by this slip already."""

    title_zh = "这张评判条已经用过，回答已记录；如要更改，请本人登录或请工作人员回访。"


class SlipOver(Conflict):
    """This slip is no longer good: its days are over, a newer one was printed, or a newer round has begun."""

    title_zh = "这张评判条已失效，请到乡镇（街道）或县级窗口重新领取。"


class Slip(Table, table=True):
    """What was printed, by whom, and what came back by it. The code is kept as a blind index alone."""

    __tablename__ = "slip"

    id: UUID = Field(primary_key=True)
    request_id: UUID = Field(foreign_key="service_request.id", index=True)
    round: int
    code_index: bytes = Field(sa_type=Digest, unique=True)
    printed_at: datetime = Field(sa_type=Instant)
    printed_by: UUID
    post_id: UUID
    expires_at: datetime = Field(sa_type=Instant)
    void_at: datetime | None = Field(sa_type=Instant)  # a newer slip was printed
    used_at: datetime | None = Field(sa_type=Instant)
    solved: Solved | None = Field(sa_type=text_of(Solved))

    def use(self, solved: Solved, *, round_: int, at: datetime) -> bool:
        """Take the one answer; whether it is new. The same once more changes nothing. Raises `SlipUsed`, `SlipOver`."""
        if self.used_at is not None:
            if self.solved is solved:
                return False
            raise SlipUsed()
        if self.void_at is not None or at >= self.expires_at or round_ != self.round:
            raise SlipOver()
        self.used_at, self.solved = at, solved
        return True
