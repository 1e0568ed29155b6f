"""Drafting a survey, announcing it, and opening and closing it when its days come."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from chassis.clock import local_date, midnight
from chassis.divisions import lies_in, township_of
from chassis.identity import Actor
from chassis.session import Session
from chassis.tables import new_id
from contracts.feedback import AnnouncedPart, SurveyAnnounced, SurveyDropped
from services.feedback.roster.model import Post
from services.feedback.rules.pack import FeedbackRules, RuleId
from services.feedback.scorecards import units
from services.feedback.surveys.definitions import policy, views
from services.feedback.surveys.definitions.model import (
    CHANNELS,
    Audience,
    Channel,
    ChannelsDoNotFit,
    NotJudgedByOpinion,
    PartKind,
    PartsOverlap,
    Subject,
    SubjectDoesNotFit,
    Survey,
    SurveyDatesOutOfTurn,
    SurveyPart,
    SurveyStage,
)
from services.feedback.surveys.definitions.questions import Definition, QuestionKind

OPEN, CLOSE, PUBLISH = "survey_open", "survey_close", "survey_publish"
"""The timers of an announced survey."""

LONGEST = 366  # days from the first to the publication


@dataclass(frozen=True, slots=True)
class About:
    """Whom a survey is about."""

    subject: Subject
    organization_id: UUID
    post_id: UUID | None
    item_code: str | None

    def key(self, audience: Audience) -> str:
        """By which the next survey of the same subject is found."""
        return f"{audience.value}:{self.organization_id}:{self.post_id or ''}:{self.item_code or ''}"


@dataclass(frozen=True, slots=True)
class Draft:
    """A survey as somebody means it to be."""

    about: About
    audience: Audience
    division_code: str
    parts: Sequence[tuple[str, int]]  # area and quota
    channels: Sequence[Channel]
    opens_on: date
    closes_on: date
    publishes_on: date
    judged: str | None
    definition: Definition


async def draft(session: Session, made: Draft, *, by: Actor) -> Survey:
    """Begin a survey.

    Raises `MayNotRunSurveys`, `NoSuchUnit`, `SubjectDoesNotFit`, `ChannelsDoNotFit`, `PartsOverlap`,
    `SurveyDatesOutOfTurn`, `NotJudgedByOpinion`.
    """
    await _check(session, made, by=by)
    survey = Survey(
        id=new_id(),
        subject=made.about.subject,
        organization_id=made.about.organization_id,
        post_id=made.about.post_id,
        item_code=made.about.item_code,
        subject_key=made.about.key(made.audience),
        audience=made.audience,
        line_percent=None,
        least=None,
        stage=SurveyStage.DRAFT,
        made_by=by.person_id,
        made_at=session.now,
        announced_at=None,
        published_at=None,
        taken=None,
        below_line=None,
        **_said(made),
    )
    session.add(survey, *_parts(survey, made))
    return survey


async def revise(session: Session, survey_id: UUID, made: Draft, *, by: Actor) -> Survey:
    """Write a draft anew; whom it is about, too. Raises `NotFound`, `NotAllowedNow`, and what `draft` raises."""
    survey = await policy.check_runs(session, by, await session.get(Survey, survey_id, lock=True))
    survey.revise()
    await _check(session, made, by=by)
    survey.subject, survey.organization_id = made.about.subject, made.about.organization_id
    survey.post_id, survey.item_code = made.about.post_id, made.about.item_code
    survey.subject_key, survey.audience = made.about.key(made.audience), made.audience
    for name, value in _said(made).items():
        setattr(survey, name, value)
    for part in await views.parts_to_change(session, survey.id):
        session.delete(part)
    session.add(*_parts(survey, made))
    return survey


async def announce(session: Session, survey_id: UUID, *, by: Actor) -> Survey:
    """Freeze a draft; it opens, closes and is published by itself.

    Raises `NotFound`, `NotAllowedNow`, `SurveyAnnouncedTooLate`, `NoDaysToDraw`.
    """
    survey = await policy.check_runs(session, by, await session.get(Survey, survey_id, lock=True))
    rules = session.use(FeedbackRules).values(on=local_date(session.now))
    survey.announce(
        line_percent=rules[RuleId.SURVEY_LINE],
        least=rules[RuleId.LEAST],
        draw_days=rules[RuleId.SURVEY_DRAW],
        at=session.now,
    )
    if survey.by_credential:
        session.publish(await _announced(session, survey, rules))
    session.remind(OPEN, about=survey.id, due_at=midnight(survey.opens_on))
    session.remind(CLOSE, about=survey.id, due_at=survey.ends_at)
    session.remind(PUBLISH, about=survey.id, due_at=midnight(survey.publishes_on))
    return survey


async def drop(session: Session, survey_id: UUID, *, by: Actor) -> Survey:
    """Give a survey up before it opens. Raises `NotFound`, `NotAllowedNow`."""
    survey = await policy.check_runs(session, by, await session.get(Survey, survey_id, lock=True))
    survey.drop()
    if survey.by_credential and survey.announced_at is not None:
        session.publish(SurveyDropped(survey_id=survey.id, dropped_at=session.now))
    return survey


async def open_survey(survey_id: UUID, session: Session) -> None:
    """Take answers from its first day on."""
    survey = await session.get(Survey, survey_id, lock=True)
    if survey is not None and survey.stage is SurveyStage.ANNOUNCED:
        survey.open()


async def close_survey(survey_id: UUID, session: Session) -> None:
    """Take none after its last day."""
    await open_survey(survey_id, session)  # as after a time in which nothing ran
    survey = await session.get(Survey, survey_id, lock=True)
    if survey is not None and survey.stage is SurveyStage.OPEN:
        survey.close()


async def _announced(session: Session, survey: Survey, rules: Mapping[str, int]) -> SurveyAnnounced:
    """The fact that has `members` make the keys of a survey's parts; what is said at the door has none."""
    parts = await views.parts(session, survey.id)
    [whole] = [part for part in parts if part.kind is PartKind.REST]
    return SurveyAnnounced(
        survey_id=survey.id,
        audience=survey.audience.value,
        organization_id=survey.organization_id,
        post_id=survey.post_id,
        township_code=township_of(survey.division_code),
        whole=AnnouncedPart(whole.id, whole.division_code),
        parts=tuple(AnnouncedPart(part.id, part.division_code) for part in parts if part.kind is PartKind.AREA),
        least_of_part=rules[RuleId.SURVEY_PART],
        least_of_whole=rules[RuleId.EXPECTED],
        draws_until=survey.draws_until,
        closes_on=survey.closes_on,
        announced_at=session.now,
    )


def _said(made: Draft) -> dict[str, object]:
    return {
        "division_code": made.division_code,
        "definition": made.definition.model_dump_json(),
        "judged": made.judged,
        "channels": [channel.value for channel in made.channels],
        "opens_on": made.opens_on,
        "closes_on": made.closes_on,
        "publishes_on": made.publishes_on,
    }


async def _check(session: Session, made: Draft, *, by: Actor) -> None:
    await policy.check_may_run(session, by, made.about.organization_id)
    await units.area(session, made.division_code)
    await _check_subject(session, made.about)
    if not made.channels or not set(made.channels) <= CHANNELS[made.audience]:
        raise ChannelsDoNotFit(audience=made.audience.value)
    for code, _ in made.parts:
        await units.area(session, code)
    codes = [code for code, _ in made.parts]
    apart = all(not lies_in(one, other) for one in codes for other in codes if one is not other)
    if not apart or len(set(codes)) < len(codes) or not all(lies_in(code, made.division_code) for code in codes):
        raise PartsOverlap()
    _check_dates(session, made)
    if made.judged is not None:
        question = made.definition.question(made.judged)
        asked = question is not None and question.required and not question.conditions
        if question is None or not asked or question.kind is not QuestionKind.OPINION:
            raise NotJudgedByOpinion(question=made.judged)


async def _check_subject(session: Session, about: About) -> None:
    """Raises `SubjectDoesNotFit`."""
    named = (about.post_id is not None, about.item_code is not None)
    if named != (about.subject is Subject.POST, about.subject is Subject.SERVICE):
        raise SubjectDoesNotFit()
    if about.post_id is not None:
        post = await session.get(Post, about.post_id)
        if post is None or post.organization_id != about.organization_id:
            raise SubjectDoesNotFit()


def _check_dates(session: Session, made: Draft) -> None:
    """Raises `SurveyDatesOutOfTurn`."""
    rules = session.use(FeedbackRules).values(on=local_date(session.now))
    entering = rules[RuleId.SURVEY_ENTRY] if Channel.PAPER in made.channels else 0
    soonest = made.closes_on + timedelta(days=1 + entering)
    in_turn = made.opens_on <= made.closes_on and made.publishes_on >= soonest
    if not in_turn or (made.publishes_on - made.opens_on).days > LONGEST:
        raise SurveyDatesOutOfTurn(entry_days=entering, longest_days=LONGEST)


def _parts(survey: Survey, made: Draft) -> list[SurveyPart]:
    """The areas, the rest of the whole, and the door where somebody goes there."""
    wanted = [(code, PartKind.AREA, quota) for code, quota in made.parts if code != made.division_code]
    own = dict(made.parts).get(made.division_code, 0)
    wanted.append((made.division_code, PartKind.REST, own))
    if Channel.INTERVIEWER in made.channels:
        wanted.append((made.division_code, PartKind.DOOR, 0))
    return [
        SurveyPart(
            id=new_id(),
            survey_id=survey.id,
            division_code=code,
            kind=kind,
            quota=quota,
            public_key=None,
            drawn=None,
            outcome=None,
            responses=None,
            reached=None,
            result=None,
        )
        for code, kind, quota in wanted
    ]
