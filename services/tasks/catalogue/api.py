"""The catalogue over HTTP."""

import asyncio
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Path, Query, Response

from chassis.clock import local_date
from chassis.http import Route, Transaction, public
from chassis.words import DivisionCode, Output
from services.tasks.catalogue.model import Catalogue, CatalogueItem
from services.tasks.catalogue.templates import MEDIA_TYPES, Template
from services.tasks.own_times import views as own_times
from services.tasks.own_times.views import OwnTime

router = APIRouter(prefix="/catalogue", tags=["代办事项目录"], route_class=Route)

Area = Annotated[DivisionCode | None, Query(description="村（社区）代码；填写后一并显示本村代办员自己承诺的时限")]

File = Annotated[str, Path(max_length=70, pattern=r"^[a-z0-9][a-z0-9_.-]*$", description="表格的文件名")]

# A form is a file of the operator's: it is saved or printed, and runs nothing here.
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'; style-src 'unsafe-inline'",
    "Cache-Control": "public, max-age=3600",
}


class TemplateView(Output):
    """A form to fill in."""

    title: str
    file: str
    address: str  # below the service's own


class OwnTimeView(Output):
    """What somebody in office says that they usually need, beside the legal time."""

    id: str
    post_id: str
    post_kind: str
    name: str
    division_code: str
    own_days: int  # working days
    said_zh: str


class ItemView(Output):
    """An errand as it is offered today."""

    code: str
    version: int
    name: str
    kind: str
    kind_zh: str
    papers: list[str]
    templates: list[TemplateView]
    legal_time: str
    own_times: list[OwnTimeView]  # of the area that was asked for
    fee: int  # fen; always nought
    applicants: list[str]
    evidence: str | None
    note: str | None
    source: str
    confidence: str


class MatterView(Output):
    """A kind of matter that is reported in free words."""

    kind: str
    name: str
    hint: str


class CatalogueView(Output):
    """What can be asked for."""

    items: list[ItemView]
    free_matters: list[MatterView]


@router.get("")
@public
async def catalogue(session: Transaction, division_code: Area = None) -> CatalogueView:
    """Every errand offered today, with its papers, forms, legal time and fee (none), and the kinds of free matters.

    With a village's code, what those who serve it say that they usually need stands beside the legal time.
    """
    book, today = session.use(Catalogue), local_date(session.now)
    own = await own_times.of_area(session, division_code, today=today) if division_code else {}
    return CatalogueView(
        items=[_item(item, own.get(item.code, [])) for item in book.offered(on=today)],
        free_matters=[MatterView(kind=m.kind.value, name=m.name, hint=m.hint) for m in book.free_matters],
    )


@router.get(
    "/templates/{file}",
    response_class=Response,
    responses={200: {"content": {kind: {} for kind in MEDIA_TYPES.values()}, "description": "The form."}},
)
@public
async def template(file: File, session: Transaction) -> Response:
    """A form to fill in, as a file to save or print."""
    found, path = session.use(Catalogue).template(file)
    content = await asyncio.to_thread(path.read_bytes)
    named = quote(f"{found.title}.{found.file.rpartition('.')[2]}")
    disposition = f"attachment; filename=\"{found.file}\"; filename*=UTF-8''{named}"
    return Response(content, media_type=found.media_type, headers=HEADERS | {"Content-Disposition": disposition})


def _item(item: CatalogueItem, own: list[OwnTime]) -> ItemView:
    return ItemView(
        code=item.code,
        version=item.version,
        name=item.name,
        kind=item.kind.value,
        kind_zh=item.kind.title_zh,
        papers=list(item.papers),
        templates=[_template(one) for one in item.templates],
        legal_time=item.legal_time.title_zh,
        own_times=[_own(one, item) for one in own],
        fee=item.fee,
        applicants=[applicant.title_zh for applicant in item.applicants],
        evidence=item.evidence,
        note=item.note,
        source=item.source,
        confidence=item.confidence.value,
    )


def _template(one: Template) -> TemplateView:
    return TemplateView(title=one.title, file=one.file, address=f"/catalogue/templates/{one.file}")


def _own(one: OwnTime, item: CatalogueItem) -> OwnTimeView:
    return OwnTimeView(
        id=str(one.id),
        post_id=str(one.post_id),
        post_kind=one.post_kind,
        name=one.name,
        division_code=one.division_code,
        own_days=one.own_days,
        said_zh=f"{one.name}承诺一般 {one.own_days} 个工作日办结（法定 {item.legal_time.title_zh}）",
    )
