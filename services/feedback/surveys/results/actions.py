"""Publishing a survey: every sheet counts in one part or is declared too few, and what lay in the urns is gone."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import orjson
from sqlalchemy import bindparam, func
from sqlalchemy import select as select_columns
from sqlmodel import col, select

from chassis import audit
from chassis.clock import local_date
from chassis.divisions import township_of
from chassis.plans import table_of
from chassis.session import Session
from contracts.feedback import SurveyFellShort, SurveyJudgedAgain
from services.feedback.roster.model import Organization
from services.feedback.rules.pack import FeedbackRules, RuleId
from services.feedback.surveys.answers import words
from services.feedback.surveys.answers.actions import counted
from services.feedback.surveys.answers.model import PaperSheet, SpentSurveyCredential, SurveyCode, TakenInterview
from services.feedback.surveys.answers.progress import answered_by_part
from services.feedback.surveys.definitions import views
from services.feedback.surveys.definitions.actions import close_survey
from services.feedback.surveys.definitions.model import Channel, PartKind, Survey, SurveyPart, SurveyStage
from services.feedback.surveys.results.model import Shortfall
from services.feedback.surveys.results.publication import Place, Tally, settle, total
from services.feedback.urns import actions as urns

PAPERS = select(PaperSheet).where(col(PaperSheet.survey_id) == bindparam("survey")).with_for_update()
INTERVIEWS = select_columns(col(TakenInterview.id)).where(col(TakenInterview.survey_id) == bindparam("survey"))
SPENT = (
    select_columns(func.count())
    .select_from(SpentSurveyCredential)
    .join(SurveyPart, col(SurveyPart.id) == col(SpentSurveyCredential.part_id))
    .where(col(SurveyPart.survey_id) == bindparam("survey"))
)
BY_CHANNEL = (
    select_columns(col(SurveyCode.channel), col(SurveyCode.used), func.count())
    .where(col(SurveyCode.survey_id) == bindparam("survey"))
    .group_by(col(SurveyCode.channel), col(SurveyCode.used))
)
WAITING = (
    select(Shortfall)
    .where(
        col(Shortfall.subject_key) == bindparam("subject"),
        col(Shortfall.id) != bindparam("survey"),
        col(Shortfall.above_line).is_not(True),
    )
    .with_for_update()
)
"""Of the same subject, below the line and not yet found better."""


async def publish_survey(survey_id: UUID, session: Session) -> None:
    """Count, publish, say whether the result lies below the line, and empty the box."""
    await close_survey(survey_id, session)
    survey = await session.get(Survey, survey_id, lock=True)
    if survey is None or survey.stage is not SurveyStage.CLOSED:
        return
    parts = await views.parts_to_change(session, survey.id)
    taken = await _taken(session, survey, drawn=sum(part.drawn or 0 for part in parts))
    answered = await answered_by_part(session, survey.id)
    given = {part.id: await urns.take_out(session, part.id) for part in parts}
    for paper in await session.all(PAPERS, survey=survey.id):
        if paper.agreed is not None:
            given[paper.part_id] += counted([orjson.loads(paper.agreed)])
        session.delete(paper)
    await words.lay_out(session, survey.id)
    for part in parts:
        session.clear(table_of(SpentSurveyCredential), part_id=part.id)
    session.clear(table_of(TakenInterview), survey_id=survey.id)
    session.clear(table_of(SurveyCode), survey_id=survey.id)
    settled = settle(survey.form, [Place(part.id, part.kind) for part in parts], given, least=survey.least or 0)
    for part in parts:
        one = settled[part.id]
        part.outcome, part.responses = one.outcome, one.responses
        part.reached = None if part.kind is PartKind.DOOR else answered[part.id]
        part.result = None if one.tally is None else one.tally.model_dump_json()
    whole = total_of(parts)
    judged = whole.questions.get(survey.judged) if survey.judged and whole else None
    below = None if judged is None or survey.line_percent is None else judged.below(survey.line_percent)
    survey.publish(taken=taken, below_line=below, at=session.now)
    audit.record(session, actor_id=None, action="publish_survey", about=survey.id, reason="time_had_come")
    if below is not None:
        await _tell(session, survey, below=below)


def total_of(parts: Sequence[SurveyPart]) -> Tally | None:
    """The sum over the published parts of a survey."""
    tallies = [Tally.model_validate_json(part.result) for part in parts if part.result is not None]
    return total(tallies) if tallies else None


async def _taken(session: Session, survey: Survey, *, drawn: int) -> list[str]:
    """How many codes were given, credentials drawn or papers entered, and how many answered or count, by channel."""
    found: dict[Channel, list[int]] = {Channel(channel): [0, 0] for channel in survey.channels}
    for channel, used, many in await session.all(BY_CHANNEL, survey=survey.id):
        found[channel][0] += many
        found[channel][1] += many if used else 0
    if Channel.CREDENTIAL in found:
        ((spent,),) = await session.all(SPENT, survey=survey.id)
        found[Channel.CREDENTIAL] = [max(drawn, spent), spent]  # who was erased since is counted as drawn no more
    if Channel.INTERVIEWER in found:
        asked = len(await session.all(INTERVIEWS, survey=survey.id))
        found[Channel.INTERVIEWER] = [asked, asked]
    if Channel.PAPER in found:
        papers = await session.all(PAPERS, survey=survey.id)
        found[Channel.PAPER] = [len(papers), sum(paper.agreed is not None for paper in papers)]
    return [f"{channel.value}={given}/{answered}" for channel, (given, answered) in found.items()]


async def _tell(session: Session, survey: Survey, *, below: bool) -> None:
    """Tell of a result below the line, once; and what it says of those before, if they were."""
    organization = await session.get(Organization, survey.organization_id)
    area = survey.division_code if organization is None else organization.division_code
    for before in await session.all(WAITING, subject=survey.subject_key, survey=survey.id):
        before.judge(survey.id, above_line=not below, at=session.now)
        session.publish(
            SurveyJudgedAgain(
                survey_id=before.id,
                next_survey_id=survey.id,
                township_code=township_of(area),
                above_line=not below,
                judged_at=session.now,
            )
        )
    if not below or survey.line_percent is None:
        return
    today = local_date(session.now)
    again = session.use(FeedbackRules).values(on=today)[RuleId.SURVEY_AGAIN]
    session.add(
        Shortfall(
            id=survey.id,
            subject_key=survey.subject_key,
            organization_id=survey.organization_id,
            line_percent=survey.line_percent,
            found_at=session.now,
            again_by=today + timedelta(days=again),
            next_survey_id=None,
            above_line=None,
            judged_at=None,
        )
    )
    session.publish(
        SurveyFellShort(
            survey_id=survey.id,
            subject=survey.subject.value,
            audience=survey.audience.value,
            organization_id=survey.organization_id,
            post_id=survey.post_id,
            item_code=survey.item_code,
            township_code=township_of(area),
            division_code=survey.division_code,
            line_percent=survey.line_percent,
            opened_on=survey.opens_on,
            closed_on=survey.closes_on,
            found_at=session.now,
        )
    )
