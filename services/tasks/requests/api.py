"""Requests over HTTP."""

from uuid import UUID

import orjson
from fastapi import APIRouter, Response

from chassis.http import Route, SignedIn, Transaction, for_clients
from chassis.paging import Cursor, Limit, cursor_after, place
from chassis.session import Session
from services.tasks.clocks.limits import PROVISIONAL_ZH
from services.tasks.dispatches import actions as dispatches
from services.tasks.notes.actions import note_instead
from services.tasks.outcomes.story import story
from services.tasks.outcomes.views import outcome_of
from services.tasks.places.views import place_view
from services.tasks.readings.actions import note_reading
from services.tasks.rectifications.api import view as rectification_view
from services.tasks.requests import actions, policy, signing, views
from services.tasks.requests.channels import Channel
from services.tasks.requests.forms import (
    Answer,
    CaseView,
    EntryView,
    Judgement,
    LimitView,
    LinePage,
    LineView,
    MovedView,
    NewDispatch,
    Promise,
    Report,
    Return,
    SignatureView,
    SignedView,
    SubmittedView,
)
from services.tasks.requests.model import ServiceRequest, Signature
from services.tasks.requests.showing import NotedView, limit_view, noted_view, submitted_view
from services.tasks.requests.submission import Submission
from services.tasks.requests.views import Whose
from services.tasks.rules.pack import Urgency
from services.tasks.urgencies.policy import check_may_say

LINE_FIELDS = list(LineView.model_fields)[: len(views.LINE)]

router = APIRouter(prefix="/requests", tags=["诉求"], route_class=Route)


@router.post(
    "", status_code=201, response_model=SubmittedView, responses={202: {"model": NotedView, "description": "A note."}}
)
@for_clients("requests.send")
async def submit(body: Submission, session: Transaction, actor: SignedIn) -> Response:
    """Ask for an errand, or report a matter in free words.

    What an agent sends in for a villager who has given no leave is kept as a note (202), and is no case until they do.
    Refusals: `no-such-division`, `no-such-item`, `nothing-asked`, `may-not-send-in-for-others`, for a township's
    system `not-in-its-area`, for an urgency `may-not-say-urgency`, for a complaint about somebody in office
    `not-a-complaint`, `no-such-office`, `about-yourself`, `no-complaint`, for a voice note `no-such-attachment`,
    `not-a-voice`.
    """
    if body.urgency is not Urgency.ORDINARY:
        await check_may_say(session, actor, body.division_code)
    if noted := await note_instead(session, body, by=actor):
        return Response(noted_view(noted.id, noted.kept_until).model_dump_json(), 202, media_type="application/json")
    done = await actions.submit(
        session,
        by=actor,
        requester_id=policy.requester_of(
            actor, named=body.requester_id, channel=body.channel, anonymous=body.anonymous
        ),
        division_code=body.division_code,
        channel=body.channel if actor.scopes is None else Channel.SIGNED_API,
        kind=body.kind,
        item_code=body.item_code,
        wording=body.wording,
        about_post_id=body.about_post_id,
        about_reason=body.about_reason,
        anonymous=body.anonymous,
        voice_id=body.voice_id,
        where=body.where(),
        urgency=body.urgency,
    )
    return Response(submitted_view(done).model_dump_json(), 201, media_type="application/json")


@router.get("", response_model=LinePage)
@for_clients("requests.read")
async def requests(
    session: Transaction, actor: SignedIn, whose: Whose = Whose.ASKED, cursor: Cursor = None, limit: Limit = 25
) -> Response:
    """Your requests, those that wait for you, or those that your posts reach; from new to old.

    A township's system is shown those that it sent in.
    """
    found = await views.page(session, actor, whose, before=place(cursor), limit=limit)
    body = {
        "items": [
            {
                **dict(zip(LINE_FIELDS, line, strict=True)),
                "finish_provisional_zh": PROVISIONAL_ZH if line[-2] else None,
                "urgency_zh": line[-1].title_zh,
                "title_zh": views.title_of(session, line),
                "stage_zh": line[3].title_zh,
            }
            for line in found
        ],
        "next": cursor_after(found[-1][0]) if len(found) == limit else None,
    }
    return Response(orjson.dumps(body, default=str), media_type="application/json")  # asyncpg has a UUID of its own


@router.get("/{request_id}")
@for_clients("requests.read")
async def case(request_id: UUID, session: Transaction, actor: SignedIn) -> CaseView:
    """One case with its clocks and its whole history. The requester is shown who else looked at it."""
    request = await views.seen(session, request_id)
    await policy.check_may_see(session, actor, request)
    await note_reading(session, actor, request)
    item = views.item_of(session, request)
    return CaseView(
        id=request.id,
        kind_zh=request.kind.title_zh,
        urgency_zh=request.urgency.title_zh,
        item_zh=item.name if item else None,
        wording=views.wording_of(session, request),
        voice_id=request.voice_id,
        anonymous=request.anonymous,
        about_reason_zh=request.about_reason.title_zh if request.about_reason else None,
        channel_zh=request.channel.title_zh,
        division_code=request.division_code,
        place=place_view(session, request),
        stage=request.stage.value,
        stage_zh=request.stage.title_zh,
        round=request.round,
        named_person=await views.named_person(session, request.id),
        first_promised_on=request.first_promised_on,
        promised_on=request.promised_on,
        solved=request.solved.value if request.solved else None,
        outcome=await outcome_of(session, request),
        limits=await _limits(session, request),
        rectifications=[rectification_view(one) for one in await views.rectifications_of(session, request.id)],
        history=[EntryView(at=at, what_zh=what, by=by) for at, what, by in await story(session, request, reader=actor)],
    )


@router.post("/{request_id}/promise")
async def promise(request_id: UUID, body: Promise, session: Transaction, actor: SignedIn) -> SignedView:
    """Sign for a request that was given to you, and promise a finishing date (local, not later than its limit).

    Refusals: `not-yours`, `promise-too-late`, `promise-in-the-past`, `not-allowed-now`.
    """
    return signed_view(*await actions.promise(session, request_id, by=actor, promised_on=body.promised_on))


@router.post("/{request_id}/answer")
async def answer(request_id: UUID, body: Answer, session: Transaction, actor: SignedIn) -> SignedView:
    """Sign for a request that was given to you, and answer it on the spot."""
    return signed_view(*await actions.answer(session, request_id, by=actor, words=body.words))


@router.post("/{request_id}/return")
async def give_back(request_id: UUID, body: Return, session: Transaction, actor: SignedIn) -> MovedView:
    """Return a wrong dispatch with a reason; the township dispatches it anew.

    After as many returns as the rules allow the chair of the area decides. Refusals: `not-yours`, `return-too-late`,
    `bound-by-the-chair`.
    """
    return moved_view(await dispatches.give_back(session, request_id, by=actor, reason=body.reason, code=body.code))


@router.post("/{request_id}/dispatch")
async def dispatch(request_id: UUID, body: NewDispatch, session: Transaction, actor: SignedIn) -> MovedView:
    """Give a returned or unassigned request to somebody in office.

    Refusals: `may-not-dispatch`, `nobody-there`, `not-above-them`, `taken-back-by-the-county`, `returned-it-already`,
    `for-the-chair`, `no-such-duty`.
    """
    return moved_view(
        await dispatches.dispatch(session, request_id, by=actor, post_id=body.post_id, duty_entry_id=body.duty_entry_id)
    )


@router.post("/{request_id}/report")
async def report(request_id: UUID, body: Report, session: Transaction, actor: SignedIn) -> MovedView:
    """Report it done. Refusals: `not-yours`, `evidence-missing`, `no-such-attachment`, `not-allowed-now`."""
    return moved_view(await actions.report(session, request_id, by=actor, note=body.note, evidence=list(body.evidence)))


@router.post("/{request_id}/judgement")
async def judge(request_id: UUID, body: Judgement, session: Transaction, actor: SignedIn) -> MovedView:
    """Say whether your request was solved; «no» and «partly» have it put right. Refusals: `round-over`."""
    return moved_view(await actions.judge(session, request_id, by=actor, solved=body.solved, round_=body.round))


async def _limits(session: Session, request: ServiceRequest) -> list[LimitView]:
    return [limit_view(clock) for clock in await views.clocks_of(session, request.id)]


def signed_view(request: ServiceRequest, signature: Signature) -> SignedView:
    """A signature for the screen, with where the request stands."""
    return SignedView(
        id=request.id,
        stage=request.stage.value,
        stage_zh=request.stage.title_zh,
        signature=SignatureView(
            person_id=signature.person_id,
            person_name=signature.person_name,
            post_id=signature.post_id,
            signed_at=signature.signed_at,
            text_digest=signature.text_digest.hex(),
            rule_version=signature.rule_version,
            promised_on=signature.promised_on,
            acting_for_post_id=signature.acting_for_post_id,
            acting_for_name=signature.acting_for_name,
            legal_note_zh=signing.NOTE_ZH,
        ),
    )


def moved_view(request: ServiceRequest) -> MovedView:
    """Where a request stands after a move."""
    return MovedView(id=request.id, stage=request.stage.value, stage_zh=request.stage.title_zh, round=request.round)
