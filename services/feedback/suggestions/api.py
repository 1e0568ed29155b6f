"""Suggestions over HTTP: everybody reads the draft and what became of it, whoever is signed in suggests."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import Field, StringConstraints

from chassis.cached import IfNoneMatch, cached
from chassis.clock import local_date
from chassis.cursors import NEWEST
from chassis.http import Route, SignedIn, Transaction, public
from chassis.paging import Cursor, Limit, cursor_of_next, place
from chassis.sheets.writing import GIVEN_OUT, XLSX
from chassis.words import PLAIN, DivisionCode, Input, Words
from services.feedback.suggestions import actions, policy, showing, views
from services.feedback.suggestions.model import Adoption
from services.feedback.suggestions.showing import (
    ConsultationPage,
    ConsultationView,
    PublicSuggestionPage,
    SuggestionPage,
    SuggestionView,
)
from services.feedback.suggestions.views import Found, Line, Which

router = APIRouter(tags=["意见征集"], route_class=Route)

Title = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=100, pattern=PLAIN)]
Draft = Annotated[str, StringConstraints(strip_whitespace=True, min_length=10, max_length=20_000, pattern=PLAIN)]
Area = Annotated[str, Query(pattern=r"^[0-9]{12}$", description="村（社区）、乡镇（街道）或县（区）的 12 位区划代码")]


class ConsultationAnnounced(Input):
    """A draft, who decides in the end, and from when to when people are asked."""

    division_code: DivisionCode
    title: Title
    draft: Draft
    decides: Title
    from_on: date
    to_on: date


class SuggestionMade(Input):
    """What somebody thinks of the draft."""

    words: Words


class SuggestionReworded(Input):
    """A suggestion in words that say nothing of who made it."""

    wording: Words


class SuggestionsAnswered(Input):
    """What becomes of suggestions that say the same, and why."""

    suggestion_ids: Annotated[list[UUID], Field(min_length=1, max_length=100)]
    adoption: Adoption
    reason: Words


class ConsultationEnded(Input):
    """What was decided, or why it was withdrawn."""

    words: Words


@router.get("/consultations", response_model=ConsultationPage)
@public
async def list_consultations(
    session: Transaction,
    *,
    code: Area,
    found: Found = Found.ALL,
    cursor: Cursor = None,
    limit: Limit = 25,
    if_none_match: IfNoneMatch = None,
) -> Response:
    """The drafts of an area and of those below it, from new to old. Refusals: `wrong-cursor`."""
    today = local_date(session.now)
    there = await views.consultations(session, code, found, today=today, before=place(cursor), limit=limit)
    page = ConsultationPage(
        items=await showing.lines_of(session, there), next_cursor=cursor_of_next(there, limit=limit)
    )
    return cached(page, if_none_match)


@router.post("/consultations", status_code=201)
async def announce_consultation(body: ConsultationAnnounced, session: Transaction, actor: SignedIn) -> ConsultationView:
    """Show a draft to everybody and ask what people think of it.

    Refusals: `may-not-consult`, `no-such-unit`, `consulted-too-briefly`, `says-who-somebody-is`.
    """
    return await showing.view_of(session, await actions.announce(session, by=actor, **body.model_dump()))


@router.get("/consultations/{consultation_id}", response_model=ConsultationView)
@public
async def show_consultation(
    consultation_id: UUID, session: Transaction, *, if_none_match: IfNoneMatch = None
) -> Response:
    """A draft, what became of the suggestions in sum, and the decision. Refusals: `not-found`."""
    found = await views.consultation(session, consultation_id)
    return cached(await showing.view_of(session, found), if_none_match)


@router.get("/consultations/{consultation_id}/suggestions", response_model=PublicSuggestionPage)
@public
async def list_suggestions(
    consultation_id: UUID,
    session: Transaction,
    *,
    cursor: Cursor = None,
    limit: Limit = 25,
    if_none_match: IfNoneMatch = None,
) -> Response:
    """Suggestions in words for everybody, each with what became of it. Refusals: `not-found`, `wrong-cursor`."""
    await views.consultation(session, consultation_id)
    found = await views.public_suggestions(session, consultation_id, before=place(cursor), limit=limit)
    page = PublicSuggestionPage(
        items=[showing.public_of(line) for line in found], next_cursor=_next(found, limit=limit)
    )
    return cached(page, if_none_match)


@router.post("/consultations/{consultation_id}/suggestions", status_code=201)
async def suggest(consultation_id: UUID, body: SuggestionMade, session: Transaction, actor: SignedIn) -> SuggestionView:
    """Say what you think of a draft; more than once, if you like.

    Refusals: `not-found`, `not-open-for-suggestions`, `too-many-suggestions`.
    """
    made = await actions.suggest(session, consultation_id, by=actor, words=body.words)
    return showing.suggestion_of(session, Line(made, None))


@router.get("/consultations/{consultation_id}/inbox")
async def list_inbox(
    consultation_id: UUID,
    session: Transaction,
    actor: SignedIn,
    *,
    which: Which = Which.UNANSWERED,
    cursor: Cursor = None,
    limit: Limit = 25,
) -> SuggestionPage:
    """Suggestions as they were made, without who made them, for those who answer.

    Refusals: `not-found`, `may-not-consult`, `wrong-cursor`.
    """
    await policy.check_runs(session, actor, await views.consultation(session, consultation_id))
    found = await views.suggestions(session, consultation_id, which, before=place(cursor), limit=limit)
    return SuggestionPage(
        items=[showing.suggestion_of(session, line) for line in found], next_cursor=_next(found, limit=limit)
    )


@router.get("/consultations/{consultation_id}/sheet", response_class=Response, responses=GIVEN_OUT)
async def consultation_sheet(consultation_id: UUID, session: Transaction, actor: SignedIn) -> Response:
    """The same as .xlsx, up to 2,000 rows. Refusals: `not-found`, `may-not-consult`."""
    await policy.check_runs(session, actor, await views.consultation(session, consultation_id))
    found = await views.suggestions(session, consultation_id, Which.ALL, before=NEWEST, limit=views.MOST_ROWS)
    headers = {"Content-Disposition": 'attachment; filename="suggestions.xlsx"', "Cache-Control": "no-store"}
    return Response(showing.spreadsheet(session, found), headers=headers, media_type=XLSX)


@router.post("/consultations/{consultation_id}/answers", status_code=201)
async def answer_suggestions(
    consultation_id: UUID, body: SuggestionsAnswered, session: Transaction, actor: SignedIn
) -> ConsultationView:
    """Say what becomes of one suggestion, or of several that say the same.

    Refusals: `not-found`, `may-not-consult`, `not-open-for-suggestions`, `suggestion-of-another`,
    `says-who-somebody-is`.
    """
    await actions.answer(
        session,
        consultation_id,
        by=actor,
        suggestion_ids=body.suggestion_ids,
        adoption=body.adoption,
        reason=body.reason,
    )
    return await showing.view_of(session, await views.consultation(session, consultation_id))


@router.post("/consultations/{consultation_id}/decision")
async def decide_consultation(
    consultation_id: UUID, body: ConsultationEnded, session: Transaction, actor: SignedIn
) -> ConsultationView:
    """Publish what was decided, once every suggestion is answered.

    Refusals: `not-found`, `may-not-consult`, `not-allowed-now`, `still-open-for-suggestions`,
    `suggestions-without-answer`, `says-who-somebody-is`.
    """
    return await showing.view_of(session, await actions.decide(session, consultation_id, by=actor, words=body.words))


@router.post("/consultations/{consultation_id}/withdrawal")
async def withdraw_consultation(
    consultation_id: UUID, body: ConsultationEnded, session: Transaction, actor: SignedIn
) -> ConsultationView:
    """Give a plan up. Refusals: `not-found`, `may-not-consult`, `not-allowed-now`, `says-who-somebody-is`."""
    return await showing.view_of(session, await actions.withdraw(session, consultation_id, by=actor, why=body.words))


@router.get("/suggestions/mine")
async def list_own_suggestions(
    session: Transaction, actor: SignedIn, cursor: Cursor = None, limit: Limit = 25
) -> SuggestionPage:
    """What you suggested, and what became of it. Refusals: `wrong-cursor`."""
    found = await views.of_person(session, actor.person_id, before=place(cursor), limit=limit)
    return SuggestionPage(
        items=[showing.suggestion_of(session, line) for line in found], next_cursor=_next(found, limit=limit)
    )


@router.post("/suggestions/{suggestion_id}/wording")
async def reword_suggestion(
    suggestion_id: UUID, body: SuggestionReworded, session: Transaction, actor: SignedIn
) -> SuggestionView:
    """Say in which words the public reads a suggestion. Refusals: `not-found`, `may-not-consult`,
    `says-who-somebody-is`.
    """
    reworded = await actions.reword(session, suggestion_id, by=actor, wording=body.wording)
    (line,) = await views.with_answers(session, [reworded])
    return showing.suggestion_of(session, line)


def _next(found: list[Line], *, limit: int) -> str | None:
    return cursor_of_next([line.suggestion for line in found], limit=limit)
