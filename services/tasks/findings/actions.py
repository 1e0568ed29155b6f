"""What becomes of a finding: raised, owned or contested, decided, put right with proof, struck off or sent back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from chassis import audit
from chassis.calendar import WorkCalendar
from chassis.clock import local_date
from chassis.identity import Actor
from chassis.problems import Conflict, Invalid, NotFound
from chassis.secrecy import Vault, place_of
from chassis.session import Session
from chassis.tables import new_id
from services.tasks.attachments.actions import name_evidence
from services.tasks.checklists.actions import enter_problem
from services.tasks.checklists.model import Origin
from services.tasks.clocks.limits import limit
from services.tasks.findings import policy
from services.tasks.findings.model import FindingStage, FindingStep, InspectionFinding
from services.tasks.inspection_plans.model import TeamMember
from services.tasks.inspections.model import Inspection
from services.tasks.notices.actions import tell
from services.tasks.notices.kinds import NoticeKind
from services.tasks.orders.closing import close_what_is_put_right
from services.tasks.roster import views as roster
from services.tasks.roster.duty import on_duty
from services.tasks.roster.model import Organization
from services.tasks.rules.pack import RuleId, RulePack

LATE = "finding_feedback"
"""The timer of a finding on which the unit has said no word."""


class FindingThere(Conflict):
    """A finding with this id is there already, under another inspection."""

    title_zh = "问题编号已被另一条督查记录使用，请更新应用后重新提交。"


class DueTooEarly(Invalid):
    """A finding is to be put right on the day of the visit or later."""

    title_zh = "整改期限不能早于督查当天，请修改期限。"


class WordsMissing(Invalid):
    """To contest a finding, or to decide about it, takes words."""

    title_zh = "提出异议、裁定和退回要写明理由，请填写后再提交。"


@dataclass(frozen=True, slots=True)
class Found:
    """One thing that a team found."""

    id: UUID
    title: str
    words: str
    due_on: date
    files: tuple[UUID, ...]


async def raise_finding(
    session: Session, found: Found, *, inspection: Inspection, unit: Organization, member: TeamMember, by: Actor
) -> InspectionFinding:
    """Note what was found, and tell the unit's head. Raises `FindingThere`, `DueTooEarly`, `NoSuchAttachment`."""
    if await session.get(InspectionFinding, found.id) is not None:
        raise FindingThere(finding=str(found.id))
    if found.due_on < inspection.visited_on:
        raise DueTooEarly(finding=str(found.id))
    amount = session.use(RulePack).rule(RuleId.FINDING_FEEDBACK, on=local_date(session.now)).amount
    finding = InspectionFinding(
        id=found.id,
        township_code=inspection.township_code,
        division_code=unit.division_code,
        inspection_id=inspection.id,
        organization_id=unit.id,
        organization_name=unit.name,
        finder_id=by.person_id,
        finder_organization_id=member.organization_id,
        title=session.use(Vault).seal(found.title, place=place_of("inspection_finding", "title", found.id)),
        due_on=found.due_on,
        stage=FindingStage.RAISED,
        raised_at=session.now,
        feedback_by=limit(amount, session.now, session.use(WorkCalendar)).due_at,
        reported_by=None,
        closed_at=None,
        problem_id=None,
    )
    session.add(finding)
    _step(session, finding, "raise", by=by, name=member.name, words=found.words)
    await name_evidence(session, found.files, request_id=finding.id, by=by, required=False)
    session.remind(LATE, about=finding.id, due_at=finding.feedback_by)
    await _tell_the_unit(session, finding, NoticeKind.FINDING_RAISED)
    return finding


async def feed_back(
    session: Session, finding_id: UUID, *, by: Actor, owned: bool, words: str | None
) -> InspectionFinding:
    """The unit owns a finding, or contests it with words. Raises `NotFound`, `NotOfTheUnit`, `WordsMissing`."""
    finding = await load(session, finding_id)
    post = await policy.check_speaks_for_unit(session, by, finding)
    if not owned and words is None:
        raise WordsMissing()
    finding.move("own" if owned else "contest")
    _step(session, finding, "own" if owned else "contest", by=by, name=post.name, words=words)
    tell(session, finding.finder_id, NoticeKind.FINDING_ANSWERED, about_id=finding.id)
    if owned:
        await _becomes_a_problem(session, finding, by=by)
    return finding


async def decide(session: Session, finding_id: UUID, *, by: Actor, upheld: bool, words: str) -> InspectionFinding:
    """Whether a contested finding stands. Raises `NotFound`, `MayNotRule`, `NotAllowedNow`."""
    finding = await load(session, finding_id)
    post = await policy.check_may_decide(session, by, finding)
    finding.move("uphold" if upheld else "withdraw")
    _step(session, finding, "uphold" if upheld else "withdraw", by=by, name=post.name, words=words)
    await _tell_the_unit(session, finding, NoticeKind.FINDING_ANSWERED)
    if upheld:
        await _becomes_a_problem(session, finding, by=by)
    else:
        finding.closed_at = session.now
        await close_what_is_put_right(session, finding.id)
    return finding


async def report(
    session: Session, finding_id: UUID, *, by: Actor, words: str, files: Sequence[UUID]
) -> InspectionFinding:
    """The unit says that it is put right, and shows it. Raises `NotFound`, `NotOfTheUnit`, `EvidenceMissing`."""
    finding = await load(session, finding_id)
    post = await policy.check_speaks_for_unit(session, by, finding)
    finding.move("report")
    await name_evidence(session, files, request_id=finding.id, by=by, required=True)
    finding.reported_by = by.person_id
    _step(session, finding, "report", by=by, name=post.name, words=words)
    tell(session, finding.finder_id, NoticeKind.FINDING_REPORTED, about_id=finding.id)
    today = local_date(session.now)
    above = (await roster.organizations_above(session, finding.organization_id))[1:]
    for organization_id in above:  # the nearest above, in another unit than the finder's, who may strike it off
        head = await roster.head_of(session, organization_id, today=today, past=finding.finder_id)
        if head is not None and organization_id != finding.finder_organization_id:
            tell(session, head.person_id, NoticeKind.FINDING_REPORTED, about_id=finding.id)
            break
    return finding


async def close_out(session: Session, finding_id: UUID, *, by: Actor, put_right: bool, words: str) -> InspectionFinding:
    """Look at the proof: strike the finding off, or send it back. Raises `NotFound`, `MayNotCloseOut`."""
    finding = await load(session, finding_id)
    post = await policy.check_may_close_out(session, by, finding)
    finding.move("close_out" if put_right else "return")
    _step(session, finding, "close_out" if put_right else "return", by=by, name=post.name, words=words)
    if put_right:
        finding.closed_at = session.now
        await close_what_is_put_right(session, finding.id)
    else:
        await _tell_the_unit(session, finding, NoticeKind.FINDING_RETURNED)
    return finding


async def call_late(finding_id: UUID, session: Session) -> None:
    """The unit has said no word in time: whoever answers above it is told, once."""
    finding = await session.get(InspectionFinding, finding_id, lock=True)
    if finding is None or finding.stage is not FindingStage.RAISED or session.now < finding.feedback_by:
        return
    today = local_date(session.now)
    _, superior = await roster.head_at_or_above(session, finding.organization_id, steps=1, today=today)
    for person_id in dict.fromkeys([finding.finder_id, *([superior.person_id] if superior else [])]):
        tell(session, person_id, NoticeKind.FINDING_LATE, about_id=finding.id)
    audit.record(session, actor_id=None, action="call_late", about=finding.id, reason="no_feedback_in_time")


async def load(session: Session, finding_id: UUID) -> InspectionFinding:
    """A finding, locked. Raises `NotFound`."""
    finding = await session.get(InspectionFinding, finding_id, lock=True)
    if finding is None:
        raise NotFound()
    return finding


async def _becomes_a_problem(session: Session, finding: InspectionFinding, *, by: Actor) -> None:
    """It stands: it is put on the unit's problem list, in the name of whoever answers for the unit."""
    title = session.use(Vault).open(finding.title or b"", place=place_of("inspection_finding", "title", finding.id))
    item = await enter_problem(
        session,
        organization_id=finding.organization_id,
        title=title,
        origin=Origin.FINDING,
        origin_id=finding.id,
        due_on=finding.due_on,
        by=by.person_id,
        evidence=False,  # it is shown with the finding, and not asked for twice
    )
    finding.problem_id = item.id


async def _tell_the_unit(session: Session, finding: InspectionFinding, kind: NoticeKind) -> None:
    today = local_date(session.now)
    head = await roster.head_of(session, finding.organization_id, today=today)
    if head is not None:
        found = await on_duty(session, head, today=today)
        tell(session, found.post.person_id, kind, about_id=finding.id)


def _step(session: Session, finding: InspectionFinding, move: str, *, by: Actor, name: str, words: str | None) -> None:
    step_id = new_id()
    place = place_of("inspection_finding_step", "words", step_id)
    session.add(
        FindingStep(
            id=step_id,
            township_code=finding.township_code,
            finding_id=finding.id,
            move=move,
            at=session.now,
            by=by.person_id,
            by_name=name,
            words=session.use(Vault).seal(words, place=place) if words else None,
        )
    )
