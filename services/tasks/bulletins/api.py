"""Bulletins over HTTP: published by an organisation, read by everybody."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import Field
from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis.divisions import span_of
from chassis.documents import MEDIA_TYPES, Form
from chassis.documents.answers import answer
from chassis.http import Route, SignedIn, Transaction, public
from chassis.paging import Cursor, Limit, cursor_of_next, place
from chassis.problems import NotFound
from chassis.session import Session
from chassis.words import DivisionCode, Input, Output
from services.tasks.bulletins import actions
from services.tasks.bulletins.model import Bulletin
from services.tasks.bulletins.paper import paper_of_bulletin
from services.tasks.daily_reports.model import EditionReason
from services.tasks.figures.model import Content
from services.tasks.figures.paper import ContentView, content_view

router = APIRouter(prefix="/bulletins", tags=["通报"], route_class=Route)

EMPTY = "这里还没有发布过通报。"
PAGE = (
    select(Bulletin)
    .where(
        col(Bulletin.division_code).between(bindparam("first_code"), bindparam("last_code")),
        col(Bulletin.id) < bindparam("before"),
    )
    .order_by(col(Bulletin.id).desc())
    .limit(bindparam("limit"))
)


class BulletinAsked(Input):
    """About which days; the figures come from the rows."""

    organization_id: UUID
    first_on: date
    last_on: date = Field(description="最后一天（北京时间），须已过去")


class BulletinEdition(Input):
    """Why a bulletin is issued anew."""

    reason: EditionReason


class BulletinLine(Output):
    """A bulletin in a list."""

    id: UUID
    organization_id: UUID
    division_code: str
    number_zh: str
    title: str
    first_on: date
    last_on: date
    edition: int
    newest: bool
    reason_zh: str | None
    published_at: datetime


class BulletinPage(Output):
    """From new to old, every edition."""

    items: list[BulletinLine]
    next: str | None
    hint_zh: str | None


class BulletinView(Output):
    """A bulletin as it was published."""

    bulletin: BulletinLine
    content: ContentView
    digest: str  # SHA-256 of what was frozen, hexadecimal


@router.get("/preview")
async def preview_bulletin(
    session: Transaction, actor: SignedIn, *, organization_id: UUID, first_on: date, last_on: date
) -> ContentView:
    """What a bulletin of your organisation about these days would say.

    Refusals: `may-not-publish-bulletins`, `wrong-bulletin-days`.
    """
    found = await actions.preview(session, by=actor, organization_id=organization_id, first=first_on, last=last_on)
    return content_view(found)


@router.post("", status_code=201)
async def publish_bulletin(body: BulletinAsked, session: Transaction, actor: SignedIn) -> BulletinView:
    """Publish what the rows say of your organisation's units in these days.

    Refusals: `may-not-publish-bulletins`, `wrong-bulletin-days`.
    """
    made = await actions.publish(
        session, by=actor, organization_id=body.organization_id, first=body.first_on, last=body.last_on
    )
    return _view(made)


@router.post("/{bulletin_id}/editions", status_code=201)
async def issue_bulletin_anew(
    bulletin_id: UUID, body: BulletinEdition, session: Transaction, actor: SignedIn
) -> BulletinView:
    """Publish what the rows say now as a new edition; the old one stays readable.

    Refusals: `may-not-publish-bulletins`, `edition-replaced`, `same-figures`.
    """
    return _view(await actions.issue_anew(session, bulletin_id, by=actor, reason=body.reason))


@router.get("")
@public
async def bulletins(
    session: Transaction, *, division_code: DivisionCode, cursor: Cursor = None, limit: Limit = 25
) -> BulletinPage:
    """The bulletins of an area, for everybody; about units, never about persons."""
    first_code, last_code = span_of(division_code)
    found = await session.all(PAGE, first_code=first_code, last_code=last_code, before=place(cursor), limit=limit)
    return BulletinPage(
        items=[_line(one) for one in found],
        next=cursor_of_next(found, limit=limit),
        hint_zh=None if found or cursor else EMPTY,
    )


@router.get("/{bulletin_id}")
@public
async def bulletin(bulletin_id: UUID, session: Transaction) -> BulletinView:
    """A bulletin as it was published, for everybody; every edition for ever."""
    return _view(await _seen(session, bulletin_id))


@router.get(
    "/{bulletin_id}/document",
    response_class=Response,
    responses={200: {"content": {kind: {} for kind in MEDIA_TYPES.values()}, "description": "The bulletin as a file."}},
)
@public
async def bulletin_document(
    bulletin_id: UUID,
    session: Transaction,
    form: Annotated[Form, Query(description="pdf、docx 或 html")] = Form.PDF,
) -> Response:
    """A bulletin as an official document, for everybody. Refusals: `cannot-be-set`, `typesetter-busy`."""
    one = await _seen(session, bulletin_id)
    return await answer(session, paper_of_bulletin(one), form, name=f"bulletin-{one.year}-{one.place}-{one.edition}")


async def _seen(session: Session, bulletin_id: UUID) -> Bulletin:
    found = await session.get(Bulletin, bulletin_id)
    if found is None:
        raise NotFound()
    return found


def _line(one: Bulletin) -> BulletinLine:
    return BulletinLine(
        id=one.id,
        organization_id=one.organization_id,
        division_code=one.division_code,
        number_zh=one.number_zh,
        title=Content.unpacked(one.content).title,
        first_on=one.first_on,
        last_on=one.last_on,
        edition=one.edition,
        newest=one.replaced_at is None,
        reason_zh=one.reason.title_zh if one.reason else None,
        published_at=one.published_at,
    )


def _view(one: Bulletin) -> BulletinView:
    return BulletinView(
        bulletin=_line(one), content=content_view(Content.unpacked(one.content)), digest=one.digest.hex()
    )
