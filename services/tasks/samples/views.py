"""Reading draws: rounds from new to old, the officers of a round, and its public record."""

from uuid import UUID

from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis.problems import NotFound
from chassis.secrecy import Vault, place_of
from chassis.session import Session
from services.tasks.inspection_plans.model import InspectionPlan, PlanUnit
from services.tasks.samples.model import Draw, DrawOfficer, DrawStage
from services.tasks.samples.policy import OFFICERS

PAGE = select(Draw).where(col(Draw.id) < bindparam("before")).order_by(col(Draw.id).desc()).limit(bindparam("limit"))
ROUNDS = select(Draw).where(col(Draw.plan_id) == bindparam("plan")).order_by(col(Draw.round))
LATEST = ROUNDS.order_by(None).order_by(col(Draw.round).desc()).limit(1).with_for_update()
OFFICERS_OF = select(DrawOfficer).where(col(DrawOfficer.draw_id) == bindparam("draw")).order_by(col(DrawOfficer.place))
OFFICERS_OF_PLAN = (
    select(DrawOfficer)
    .join(Draw, col(Draw.id) == col(DrawOfficer.draw_id))
    .where(col(Draw.plan_id) == bindparam("plan"))
    .order_by(col(DrawOfficer.id))
)
UNITS = select(PlanUnit).where(col(PlanUnit.plan_id) == bindparam("plan")).order_by(col(PlanUnit.code))
UNITS_LOCKED = UNITS.with_for_update()
MINE = (
    select(Draw)
    .join(DrawOfficer, col(DrawOfficer.draw_id) == col(Draw.id))
    .where(
        col(DrawOfficer.person_id) == bindparam("person"),
        col(Draw.stage).in_([DrawStage.COMMITTING, DrawStage.REVEALING]),
    )
    .order_by(col(Draw.id).desc())
    .limit(100)
)


async def page(session: Session, *, before: UUID, limit: int) -> list[tuple[Draw, InspectionPlan]]:
    """Rounds from new to old, each with its plan."""
    found = await session.all(PAGE, before=before, limit=limit)
    await session.fetch(InspectionPlan, {one.plan_id for one in found})
    pairs = [(one, await session.get(InspectionPlan, one.plan_id)) for one in found]
    return [(one, plan) for one, plan in pairs if plan is not None]


async def seen(session: Session, draw_id: UUID) -> tuple[Draw, InspectionPlan]:
    """A round and its plan; rounds are public. Raises `NotFound`."""
    found = await session.get(Draw, draw_id)
    plan = await session.get(InspectionPlan, found.plan_id) if found else None
    if found is None or plan is None:
        raise NotFound()
    return found, plan


async def officers(session: Session, draw_id: UUID) -> list[DrawOfficer]:
    """The two of a round, by place."""
    return await session.all(OFFICERS_OF, draw=draw_id)


def revealed(session: Session, found: Draw, one: DrawOfficer) -> tuple[str, str] | None:
    """An officer's value and salt; to nobody before the round is over, whoever asks."""
    if found.stage not in {DrawStage.DRAWN, DrawStage.LAPSED} or one.value is None or one.salt is None:
        return None
    return opened(session, one, "value"), opened(session, one, "salt")


def opened(session: Session, one: DrawOfficer, column: str) -> str:
    """A revealed value, or its salt."""
    sealed = one.value if column == "value" else one.salt
    return session.use(Vault).open(sealed or b"", place=place_of("inspection_draw_officer", column, one.id))


def failed(found: Draw, one: DrawOfficer) -> bool:
    """Whether a round lapsed for want of this officer."""
    if found.stage is not DrawStage.LAPSED:
        return False
    return one.commitment is None if found.published is None else one.revealed_at is None


def title_of(one: DrawOfficer) -> str:
    """What the public reads of an officer: their organisation and the kind of their post."""
    return f"{one.organization_name}{OFFICERS.get(one.post_kind, '')}"
