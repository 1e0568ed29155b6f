"""The numbers of a list or an item: how many below it were signed for, reported, done, late."""

from uuid import UUID

from sqlalchemy import Index
from sqlmodel import Field

from chassis.tables import text_of
from services.tasks.assignments.model import DONE, AssignmentStage
from services.tasks.tables import Table

COUNTED = ("leaves", "signed", "reported", "done", "closed", "late", "done_late", "shares")
"""The columns that are sums over what stands below."""


class Tally(Table, table=True):
    """The numbers of one list or item. One that nothing stands below has a person's assignment, and counts by it."""

    __tablename__ = "tally"
    __table_args__ = (Index("tally_superior", "superior_id"),)

    id: UUID = Field(primary_key=True)  # of the item, or of the list
    township_code: str = Field(max_length=12)
    superior_id: UUID | None  # the item or list whose numbers these are part of
    stage: AssignmentStage | None = Field(sa_type=text_of(AssignmentStage))  # of its own assignment, if any
    share: int  # of its own assignment, per cent
    missed: bool  # the day of its own assignment went by
    leaves: int  # assignments at and below it
    signed: int
    reported: int  # and waiting for acceptance
    done: int
    closed: int
    late: int  # missed, and not done yet
    done_late: int
    shares: int  # per cent, summed

    def own(self) -> dict[str, int]:
        """What it counts for by its own assignment."""
        if self.stage is None or self.stage is AssignmentStage.WITHDRAWN:
            return dict.fromkeys(COUNTED, 0)
        done = self.stage in DONE
        return {
            "leaves": 1,
            "signed": int(self.stage is not AssignmentStage.ISSUED),
            "reported": int(self.stage is AssignmentStage.REPORTED),
            "done": int(done),
            "closed": int(self.stage is AssignmentStage.CLOSED_OUT),
            "late": int(self.missed and not done),
            "done_late": int(self.missed and done),
            "shares": 100 if done else self.share,
        }


def empty(tally_id: UUID, *, township_code: str, superior_id: UUID | None) -> Tally:
    """A list or item that nothing is known of yet."""
    return Tally(
        id=tally_id,
        township_code=township_code,
        superior_id=superior_id,
        stage=None,
        share=0,
        missed=False,
        **dict.fromkeys(COUNTED, 0),
    )
