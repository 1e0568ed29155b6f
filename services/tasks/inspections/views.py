"""Reading forms and inspections."""

from uuid import UUID

import orjson
import sqlalchemy as sa
from sqlalchemy import bindparam, func
from sqlmodel import col, select

from chassis.clock import local_date
from chassis.identity import Actor
from chassis.problems import NotFound
from chassis.secrecy import Vault, place_of
from chassis.session import Session
from services.tasks.findings.model import FindingStage, InspectionFinding
from services.tasks.inspections.model import Inspection, InspectionForm
from services.tasks.inspections.policy import SEEN, check_may_see
from services.tasks.inspections.questions import STORED, Answer, Question

FORMS = (
    select(InspectionForm)
    .where(col(InspectionForm.id) < bindparam("before"))
    .order_by(col(InspectionForm.id).desc())
    .limit(bindparam("limit"))
)
_id = Inspection.__table__.c.id.type  # type: ignore[attr-defined]
PAGES = {
    chosen: select(Inspection)
    .where(
        SEEN,
        col(Inspection.id) < bindparam("before"),
        *([col(Inspection.plan_id) == bindparam("plan", type_=_id)] if chosen else []),
    )
    .order_by(col(Inspection.id).desc())
    .limit(bindparam("limit"))
    for chosen in (False, True)
}
FINDINGS = (
    select(InspectionFinding)
    .where(col(InspectionFinding.inspection_id) == bindparam("inspection"))
    .order_by(col(InspectionFinding.id))
)

COUNTS = (
    sa.select(
        col(InspectionFinding.inspection_id),
        func.count(),
        func.count(sa.case((col(InspectionFinding.stage) == FindingStage.CLOSED, col(InspectionFinding.id)))),
    )
    .where(col(InspectionFinding.inspection_id).in_(select(col(Inspection.id)).where(SEEN)))
    .group_by(col(InspectionFinding.inspection_id))
)


async def forms(session: Session, *, before: UUID, limit: int) -> list[InspectionForm]:
    """Every version of every form, from new to old."""
    return await session.all(FORMS, before=before, limit=limit)


async def form(session: Session, form_id: UUID) -> InspectionForm:
    """One version of a form; forms hold nothing about anybody. Raises `NotFound`."""
    found = await session.get(InspectionForm, form_id)
    if found is None:
        raise NotFound()
    return found


def questions_of(found: InspectionForm) -> list[Question]:
    """Its questions, in order."""
    return STORED.validate_json(found.questions)


async def page(session: Session, actor: Actor, *, plan_id: UUID | None, before: UUID, limit: int) -> list[Inspection]:
    """Inspections within reach, of one plan where it is named, from new to old by their ids."""
    given = {"person": actor.person_id, "today": local_date(session.now), "before": before, "limit": limit}
    return await session.all(PAGES[plan_id is not None], **given, **({"plan": plan_id} if plan_id else {}))


async def counts(session: Session, actor: Actor) -> dict[UUID, tuple[int, int]]:
    """Of each inspection within reach, how many findings it has, and how many of them are struck off."""
    given = {"person": actor.person_id, "today": local_date(session.now)}
    return {one: (many, over) for one, many, over in await session.all(COUNTS, **given)}


async def seen(session: Session, inspection_id: UUID, *, by: Actor) -> Inspection:
    """One inspection within reach. Raises `NotFound`."""
    found = await session.get(Inspection, inspection_id)
    if found is None:
        raise NotFound()
    await check_may_see(session, by, found)
    return found


def answers_of(session: Session, found: Inspection) -> dict[str, Answer]:
    """What was answered, by the questions' codes."""
    opened = session.use(Vault).open_bytes(found.answers, place=place_of("inspection", "answers", found.id))
    answers: dict[str, Answer] = orjson.loads(opened)
    return answers
