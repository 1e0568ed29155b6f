"""Taking in that a cell was below the line again, or a survey: those above are asked to consider, and no more."""

from uuid import UUID

from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis.clock import local_date
from chassis.inbox import NotYetHeard
from chassis.session import Session
from contracts.feedback import CellFoundBelowLine, SurveyFellShort
from services.feedback.accountability.model import Consideration, SuggestionCause
from services.feedback.cells.model import Cell, Outcome
from services.feedback.grounds.model import Ground, GroundKind
from services.feedback.roster.model import Organization
from services.feedback.roster.views import LEADING
from services.feedback.rules.consequences import ConsequenceId, ConsequenceRules

LATEST = (
    select(Cell)
    .where(
        col(Cell.division_code) == bindparam("unit"),
        col(Cell.group_code) == bindparam("group"),
        col(Cell.outcome) == Outcome.PUBLISHED,
        col(Cell.ends_at) <= bindparam("ends"),
    )
    .order_by(col(Cell.ends_at).desc())
    .limit(bindparam("many"))
)


async def ask_to_consider(event: CellFoundBelowLine, session: Session) -> None:
    """Put a unit before those above it, once so many of its cells in a row were below the line.

    Nothing follows by itself, and it is about the organisation, never about a person.
    """
    if await session.get(Consideration, event.cell_id) is not None or event.division_code == event.owner_code:
        return
    cell = await session.get(Cell, event.cell_id)
    if cell is None:
        raise NotYetHeard()
    many = session.use(ConsequenceRules).rule(ConsequenceId.SUGGESTION, on=local_date(session.now)).value
    given = {"unit": cell.division_code, "group": cell.group_code, "ends": cell.ends_at}
    latest = await session.all(LATEST, **given, many=many)
    if len(latest) < many or not all(one.below_line for one in latest):
        return
    organization = await session.first(LEADING, area=event.division_code)
    if organization is None:
        raise NotYetHeard()
    _put(session, event.cell_id, organization, SuggestionCause.STILL_BELOW_LINE, GroundKind.CELL)


async def ask_to_consider_a_survey(event: SurveyFellShort, session: Session) -> None:
    """Put an organisation before those above it, once a survey about it was published below the line.

    A survey about a post or a service puts its organisation there, and not who holds the post.
    """
    if await session.get(Consideration, event.survey_id) is not None:
        return
    organization = await session.get(Organization, event.organization_id)
    if organization is None:
        raise NotYetHeard()
    if organization.superior_id is not None:
        _put(session, event.survey_id, organization, SuggestionCause.SURVEY_FELL_SHORT, GroundKind.SURVEY)


def _put(session: Session, about: UUID, organization: Organization, cause: SuggestionCause, ground: GroundKind) -> None:
    session.add(
        Consideration(
            id=about,
            division_code=organization.division_code,
            organization_id=organization.id,
            cause=cause,
            ground=str(Ground(ground, about)),
            put_at=session.now,
            case_id=None,
            set_aside=None,
            settled_by=None,
            settled_at=None,
        )
    )
