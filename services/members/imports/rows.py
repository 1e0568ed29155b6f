"""The rows of a roster after checking."""

from dataclasses import dataclass, field
from datetime import date

from chassis.sheets.faults import RowFault
from services.members.words import HouseholdTie, MemberStage, PostKind, Sex, Tier


@dataclass(frozen=True, slots=True)
class OrganizationRow:
    """One organisation; without a superior it is the top of its tree."""

    code: str
    name: str
    tier: Tier
    superior_code: str | None
    division_code: str | None
    founded_on: date | None
    term_ends_on: date | None
    generated: bool = False
    row: int = field(default=0, compare=False)  # where it stood, counted from 1 as spreadsheets do


@dataclass(frozen=True, slots=True)
class MemberRow:
    """One person on the roll."""

    citizen_number: str
    name: str
    sex: Sex
    ethnic_group: str
    organization_code: str
    stage: MemberStage
    admitted_on: date | None
    confirmed_on: date | None
    phone: str | None
    address: str | None
    division_code: str | None
    generated: bool = False
    row: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class PostRow:
    """One post of a person on the roll, in an organisation, an area, or both; `held_until` is its last day."""

    citizen_number: str
    name: str
    kind: PostKind
    organization_code: str | None
    division_code: str | None
    held_from: date
    held_until: date | None
    generated: bool = False
    row: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class CitizenRow:
    """One person of a household."""

    household_code: str
    citizen_number: str
    name: str
    sex: Sex
    division_code: str
    address: str | None
    phone: str | None
    tie: HouseholdTie
    generated: bool = False
    row: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Checked:
    """The good rows of a workbook and every fault of the others; a row with a fault is in no list."""

    organizations: list[OrganizationRow]
    members: list[MemberRow]
    posts: list[PostRow]
    citizens: list[CitizenRow]
    faults: list[RowFault]
    warnings: list[RowFault]  # against the size rules; the rows stand
    unread: list[str]  # sheets that look like none of the four kinds
