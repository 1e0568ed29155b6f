"""Lists as spreadsheets over HTTP."""

from typing import Annotated
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from chassis.http import Route, SignedIn, Transaction, Transactions, streamed
from chassis.identity import Actor
from chassis.inbox import Sessions
from chassis.sheets.reading import Workbook
from chassis.sheets.writing import GIVEN_OUT, XLSX
from chassis.words import Output
from services.tasks.checklists import actions as lists
from services.tasks.checklists import policy, views
from services.tasks.list_sheets import actions
from services.tasks.list_sheets.rows import Compared, spreadsheet

router = APIRouter(prefix="/checklists", tags=["清单"], route_class=Route)

WORKBOOK = {"requestBody": {"required": True, "content": {XLSX: {"schema": {"type": "string", "format": "binary"}}}}}
SHOWN = 500


class FaultView(Output):
    """One thing wrong with a cell."""

    sheet: str
    row: int
    column: str
    fault_zh: str
    remedy_zh: str
    shown: str


class DifferenceView(Output):
    """What one field of a line is, and what it becomes."""

    number: str
    field_zh: str
    before: str
    after: str


class ComparedView(Output):
    """What taking a sheet in would do, or did."""

    new: list[str]  # numbers of lines
    changed: list[DifferenceView]
    unchanged: int
    missing: list[str]  # numbers of lines that the sheet leaves out; they stay
    faults: list[FaultView]
    token: str | None  # none where there are faults, or once it is done
    said_zh: str


@router.get(
    "/{checklist_id}/sheet",
    response_class=Response,
    responses=GIVEN_OUT,
)
async def checklist_sheet(checklist_id: UUID, session: Transaction, actor: SignedIn) -> Response:
    """A list as a spreadsheet, to be edited and taken in again; who has what and how far it is are shown, not read."""
    found = await views.seen(session, actor, checklist_id)
    items = [one for one in await session.all(views.ALL_ITEMS, list=found.id) if one.withdrawn_at is None]
    holders = await views.holders_of(session, items)
    tallies = await views.tallies_of(session, [one.id for one in items])
    named = quote(f"{found.title}.xlsx")
    return Response(
        spreadsheet(found, items, holders, tallies),
        media_type=XLSX,
        headers={"content-disposition": f"attachment; filename*=UTF-8''{named}", "cache-control": "no-store"},
    )


@router.post("/{checklist_id}/sheet/preview", openapi_extra=WORKBOOK)
@streamed
async def preview_sheet(
    checklist_id: UUID, request: Request, session: Transaction, transactions: Transactions, actor: SignedIn
) -> ComparedView:
    """See exactly what taking a sheet in would change, and every fault by row, column and reason; nothing is changed.

    Refusals: `may-not-keep-lists`, `sheet-unreadable`, `too-large`.
    """
    workbook = await _received(request, transactions, actor, checklist_id)
    found = await lists.locked(session, checklist_id, by=actor)
    checked, compared, token = await actions.look(session, found, workbook)
    faults = [
        FaultView(
            sheet=one.sheet, row=one.row, column=one.column, fault_zh=one.fault, remedy_zh=one.remedy, shown=one.shown
        )
        for one in checked.faults
    ]
    return _view(compared, faults=faults, token=None if faults else token)


@router.post("/{checklist_id}/sheet", openapi_extra=WORKBOOK)
@streamed
async def take_sheet_in(
    checklist_id: UUID,
    request: Request,
    session: Transaction,
    transactions: Transactions,
    actor: SignedIn,
    *,
    token: Annotated[str, Query(pattern="^[0-9a-f]{64}$", description="预览给出的确认码")],
) -> ComparedView:
    """Take a sheet in exactly as its preview showed. Refusals: `not-this-sheet`, `sheet-faulty`, `list-closed`."""
    workbook = await _received(request, transactions, actor, checklist_id)
    found = await lists.locked(session, checklist_id, by=actor)
    return _view(await actions.take_in(session, found, workbook, by=actor, token=token), faults=[], token=None)


async def _received(request: Request, beside: Sessions, actor: Actor, checklist_id: UUID) -> Workbook:
    """The file, read once it is clear that it may come; neither list nor connection is held while it comes."""
    async with beside(None) as first:
        found = await views.seen(first, actor, checklist_id)
        await policy.check_may_keep(first, actor, found.organization_id)
    return await actions.read(request.stream())


def _view(compared: Compared, *, faults: list[FaultView], token: str | None) -> ComparedView:
    done = f"新增 {len(compared.new)} 项，修改 {len(compared.changed)} 项，{compared.unchanged} 项不变"
    kept = f"；表中没有的 {len(compared.gone)} 项保留在清单上，需要撤下的请逐项撤回" if compared.gone else ""
    return ComparedView(
        new=[one.number for one in compared.new],
        changed=[
            DifferenceView(number=one.number, field_zh=one.field_zh, before=one.before, after=one.after)
            for one in compared.differences[:SHOWN]
        ],
        unchanged=compared.unchanged,
        missing=[one.number for one in compared.gone],
        faults=faults,
        token=token,
        said_zh=f"有 {len(faults)} 处错误，请改正后再导入。" if faults else f"{done}{kept}。",
    )
