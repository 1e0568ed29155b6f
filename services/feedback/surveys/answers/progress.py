"""How many answered in each part of a survey that runs: codes used, interviews, papers that two read alike."""

from collections import Counter
from uuid import UUID

from sqlalchemy import bindparam, func, select
from sqlmodel import col

from chassis.session import Session
from services.feedback.surveys.answers.model import PaperSheet, SurveyCode, TakenInterview

USED = (
    select(col(SurveyCode.part_id), func.count())
    .where(col(SurveyCode.survey_id) == bindparam("survey"), col(SurveyCode.used).is_(True))
    .group_by(col(SurveyCode.part_id))
)
INTERVIEWS = (
    select(col(TakenInterview.part_id), func.count())
    .where(col(TakenInterview.survey_id) == bindparam("survey"))
    .group_by(col(TakenInterview.part_id))
)
PAPERS = (
    select(col(PaperSheet.part_id), func.count())
    .where(
        col(PaperSheet.survey_id) == bindparam("survey"),
        (col(PaperSheet.first) == col(PaperSheet.second)) | col(PaperSheet.settled).is_not(None),
    )
    .group_by(col(PaperSheet.part_id))
)


async def answered_by_part(session: Session, survey_id: UUID) -> dict[UUID, int]:
    """How many sheets there are of each part, by every way."""
    found: Counter[UUID] = Counter()
    for statement in (USED, INTERVIEWS, PAPERS):
        for part_id, many in await session.all(statement, survey=survey_id):
            found[part_id] += many
    return dict(found)
