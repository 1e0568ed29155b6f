"""A pairing: a person or organisation answers for a household, village or organisation, from a date to a date."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Index
from sqlmodel import Field

from chassis.lifecycle import Lifecycle
from chassis.problems import Conflict, Invalid
from chassis.tables import Instant, text_of
from contracts.members import PairingEnded, PairingMade
from services.members.tables import Table
from services.members.words import PairingKind


class PairingStage(StrEnum):
    """How far a pairing has come."""

    RUNNING = "running"
    HANDED_OVER = "handed_over"
    ENDED = "ended"

    @property
    def zh(self) -> str:
        """The stage on the screen."""
        return {"running": "结对中", "handed_over": "已交接", "ended": "已结束"}[self]


class EndReason(StrEnum):
    """Why a pairing ended without a hand-over."""

    GOAL_REACHED = "goal_reached"
    HOUSEHOLD_ENDED = "household_ended"
    HOUSEHOLD_WISH = "household_wish"
    BY_MISTAKE = "by_mistake"

    @property
    def zh(self) -> str:
        """The reason on the screen."""
        return {
            "goal_reached": "帮扶目标已达到",
            "household_ended": "农户迁出或不再存在",
            "household_wish": "农户本人要求",
            "by_mistake": "登记有误",
        }[self]


LIFECYCLE = Lifecycle(
    {
        "hand_over": ({PairingStage.RUNNING}, PairingStage.HANDED_OVER),
        "end": ({PairingStage.RUNNING}, PairingStage.ENDED),
    }
)


class End(StrEnum):
    """What stands at one end of a pairing."""

    PERSON = "person"
    HOUSEHOLD = "household"
    VILLAGE = "village"
    ORGANIZATION = "organization"


FITTING: Mapping[PairingKind, tuple[frozenset[End], frozenset[End]]] = {
    PairingKind.HOUSEHOLD: (frozenset({End.PERSON}), frozenset({End.HOUSEHOLD})),
    PairingKind.CONTACT_POINT: (frozenset({End.PERSON}), frozenset({End.VILLAGE, End.ORGANIZATION})),
    PairingKind.DEPARTMENT_VILLAGE: (frozenset({End.ORGANIZATION}), frozenset({End.VILLAGE})),
    PairingKind.THREE_PLUS_X: (frozenset({End.PERSON, End.ORGANIZATION}), frozenset({End.VILLAGE, End.HOUSEHOLD})),
}
"""By kind: who may help, and whom."""


class EndsDoNotFit(Invalid):
    """This kind of pairing has other ends: who may help whom stands in the details."""

    title_zh = (
        "这种结对的两端不对：挂钩包保是一名干部对一户，联系点是一名干部对一个村或党组织，部门包村是一个部门对一个村。"
    )


class PairedAlready(Conflict):
    """These two are paired already."""

    title_zh = "双方已经结对，无需重复登记。"


class PairingDaysWrong(Invalid):
    """A pairing ends no earlier than it begins, and is handed over on a day of its own."""

    title_zh = "日期有误：结束不早于开始，交接日期应在结对期内且不早于今天。"


class Pairing(Table, table=True):
    """Who answers for whom. Either a person or an organisation helps; a household, an organisation or the village of
    `division_code` is helped."""

    __tablename__ = "pairing"
    __table_args__ = (
        Index("pairing_area", "township_code", "division_code", "stage", "id"),
        Index("pairing_household", "township_code", "household_id", "stage"),
        Index("pairing_person", "helper_person_id", "id"),
        Index("pairing_post", "helper_post_id"),
        Index("pairing_organization", "organization_id", "id"),
        Index("pairing_helping_organization", "helper_organization_id", "id"),
    )

    id: UUID = Field(primary_key=True)
    township_code: str = Field(max_length=12)
    division_code: str = Field(max_length=12)  # of whom it is for
    kind: PairingKind = Field(sa_type=text_of(PairingKind))
    helper_person_id: UUID | None = Field(foreign_key="member.id")
    helper_post_id: UUID | None  # by which the person answers; it is to be handed over when that ends
    helper_organization_id: UUID | None = Field(foreign_key="organization.id")
    household_id: UUID | None = Field(foreign_key="household.id")
    organization_id: UUID | None = Field(foreign_key="organization.id")
    from_on: date
    to_on: date | None  # the last day
    stage: PairingStage = Field(sa_type=text_of(PairingStage))
    end_reason: EndReason | None = Field(sa_type=text_of(EndReason))
    succeeded_by: UUID | None  # the pairing that goes on
    made_at: datetime = Field(sa_type=Instant)

    @property
    def helper_end(self) -> End:
        """What stands on the helping side."""
        return End.PERSON if self.helper_person_id is not None else End.ORGANIZATION

    @property
    def helped_end(self) -> End:
        """What stands on the helped side."""
        if self.household_id is not None:
            return End.HOUSEHOLD
        return End.ORGANIZATION if self.organization_id is not None else End.VILLAGE

    def check_ends(self) -> None:
        """Raise `EndsDoNotFit` where this kind has other ends."""
        helpers, helped = FITTING[self.kind]
        if self.helper_end not in helpers or self.helped_end not in helped:
            raise EndsDoNotFit(kind=self.kind.value, helpers=sorted(helpers), helped=sorted(helped))

    def made(self) -> PairingMade:
        """The fact that it is there."""
        return PairingMade(
            pairing_id=self.id,
            kind=self.kind.value,
            helper_person_id=self.helper_person_id,
            helper_post_id=self.helper_post_id,
            helper_organization_id=self.helper_organization_id,
            household_id=self.household_id,
            organization_id=self.organization_id,
            division_code=self.division_code,
            from_on=self.from_on,
            to_on=self.to_on,
        )

    def end(self, on: date, reason: EndReason) -> PairingEnded:
        """Last until the end of a local day. Raises `NotAllowedNow`, `PairingDaysWrong`."""
        stage = LIFECYCLE.after("end", self.stage)
        self._check_last_day(on)
        self.stage, self.to_on, self.end_reason = stage, on, reason
        return PairingEnded(pairing_id=self.id, to_on=on, handed_over_to=None)

    def hand_over(self, on: date, successor: UUID) -> PairingEnded:
        """Another pairing goes on from a local day. Raises `NotAllowedNow`, `PairingDaysWrong`."""
        stage = LIFECYCLE.after("hand_over", self.stage)
        last = on - timedelta(days=1)
        self._check_last_day(max(last, self.from_on))
        self.stage, self.to_on, self.succeeded_by = stage, last, successor
        return PairingEnded(pairing_id=self.id, to_on=last, handed_over_to=successor)

    def _check_last_day(self, on: date) -> None:
        if on < self.from_on or (self.to_on is not None and on > self.to_on):
            raise PairingDaysWrong()
