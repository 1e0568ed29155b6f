"""The list of divisions, level by level."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel

from chassis.http import Route, SignedIn, Transaction
from chassis.paging import Cursor, Limit
from services.members.divisions.codes import Code
from services.members.divisions.views import DivisionView, divisions_below
from services.members.paging import code_after, cursor_after_code, cut

router = APIRouter(prefix="/divisions", tags=["行政区划"], route_class=Route)


class DivisionPage(BaseModel):
    """Divisions, and where the next page begins."""

    items: list[DivisionView]
    next: str | None


@router.get("", response_model=DivisionPage)
async def list_divisions(
    session: Transaction,
    _: SignedIn,
    superior_code: Annotated[Code | None, Query(description="上一级区划代码，12位；不填为区县")] = None,
    cursor: Cursor = None,
    limit: Limit = 25,
) -> DivisionPage:
    """The divisions directly below one, by code; without `superior_code` the districts. Raises `WrongCursor`."""
    found = await divisions_below(session, superior_code, after=code_after(cursor), most=limit + 1)
    rows, cursor_of_next = cut(found, limit=limit, cursor=lambda division: cursor_after_code(division.code))
    return DivisionPage(items=[DivisionView.model_validate(row) for row in rows], next=cursor_of_next)
