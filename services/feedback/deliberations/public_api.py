"""What villages resolved and what came of it, for anybody, and which meetings of villagers lie ahead."""

from datetime import datetime
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel

from chassis.cached import IfNoneMatch, cached
from chassis.clock import local_date
from chassis.http import Route, Transaction, public
from chassis.paging import Cursor, Limit, cursor_of_next, place
from services.feedback.deliberations import shown, views
from services.feedback.deliberations.api import Area
from services.feedback.deliberations.meetings.model import VillageMeetingStage
from services.feedback.deliberations.shown import MatterLine, MeetingView, NoticeView

router = APIRouter(prefix="/village-decisions", tags=["四议两公开"], route_class=Route)

NOTE_ZH = "这里公开村里议决事项的决议和实施结果。公开期内有不同意见，请登录后在该事项下提出，会有人限期答复。"


class PublicMatters(BaseModel):
    """Resolutions from new to old."""

    note_zh: str
    items: list[MatterLine]
    next_cursor: str | None


class PublicMatter(BaseModel):
    """One resolution, how it came about and what came of it; counts alone."""

    matter: MatterLine
    words: str
    meetings: list[MeetingView]
    notices: list[NoticeView]


class MeetingAnnounced(BaseModel):
    """A meeting of villagers that lies ahead."""

    id: UUID
    division_code: str
    village: str
    kind_zh: str
    meets_at: datetime
    place: str
    agenda: str
    rule_zh: str


class MeetingsAhead(BaseModel):
    """The notice of meetings, from the last called."""

    items: list[MeetingAnnounced]
    next_cursor: str | None


@router.get("", response_model=PublicMatters)
@public
async def public_matters(
    session: Transaction, *, code: Area, cursor: Cursor = None, limit: Limit = 25, if_none_match: IfNoneMatch = None
) -> Response:
    """What the villages of an area resolved and published. An `ETag` is given. Refusals: `wrong-cursor`."""
    found = await views.public(session, views.Asked(code), before=place(cursor), limit=limit)
    return cached(
        PublicMatters(
            note_zh=NOTE_ZH,
            items=await shown.lines(session, found, today=local_date(session.now)),
            next_cursor=cursor_of_next(found, limit=limit),
        ),
        if_none_match,
    )


@router.get("/meetings", response_model=MeetingsAhead)
@public
async def meetings_ahead(
    session: Transaction, *, code: Area, cursor: Cursor = None, limit: Limit = 25, if_none_match: IfNoneMatch = None
) -> Response:
    """The meetings of villagers that were called and lie ahead. An `ETag` is given. Refusals: `wrong-cursor`."""
    found = await views.ahead(session, code, before=place(cursor), limit=limit)
    names = await views.names_of(session, (one.division_code for one in found))
    announced = [
        MeetingAnnounced(
            id=one.id,
            division_code=one.division_code,
            village=names[one.division_code],
            kind_zh=shown.KINDS_ZH[one.kind],
            meets_at=one.meets_at,
            place=one.place,
            agenda=views.agenda_of(session, one),
            rule_zh=shown.rule_zh(one),
        )
        for one in found
    ]
    return cached(MeetingsAhead(items=announced, next_cursor=cursor_of_next(found, limit=limit)), if_none_match)


@router.get("/{matter_id}", response_model=PublicMatter)
@public
async def public_matter(matter_id: UUID, session: Transaction, *, if_none_match: IfNoneMatch = None) -> Response:
    """A resolution that was published, with the counts of its meetings and its publications.

    An `ETag` is given. Refusals: `not-found`.
    """
    matter = await views.published(session, matter_id)
    view = await shown.matter_view(session, matter, today=local_date(session.now))
    confirmed = [one for one in view.meetings if one.stage is VillageMeetingStage.CONFIRMED]
    return cached(
        PublicMatter(matter=view.matter, words=view.words, meetings=confirmed, notices=view.notices), if_none_match
    )
