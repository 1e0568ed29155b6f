"""Looking grounds up in the record."""

from collections.abc import Sequence
from uuid import UUID

from chassis.divisions import lies_in
from chassis.session import Session
from services.feedback.cases.model import CaseRecord, RectificationRecord
from services.feedback.cells.model import Cell, Outcome
from services.feedback.grounds.model import Ground, GroundKind, GroundNotInRecord
from services.feedback.recurring_duties.model import RecurringDutyRecord
from services.feedback.reports.model import Report
from services.feedback.surveys.definitions.model import Survey, SurveyStage


async def kept(session: Session, grounds: Sequence[Ground], *, area: str) -> list[str]:
    """The grounds as they are kept, each once, if all are in the record of an area. Raises `GroundNotInRecord`."""
    for number, ground in enumerate(grounds, 1):
        found = await _area_of(session, ground)
        if found is None or not lies_in(found, area):
            raise GroundNotInRecord(number=number)
    return list(dict.fromkeys(map(str, grounds)))


async def _area_of(session: Session, ground: Ground) -> str | None:
    """Where a ground lies; none if it is not there, or cannot be one."""
    match ground.kind:
        case GroundKind.CASE:
            return await _area_of_case(session, ground.id)
        case GroundKind.RECTIFICATION:
            rectification = await session.get(RectificationRecord, ground.id)
            return None if rectification is None else await _area_of_case(session, rectification.request_id)
        case GroundKind.CELL:
            cell = await session.get(Cell, ground.id)
            return cell.division_code if cell and cell.outcome is Outcome.PUBLISHED else None
        case GroundKind.REPORT:
            report = await session.get(Report, ground.id)
            return report.division_code if report else None
        case GroundKind.SURVEY:
            survey = await session.get(Survey, ground.id)
            return survey.division_code if survey and survey.stage is SurveyStage.PUBLISHED else None
        case GroundKind.DUTY:
            duty = await session.get(RecurringDutyRecord, ground.id)
            return duty.division_code if duty and duty.outcome.failed else None


async def _area_of_case(session: Session, request_id: UUID) -> str | None:
    """Where a case lies. A complaint about somebody in office is no ground: it would tell them that it is there."""
    case = await session.get(CaseRecord, request_id)
    if case is None or case.discipline or case.about_person_id is not None:
        return None
    return case.division_code
