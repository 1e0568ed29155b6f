"""Reading findings: within reach, of one's own unit, of one's team; and their steps and proof."""

from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import ColumnElement, bindparam, or_
from sqlmodel import col, select

from chassis.clock import local_date
from chassis.identity import Actor
from chassis.problems import NotFound
from chassis.secrecy import Vault, place_of
from chassis.session import Session
from services.tasks.findings.model import FindingStep, InspectionFinding
from services.tasks.findings.policy import BELOW, BY_TEAM, check_may_see
from services.tasks.roster.model import HEADS, Post
from services.tasks.roster.views import in_office


class Whose(StrEnum):
    """Which findings are listed."""

    BELOW = "below"  # within reach of one's posts
    UNIT = "unit"  # of the unit for which one answers
    TEAM = "team"  # found by one's team


_answers_for = select(col(Post.organization_id)).where(
    col(Post.person_id) == bindparam("person"), col(Post.kind).in_(HEADS), in_office()
)
_WITHIN: dict[Whose, ColumnElement[bool]] = {
    Whose.BELOW: BELOW,
    Whose.UNIT: col(InspectionFinding.organization_id).in_(_answers_for),
    Whose.TEAM: BY_TEAM,
}
_stage = bindparam("stage", type_=sa.String)
PAGES = {
    (whose, also_over): select(InspectionFinding)
    .where(
        within,
        or_(_stage == "", sa.type_coerce(col(InspectionFinding.stage), sa.String) == _stage),
        sa.true() if also_over else col(InspectionFinding.closed_at).is_(None),
        col(InspectionFinding.id) < bindparam("before"),
    )
    .order_by(col(InspectionFinding.id).desc())
    .limit(bindparam("limit"))
    for whose, within in _WITHIN.items()
    for also_over in (False, True)
}
STEPS = select(FindingStep).where(col(FindingStep.finding_id) == bindparam("finding")).order_by(col(FindingStep.id))

_SAID = {
    "raise": "督查发现",
    "own": "认领",
    "contest": "提出异议",
    "uphold": "裁定成立",
    "withdraw": "裁定撤回",
    "report": "报整改完成",
    "return": "退回继续整改",
    "close_out": "复核销号",
}


async def page(
    session: Session, actor: Actor, whose: Whose, *, closed: bool, stage: str, before: UUID, limit: int
) -> list[InspectionFinding]:
    """Findings, the newest ids first; without those that are over unless asked for."""
    given = {"person": actor.person_id, "before": before, "limit": limit, "stage": stage}
    today = {} if whose is Whose.TEAM else {"today": local_date(session.now)}
    return await session.all(PAGES[whose, closed], **given, **today)


async def seen(session: Session, finding_id: UUID, *, by: Actor) -> InspectionFinding:
    """One finding within reach. Raises `NotFound`."""
    found = await session.get(InspectionFinding, finding_id)
    if found is None:
        raise NotFound()
    await check_may_see(session, by, found)
    return found


async def steps(session: Session, finding_id: UUID) -> list[FindingStep]:
    """What was done with a finding, in order."""
    return await session.all(STEPS, finding=finding_id)


def title_of(session: Session, found: InspectionFinding) -> str:
    """What was found, in one line; nothing once it was taken away."""
    place = place_of("inspection_finding", "title", found.id)
    return session.use(Vault).open(found.title, place=place) if found.title else ""


def words_of(session: Session, step: FindingStep) -> str | None:
    """What was said with a step."""
    place = place_of("inspection_finding_step", "words", step.id)
    return session.use(Vault).open(step.words, place=place) if step.words else None


def said(step: FindingStep) -> str:
    """One step in words."""
    return f"{step.by_name}{_SAID[step.move]}"
