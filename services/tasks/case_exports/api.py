"""Exports of lists over HTTP."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response
from fastapi.responses import StreamingResponse

from chassis import audit
from chassis.clock import local_date
from chassis.http import Route, SignedIn, Transaction, public
from chassis.objects import Objects
from chassis.problems import NotFound
from chassis.secrecy import Vault
from chassis.session import Session
from chassis.sheets.writing import GIVEN_OUT, XLSX
from chassis.words import Input, Output
from services.tasks.attachments.addresses import check_address, signed
from services.tasks.case_exports import actions
from services.tasks.case_exports.model import CaseExport, ExportStage
from services.tasks.desk_views.views import Cut
from services.tasks.search.filters import CaseFilter, Order

router = APIRouter(prefix="/case-exports", tags=["检索与列表"], route_class=Route)


class ExportAsked(Input):
    """Which list is to be exported."""

    cut: CaseFilter
    order: Order = Order.NEWEST


class ExportView(Output):
    """How far an export has come, and where it can be had for the next minutes once it is ready."""

    id: UUID
    stage: str
    stage_zh: str
    rows_done: int
    rows_expected: int | None
    cut_short: bool  # there were more rows than an export may have
    size: int | None  # bytes
    asked_at: datetime
    ready_at: datetime | None
    gone_at: datetime
    address: str | None  # with a signature that is good for five minutes; not to be kept


class ExportList(Output):
    """One's own exports, the newest first."""

    items: list[ExportView]


@router.post("", status_code=201)
async def export_cases(body: ExportAsked, session: Transaction, actor: SignedIn) -> ExportView:
    """Have a list written as .xlsx: of what your posts reach, without anything of who asked and without their words.

    It is written beside; ask for it again to see how far it has come. It is gone a day after it was asked for.
    Refusals: `may-not-export`, `too-many-exports`, `nothing-to-find`.
    """
    cut = Cut(**body.cut.model_dump(), order=body.order)
    return _view(session, await actions.ask(session, by=actor, cut=cut))


@router.get("")
async def case_exports(session: Transaction, actor: SignedIn) -> ExportList:
    """Your exports of the last day."""
    return ExportList(items=[_view(session, one) for one in await session.all(actions.OWN, owner=actor.person_id)])


@router.get("/{export_id}")
async def case_export(export_id: UUID, session: Transaction, actor: SignedIn) -> ExportView:
    """One of your exports, with an address to have it once it is ready."""
    found = await session.get(CaseExport, export_id)
    if found is None or found.owner_id != actor.person_id:
        raise NotFound()
    return _view(session, found)


@router.get(
    "/{export_id}/content",
    response_class=Response,
    responses=GIVEN_OUT,
)
@public
async def export_content(
    export_id: UUID,
    session: Transaction,
    until: Annotated[int, Query(ge=0, lt=1 << 62)],
    signature: Annotated[str, Query(pattern="^[0-9a-f]{64}$")],
) -> Response:
    """The spreadsheet itself, by an address that was given for it; `not-found` once that is five minutes old."""
    check_address(session.use(Vault), export_id, until=until, signature=signature, place="case_export.address")
    found = await session.get(CaseExport, export_id)
    if found is None or found.stage is not ExportStage.READY:
        raise NotFound()
    audit.record(session, actor_id=None, action="have_export", about=export_id)
    pieces = await session.use(Objects).get(actions.name_of(export_id), key=actions.key_of(session, found))
    headers = {
        "Cache-Control": "private, no-store",
        "Content-Length": str(found.size),
        "Content-Disposition": f'attachment; filename="cases-{local_date(found.asked_at)}.xlsx"',
        "X-Content-Type-Options": "nosniff",
    }
    return StreamingResponse(pieces, media_type=XLSX, headers=headers)


def _view(session: Session, found: CaseExport) -> ExportView:
    ready = found.stage is ExportStage.READY
    signature = signed(session.use(Vault), found.id, place="case_export.address")
    return ExportView(
        id=found.id,
        stage=found.stage.value,
        stage_zh=found.stage.title_zh,
        rows_done=found.rows_done,
        rows_expected=found.rows_expected,
        cut_short=found.cut_short,
        size=found.size,
        asked_at=found.asked_at,
        ready_at=found.ready_at,
        gone_at=found.asked_at + actions.KEPT,
        address=f"/api/tasks/case-exports/{found.id}/content?{signature}" if ready else None,
    )
