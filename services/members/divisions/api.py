"""The list of divisions, level by level."""

from fastapi import APIRouter
from pydantic import BaseModel

from chassis.http import Route, SignedIn, Transaction
from services.members import paging
from services.members.divisions.codes import Code
from services.members.divisions.views import DivisionView, divisions_below

router = APIRouter(prefix="/divisions", tags=["行政区划"], route_class=Route)


class DivisionPage(BaseModel):
    """Divisions, and where the next page begins."""

    items: list[DivisionView]
    next_cursor: str | None


@router.get("", response_model=DivisionPage)
async def list_divisions(
    session: Transaction,
    _: SignedIn,
    superior_code: Code | None = None,
    cursor: paging.Cursor = None,
    limit: paging.Limit = 25,
) -> DivisionPage:
    """The divisions directly below one, by code; without `superior_code` the districts. Raises `CursorUnreadable`."""
    found = await divisions_below(session, superior_code, after=paging.after(cursor), most=limit + 1)
    rows, next_cursor = paging.cut(found, limit=limit, key=lambda division: division.code)
    return DivisionPage(items=[DivisionView.model_validate(row) for row in rows], next_cursor=next_cursor)
