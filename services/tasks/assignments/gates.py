"""What has to be so before an item leaves its list: proof, and that the citizens' own signal has turned (F35)."""

from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis.problems import Conflict
from chassis.session import Session
from services.tasks.assignments.model import Assignment
from services.tasks.attachments.model import Attachment
from services.tasks.checklists.model import ChecklistItem, ChecklistKind, Origin
from services.tasks.findings.model import FindingStage, InspectionFinding
from services.tasks.requests.model import ServiceRequest, Solved
from services.tasks.survey_rectifications.model import SurveyRectification
from services.tasks.unit_rectifications.model import UnitRectification

EVIDENCE = select(Attachment.id).where(col(Attachment.request_id) == bindparam("assignment")).limit(1)
WITNESSED = {ChecklistKind.PROBLEM, ChecklistKind.RECTIFICATION}
"""Lists from which nothing is struck off without proof."""


class NotWitnessed(Conflict):
    """A problem is struck off with proof alone."""

    title_zh = "问题和整改事项须附凭证才能销号，请责任人补充照片或文件后再销号。"


class SignalNotTurned(Conflict):
    """What came from citizens is struck off once they themselves say that it is solved."""

    title_zh = "这个问题来自群众诉求，群众本人还没有确认解决，暂不能销号；请先回访或等待群众回答。"


class FindingNotStruckOff(Conflict):
    """What an inspection found is struck off by somebody outside the team first."""

    title_zh = "这个问题来自督查，督查问题还没有复核销号；请先由上级组织中不属于督查组的人员复核。"


class NextCellNotAboveLine(Conflict):
    """What a cell of anonymous ballots found is struck off once the next cell is above the line."""

    title_zh = "这项整改来自匿名测评，下一期测评达到合格线才能销号；下一期公布以前请继续整改。"


class NextSurveyNotAboveLine(Conflict):
    """What a mass survey found is struck off once the next survey is above the line."""

    title_zh = "这项整改来自满意度测评，再测一次达到达标线才能销号；下一次测评公布以前请继续整改。"


async def check_witnessed(session: Session, assignment: Assignment, item: ChecklistItem, kind: ChecklistKind) -> None:
    """There is evidence, where the kind of list asks for it; that of a finding lies with the finding.

    Raises `NotWitnessed`.
    """
    if kind not in WITNESSED or item.origin is Origin.FINDING:
        return
    if await session.first(EVIDENCE, assignment=assignment.id) is None:
        raise NotWitnessed()


async def check_signal(session: Session, item: ChecklistItem) -> None:
    """The citizen whose case it came from said that it is solved; what an inspection found was struck off there first.

    What a cell of ballots or a survey found, the next one found put right. Raises `SignalNotTurned`,
    `FindingNotStruckOff`, `NextCellNotAboveLine`, `NextSurveyNotAboveLine`.
    """
    if item.origin is Origin.SURVEY and item.origin_id is not None:
        mending = await session.get(UnitRectification, item.origin_id)
        if mending is not None and not mending.above_line and mending.set_aside_at is None:
            raise NextCellNotAboveLine()
        survey = await session.get(SurveyRectification, item.origin_id)
        if survey is not None and not survey.above_line:
            raise NextSurveyNotAboveLine()
    if item.origin is Origin.FINDING and item.origin_id is not None:
        finding = await session.get(InspectionFinding, item.origin_id)
        if finding is not None and finding.stage is not FindingStage.CLOSED:
            raise FindingNotStruckOff(finding=str(finding.id))
    if item.origin is not Origin.CASE or item.origin_id is None:
        return
    request = await session.get(ServiceRequest, item.origin_id)
    if request is not None and request.solved is not Solved.YES:
        raise SignalNotTurned()
