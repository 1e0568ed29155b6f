"""Pairing, ending and handing over, within the bounds of the rules; each is told at once."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, bindparam, or_
from sqlmodel import col, select

from chassis.clock import local_date
from chassis.divisions import township_of
from chassis.identity import Actor
from chassis.problems import Conflict, Invalid, NotFound
from chassis.session import Session
from chassis.tables import new_id
from contracts.members import HouseholdPeopled
from services.members.divisions.model import Division
from services.members.households.model import Citizen, Household
from services.members.organizations.model import NoSuchOrganization, Organization
from services.members.pairings import policy
from services.members.pairings.model import EndReason, EndsDoNotFit, PairedAlready, Pairing, PairingDaysWrong
from services.members.pairings.model import PairingStage as Stage
from services.members.posts.model import Post
from services.members.roll.model import Member
from services.members.rules.pack import MemberRules, RuleId
from services.members.words import DivisionKind, PairingKind

MOST_AT_ONCE = 500  # pairings of one post that are handed over together


class NoSuchHousehold(Invalid):
    """There is no such household, or it has ended."""

    title_zh = "没有这一户，或该户已经注销，请核对后重新选择。"


class NoSuchHelper(Invalid):
    """There is nobody on the roll with this id, or they do not hold this post."""

    title_zh = "责任人不在党员名册中，或不担任所填岗位，请核对后重新选择。"


class NoSuchVillage(Invalid):
    """There is no such village or community."""

    title_zh = "没有这个村（社区），请从区划列表中选择。"


class TooManyHouseholds(Conflict):
    """This person answers for as many households already as the rules allow."""

    title_zh = "此人挂钩的户数已到上限，请另选责任人，或先交接一户。"


class TooManyDepartments(Conflict):
    """As many departments stand by this village already as the rules allow."""

    title_zh = "该村的包村部门已到上限，请核对，或先结束其中一个。"


@dataclass(frozen=True, slots=True)
class Helper:
    """Who helps: a person, perhaps by a post of theirs, or an organisation."""

    person_id: UUID | None
    post_id: UUID | None
    organization_id: UUID | None


@dataclass(frozen=True, slots=True)
class Helped:
    """Who is helped: a household, an organisation, or a village by its code."""

    household_id: UUID | None
    organization_id: UUID | None
    division_code: str | None


def lasting(first: str = "first") -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """The pairing runs on a local date, or will."""
    day = bindparam(first, type_=Pairing.__table__.c.from_on.type)  # type: ignore[attr-defined]
    return col(Pairing.stage) == Stage.RUNNING, or_(col(Pairing.to_on).is_(None), col(Pairing.to_on) >= day)


OF_PERSON = select(Pairing).where(
    col(Pairing.helper_person_id) == bindparam("person"), col(Pairing.kind) == bindparam("kind"), *lasting()
)
OF_VILLAGE = select(Pairing).where(
    col(Pairing.township_code) == bindparam("township"),
    col(Pairing.division_code) == bindparam("division"),
    col(Pairing.kind) == bindparam("kind"),
    col(Pairing.household_id).is_(None),
    col(Pairing.organization_id).is_(None),
    *lasting(),
)
SAME = select(Pairing).where(
    col(Pairing.township_code) == bindparam("township"),
    col(Pairing.division_code) == bindparam("division"),
    col(Pairing.kind) == bindparam("kind"),
    *lasting(),
)
OF_POST = (
    select(Pairing)
    .where(col(Pairing.helper_post_id) == bindparam("post"), *lasting())
    .order_by(col(Pairing.id))
    .limit(MOST_AT_ONCE)
    .with_for_update()
)
PEOPLE_OF = (
    select(Citizen.id)
    .where(col(Citizen.township_code) == bindparam("township"), col(Citizen.household_id) == bindparam("household"))
    .order_by(col(Citizen.id))
)


async def make(
    session: Session,
    *,
    by: Actor,
    kind: PairingKind,
    helper: Helper,
    helped: Helped,
    from_on: date | None,
    to_on: date | None,
) -> Pairing:
    """Pair two ends from a local date (today, unless said) to a local date (open, unless said)."""
    area = await _area_of(session, helped)
    await policy.check_may_arrange(session, by, area)
    from_on = from_on or local_date(session.now)
    pairing = await _draw(session, kind, helper, helped, area=area, from_on=from_on, to_on=to_on)
    await _check_bounds(session, pairing)
    await _enter(session, pairing)
    return pairing


async def end(session: Session, pairing_id: UUID, *, by: Actor, on: date, reason: EndReason) -> Pairing:
    """Let a pairing last until the end of a local day. Raises `NotFound`, `Forbidden`, `NotAllowedNow`."""
    pairing = await _arranged(session, pairing_id, by=by)
    session.publish(pairing.end(on, reason))
    return pairing


async def hand_over(session: Session, pairing_id: UUID, *, by: Actor, helper: Helper, on: date) -> Pairing:
    """Have somebody else answer from a local date on; gives the pairing that goes on."""
    return await _hand_over(session, await _arranged(session, pairing_id, by=by), helper, on=on)


async def hand_over_all(
    session: Session, *, by: Actor, from_post_id: UUID, to_post_id: UUID, on: date
) -> list[Pairing]:
    """Everything that somebody answered for by a post goes to the holder of another: all of it, or nothing.

    Raises `NoSuchHelper`, `Forbidden`, `TooManyHouseholds`.
    """
    successor = await session.get(Post, to_post_id)
    if successor is None:
        raise NoSuchHelper()
    helper = Helper(person_id=successor.person_id, post_id=successor.id, organization_id=None)
    found = await session.all(OF_POST, post=from_post_id, first=on)
    for area in {pairing.division_code for pairing in found}:
        await policy.check_may_arrange(session, by, area)
    if not found:
        raise NotFound()
    return [await _hand_over(session, pairing, helper, on=on) for pairing in found]


async def tell_people(session: Session, household: Household) -> None:
    """Tell who belongs to a household that somebody is paired with."""
    people = await session.all(PEOPLE_OF, township=household.township_code, household=household.id)
    session.publish(HouseholdPeopled(household_id=household.id, person_ids=tuple(people)))


async def _hand_over(session: Session, before: Pairing, helper: Helper, *, on: date) -> Pairing:
    if on < local_date(session.now):
        raise PairingDaysWrong()
    helped = Helped(
        household_id=before.household_id,
        organization_id=before.organization_id,
        division_code=before.division_code if before.household_id is None and before.organization_id is None else None,
    )
    after = await _draw(session, before.kind, helper, helped, area=before.division_code, from_on=on, to_on=before.to_on)
    session.publish(before.hand_over(on, after.id))
    await session.flush()  # what was handed over does not count towards the bounds of its successor
    await _check_bounds(session, after)
    await _enter(session, after)
    return after


async def _arranged(session: Session, pairing_id: UUID, *, by: Actor) -> Pairing:
    pairing = await session.get(Pairing, pairing_id, lock=True)
    if pairing is None:
        raise NotFound()
    await policy.check_may_see(session, by, pairing)
    await policy.check_may_arrange(session, by, pairing.division_code)
    return pairing


async def _enter(session: Session, pairing: Pairing) -> None:
    session.add(pairing)
    session.publish(pairing.made())
    if pairing.household_id is not None:
        household = await session.get(Household, pairing.household_id, lock=True)
        if household is not None:
            await tell_people(session, household)


async def _draw(
    session: Session,
    kind: PairingKind,
    helper: Helper,
    helped: Helped,
    *,
    area: str,
    from_on: date,
    to_on: date | None,
) -> Pairing:
    """The pairing as it is to stand; its helper is held, so that two at once cannot pass the bounds together."""
    await _check_helper(session, helper, on=from_on)
    pairing = Pairing(
        id=new_id(),
        township_code=township_of(area),
        division_code=area,
        kind=kind,
        helper_person_id=helper.person_id,
        helper_post_id=helper.post_id,
        helper_organization_id=helper.organization_id,
        household_id=helped.household_id,
        organization_id=helped.organization_id,
        from_on=from_on,
        to_on=to_on,
        stage=Stage.RUNNING,
        end_reason=None,
        succeeded_by=None,
        made_at=session.now,
    )
    pairing.check_ends()
    if to_on is not None and to_on < from_on:
        raise PairingDaysWrong()
    return pairing


async def _area_of(session: Session, helped: Helped) -> str:
    """Where those who are helped are. Raises `EndsDoNotFit` unless exactly one is named."""
    if sum(one is not None for one in (helped.household_id, helped.organization_id, helped.division_code)) != 1:
        raise EndsDoNotFit()
    if helped.household_id is not None:
        household = await session.get(Household, helped.household_id)
        if household is None or household.ended_on is not None:
            raise NoSuchHousehold()
        return household.division_code
    if helped.organization_id is not None:
        organization = await session.get(Organization, helped.organization_id)
        if organization is None:
            raise NoSuchOrganization()
        return organization.division_code
    division = await session.get(Division, helped.division_code)
    if division is None or division.kind not in {DivisionKind.VILLAGE, DivisionKind.COMMUNITY}:
        raise NoSuchVillage()
    return division.code


async def _check_helper(session: Session, helper: Helper, *, on: date) -> None:
    if (helper.person_id is None) is (helper.organization_id is None):
        raise EndsDoNotFit()
    if helper.organization_id is not None:
        if helper.post_id is not None or await session.get(Organization, helper.organization_id) is None:
            raise NoSuchOrganization()
        return
    if await session.get(Member, helper.person_id, lock=True) is None:
        raise NoSuchHelper()
    if helper.post_id is not None:
        post = await session.get(Post, helper.post_id)
        if post is None or post.person_id != helper.person_id or not post.held_through(on, on):
            raise NoSuchHelper()


async def _check_bounds(session: Session, pairing: Pairing) -> None:
    """Not the same twice, and not more than the rules allow. Raises `PairedAlready`, `TooManyHouseholds` …"""
    given = {"township": pairing.township_code, "division": pairing.division_code, "first": pairing.from_on}
    for other in await session.all(SAME, kind=pairing.kind, **given):
        if _ends(other) == _ends(pairing):
            raise PairedAlready(pairing_id=str(other.id))
    rules = session.use(MemberRules)
    if pairing.kind is PairingKind.HOUSEHOLD:
        held = await session.all(
            OF_PERSON, person=pairing.helper_person_id, kind=PairingKind.HOUSEHOLD, first=pairing.from_on
        )
        most = rules.rule(RuleId.HOUSEHOLDS_MOST, on=pairing.from_on).value
        if len(held) >= most:
            raise TooManyHouseholds(most=most, held=len(held))
    if pairing.kind is PairingKind.DEPARTMENT_VILLAGE:
        await session.get(Division, pairing.division_code, lock=True)
        there = await session.all(OF_VILLAGE, kind=PairingKind.DEPARTMENT_VILLAGE, **given)
        most = rules.rule(RuleId.DEPARTMENTS_MOST, on=pairing.from_on).value
        if len(there) >= most:
            raise TooManyDepartments(most=most, held=len(there))


def _ends(pairing: Pairing) -> tuple[UUID | None, ...]:
    return (
        pairing.helper_person_id,
        pairing.helper_organization_id,
        pairing.household_id,
        pairing.organization_id,
    )
