"""Readings over HTTP: a person sees who looked at their case."""

from uuid import UUID

from fastapi import APIRouter

from chassis.http import Route, SignedIn, Transaction
from chassis.problems import NotFound
from chassis.words import Output
from services.tasks.readings.views import ReadingLine, of_case
from services.tasks.requests.views import seen

router = APIRouter(prefix="/requests", tags=["诉求"], route_class=Route)


class ReadingList(Output):
    """Who looked at your case, on which days, by which post."""

    items: list[ReadingLine]


@router.get("/{request_id}/readings")
async def readings(request_id: UUID, session: Transaction, actor: SignedIn) -> ReadingList:
    """Who in office looked at your case. Raises `NotFound` for a case that is not yours."""
    request = await seen(session, request_id)
    if request.requester_id != actor.person_id:
        raise NotFound()
    return ReadingList(items=await of_case(session, request_id))
