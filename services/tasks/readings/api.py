"""Readings over HTTP: a person sees who looked at their case."""

from uuid import UUID

from fastapi import APIRouter

from chassis.http import Route, SignedIn, Transaction
from chassis.words import Output
from services.tasks.readings.views import ReadingLine, of_case
from services.tasks.requests.policy import check_may_see_readings
from services.tasks.requests.views import seen

router = APIRouter(prefix="/requests", tags=["诉求"], route_class=Route)


class ReadingList(Output):
    """Who looked at your case, on which days, by which post."""

    items: list[ReadingLine]


@router.get("/{request_id}/readings")
async def readings(request_id: UUID, session: Transaction, actor: SignedIn) -> ReadingList:
    """Who in office looked at your case, or at one that you audit. Raises `NotFound` for all others."""
    request = await seen(session, request_id)
    await check_may_see_readings(session, actor, request)
    return ReadingList(items=await of_case(session, request_id))
