"""The way of a request from one named person to the next, over HTTP; and what its chair decides."""

from datetime import date, datetime
from uuid import UUID

from fastapi import APIRouter

from chassis.http import Route, SignedIn, Transaction
from chassis.secrecy import Vault
from chassis.session import Session
from chassis.words import Input, Output
from services.tasks.dispatches import actions, taking_up, words
from services.tasks.dispatches.model import Dispatch
from services.tasks.duties.api import DutyEntryView, entry_view
from services.tasks.duties.model import DutyEntry
from services.tasks.requests import policy
from services.tasks.requests.model import ServiceRequest
from services.tasks.requests.views import DISPATCHES, seen

router = APIRouter(prefix="/requests", tags=["指派"], route_class=Route)


class DispatchView(Output):
    """One giving of the case to a named person: why to them, by which duty, and how it ended if it was wrong."""

    turn: int
    post_id: UUID
    person_id: UUID
    person_name: str
    acting_for_name: str | None
    dispatched_at: datetime
    dispatched_by: UUID | None  # none for the automatic one
    way: str
    why_zh: str
    duty: DutyEntryView | None
    return_by: datetime
    returned_at: datetime | None
    return_code: str | None
    return_code_zh: str | None
    return_reason: str | None  # for those in office; the requester is shown the code


class DispatchesView(Output):
    """Every dispatch of a case, in order."""

    transfers: int
    binding: bool
    waiting_zh: str | None
    items: list[DispatchView]


class TakenUp(Input):
    """By when it will be done."""

    promised_on: date


class TakenUpView(Output):
    """A difficult case that its chair has taken up."""

    id: UUID
    stage: str
    stage_zh: str
    promised_on: date
    text_digest: str  # SHA-256 of the signed text, hexadecimal


@router.get("/{request_id}/dispatches")
async def dispatches(request_id: UUID, session: Transaction, actor: SignedIn) -> DispatchesView:
    """To whom the case was given, each time with the reason and the line of the duty list."""
    request = await seen(session, request_id)
    await policy.check_may_see(session, actor, request)
    found = await session.all(DISPATCHES, request=request.id)
    in_office = actor.person_id != request.requester_id
    return DispatchesView(
        transfers=request.transfers,
        binding=request.binding,
        waiting_zh=_waiting(request),
        items=[await _view(session, one, with_reason=in_office) for one in found],
    )


@router.post("/{request_id}/take-up")
async def take_up(request_id: UUID, body: TakenUp, session: Transaction, actor: SignedIn) -> TakenUpView:
    """Handle a difficult case yourself that lies before you as the chair of its area, with a signed date.

    Refusals: `for-the-chair`, `promise-too-late`, `promise-in-the-past`, `not-allowed-now`.
    """
    request, signature = await taking_up.take_up(session, request_id, by=actor, promised_on=body.promised_on)
    return TakenUpView(
        id=request.id,
        stage=request.stage.value,
        stage_zh=request.stage.title_zh,
        promised_on=body.promised_on,
        text_digest=signature.text_digest.hex(),
    )


async def _view(session: Session, given: Dispatch, *, with_reason: bool) -> DispatchView:
    entry = await session.get(DutyEntry, given.duty_entry_id) if given.duty_entry_id else None
    return DispatchView(
        turn=given.turn,
        post_id=given.post_id,
        person_id=given.person_id,
        person_name=given.person_name,
        acting_for_name=given.acting_for_name,
        dispatched_at=given.dispatched_at,
        dispatched_by=given.dispatched_by,
        way=given.way.value,
        why_zh=words.why_of(given, entry),
        duty=entry_view(entry) if entry else None,
        return_by=given.return_by,
        returned_at=given.returned_at,
        return_code=given.return_code.value if given.return_code else None,
        return_code_zh=given.return_code.title_zh if given.return_code else None,
        return_reason=_reason(session, given) if with_reason else None,
    )


def _reason(session: Session, given: Dispatch) -> str | None:
    if given.return_reason is None:
        return None
    return session.use(Vault).open(given.return_reason, place=actions.reason_place(given.id))


def _waiting(request: ServiceRequest) -> str | None:
    """What the case waits for while nobody has it."""
    return words.WAITING.get(request.stage)
