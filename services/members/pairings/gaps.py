"""Where nobody answers, or too few or too many: coverage gaps of an area, each kind a list of its own."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import cast
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, bindparam, exists, func, or_
from sqlalchemy import select as columns
from sqlmodel import col

from chassis.clock import local_date
from chassis.paging import cursor_after, place
from chassis.session import Session
from services.members.divisions.model import Division
from services.members.households.model import Household
from services.members.organizations.model import Organization
from services.members.paging import code_after, cursor_after_code, cut
from services.members.pairings.model import Pairing, PairingStage
from services.members.pairings.views import area
from services.members.posts.model import Post
from services.members.posts.views import IN_OFFICE
from services.members.roll.model import Member
from services.members.rules.pack import MemberRules, RuleId
from services.members.words import DivisionKind, PairingKind


class Gap(StrEnum):
    """What is amiss."""

    HOUSEHOLD_WITHOUT = "household_without"
    VILLAGE_WITHOUT = "village_without"
    VILLAGE_BELOW = "village_below"
    VILLAGE_OVER = "village_over"
    VILLAGE_THREE_BELOW = "village_three_below"
    PERSON_BELOW = "person_below"
    PERSON_OVER = "person_over"
    HELPER_LEFT = "helper_left"

    @property
    def zh(self) -> str:
        """The list's name on the screen."""
        return _NAMES[self]


_NAMES = {
    Gap.HOUSEHOLD_WITHOUT: "没有责任人的农户",
    Gap.VILLAGE_WITHOUT: "没有包村部门、联系人的村",
    Gap.VILLAGE_BELOW: "包村部门不足的村",
    Gap.VILLAGE_OVER: "包村部门过多的村",
    Gap.VILLAGE_THREE_BELOW: "“3+X”力量不足的村",
    Gap.PERSON_BELOW: "挂钩户数不足的责任人",
    Gap.PERSON_OVER: "挂钩户数过多的责任人",
    Gap.HELPER_LEFT: "责任人已离任、待交接的结对",
}
BOUNDS: dict[Gap, tuple[RuleId, RuleId | None]] = {
    Gap.VILLAGE_BELOW: (RuleId.DEPARTMENTS_LEAST, RuleId.DEPARTMENTS_MOST),
    Gap.VILLAGE_OVER: (RuleId.DEPARTMENTS_LEAST, RuleId.DEPARTMENTS_MOST),
    Gap.VILLAGE_THREE_BELOW: (RuleId.THREE_PLUS_X_LEAST, None),
    Gap.PERSON_BELOW: (RuleId.HOUSEHOLDS_LEAST, RuleId.HOUSEHOLDS_MOST),
    Gap.PERSON_OVER: (RuleId.HOUSEHOLDS_LEAST, RuleId.HOUSEHOLDS_MOST),
}
BELOW = {Gap.VILLAGE_BELOW, Gap.VILLAGE_THREE_BELOW, Gap.PERSON_BELOW}

RUNNING = (
    col(Pairing.stage) == PairingStage.RUNNING,
    col(Pairing.from_on) <= bindparam("today"),
    or_(col(Pairing.to_on).is_(None), col(Pairing.to_on) >= bindparam("today")),
)
OF_THE_VILLAGE = (
    col(Pairing.division_code) == col(Division.code),
    col(Pairing.household_id).is_(None),
    col(Pairing.organization_id).is_(None),
)
VILLAGES = (
    col(Division.code).between(bindparam("first"), bindparam("last")),
    col(Division.kind).in_([DivisionKind.VILLAGE, DivisionKind.COMMUNITY]),
    col(Division.code) > bindparam("after"),
)


def _within(of: type[Pairing] | type[Household]) -> tuple[ColumnElement[bool], ...]:
    return (
        col(of.township_code).between(bindparam("first_township"), bindparam("last_township")),
        col(of.division_code).between(bindparam("first"), bindparam("last")),
    )


HOUSEHOLDS_WITHOUT = (
    columns(col(Household.id), col(Household.code), col(Household.division_code))
    .where(
        *_within(Household),
        col(Household.ended_on).is_(None),
        col(Household.id) < bindparam("before"),
        ~exists().where(
            col(Pairing.township_code) == col(Household.township_code),
            col(Pairing.household_id) == col(Household.id),
            *RUNNING,
        ),
    )
    .order_by(col(Household.id).desc())
    .limit(bindparam("most"))
)
VILLAGES_WITHOUT = (
    columns(col(Division.code), col(Division.name))
    .where(*VILLAGES, ~exists().where(*OF_THE_VILLAGE, *RUNNING))
    .order_by(col(Division.code))
    .limit(bindparam("most"))
)


Rows = Select[*tuple[object, ...]]


def _villages(kind: PairingKind, *, below: bool) -> Rows:
    """Villages with fewer helpers of a kind than `bound`, or with more."""
    helpers = func.count(col(Pairing.id))
    counted = (
        columns(col(Division.code), col(Division.name), helpers)
        .outerjoin_from(Division, Pairing, and_(*OF_THE_VILLAGE, col(Pairing.kind) == kind, *RUNNING))
        .where(*VILLAGES)
        .group_by(col(Division.code), col(Division.name))
    )
    bounded = counted.having(helpers < bindparam("bound") if below else helpers > bindparam("bound"))
    return cast("Rows", bounded.order_by(col(Division.code)).limit(bindparam("most")))


def _persons(*, below: bool) -> Rows:
    households = func.count(col(Pairing.id))
    counted = (
        columns(col(Member.id), col(Member.name), col(Organization.name), households)
        .join_from(Pairing, Member, col(Member.id) == col(Pairing.helper_person_id))
        .join(Organization, col(Organization.id) == col(Member.organization_id))
        .where(
            *_within(Pairing),
            col(Pairing.kind) == PairingKind.HOUSEHOLD,
            *RUNNING,
            col(Member.id) < bindparam("before"),
        )
        .group_by(col(Member.id), col(Member.name), col(Organization.name))
    )
    bounded = counted.having(households < bindparam("bound") if below else households > bindparam("bound"))
    return cast("Rows", bounded.order_by(col(Member.id).desc()).limit(bindparam("most")))


LEFT = (
    columns(col(Pairing.id), col(Member.name), col(Pairing.division_code))
    .join_from(Pairing, Post, col(Post.id) == col(Pairing.helper_post_id))
    .join(Member, col(Member.id) == col(Pairing.helper_person_id))
    .where(*_within(Pairing), *RUNNING, ~and_(*IN_OFFICE), col(Pairing.id) < bindparam("before"))
    .order_by(col(Pairing.id).desc())
    .limit(bindparam("most"))
)
OF_VILLAGES: dict[Gap, Rows] = {
    Gap.VILLAGE_WITHOUT: cast("Rows", VILLAGES_WITHOUT),
    Gap.VILLAGE_BELOW: _villages(PairingKind.DEPARTMENT_VILLAGE, below=True),
    Gap.VILLAGE_OVER: _villages(PairingKind.DEPARTMENT_VILLAGE, below=False),
    Gap.VILLAGE_THREE_BELOW: _villages(PairingKind.THREE_PLUS_X, below=True),
}
OTHERS: dict[Gap, Rows] = {
    Gap.HOUSEHOLD_WITHOUT: cast("Rows", HOUSEHOLDS_WITHOUT),
    Gap.PERSON_BELOW: _persons(below=True),
    Gap.PERSON_OVER: _persons(below=False),
    Gap.HELPER_LEFT: cast("Rows", LEFT),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One gap: a household, a village, a person or a pairing, by what it is known by."""

    about: str  # an id, or a division's code
    name: str  # of a household its code: who they are is not needed here
    place: str
    there: int
    least: int | None
    most: int | None


async def page(
    session: Session, code: str, gap: Gap, *, cursor: str | None, limit: int
) -> tuple[list[Line], str | None]:
    """Gaps of a kind in an area today, and the cursor of the next page. Raises `WrongCursor`."""
    today = local_date(session.now)
    least, most = bounds(session, gap, on=today)
    given: dict[str, object] = {"most": limit + 1, "today": today}
    if gap in BOUNDS:
        given["bound"] = least if gap in BELOW else most
    span = area(code)
    if gap in OF_VILLAGES:
        given |= {"first": span["first"], "last": span["last"], "after": code_after(cursor)}
        rows = await session.all(OF_VILLAGES[gap], **given)
        following: Callable[[Line], str] = _after_code
        lines = [Line(str(row[0]), str(row[1]), str(row[0]), _count(row, 2), least, most) for row in rows]
    else:
        rows = await session.all(OTHERS[gap], before=place(cursor), **given, **span)
        following = _after_id
        lines = [Line(str(row[0]), str(row[1]), str(row[2]), _count(row, 3), least, most) for row in rows]
    return cut(lines, limit=limit, cursor=following)


def bounds(session: Session, gap: Gap, *, on: date) -> tuple[int | None, int | None]:
    """The bounds of the rules by which a gap is one."""
    rules = session.use(MemberRules)
    least, most = BOUNDS.get(gap, (None, None))
    return (
        rules.rule(least, on=on).value if least else None,
        rules.rule(most, on=on).value if most else None,
    )


def _after_code(line: Line) -> str:
    return cursor_after_code(line.about)


def _after_id(line: Line) -> str:
    return cursor_after(UUID(line.about))


def _count(row: tuple[object, ...], at: int) -> int:
    return int(str(row[at])) if len(row) > at else 0
