"""A village's resolution that is carried out here: which item of a list it is, and how that stands."""

from datetime import date, datetime
from uuid import UUID

from sqlmodel import Field

from contracts.feedback import DeliberationResolved
from contracts.tasks import ResolutionFollowed
from services.tasks.tables import Table


class Resolution(Table, table=True):
    """One giving out of one resolution: the work is an item, reported, accepted and struck off as every other."""

    __tablename__ = "resolution"

    deliberation_id: UUID = Field(primary_key=True)
    turn: int = Field(primary_key=True)
    township_code: str = Field(max_length=12)
    division_code: str = Field(max_length=12)  # the village or community
    organization_id: UUID = Field(index=True)  # on whose list it is
    item_id: UUID = Field(foreign_key="checklist_item.id", index=True)
    carrier_id: UUID  # who has it, or had it last
    due_on: date

    @classmethod
    def begin(
        cls, event: DeliberationResolved, *, organization_id: UUID, item_id: UUID, carrier_id: UUID
    ) -> "Resolution":
        """What was just set on a list."""
        return cls(
            deliberation_id=event.deliberation_id,
            turn=event.turn,
            township_code=event.township_code,
            division_code=event.division_code,
            organization_id=organization_id,
            item_id=item_id,
            carrier_id=carrier_id,
            due_on=event.due_on,
        )

    def followed(self, state: str, *, at: datetime) -> ResolutionFollowed:
        """The fact of how it stands now: given, done or withdrawn."""
        return ResolutionFollowed(
            deliberation_id=self.deliberation_id,
            turn=self.turn,
            item_id=self.item_id,
            person_id=self.carrier_id,
            due_on=self.due_on,
            state=state,
            told_at=at,
        )
