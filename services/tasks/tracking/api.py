"""Tracking over HTTP: the code stands in the body, so that no address and no log holds it."""

from typing import Annotated

from fastapi import APIRouter
from pydantic import Field

from chassis.http import Route, Transaction, public
from chassis.words import Input
from services.tasks.tracking import codes, views
from services.tasks.tracking.views import TrackedView

router = APIRouter(prefix="/tracking", tags=["查询码"], route_class=Route)


class Tracking(Input):
    """The code that was noted down at the submission."""

    code: Annotated[str, Field(max_length=40)]


@router.post("")
@public
async def track(body: Tracking, session: Transaction) -> TrackedView:
    """How far a request has come, by its tracking code; in the body, so that no address or log holds it.

    It carries no right to judge. Refusals: `wrong-tracking-code`, `not-found`.
    """
    return await views.tracked(session, await views.by_code(session, codes.plain(body.code)))
