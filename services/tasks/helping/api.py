"""Helpers over HTTP."""

from datetime import datetime
from uuid import UUID

from fastapi import APIRouter

from chassis.http import Route, SignedIn, Transaction
from chassis.session import Session
from chassis.words import Input, Output, Words
from services.tasks.helping import actions, views
from services.tasks.helping.model import Helper, HelperNote
from services.tasks.requests import policy
from services.tasks.requests.views import seen

router = APIRouter(prefix="/requests", tags=["协办"], route_class=Route)

NOBODY = "没有人协办；主办人可以请其他在岗人员协办。"


class HelperNoteView(Output):
    """What a helper added."""

    id: UUID
    at: datetime
    words: str | None  # none once the requester had themselves erased


class HelperView(Output):
    """Somebody who helps, or helped until an instant."""

    id: UUID
    post_id: UUID
    person_id: UUID
    person_name: str
    part: str | None  # what the duty list says that the township does to help
    asked_at: datetime
    asked_by: UUID | None  # none where the duty list asked
    released_at: datetime | None
    notes: list[HelperNoteView]


class HelpersView(Output):
    """Everybody who helps with a case, or helped."""

    items: list[HelperView]
    hint_zh: str | None


class NewHelper(Input):
    """Whose post is asked to help."""

    post_id: UUID


class NewNote(Input):
    """What was found out or done."""

    words: Words


@router.get("/{request_id}/helpers")
async def helpers(request_id: UUID, session: Transaction, actor: SignedIn) -> HelpersView:
    """Who helps with the case, and what they added."""
    request = await seen(session, request_id)
    await policy.check_may_see(session, actor, request)
    found = await views.helpers_of(session, request.id)
    notes = await views.notes_of(session, request.id) if found else {}
    items = [_view(session, one, notes.get(one.id, [])) for one in found]
    return HelpersView(items=items, hint_zh=None if items else NOBODY)


@router.post("/{request_id}/helpers", status_code=201)
async def ask_for_help(request_id: UUID, body: NewHelper, session: Transaction, actor: SignedIn) -> HelperView:
    """Ask somebody in office to help with a case that you lead or oversee.

    Refusals: `may-not-ask-for-help`, `nobody-to-help`, `helps-already`, `taken-back-by-the-county`, `not-above-them`.
    """
    return _view(session, await actions.ask_for_help(session, request_id, by=actor, post_id=body.post_id), [])


@router.post("/{request_id}/helpers/notes", status_code=201)
async def add_note(request_id: UUID, body: NewNote, session: Transaction, actor: SignedIn) -> HelperView:
    """Say what you found out or did, as a helper; whoever leads is told. Refusals: `not-a-helper`."""
    helper, note = await actions.add_note(session, request_id, by=actor, words=body.words)
    return _view(session, helper, [note])


@router.post("/{request_id}/helpers/{helper_id}/release")
async def release(request_id: UUID, helper_id: UUID, session: Transaction, actor: SignedIn) -> HelperView:
    """The help is needed no longer. Refusals: `may-not-ask-for-help`."""
    return _view(session, await actions.release(session, request_id, helper_id, by=actor), [])


def _view(session: Session, helper: Helper, notes: list[HelperNote]) -> HelperView:
    return HelperView(
        id=helper.id,
        post_id=helper.post_id,
        person_id=helper.person_id,
        person_name=helper.person_name,
        part=helper.part,
        asked_at=helper.asked_at,
        asked_by=helper.asked_by,
        released_at=helper.released_at,
        notes=[HelperNoteView(id=one.id, at=one.at, words=views.words_of(session, one)) for one in notes],
    )
