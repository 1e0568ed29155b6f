"""How consultations and suggestions are shown; of who suggested, nothing is shown to anybody."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from chassis.clock import local_date
from chassis.session import Session
from chassis.sheets.tables import table
from chassis.words import Output
from services.feedback.disclosures.views import names_of
from services.feedback.suggestions import views
from services.feedback.suggestions.actions import words_of
from services.feedback.suggestions.model import Adoption, Consultation, ConsultationStage
from services.feedback.suggestions.views import Line

COLUMNS = ("提出日期", "意见原文", "公开文字", "采纳情况", "理由", "答复人")
NEXT_ZH = {
    "ahead": "还没有开始征求意见，请在开始日期后登录提意见。",
    "open": "正在征求意见：登录后可以提，一个人可以提多条；公开时不显示您是谁。",
    "answering": "征求意见已经结束，每条意见答复采纳情况以后才能公布决定。",
    "decided": "已经决定，每条意见的采纳情况和理由见下。",
    "withdrawn": "这份草案已经撤回，不再征求意见。",
}


class ConsultationLine(Output):
    """One draft in a list."""

    id: UUID
    division_code: str
    name: str
    title: str
    decides: str
    from_on: date
    to_on: date
    stage: str
    stage_zh: str
    made: int
    unanswered: int
    next_zh: str


class ConsultationPage(Output):
    """Drafts from new to old."""

    items: list[ConsultationLine]
    next_cursor: str | None


class AdoptionCount(Output):
    """How many suggestions came to this."""

    adoption: Adoption
    adoption_zh: str
    many: int


class ConsultationView(Output):
    """A draft as everybody reads it."""

    consultation: ConsultationLine
    draft: str
    digest: str  # SHA-256 of the draft, hexadecimal
    announcer: str
    announced_at: datetime
    adoptions: list[AdoptionCount]
    ended_at: datetime | None
    outcome: str | None


class PublicSuggestion(Output):
    """A suggestion as everybody reads it."""

    id: UUID
    made_on: date
    wording: str
    adoption_zh: str | None
    reason: str | None
    answerer: str | None


class PublicSuggestionPage(Output):
    """Suggestions from new to old."""

    items: list[PublicSuggestion]
    next_cursor: str | None


class SuggestionView(Output):
    """A suggestion with the words in which it was made."""

    id: UUID
    consultation_id: UUID
    made_at: datetime
    words: str | None
    wording: str | None
    adoption: Adoption | None
    adoption_zh: str | None
    reason: str | None
    answerer: str | None


class SuggestionPage(Output):
    """Suggestions from new to old."""

    items: list[SuggestionView]
    next_cursor: str | None


async def lines_of(session: Session, found: Sequence[Consultation]) -> list[ConsultationLine]:
    """Drafts as they stand today."""
    names = await names_of(session, list(dict.fromkeys(one.division_code for one in found)))
    today = local_date(session.now)
    return [
        ConsultationLine(
            id=one.id,
            division_code=one.division_code,
            name=names[one.division_code],
            title=one.title,
            decides=one.decides,
            from_on=one.from_on,
            to_on=one.to_on,
            stage=one.stage,
            stage_zh=one.stage.title_zh,
            made=one.made,
            unanswered=one.unanswered,
            next_zh=NEXT_ZH[_phase(one, today)],
        )
        for one in found
    ]


async def view_of(session: Session, one: Consultation) -> ConsultationView:
    """A draft whole, with what became of the suggestions in sum."""
    counts = await views.counted(session, one.id)
    return ConsultationView(
        consultation=(await lines_of(session, [one]))[0],
        draft=one.draft,
        digest=one.digest.hex(),
        announcer=one.announcer,
        announced_at=one.announced_at,
        adoptions=[AdoptionCount(adoption=kind, adoption_zh=kind.title_zh, many=counts[kind]) for kind in Adoption],
        ended_at=one.ended_at,
        outcome=one.outcome,
    )


def public_of(line: Line) -> PublicSuggestion:
    """A suggestion that has words for the public."""
    one, answer = line
    return PublicSuggestion(
        id=one.id,
        made_on=local_date(one.made_at),
        wording=one.wording or "",
        adoption_zh=answer.adoption.title_zh if answer else None,
        reason=answer.reason if answer else None,
        answerer=answer.answerer if answer else None,
    )


def suggestion_of(session: Session, line: Line) -> SuggestionView:
    """A suggestion to whoever made it, and to those who answer it."""
    one, answer = line
    return SuggestionView(
        id=one.id,
        consultation_id=one.consultation_id,
        made_at=one.made_at,
        words=words_of(session, one),
        wording=one.wording,
        adoption=answer.adoption if answer else None,
        adoption_zh=answer.adoption.title_zh if answer else None,
        reason=answer.reason if answer else None,
        answerer=answer.answerer if answer else None,
    )


def spreadsheet(session: Session, lines: Sequence[Line]) -> bytes:
    """The .xlsx for those who answer."""
    return table(
        "意见和采纳情况",
        COLUMNS,
        (
            (
                local_date(one.made_at),
                words_of(session, one),
                one.wording,
                answer.adoption.title_zh if answer else None,
                answer.reason if answer else None,
                answer.answerer if answer else None,
            )
            for one, answer in lines
        ),
    )


def _phase(one: Consultation, today: date) -> str:
    if one.stage is not ConsultationStage.ANNOUNCED:
        return one.stage.value
    if today < one.from_on:
        return "ahead"
    return "open" if today <= one.to_on else "answering"
