"""Publications over HTTP: looked over case by case by those above the village."""

from datetime import datetime
from uuid import UUID

from fastapi import APIRouter

from chassis.http import Route, SignedIn, Transaction
from chassis.paging import Cursor, Limit, cursor_after, place
from chassis.session import Session
from chassis.words import Input, Output, Words
from services.tasks.attachments import views as attachments
from services.tasks.places.model import middle_of
from services.tasks.publications import actions, views
from services.tasks.publications.actions import NotPublished
from services.tasks.publications.model import Publication
from services.tasks.readings.actions import note_reading
from services.tasks.requests.policy import check_may_see
from services.tasks.requests.views import seen

router = APIRouter(tags=["对外公开"], route_class=Route)


class Review(Input):
    """What the public is to read of a case instead of the neutral sentence."""

    description: Words


class Withholding(Input):
    """Whether the whole case is kept back."""

    withheld: bool


class FileRelease(Input):
    """Whether one picture of the case is let out."""

    attachment_id: UUID
    released: bool


class SupplementRelease(Input):
    """What the public is to read of a supplement; nothing takes it back."""

    supplement_id: UUID
    description: Words | None = None


class FileView(Output):
    """A file of the case, and since when the public sees it."""

    attachment_id: UUID
    media_type: str
    released_at: datetime | None


class SupplementView(Output):
    """What a system outside added, and what of it the public reads."""

    id: UUID
    at: datetime
    said: str
    description: str | None


class StepView(Output):
    """A step as the public reads it."""

    at: datetime
    step: str
    step_zh: str


class PublicationView(Output):
    """What of a case the public sees, beside what it does not."""

    request_id: UUID
    service_code: str
    description: str  # as the public reads it
    reviewed: bool
    reviewed_at: datetime | None
    reviewed_by: UUID | None
    withheld: bool
    latitude: float | None  # of the middle of the cell that the public is shown; WGS-84
    longitude: float | None
    files: list[FileView]
    supplements: list[SupplementView]
    steps: list[StepView]


class WaitingView(Output):
    """A case that nobody has looked over yet."""

    request_id: UUID
    service_code: str
    division_code: str
    submitted_at: datetime


class WaitingPage(Output):
    """From new to old."""

    items: list[WaitingView]
    next: str | None


@router.get("/publications")
async def publications(session: Transaction, actor: SignedIn, cursor: Cursor = None, limit: Limit = 25) -> WaitingPage:
    """Public cases of your area that wait to be looked over; until then the public reads a neutral sentence."""
    found = await views.waiting(session, actor, before=place(cursor), limit=limit)
    names = WaitingView.model_fields
    return WaitingPage(
        items=[WaitingView.model_validate(dict(zip(names, line, strict=True))) for line in found],
        next=cursor_after(found[-1][0]) if len(found) == limit else None,
    )


@router.get("/requests/{request_id}/publication")
async def publication(request_id: UUID, session: Transaction, actor: SignedIn) -> PublicationView:
    """What the public sees of a case that you may see. Refusal: `not-published`."""
    request = await seen(session, request_id)
    await check_may_see(session, actor, request)
    published = await session.get(Publication, request_id)
    if published is None or request.anonymous or request.about_post_id is not None:
        raise NotPublished()
    await note_reading(session, actor, request)
    return await _view(session, published)


@router.post("/requests/{request_id}/publication")
async def review(request_id: UUID, body: Review, session: Transaction, actor: SignedIn) -> PublicationView:
    """Have the public read these words. Refusals: `may-not-publish`, `not-published`, `looks-personal`."""
    return await _view(session, await actions.review(session, request_id, by=actor, words=body.description))


@router.post("/requests/{request_id}/publication/withholding")
async def withhold(request_id: UUID, body: Withholding, session: Transaction, actor: SignedIn) -> PublicationView:
    """Keep the whole case back, or show it again. Refusals: `may-not-publish`, `not-published`."""
    return await _view(session, await actions.withhold(session, request_id, by=actor, withheld=body.withheld))


@router.post("/requests/{request_id}/publication/files")
async def release_file(request_id: UUID, body: FileRelease, session: Transaction, actor: SignedIn) -> PublicationView:
    """Let one picture out, or take it back. Refusals: `may-not-publish`, `not-published`, `only-pictures`."""
    return await _view(
        session,
        await actions.release(session, request_id, by=actor, attachment_id=body.attachment_id, released=body.released),
    )


@router.post("/requests/{request_id}/publication/supplements")
async def release_supplement(
    request_id: UUID, body: SupplementRelease, session: Transaction, actor: SignedIn
) -> PublicationView:
    """Have the public read these words of a supplement, or nothing of it.

    Refusals: `may-not-publish`, `not-published`, `no-such-supplement`, `looks-personal`.
    """
    return await _view(
        session,
        await actions.let_out(session, request_id, by=actor, supplement_id=body.supplement_id, words=body.description),
    )


async def _view(session: Session, published: Publication) -> PublicationView:
    request = await seen(session, published.request_id)
    released = {one.attachment_id: one for one in await session.all(views.RELEASED, request=request.id)}
    files = await session.all(attachments.OF_REQUEST, request=request.id)
    spot = None if request.cell_y is None or request.cell_x is None else middle_of(request.cell_y, request.cell_x)
    return PublicationView(
        request_id=request.id,
        service_code=published.service_code,
        description=views.description_of(session, published),
        reviewed=published.words is not None,
        reviewed_at=published.reviewed_at,
        reviewed_by=published.reviewed_by,
        withheld=published.withheld,
        latitude=spot.latitude if spot else None,
        longitude=spot.longitude if spot else None,
        files=[
            FileView(
                attachment_id=file.id,
                media_type=file.media_type or "",
                released_at=released[file.id].released_at if file.id in released else None,
            )
            for file in files
        ],
        supplements=[
            SupplementView(
                id=one.id,
                at=one.at,
                said=views.said_of(session, one),
                description=views.public_words_of(session, one),
            )
            for one in await session.all(views.SUPPLEMENTS, request=request.id)
        ],
        steps=[
            StepView(at=one.at, step=one.step.value, step_zh=one.step.title_zh)
            for one in await session.all(views.STEPS, request=request.id)
        ],
    )
