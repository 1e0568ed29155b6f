"""Rectifications below one's own organisation over HTTP, as pages and as a spreadsheet."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from chassis.cursors import BEGINNING, END, cursor_after_instant, place_by_instant
from chassis.http import Route, SignedIn, Transaction
from chassis.paging import Cursor, Limit
from chassis.session import Session
from chassis.sheets.tables import table
from chassis.sheets.writing import GIVEN_OUT, XLSX
from chassis.words import Output
from services.tasks.notices.sentences import moment
from services.tasks.rectifications import below
from services.tasks.rectifications.api import RectificationView, view
from services.tasks.rectifications.below import Waits
from services.tasks.rectifications.model import Rectification

router = APIRouter(prefix="/rectifications/below", tags=["整改"], route_class=Route)

MOST_ROWS = 2000
COLUMNS = ("单位", "轮次", "起因", "认定原因", "情况", "责任人", "到期", "逾期", "逾期提级前责任人", "事项编号")

WaitsFor = Annotated[Waits, Query(description="work 为整改中的，verification 为待复核的，nothing 为已复核的")]
Unit = Annotated[UUID | None, Query(description="只看这个组织和它的下级组织")]
Late = Annotated[bool, Query(description="只看已逾期的")]


class RectificationBelow(RectificationView):
    """A rectification in the list of those above."""

    organization_name: str
    late: bool
    late_zh: str | None  # what is to be done


class BelowPage(Output):
    """Rectifications by their date, so that what is overdue comes first."""

    items: list[RectificationBelow]
    next: str | None
    title_zh: str  # what to show where there are none


@router.get("")
async def rectifications_below(
    session: Transaction,
    actor: SignedIn,
    *,
    waits: WaitsFor = Waits.WORK,
    organization_id: Unit = None,
    late: Late = False,
    cursor: Cursor = None,
    limit: Limit = 25,
) -> BelowPage:
    """Those of the organisations whose work you oversee, what is overdue first. Refusals: `wrong-cursor`."""
    found = await below.page(
        session,
        actor,
        waits,
        organization_id=organization_id,
        until=session.now if late else END,
        after=place_by_instant(cursor),
        limit=limit,
    )
    return BelowPage(
        items=await _lines(session, found),
        next=cursor_after_instant(found[-1].due_at, found[-1].id) if len(found) == limit else None,
        title_zh="" if found else "没有这样的整改。",
    )


@router.get("/sheet", response_class=Response, responses=GIVEN_OUT)
async def rectification_sheet(
    session: Transaction,
    actor: SignedIn,
    *,
    waits: WaitsFor = Waits.WORK,
    organization_id: Unit = None,
    late: Late = False,
) -> Response:
    """The same as .xlsx, the first 2,000; of the case its id alone."""
    found = await below.page(
        session,
        actor,
        waits,
        organization_id=organization_id,
        until=session.now if late else END,
        after=BEGINNING,
        limit=MOST_ROWS,
    )
    rows = (
        (
            one.organization_name,
            one.round,
            one.cause_zh,
            one.ground_zh,
            one.stage_zh,
            one.responsible_name,
            moment(one.due_at),
            "是" if one.late else "否",
            one.lifted_from_name,
            one.request_id,
        )
        for one in await _lines(session, found)
    )
    headers = {"Content-Disposition": 'attachment; filename="rectifications.xlsx"', "Cache-Control": "no-store"}
    return Response(table("整改", COLUMNS, rows), headers=headers, media_type=XLSX)


async def _lines(session: Session, found: list[Rectification]) -> list[RectificationBelow]:
    names = await below.names_of(session, found)
    return [
        RectificationBelow(
            **view(one).model_dump(),
            organization_name=names.get(one.organization_id, ""),
            late=one.late(session.now),
            late_zh="已逾期，请督促责任人马上整改并报告。" if one.late(session.now) else None,
        )
        for one in found
    ]
