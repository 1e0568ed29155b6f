"""The units that have scorecards, and which cases count for each: an area's own, an organisation's and all below it."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CTE, ColumnElement, Label, Select, bindparam, select
from sqlalchemy.orm import Mapped
from sqlmodel import col

from chassis.problems import NotFound
from chassis.session import Session
from services.feedback.cases.model import CaseRecord
from services.feedback.roster.model import Division, Organization
from services.feedback.roster.views import ORGANIZATION_CODED


class NoSuchUnit(NotFound):
    """There is no area or organisation with this code."""

    title_zh = "没有这个单位，请核对编码，或从列表中选择。"


class Level(StrEnum):
    """What kind of unit a scorecard is about."""

    VILLAGE = "village"
    TOWNSHIP = "township"
    DISTRICT = "district"
    ORGANIZATION = "organization"


_KINDS = {
    Level.VILLAGE: ("village", "community"),
    Level.TOWNSHIP: ("township", "street"),
    Level.DISTRICT: ("district",),
}
_LEVELS = {kind: level for level, kinds in _KINDS.items() for kind in kinds}


def part_of_case(level: Level) -> Mapped[str] | Mapped[UUID | None]:
    """The column by which a case belongs to a part of a unit."""
    match level:
        case Level.VILLAGE:
            return col(CaseRecord.division_code)
        case Level.TOWNSHIP:
            return col(CaseRecord.township_code)
        case Level.DISTRICT:
            return col(CaseRecord.district_code)
        case Level.ORGANIZATION:
            return col(CaseRecord.organization_id)


def parts_of_one(level: Level) -> CTE:
    """The unit with the given `code`: its code, its name, and every part of it."""
    kind = Organization if level is Level.ORGANIZATION else Division
    return _with_what_is_below(level, col(kind.code) == bindparam("code"), limit=None)


def parts_of_page(level: Level) -> CTE:
    """The units behind the code `after`, at most `limit`, in the order of codes; each with every part of it."""
    if level is Level.ORGANIZATION:
        return _with_what_is_below(level, col(Organization.code) > bindparam("after"), limit=bindparam("limit"))
    which = (col(Division.code) > bindparam("after")) & col(Division.kind).in_(_KINDS[level])
    return _with_what_is_below(level, which, limit=bindparam("limit"))


def parts_directly_below(level: Level) -> CTE:
    """The units right below the unit with the given `code`, each with every part of it; of an area, give `last` too."""
    match level:
        case Level.ORGANIZATION:
            above = select(col(Organization.id)).where(col(Organization.code) == bindparam("code")).scalar_subquery()
            return _with_what_is_below(level, col(Organization.superior_id) == above, limit=None)
        case Level.DISTRICT | Level.TOWNSHIP:
            below = Level.TOWNSHIP if level is Level.DISTRICT else Level.VILLAGE
            within = col(Division.code).between(bindparam("code"), bindparam("last"))
            return _with_what_is_below(below, within & col(Division.kind).in_(_KINDS[below]), limit=None)
        case Level.VILLAGE:
            raise ValueError("nothing has scorecards below a village")


def _with_what_is_below(level: Level, which: ColumnElement[bool], *, limit: ColumnElement[int] | None) -> CTE:
    if level is not Level.ORGANIZATION:
        part: Label[str] = col(Division.code).label("part")
        areas: Select[str, str, str] = select(col(Division.code), col(Division.name), part).where(which)
        return areas.order_by(col(Division.code)).limit(limit).cte("parts")
    itself: Label[UUID] = col(Organization.id).label("part")
    tops: Select[str, str, UUID] = select(col(Organization.code), col(Organization.name), itself).where(which)
    top = tops.order_by(col(Organization.code)).limit(limit).cte("top")
    parts = select(top.c.code, top.c.name, top.c.part).cte("parts", recursive=True)
    # UNION, not UNION ALL: in the middle of a reorganisation the tree may have a circle.
    return parts.union(
        select(parts.c.code, parts.c.name, col(Organization.id)).join(
            parts, col(Organization.superior_id) == parts.c.part
        )
    )


@dataclass(frozen=True, slots=True)
class Unit:
    """An area or an organisation that has scorecards."""

    level: Level
    code: str
    name: str
    organization_id: UUID | None  # none for an area


async def area(session: Session, code: str) -> Unit:
    """The area with this code. Raises `NoSuchUnit`."""
    found = await session.get(Division, code)
    if found is None or found.kind not in _LEVELS:
        raise NoSuchUnit()
    return Unit(_LEVELS[found.kind], found.code, found.name, None)


async def organization(session: Session, code: str) -> Unit:
    """The organisation with this code. Raises `NoSuchUnit`."""
    found = await session.first(ORGANIZATION_CODED, code=code)
    if found is None:
        raise NoSuchUnit()
    return Unit(Level.ORGANIZATION, found.code, found.name, found.id)
