"""What is sent and shown of requests: the bodies that are taken in and the answers that are given."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from chassis.words import Input, Output, Words
from services.tasks.dispatches.model import ReturnCode
from services.tasks.outcomes.views import OutcomeView
from services.tasks.places.forms import PlaceView
from services.tasks.rectifications.api import RectificationView
from services.tasks.requests.model import Solved


class LimitView(Output):
    """A time limit: the first instant that is too late (UTC), and the last local date that is in time."""

    clock: str
    clock_zh: str
    due_at: datetime
    last_day: date
    provisional: bool  # working days of a year without a published calendar were counted
    provisional_zh: str | None
    rule: str
    rule_version: str
    met_at: datetime | None
    missed_at: datetime | None


class SubmittedView(Output):
    """The answer to a submission. The tracking code is shown this once: note it down."""

    id: UUID
    tracking_code: str
    stage: str
    stage_zh: str
    named_person: str | None
    limits: list[LimitView]


class Promise(Input):
    """A finishing date."""

    promised_on: date


class Answer(Input):
    """An answer on the spot."""

    words: Words


class Return(Input):
    """Why the dispatch was wrong."""

    reason: Words
    code: ReturnCode = ReturnCode.OTHER


class NewDispatch(Input):
    """To whose post it goes now."""

    post_id: UUID
    duty_entry_id: UUID | None = Field(None, description="按履职事项清单的哪一项指派；不填则沿用原来的一项")


class Report(Input):
    """What was done, and by which attachments it is proved."""

    note: Words
    evidence: tuple[UUID, ...] = Field((), max_length=20)


class Judgement(Input):
    """Whether it was solved, said of one round."""

    solved: Solved
    round: Annotated[int, Field(ge=1, le=1000)]


class SignatureView(Output):
    """A recorded act of signing."""

    person_id: UUID
    person_name: str
    post_id: UUID
    signed_at: datetime
    text_digest: str  # SHA-256 of the text, hexadecimal
    rule_version: str
    promised_on: date | None
    acting_for_post_id: UUID | None  # of the absent colleague for whom it was signed
    acting_for_name: str | None
    legal_note_zh: str


class SignedView(Output):
    """A request that was just signed for."""

    id: UUID
    stage: str
    stage_zh: str
    signature: SignatureView


class MovedView(Output):
    """Where a request stands after a move."""

    id: UUID
    stage: str
    stage_zh: str
    round: int


class LineView(Output):
    """One line of a list of requests."""

    id: UUID
    kind: str
    item_code: str | None
    stage: str
    division_code: str
    submitted_at: datetime
    finish_due_at: datetime
    promised_on: date | None
    round: int
    colour: str | None  # the warning in force, as the rule pack names it
    finish_provisional: bool  # the limit counts working days of a year without a published calendar
    urgency: str
    finish_provisional_zh: str | None
    urgency_zh: str
    title_zh: str
    stage_zh: str


class LinePage(Output):
    """Requests from new to old."""

    items: list[LineView]
    next: str | None


class EntryView(Output):
    """One thing that happened."""

    at: datetime
    what_zh: str
    by: UUID | None


class CaseView(Output):
    """One case whole, for those who may see it. No grade is in it."""

    id: UUID
    kind_zh: str
    urgency_zh: str
    item_zh: str | None
    wording: str | None
    voice_id: UUID | None  # the recording that says it, among the attachments
    anonymous: bool
    about_reason_zh: str | None
    channel_zh: str
    division_code: str
    place: PlaceView | None
    stage: str
    stage_zh: str
    round: int
    named_person: str | None
    first_promised_on: date | None
    promised_on: date | None
    solved: str | None
    outcome: OutcomeView
    limits: list[LimitView]
    rectifications: list[RectificationView]
    history: list[EntryView]
