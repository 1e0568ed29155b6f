"""Lists of pledges: the public's, one's own, and those of the organisations below."""

from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import ColumnElement, bindparam, or_
from sqlmodel import col, select

from chassis.clock import local_date
from chassis.divisions import span_of
from chassis.identity import Actor
from chassis.secrecy import Vault, place_of
from chassis.session import Session
from services.tasks.pledges.model import PledgeStage, PublicPledge
from services.tasks.roster.views import DOWNWARD


class Whose(StrEnum):
    """Which pledges are listed."""

    MINE = "mine"
    BELOW = "below"  # published, of the organisations that my posts reach


_person = bindparam("person", type_=PublicPledge.__table__.c.pledger_id.type)  # type: ignore[attr-defined]
_organization = bindparam("organization", type_=PublicPledge.__table__.c.organization_id.type)  # type: ignore[attr-defined]
_stage = bindparam("stage", type_=sa.String)
_after = (col(PublicPledge.id) < bindparam("before"),)

PUBLISHED = (
    select(PublicPledge)
    .where(
        col(PublicPledge.published_at).is_not(None),
        col(PublicPledge.division_code).between(bindparam("first"), bindparam("last")),
        or_(_organization.is_(None), col(PublicPledge.organization_id) == _organization),
        *_after,
    )
    .order_by(col(PublicPledge.id).desc())
    .limit(bindparam("limit"))
)
_WITHIN: dict[Whose, ColumnElement[bool]] = {
    Whose.MINE: col(PublicPledge.pledger_id) == _person,
    Whose.BELOW: col(PublicPledge.published_at).is_not(None)
    & col(PublicPledge.organization_id).in_(sa.select(DOWNWARD.c.id)),
}
PAGES = {
    whose: select(PublicPledge)
    .where(within, or_(_stage == "", sa.cast(col(PublicPledge.stage), sa.String) == _stage), *_after)
    .order_by(col(PublicPledge.id).desc())
    .limit(bindparam("limit"))
    for whose, within in _WITHIN.items()
}


async def published(
    session: Session, division_code: str, *, organization_id: UUID | None, before: UUID, limit: int
) -> list[PublicPledge]:
    """What an area's people in office and organisations pledged in public, from new to old."""
    first, last = span_of(division_code)
    given = {"first": first, "last": last, "organization": organization_id, "before": before, "limit": limit}
    return await session.all(PUBLISHED, **given)


async def page(
    session: Session, actor: Actor, whose: Whose, *, stage: PledgeStage | None, before: UUID, limit: int
) -> list[PublicPledge]:
    """Pledges from new to old, after a place."""
    given = {"person": actor.person_id, "stage": stage.value if stage else "", "before": before, "limit": limit}
    today = {} if whose is Whose.MINE else {"today": local_date(session.now)}
    return await session.all(PAGES[whose], **given, **today)


def words_of(session: Session, pledge: PublicPledge) -> str:
    """What is pledged."""
    return session.use(Vault).open(pledge.words, place=place_of("public_pledge", "words", pledge.id))


def reason_of(session: Session, pledge: PublicPledge) -> str | None:
    """Why it was found kept or not."""
    place = place_of("public_pledge", "reason", pledge.id)
    return session.use(Vault).open(pledge.reason, place=place) if pledge.reason else None
