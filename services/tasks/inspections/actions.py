"""Making a version of a form, and taking in what a team recorded, with or without a line."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import orjson
from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis import offline
from chassis.clock import local_date
from chassis.divisions import township_of
from chassis.identity import Actor
from chassis.problems import Conflict, Invalid, NotFound
from chassis.secrecy import Vault, place_of
from chassis.session import Session
from chassis.tables import new_id
from services.tasks.attachments.actions import name_evidence
from services.tasks.findings import actions as findings
from services.tasks.findings.actions import Found
from services.tasks.inspection_plans.model import InspectionPlan, InspectionTeam, PlanStage, PlanUnit
from services.tasks.inspection_plans.policy import NotInTheTeam, check_may_plan, check_member
from services.tasks.inspections import policy
from services.tasks.inspections.model import Inspection, InspectionForm
from services.tasks.inspections.questions import STORED, Answer, Question, doubled, faults, files_in
from services.tasks.roster import views as roster
from services.tasks.roster.model import Organization

LATEST = (
    select(InspectionForm)
    .where(
        col(InspectionForm.organization_id) == bindparam("organization"), col(InspectionForm.code) == bindparam("code")
    )
    .order_by(col(InspectionForm.version).desc())
    .limit(1)
)
UNIT = (
    select(PlanUnit)
    .where(col(PlanUnit.plan_id) == bindparam("plan"), col(PlanUnit.organization_id) == bindparam("unit"))
    .with_for_update()
)


class QuestionTwice(Invalid):
    """Two questions of a form have one code."""

    title_zh = "表单中有编码相同的问题，请改成不同的编码。"


class NotDrawnYet(Conflict):
    """The units of the plan are not drawn yet."""

    title_zh = "此计划还没有抽样，请等抽样完成后再督查。"


class NotAUnit(Invalid):
    """The organisation is not on the frozen list of the plan."""

    title_zh = "该单位不在本计划固定的名单内，请核对单位和计划。"


class NoSuchForm(Invalid):
    """The form is not one of the organisation that inspects, or of one above it."""

    title_zh = "没有这个督查表单，请更新表单后重填。"


class VisitOutsidePeriod(Invalid):
    """A visit lies in the period of its plan, and not in the future."""

    title_zh = "督查日期应在计划周期之内且不晚于今天，请修改日期。"


class AnswersWrong(Invalid):
    """Some answers do not fit their questions; `faults` says which and what to do."""

    title_zh = "有的问题填写有误，请按提示修改后重新提交。"


@dataclass(frozen=True, slots=True)
class Record:
    """What a team recorded of one visit."""

    plan_id: UUID
    team_id: UUID
    organization_id: UUID  # the unit
    form_id: UUID
    visited_on: date
    answers: Mapping[str, Answer]
    findings: Sequence[Found]


async def make_form(
    session: Session, *, by: Actor, organization_id: UUID, code: str, title: str, questions: Sequence[Question]
) -> InspectionForm:
    """Make the next version of a form. Raises `NotFound`, `MayNotPlan`, `QuestionTwice`."""
    organization = await session.get(Organization, organization_id, lock=True)  # two versions come in turn
    if organization is None:
        raise NotFound()
    await check_may_plan(session, by, organization_id)
    if twice := doubled(questions):
        raise QuestionTwice(questions=twice)
    latest = await session.first(LATEST, organization=organization_id, code=code)
    form = InspectionForm(
        id=new_id(),
        township_code=township_of(organization.division_code),
        organization_id=organization_id,
        code=code,
        version=latest.version + 1 if latest else 1,
        title=title,
        questions=STORED.dump_json(list(questions)).decode(),
        made_by=by.person_id,
        made_at=session.now,
    )
    session.add(form)
    return form


async def record(
    session: Session, inspection_id: UUID, *, by: Actor, said: Record, body: Mapping[str, object]
) -> Inspection:
    """Take an inspection in under the id that the phone made; the same again is the same, another body is refused.

    Raises `IdNotRandom`, `RecordedDifferently`, `NotInTheTeam`, `OwnUnit`, `NotDrawnYet`, `NotAUnit`, `NoSuchForm`,
    `VisitOutsidePeriod`, `AnswersWrong`, `NoSuchAttachment`, and as `findings.actions.raise_finding`.
    """
    marks = offline.marks_of(session, body, about=inspection_id, by=by.person_id)
    try:
        known = await offline.recorded_before(session, Inspection, inspection_id, marks)
    except offline.RecordedDifferently as refusal:
        if not refusal.details:  # somebody else's: whoever is not in the team does not learn that it is there
            await check_member(session, by, said.team_id)
        raise
    if known is not None:
        return known
    member = await check_member(session, by, said.team_id)
    team = await session.get(InspectionTeam, said.team_id)
    plan = await session.get(InspectionPlan, said.plan_id)
    if plan is None or team is None or team.organization_id != plan.organization_id:
        raise NotInTheTeam()
    await policy.check_not_own(session, by, said.organization_id)
    if plan.stage not in {PlanStage.DRAWN, PlanStage.ENDED}:
        raise NotDrawnYet()
    unit = await session.first(UNIT, plan=plan.id, unit=said.organization_id)
    organization = await session.get(Organization, said.organization_id)
    if unit is None or organization is None:
        raise NotAUnit()
    if not plan.from_on <= said.visited_on <= min(plan.to_on, local_date(session.now)):
        raise VisitOutsidePeriod(from_on=plan.from_on.isoformat(), to_on=plan.to_on.isoformat())
    form = await session.get(InspectionForm, said.form_id)
    above = await roster.organizations_above(session, plan.organization_id)
    if form is None or form.organization_id not in above:
        raise NoSuchForm()
    questions = STORED.validate_json(form.questions)
    if wrong := faults(questions, said.answers):
        raise AnswersWrong(faults=[{"question": code, "what_zh": what} for code, what in wrong])
    named = files_in(questions, said.answers)
    await name_evidence(session, named, request_id=inspection_id, by=by, required=False)
    unit.visited_on = min(unit.visited_on or said.visited_on, said.visited_on)
    answers = orjson.dumps(dict(said.answers), option=orjson.OPT_SORT_KEYS)
    inspection = Inspection(
        id=inspection_id,
        township_code=unit.township_code,
        plan_id=plan.id,
        unit_id=unit.id,
        organization_id=unit.organization_id,
        organization_name=unit.name,
        team_id=team.id,
        form_id=form.id,
        visited_on=said.visited_on,
        answers=session.use(Vault).seal_bytes(answers, place=place_of("inspection", "answers", inspection_id)),
        sent_by=by.person_id,
        sent_by_name=member.name,
        sent_at=session.now,
        recorded=marks,
    )
    session.add(inspection)
    for found in said.findings:
        await findings.raise_finding(session, found, inspection=inspection, unit=organization, member=member, by=by)
    return inspection
