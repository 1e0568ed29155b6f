"""What `feedback` tells the others. A grade itself is told to nobody: who puts it right need not know it."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from contracts.audit import SealedDay
from contracts.burden import CountedDay
from contracts.event import Event


class RatingFoundBad(Event, type="feedback.rating.found_bad.v1", key="request_id"):
    """The person served gave one of the two bad grades on the real-name track; a rectification of that round is due."""

    request_id: UUID
    round: int
    found_at: datetime


class MoneyNamed(Event, type="feedback.rating.named_money.v1", key="request_id"):
    """The person served said, with whatever grade, that somebody who handled this round asked for money or gifts."""

    request_id: UUID
    round: int
    handler_id: UUID  # of this round
    named_at: datetime


class GradeAskedFor(Event, type="feedback.rating.grade_asked_for.v1", key="request_id"):
    """The person served said, with whatever grade, that somebody asked them for a certain grade of this round."""

    request_id: UUID
    round: int
    handler_id: UUID  # of this round
    named_at: datetime


class InvitationReminded(Event, type="feedback.invitation.reminded.v1", key="request_id"):
    """The person served has not graded this round, and is to be reminded that they may until `expires_at` (UTC)."""

    request_id: UUID
    round: int
    reminder: int  # the first is 1
    expires_at: datetime


class CellOpened(Event, type="feedback.cell.opened.v1", key="cell_id"):
    """People who were served by one unit in one period may judge it without a name: a cell of ballots takes them in."""

    cell_id: UUID
    township_code: str
    division_code: str  # of the unit: a village, a township or the county, 12 digits
    item_codes: tuple[str, ...]  # of the catalogue, the kinds of matter that it is about; none for all
    served_from: date  # of the day on which a matter was reported done, local
    served_to: date  # the last day
    draws_until: date  # the last day on which a credential may be drawn
    closes_on: date  # the last day on which a ballot is taken in


class CellFoundBelowLine(Event, type="feedback.cell.below_line.v1", key="cell_id"):
    """A cell closed with too small a share of good grades: its unit is to rectify, under one level above it."""

    cell_id: UUID
    township_code: str
    division_code: str  # of the unit
    owner_code: str  # of the area one level above; the county's own for the county
    group_code: str  # of the items, as the term named them
    item_codes: tuple[str, ...]  # none for all
    served_from: date
    served_to: date
    found_at: datetime


class CellJudgedAgain(Event, type="feedback.cell.judged_again.v1", key="cell_id"):
    """The next cell of the same unit and items closed, after one below the line: so it was put right, or was not."""

    cell_id: UUID  # the one below the line
    next_cell_id: UUID
    township_code: str
    above_line: bool
    judged_at: datetime


@dataclass(frozen=True, slots=True)
class AnnouncedPart:
    """A part of a survey: what lies in this area is counted by itself."""

    part_id: UUID
    division_code: str  # 12 digits


class SurveyAnnounced(Event, type="feedback.survey.announced.v1", key="survey_id"):
    """People are going to be asked what they think, and may answer by a credential: its keys are wanted.

    Told of no survey that is answered by codes and on paper alone.
    """

    survey_id: UUID
    audience: str  # villagers, members
    organization_id: UUID  # that it is about, or whose post or service
    post_id: UUID | None
    township_code: str  # of the area
    whole: AnnouncedPart  # the area, for whoever has no part of their own
    parts: tuple[AnnouncedPart, ...]  # within it, none within another
    least_of_part: int  # people without whom a part has no key of its own
    least_of_whole: int  # people without whom the whole has none
    draws_until: date  # the last day on which a credential may be drawn; answers are taken in after it
    closes_on: date  # the last day on which an answer is taken in
    announced_at: datetime


class SurveyDropped(Event, type="feedback.survey.dropped.v1", key="survey_id"):
    """A survey of which `feedback.survey.announced.v1` was told is given up before anybody answered."""

    survey_id: UUID
    dropped_at: datetime


class SurveyFellShort(Event, type="feedback.survey.shortfall.v1", key="survey_id"):
    """A mass survey was published below the line: whom it is about is to rectify, under one level above."""

    survey_id: UUID
    subject: str  # organization, post, service
    audience: str  # villagers, members
    organization_id: UUID  # that it is about, or whose post or service
    post_id: UUID | None
    item_code: str | None
    township_code: str  # of the organisation
    division_code: str  # where people were asked
    line_percent: int
    opened_on: date  # the first local day of answering
    closed_on: date  # the last
    found_at: datetime


class SurveyJudgedAgain(Event, type="feedback.survey.judged_again.v1", key="survey_id"):
    """A later survey of the same subject was published, after one below the line: it was put right, or was not."""

    survey_id: UUID  # the one below the line
    next_survey_id: UUID
    township_code: str
    above_line: bool
    judged_at: datetime


class DeliberationResolved(Event, type="feedback.deliberation.resolved.v1", key="deliberation_id"):
    """What a village decided stood its publication, and is to be carried out by a named post until a day; or again."""

    deliberation_id: UUID
    turn: int  # 1 for the first time that it is given out
    township_code: str
    division_code: str  # the village or community
    year: int  # with the number of the resolution within its village
    number: int
    post_id: UUID
    due_on: date
    given_by: UUID
    resolved_at: datetime


class MeasureMoved(Event, type="feedback.measure.moved.v1", key="case_id"):
    """A measure for an organisation, or for who holds one of its posts, came a step further: they are to be told.

    What it says, and whether it holds somebody to account or praises them, is read in `feedback` alone.
    """

    case_id: UUID
    organization_id: UUID
    post_id: UUID | None  # none where it is about the organisation
    move: str  # bring, decide, drop, or of the appeal confirm, quash
    moved_at: datetime


class ReviewGraded(Event, type="feedback.review.graded.v1", key="subject_id"):
    """A year's review gave somebody, or a unit, a grade: they are to be told that there is one, and read it there."""

    subject_id: UUID
    organization_id: UUID  # the unit, or that of the person
    person_id: UUID | None  # none where it is the unit's
    graded_at: datetime


class ResultAppealSettled(Event, type="feedback.result_appeal.settled.v1", key="appeal_id"):
    """Two persons decided on an appeal against a report, a grade or a veto: who appealed is to be told."""

    appeal_id: UUID
    person_id: UUID  # who appealed
    settled_at: datetime


class DisclosureFoundMissing(Event, type="feedback.disclosure.found_missing.v1", key="disclosure_id"):
    """The last day on which a village was in time to make something public is over, and it is not public."""

    disclosure_id: UUID
    township_code: str
    division_code: str  # the village or community
    due_on: date
    found_at: datetime


class AuditDaySealed(SealedDay, Event, type="feedback.audit_day.sealed.v1", key="day"):
    """A local day of this service's audit is over and will not change."""


class BurdenCounted(CountedDay, Event, type="feedback.burden.counted.v1", key="township_code"):
    """How often the forms of this service were sent in, and its messages out, in one township on one day, by role."""
