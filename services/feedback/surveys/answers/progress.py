"""How many answered in each area of a survey that runs, by codes, at doors and on paper; and whether that is enough."""

from collections import Counter
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam, func, or_, select
from sqlmodel import col

from chassis.session import Session
from services.feedback.surveys.answers.model import CodesBeyondQuota, PaperSheet, QuotaReached, TakenInterview
from services.feedback.surveys.definitions.model import PartKind, SurveyPart
from services.feedback.urns.model import Urn

ALL = UUID(int=0)

_part = bindparam("part", type_=sa.Uuid)
SENT_IN = (
    select(col(Urn.id), col(Urn.sheets))
    .join(SurveyPart, col(SurveyPart.id) == col(Urn.id))
    .where(
        col(SurveyPart.survey_id) == bindparam("survey"),
        or_(_part == ALL, col(SurveyPart.id) == _part),
        col(SurveyPart.kind) != PartKind.DOOR,  # whose sheets are of people of the areas below
    )
)
INTERVIEWS = (
    select(col(TakenInterview.part_id), func.count())
    .where(
        col(TakenInterview.survey_id) == bindparam("survey"),
        or_(_part == ALL, col(TakenInterview.part_id) == _part),
    )
    .group_by(col(TakenInterview.part_id))
)
PAPERS = (
    select(col(PaperSheet.part_id), func.count())
    .where(
        col(PaperSheet.survey_id) == bindparam("survey"),
        or_(_part == ALL, col(PaperSheet.part_id) == _part),
        (col(PaperSheet.first) == col(PaperSheet.second)) | col(PaperSheet.settled).is_not(None),
    )
    .group_by(col(PaperSheet.part_id))
)


async def answered_by_part(session: Session, survey_id: UUID, *, part_id: UUID = ALL) -> Counter[UUID]:
    """How many sheets there are of the people of each area, by every way; or of one area alone."""
    found: Counter[UUID] = Counter()
    for statement in (SENT_IN, INTERVIEWS, PAPERS):
        for part, many in await session.all(statement, survey=survey_id, part=part_id):
            found[part] += many
    return found


async def check_quota(session: Session, part: SurveyPart, *, more: int) -> None:
    """See that an area lacks as many sheets, before somebody in office asks for them.

    It is looked at in the steps in which progress is told, so that no refusal tells of one answer. Raises
    `QuotaReached`, `CodesBeyondQuota`.
    """
    answered = await answered_by_part(session, part.survey_id, part_id=part.id)
    missing = part.missing(answered[part.id])
    if missing == 0:
        raise QuotaReached(quota=part.quota)
    if missing is not None and more > missing:
        raise CodesBeyondQuota(at_most=missing)
