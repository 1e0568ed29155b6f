"""Reading pairings: of a person, a household, a village, an organisation, or a whole area; from new to old."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import cast
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy import ColumnElement, Select, and_, bindparam
from sqlalchemy import select as columns
from sqlalchemy.orm import Mapped, aliased
from sqlmodel import col

from chassis.clock import local_date
from chassis.divisions import span_of, township_of
from chassis.identifiers import mask_name
from chassis.session import Session
from chassis.two_persons import Span
from services.members.divisions.model import Division
from services.members.households.model import Citizen, Household
from services.members.organizations.model import Organization
from services.members.pairings.model import EndReason, Pairing, PairingStage
from services.members.posts.model import Post
from services.members.posts.views import IN_OFFICE
from services.members.roll.model import Member
from services.members.words import HouseholdTie, PairingKind, PostKind

Column = Mapped[str] | Mapped[UUID] | Mapped[UUID | None]


def head_of(township: Column, household: Column) -> ColumnElement[str | None]:
    """The name of a household's head, or nothing; of two that a register holds, one."""
    name = columns(col(Citizen.name)).where(
        col(Citizen.township_code) == township,
        col(Citizen.household_id) == household,
        col(Citizen.tie) == HouseholdTie.HEAD,
    )
    return name.order_by(col(Citizen.id)).limit(1).scalar_subquery()


Helping, Helped = aliased(Organization), aliased(Organization)

FIELDS = (
    "id",
    "kind",
    "helper_person_id",
    "helper_name",
    "helper_post_id",
    "helper_post",
    "in_office",
    "helper_organization_id",
    "helper_organization_name",
    "household_id",
    "household_code",
    "head",
    "organization_id",
    "organization_name",
    "division_code",
    "division_name",
    "from_on",
    "to_on",
    "stage",
    "end_reason",
    "succeeded_by",
)
SHOWN = (
    columns(
        col(Pairing.id),
        col(Pairing.kind),
        col(Pairing.helper_person_id),
        col(Member.name),
        col(Pairing.helper_post_id),
        col(Post.kind),
        and_(*IN_OFFICE),
        col(Pairing.helper_organization_id),
        col(Helping.name),
        col(Pairing.household_id),
        col(Household.code),
        head_of(col(Pairing.township_code), col(Pairing.household_id)),
        col(Pairing.organization_id),
        col(Helped.name),
        col(Pairing.division_code),
        col(Division.name),
        col(Pairing.from_on),
        col(Pairing.to_on),
        col(Pairing.stage),
        col(Pairing.end_reason),
        col(Pairing.succeeded_by),
    )
    .select_from(Pairing)
    .outerjoin(Member, col(Member.id) == col(Pairing.helper_person_id))
    .outerjoin(Post, col(Post.id) == col(Pairing.helper_post_id))
    .outerjoin(Helping, col(Helping.id) == col(Pairing.helper_organization_id))
    .outerjoin(Helped, col(Helped.id) == col(Pairing.organization_id))
    .outerjoin(Household, col(Household.id) == col(Pairing.household_id))
    .outerjoin(Division, col(Division.code) == col(Pairing.division_code))
)


Shown = Select[*tuple[object, ...]]


def _page(*where: ColumnElement[bool]) -> Shown:
    newest = SHOWN.where(*where, col(Pairing.id) < bindparam("before"))
    return cast("Shown", newest.order_by(col(Pairing.id).desc()).limit(bindparam("most")))


ONE = SHOWN.where(col(Pairing.id) == bindparam("pairing"))
OF_PERSON = _page(col(Pairing.helper_person_id) == bindparam("person"))
OF_PERSON_WITHIN = _page(
    col(Pairing.helper_person_id) == bindparam("person"),
    col(Pairing.division_code).between(bindparam("first"), bindparam("last")),
)
OF_HOUSEHOLD = _page(
    col(Pairing.township_code) == bindparam("township"), col(Pairing.household_id) == bindparam("household")
)
OF_ORGANIZATION = _page(col(Pairing.organization_id) == bindparam("organization"))
BY_ORGANIZATION = _page(
    col(Pairing.helper_organization_id) == bindparam("organization"), col(Pairing.household_id).is_(None)
)
OF_VILLAGE = _page(
    col(Pairing.township_code) == bindparam("township"),
    col(Pairing.division_code) == bindparam("division"),
    col(Pairing.household_id).is_(None),
)
IN_AREA = _page(
    col(Pairing.township_code).between(bindparam("first_township"), bindparam("last_township")),
    col(Pairing.division_code).between(bindparam("first"), bindparam("last")),
    col(Pairing.stage) == PairingStage.RUNNING,
)


@dataclass(frozen=True, slots=True)
class Part:
    """Which part of a list: older than one, and how many at most."""

    before: UUID
    most: int


class PairingLine(BaseModel):
    """A pairing with the names to show: of those in office whole, of a household's head masked."""

    id: UUID
    kind: PairingKind
    kind_zh: str
    helper_person_id: UUID | None
    helper_name: str | None
    helper_post_id: UUID | None
    helper_post_zh: str | None
    to_be_handed_over: bool  # the post by which somebody answers has ended
    helper_organization_id: UUID | None
    helper_organization_name: str | None
    household_id: UUID | None
    household_code: str | None
    head_masked: str | None
    organization_id: UUID | None
    organization_name: str | None
    division_code: str
    division_name: str | None
    from_on: date
    to_on: date | None
    stage: PairingStage
    stage_zh: str
    end_reason_zh: str | None
    succeeded_by: UUID | None


async def one(session: Session, pairing_id: UUID) -> PairingLine | None:
    """One pairing."""
    row = await session.first(ONE, pairing=pairing_id, today=local_date(session.now))
    return None if row is None else _line(row)


async def of_person(
    session: Session, person_id: UUID, part: Part, *, within: Sequence[Span] | None
) -> list[PairingLine]:
    """What a person answers for; of another's, what lies within the areas that one sees."""
    given = {"person": person_id, "today": local_date(session.now), **asdict(part)}
    if within is None:
        return [_line(row) for row in await session.all(OF_PERSON, **given)]
    found = dict[UUID, PairingLine]()
    for first, last in within:
        lines = [_line(row) for row in await session.all(OF_PERSON_WITHIN, first=first, last=last, **given)]
        found.update((line.id, line) for line in lines)
    return sorted(found.values(), key=lambda line: line.id, reverse=True)[: part.most]


async def of_household(session: Session, household: Household, part: Part) -> list[PairingLine]:
    """Who answers, or answered, for a household."""
    given = {"township": household.township_code, "household": household.id}
    return await _read(session, OF_HOUSEHOLD, **asdict(part), **given)


async def of_organization(session: Session, organization_id: UUID, part: Part, *, helping: bool) -> list[PairingLine]:
    """Who answers for an organisation; or which villages it stands by, where it is the one that helps."""
    statement = BY_ORGANIZATION if helping else OF_ORGANIZATION
    return await _read(session, statement, **asdict(part), organization=organization_id)


async def of_village(session: Session, code: str, part: Part) -> list[PairingLine]:
    """Who answers for a village as a whole."""
    return await _read(session, OF_VILLAGE, **asdict(part), township=township_of(code), division=code)


async def in_area(session: Session, code: str, part: Part) -> list[PairingLine]:
    """Every running pairing of an area."""
    return await _read(session, IN_AREA, **asdict(part), **area(code))


def area(code: str) -> dict[str, object]:
    """What a statement over an area is given."""
    first, last = span_of(code)
    return {
        "first": first,
        "last": last,
        "first_township": township_of(first),
        "last_township": township_of(last),
    }


async def _read(session: Session, statement: Shown, **given: object) -> list[PairingLine]:
    return [_line(row) for row in await session.all(statement, today=local_date(session.now), **given)]


def _line(row: Sequence[object]) -> PairingLine:
    said = dict(zip(FIELDS, row, strict=True))
    kind, stage = cast("PairingKind", said["kind"]), cast("PairingStage", said["stage"])
    post, reason = cast("PostKind | None", said.pop("helper_post")), cast("EndReason | None", said.pop("end_reason"))
    head, in_office = cast("str | None", said.pop("head")), said.pop("in_office")
    return PairingLine.model_validate(
        said
        | {
            "kind_zh": kind.zh,
            "stage_zh": stage.zh,
            "helper_post_zh": post.zh if post else None,
            "to_be_handed_over": stage is PairingStage.RUNNING and post is not None and not in_office,
            "head_masked": mask_name(head) if head else None,
            "end_reason_zh": reason.zh if reason else None,
        }
    )
