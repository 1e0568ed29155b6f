"""Households that items go down to: only those of the list's own area, each in the name of whoever answers for it."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from uuid import UUID

from sqlalchemy import bindparam, or_
from sqlmodel import col, select

from chassis.clock import local_date
from chassis.divisions import lies_in, township_of
from chassis.problems import Invalid
from chassis.session import Session
from services.tasks.breakdowns.model import Target
from services.tasks.checklists.model import Checklist
from services.tasks.roster.model import Household, Pairing, Post

OF_VILLAGE = (
    select(Household)
    .where(
        col(Household.township_code) == bindparam("township"),
        col(Household.division_code) == bindparam("village"),
        or_(col(Household.ended_on).is_(None), col(Household.ended_on) >= bindparam("today")),
    )
    .order_by(col(Household.id))
)
PAIRED = (
    select(Pairing)
    .where(
        col(Pairing.township_code) == bindparam("township"),
        col(Pairing.division_code) == bindparam("village"),
        col(Pairing.household_id).is_not(None),
        col(Pairing.helper_post_id).is_not(None),
        col(Pairing.from_on) <= bindparam("today"),
        or_(col(Pairing.to_on).is_(None), col(Pairing.to_on) >= bindparam("today")),
    )
    .order_by(col(Pairing.from_on), col(Pairing.id))
)


class HouseholdsOfOneVillage(Invalid):
    """Items go down to the households of one village, from that village's own list."""

    title_zh = "只有村（社区）的清单才能分解到户：请先分解到村，再在该村的清单上分解到户。"


class NoSuchHouseholdHere(Invalid):
    """There is no such household in the area of this list, or it is none any more."""

    title_zh = "清单所在区域内没有这一户，或该户已注销；请从本区域的户中选择，新登记的户请稍候再试。"


async def check_households(session: Session, checklist: Checklist, named: Iterable[UUID]) -> None:
    """Only households of the list's area that are there today. Raises `NoSuchHouseholdHere`."""
    wanted, today = set(named), local_date(session.now)
    await session.fetch(Household, wanted)
    for household_id in wanted:
        found = await session.get(Household, household_id)
        if (
            found is None
            or not lies_in(found.division_code, checklist.division_code)
            or (found.ended_on is not None and found.ended_on < today)
        ):
            raise NoSuchHouseholdHere(household=str(household_id))


async def targets_of(session: Session, checklist: Checklist, villages: Mapping[str, Target | None]) -> list[Target]:
    """Every household of a list's village in the name of its paired helper's post, or of who answers for the village.

    None of those for which nobody answers. Raises `HouseholdsOfOneVillage`.
    """
    code = checklist.division_code
    if code.endswith("000"):
        raise HouseholdsOfOneVillage()
    village = villages.get(code)
    if village is None:
        return []
    asked = {"township": township_of(code), "village": code, "today": local_date(session.now)}
    helpers = await _helpers(session, await session.all(PAIRED, **asked))
    return [
        replace(
            village,
            household_id=one.id,
            post=helpers.get(one.id, village.post),
            paired=one.id in helpers,
            vacant=village.vacant and one.id not in helpers,
        )
        for one in await session.all(OF_VILLAGE, **asked)
    ]


async def _helpers(session: Session, pairings: Iterable[Pairing]) -> dict[UUID, Post]:
    """The posts, held today, of those who are paired with households; of several, of who is so longest."""
    pairings, found = list(pairings), dict[UUID, Post]()
    await session.fetch(Post, {one.helper_post_id for one in pairings if one.helper_post_id})
    for one in pairings:
        post = await session.get(Post, one.helper_post_id) if one.helper_post_id else None
        if one.household_id and post is not None and post.held_on(local_date(session.now)):
            found.setdefault(one.household_id, post)
    return found
