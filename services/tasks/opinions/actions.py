"""Giving an opinion, once for each person, thing and quarter."""

from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis.clock import local_date
from chassis.identity import Actor
from chassis.secrecy import Vault
from chassis.session import Session
from chassis.tables import new_id
from services.tasks.opinions.model import (
    Opinion,
    OpinionAbout,
    OpinionGiven,
    OpinionGivenAlready,
    OpinionTally,
    OwnDoing,
    Voice,
)
from services.tasks.recurring_duties.periods import Every, Period
from services.tasks.rules.pack import RuleId, RulePack

OF_THING = (
    select(OpinionTally)
    .where(
        col(OpinionTally.about_id) == bindparam("about"),
        col(OpinionTally.period_on) == bindparam("period"),
        col(OpinionTally.voice) == bindparam("voice"),
    )
    .with_for_update()
)
GIVEN = select(OpinionGiven.id).where(col(OpinionGiven.voice) == bindparam("voice"))


@dataclass(frozen=True, slots=True)
class Thing:
    """Something that opinions may be about now, and those who have none on it, since it is their own."""

    id: UUID
    township_code: str
    own: Collection[UUID]


Find = Callable[[Session, UUID], Awaitable[Thing]]
"""Finds a thing that may be judged now. Raises `NotFound`, `NothingToJudgeYet`."""


class Judged:
    """How things of each kind are found; among what the service uses."""

    def __init__(self, finders: dict[OpinionAbout, Find]) -> None:
        self.finders = finders


async def give(
    session: Session, about: OpinionAbout, about_id: UUID, *, by: Actor, opinion: Opinion, voice: Voice
) -> None:
    """Take an opinion in. Raises `NotFound`, `NothingToJudgeYet`, `OwnDoing`, `OpinionGivenAlready`.

    Who gave it and what it was are written in two tables that nothing joins.
    """
    thing = await session.use(Judged).finders[about](session, about_id)
    if by.person_id in thing.own:
        raise OwnDoing()
    today = local_date(session.now)
    period = period_of(today)
    said = f"{by.person_id}\0{about_id}\0{period}"
    once = session.use(Vault).index(said, place="opinion_given.voice")
    tally = await session.first(OF_THING, about=about_id, period=period, voice=voice)
    if await session.first(GIVEN, voice=once) is not None:
        raise OpinionGivenAlready()
    session.add(OpinionGiven(id=new_id(), township_code=thing.township_code, voice=once))
    if tally is None:
        tally = _nothing(about, thing, period, voice)
        session.add(tally)
    tally.add(opinion, least=session.use(RulePack).rule(RuleId.OPINIONS_LEAST, on=today).value)


def period_of(day: date) -> date:
    """The first day of the quarter."""
    return Period.around(day, Every.QUARTER).first


def _nothing(about: OpinionAbout, thing: Thing, period: date, voice: Voice) -> OpinionTally:
    return OpinionTally(
        id=new_id(),
        township_code=thing.township_code,
        about=about,
        about_id=thing.id,
        period_on=period,
        voice=voice,
        satisfied=0,
        fairly_satisfied=0,
        dissatisfied=0,
        no_opinion=0,
        shown_satisfied=0,
        shown_fairly_satisfied=0,
        shown_dissatisfied=0,
        shown_no_opinion=0,
    )
