"""Planning turns, handing one over, and taking it over; each the body of one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis.divisions import lies_in, township_of
from chassis.identity import Actor
from chassis.problems import NotFound
from chassis.secrecy import Vault, place_of
from chassis.session import Session
from chassis.tables import new_id
from services.tasks.groups import policy
from services.tasks.groups.actions import MEMBERS
from services.tasks.groups.model import WorkGroup
from services.tasks.notices.actions import tell
from services.tasks.notices.kinds import NoticeKind
from services.tasks.roster.model import Post
from services.tasks.stationings.model import (
    NotInTheGroup,
    NotYourTurn,
    OutsideTheGroup,
    Stationing,
    TurnsMeet,
    TurnStage,
)

AT_PLACE = select(Stationing).where(
    col(Stationing.group_id) == bindparam("group"),
    col(Stationing.division_code) == bindparam("division"),
    col(Stationing.stage) != TurnStage.CANCELLED,
)
AFTER = (
    AT_PLACE.where(col(Stationing.from_on) > bindparam("day", type_=Stationing.__table__.c.from_on.type))  # type: ignore[attr-defined]
    .order_by(col(Stationing.from_on), col(Stationing.id))
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class Turn:
    """Who is to be where from when to when."""

    post_id: UUID
    division_code: str
    from_on: date
    to_on: date


async def plan(session: Session, group_id: UUID, *, by: Actor, turns: Sequence[Turn]) -> WorkGroup:
    """Plan turns of a group.

    Raises `NotFound`, `MayNotSetUpGroups`, `NotInTheGroup`, `OutsideTheGroup`, `TurnsMeet`.
    """
    group = await session.get(WorkGroup, group_id, lock=True)  # so that two plans do not meet
    if group is None:
        raise NotFound()
    await policy.check_may_plan(session, by, group)
    members = {one.post_id: one for one in await session.all(MEMBERS, group=group.id)}
    for turn in turns:
        member = members.get(turn.post_id)
        if member is None:
            raise NotInTheGroup()
        inside = group.from_on <= turn.from_on <= turn.to_on <= group.to_on
        if not inside or not lies_in(turn.division_code, group.division_code):
            raise OutsideTheGroup()
        for other in await session.all(AT_PLACE, group=group.id, division=turn.division_code):
            if other.from_on <= turn.to_on and turn.from_on <= other.to_on:
                raise TurnsMeet(from_on=other.from_on.isoformat(), to_on=other.to_on.isoformat())
        session.add(
            Stationing(
                id=new_id(),
                township_code=township_of(turn.division_code),
                division_code=turn.division_code,
                group_id=group.id,
                post_id=member.post_id,
                person_id=member.person_id,
                person_name=member.person_name,
                post_kind=member.post_kind,
                from_on=turn.from_on,
                to_on=turn.to_on,
                stage=TurnStage.PLANNED,
                planned_by=by.person_id,
                words=None,
                handed_at=None,
                taken_at=None,
                taken_by=None,
            )
        )
    return group


async def hand_over(session: Session, turn_id: UUID, *, by: Actor, words: str) -> Stationing:
    """Hand over what is under way. Raises `NotFound`, `NotYourTurn`, `NotAllowedNow`."""
    turn, group = await _to_move(session, turn_id, by=by)
    if turn.person_id != by.person_id:
        raise NotYourTurn()
    turn.move("hand_over")
    turn.words = session.use(Vault).seal(words, place=words_place(turn.id))
    turn.handed_at = session.now
    tell(session, await _next_person(session, turn, group), NoticeKind.TURN_HANDED_OVER, about_id=turn.id)
    return turn


async def take_over(session: Session, turn_id: UUID, *, by: Actor) -> Stationing:
    """Take over what was handed over. Raises `NotFound`, `NotYourTurn`, `NotAllowedNow`."""
    turn, group = await _to_move(session, turn_id, by=by)
    if by.person_id != await _next_person(session, turn, group):
        raise NotYourTurn()
    turn.move("take_over")
    turn.taken_at, turn.taken_by = session.now, by.person_id
    return turn


async def cancel(session: Session, turn_id: UUID, *, by: Actor) -> Stationing:
    """Take a turn out of the plan. Raises `NotFound`, `MayNotSetUpGroups`, `NotAllowedNow`."""
    turn, group = await _to_move(session, turn_id, by=by)
    await policy.check_may_plan(session, by, group)
    turn.move("cancel")
    return turn


def words_place(turn_id: UUID) -> str:
    """Where the words of a hand-over are sealed."""
    return place_of("stationing", "words", turn_id)


async def _to_move(session: Session, turn_id: UUID, *, by: Actor) -> tuple[Stationing, WorkGroup]:
    turn = await session.get(Stationing, turn_id, lock=True)
    group = await session.get(WorkGroup, turn.group_id) if turn else None
    if turn is None or group is None:
        raise NotFound()
    await policy.check_may_see(session, by, group)
    return turn, group


async def _next_person(session: Session, turn: Stationing, group: WorkGroup) -> UUID:
    """Who is stationed next at the place; the leader, where nobody is."""
    after = await session.first(AFTER, group=group.id, division=turn.division_code, day=turn.from_on)
    if after is not None:
        return after.person_id
    leader = await session.get(Post, group.leader_post_id)
    if leader is None:
        raise NotYourTurn()
    return leader.person_id
