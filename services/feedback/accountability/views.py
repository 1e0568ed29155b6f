"""Cases, objections and what lies on the desk, as each may see them."""

from datetime import date
from uuid import UUID

from sqlalchemy import BindParameter, ColumnElement, bindparam, func, or_
from sqlmodel import col, select

from chassis.clock import local_date, midnight
from chassis.divisions import span_of
from chassis.identity import Actor
from chassis.secrecy import Vault, place_of
from chassis.session import Session
from services.feedback.accountability.model import AccountabilityCase, Consideration, PraiseObjection
from services.feedback.accountability.policy import SPOKEN_FOR
from services.feedback.accountability.words import STANDING, AccountabilityStage, Measure
from services.feedback.roster.model import Organization, Post
from services.feedback.roster.views import BELOW

_REACHED = col(AccountabilityCase.organization_id).in_(select(BELOW.c.id))
_MINE: ColumnElement[bool] = or_(
    col(AccountabilityCase.person_id) == bindparam("person"),
    col(AccountabilityCase.post_id).is_(None) & col(AccountabilityCase.organization_id).in_(SPOKEN_FOR),
)
_ORDER = col(AccountabilityCase.id).desc()
_BEFORE = col(AccountabilityCase.id) < bindparam("before")
_LIMIT: BindParameter[int] = bindparam("limit")
RUNNING = [stage.value for stage in AccountabilityStage if stage.value not in {"ended", "dropped", "quashed"}]

BELOW_ME = select(AccountabilityCase).where(_REACHED, _BEFORE).order_by(_ORDER).limit(_LIMIT)
BELOW_ME_RUNNING = (
    select(AccountabilityCase)
    .where(_REACHED, _BEFORE, col(AccountabilityCase.stage).in_(RUNNING))
    .order_by(_ORDER)
    .limit(_LIMIT)
)
ABOUT_ME = select(AccountabilityCase).where(_MINE, _BEFORE).order_by(_ORDER).limit(_LIMIT)
_PRAISE = col(AccountabilityCase.praises).is_(True)
POSTED = (
    select(AccountabilityCase)
    .where(_PRAISE, col(AccountabilityCase.stage) == AccountabilityStage.PROPOSED, _BEFORE)
    .order_by(_ORDER)
    .limit(_LIMIT)
)
ROLL = (
    select(AccountabilityCase)
    .where(
        _PRAISE,
        col(AccountabilityCase.stage).in_([stage.value for stage in STANDING]),
        col(AccountabilityCase.post_id).is_(None),
        _BEFORE,
    )
    .order_by(_ORDER)
    .limit(_LIMIT)
)
"""Units alone: what is said in praise of a person stands on no list once it is no longer posted."""

OBJECTIONS = (
    select(PraiseObjection)
    .where(col(PraiseObjection.case_id) == bindparam("case"))
    .order_by(col(PraiseObjection.id))
    .limit(200)
)
OBJECTION_OF = (
    select(PraiseObjection)
    .where(col(PraiseObjection.case_id) == bindparam("case"), col(PraiseObjection.person_id) == bindparam("person"))
    .limit(1)
)
OWN_OBJECTIONS = (
    select(PraiseObjection)
    .where(col(PraiseObjection.person_id) == bindparam("person"))
    .order_by(col(PraiseObjection.id).desc())
    .limit(100)
)
DESK = (
    select(Consideration)
    .where(
        col(Consideration.organization_id).in_(select(BELOW.c.id)),
        col(Consideration.settled_at).is_(None),
        col(Consideration.id) < bindparam("before"),
    )
    .order_by(col(Consideration.id).desc())
    .limit(_LIMIT)
)


HELD = (*STANDING, AccountabilityStage.APPEALED, AccountabilityStage.ENDED)
"""Where a decision was made and not quashed."""
COUNTED = (
    select(AccountabilityCase.measure, func.count())
    .where(
        col(AccountabilityCase.division_code).between(bindparam("first"), bindparam("last")),
        col(AccountabilityCase.stage).in_([stage.value for stage in HELD]),
        col(AccountabilityCase.decided_at) >= bindparam("since"),
        col(AccountabilityCase.decided_at) < bindparam("before"),
    )
    .group_by(col(AccountabilityCase.measure))
)


async def counted(session: Session, code: str, *, year: int) -> dict[Measure, int]:
    """How many measures were decided in an area in a local year, and not quashed; those that never are left out."""
    first, last = span_of(code)
    days = {"since": midnight(date(year, 1, 1)), "before": midnight(date(year + 1, 1, 1))}
    rows = await session.all(COUNTED, first=first, last=last, **days)
    return {Measure(measure): many for measure, many in rows}


async def below(session: Session, actor: Actor, *, over: bool, before: UUID, limit: int) -> list[AccountabilityCase]:
    """Cases of organisations below those whose work a person sees."""
    given = {"person": actor.person_id, "today": local_date(session.now), "before": before, "limit": limit}
    return await session.all(BELOW_ME if over else BELOW_ME_RUNNING, **given)


async def about_me(session: Session, actor: Actor, *, before: UUID, limit: int) -> list[AccountabilityCase]:
    """Cases about a person, and about the organisations that they speak for."""
    given = {"person": actor.person_id, "today": local_date(session.now), "before": before, "limit": limit}
    return await session.all(ABOUT_ME, **given)


async def posted(session: Session, *, before: UUID, limit: int) -> list[AccountabilityCase]:
    """Praises that are posted for objections."""
    return await session.all(POSTED, before=before, limit=limit)


async def roll(session: Session, *, before: UUID, limit: int) -> list[AccountabilityCase]:
    """Units that are praised now, from new to old."""
    return await session.all(ROLL, before=before, limit=limit)


async def desk(session: Session, actor: Actor, *, before: UUID, limit: int) -> list[Consideration]:
    """What those above are asked to consider."""
    given = {"person": actor.person_id, "today": local_date(session.now), "before": before, "limit": limit}
    return await session.all(DESK, **given)


async def objections_to(session: Session, case_id: UUID) -> list[PraiseObjection]:
    """What was said against a praise."""
    return await session.all(OBJECTIONS, case=case_id)


async def objection_of(session: Session, case_id: UUID, person_id: UUID) -> PraiseObjection | None:
    """What one person said against it."""
    found = await session.all(OBJECTION_OF, case=case_id, person=person_id)
    return found[0] if found else None


async def own_objections(session: Session, actor: Actor) -> list[PraiseObjection]:
    """What a person said against praises."""
    return await session.all(OWN_OBJECTIONS, person=actor.person_id)


async def name_of(session: Session, organization_id: UUID) -> str:
    """What an organisation is called today."""
    found = await session.get(Organization, organization_id)
    return found.name if found else ""


async def holder_of(session: Session, post_id: UUID | None) -> str | None:
    """The name of whoever holds or held a post; none where it is about no post."""
    found = None if post_id is None else await session.get(Post, post_id)
    return found.name if found else None


def words_of(session: Session, table: str, row_id: UUID, column: str, sealed: bytes | None) -> str | None:
    """What somebody wrote, if anything."""
    return session.use(Vault).open(sealed, place=place_of(table, column, row_id)) if sealed else None
