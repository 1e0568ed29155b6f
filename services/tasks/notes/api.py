"""Notes over HTTP: those that one took or that are about one's own matters, and what becomes of them."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Body, Response
from sqlalchemy import bindparam, or_
from sqlmodel import col, select

from chassis.http import Route, SignedIn, Transaction
from chassis.paging import Cursor, Limit, cursor_of_next, place
from chassis.problems import NotFound
from chassis.proposals import Nothing
from chassis.session import Session
from chassis.words import Output
from services.tasks.notes import actions
from services.tasks.notes.model import Note, NoteStage
from services.tasks.requests.forms import SubmittedView
from services.tasks.requests.showing import submitted_view

router = APIRouter(prefix="/notes", tags=["代办便签"], route_class=Route)

MINE = (
    select(Note)
    .where(
        or_(col(Note.agent_id) == bindparam("person"), col(Note.principal_id) == bindparam("person")),
        col(Note.stage) == NoteStage.KEPT,
        col(Note.id) < bindparam("before"),
    )
    .order_by(col(Note.id).desc())
    .limit(bindparam("most"))
)


class NoteView(Output):
    """A note as its two people see it."""

    id: UUID
    agent_id: UUID
    principal_id: UUID
    division_code: str
    item_code: str | None
    kind_zh: str | None
    wording: str | None
    stage: NoteStage
    stage_zh: str
    taken_at: datetime
    kept_until: datetime
    request_id: UUID | None


class NotePage(Output):
    """Notes that wait, from new to old."""

    items: list[NoteView]
    next: str | None


@router.get("")
async def notes(session: Transaction, actor: SignedIn, cursor: Cursor = None, limit: Limit = 25) -> NotePage:
    """What you wrote down as an agent, or what an agent wrote down for you, and waits for the villager's word."""
    found = await session.all(MINE, person=actor.person_id, before=place(cursor), most=limit)
    following = cursor_of_next(found, limit=limit)
    return NotePage(items=[_view(session, one) for one in found], next=following)


@router.get("/{note_id}")
async def note(note_id: UUID, session: Transaction, actor: SignedIn) -> NoteView:
    """One of them, for its two people alone."""
    found = await session.get(Note, note_id)
    if found is None or actor.person_id not in {found.agent_id, found.principal_id}:
        raise NotFound()
    return _view(session, found)


@router.post("/{note_id}/confirmation", status_code=201, response_model=SubmittedView)
async def confirm_note(note_id: UUID, _: Annotated[Nothing, Body()], session: Transaction, actor: SignedIn) -> Response:
    """Have what an agent wrote down for you sent in; you get its tracking code. Refusals: `not-allowed-now`."""
    done = await actions.confirm(session, note_id, by=actor)
    return Response(submitted_view(done).model_dump_json(), 201, media_type="application/json")


@router.post("/{note_id}/drop")
async def drop_note(note_id: UUID, _: Annotated[Nothing, Body()], session: Transaction, actor: SignedIn) -> NoteView:
    """Throw it away, with its words. Refusals: `not-allowed-now`."""
    return _view(session, await actions.drop(session, note_id, by=actor))


def _view(session: Session, found: Note) -> NoteView:
    said = actions.submission_of(session, found)
    return NoteView(
        id=found.id,
        agent_id=found.agent_id,
        principal_id=found.principal_id,
        division_code=found.division_code,
        item_code=found.item_code,
        kind_zh=said.kind.title_zh if said and said.kind else None,
        wording=said.wording if said else None,
        stage=found.stage,
        stage_zh=found.stage.title_zh,
        taken_at=found.taken_at,
        kept_until=found.kept_until,
        request_id=found.request_id,
    )
