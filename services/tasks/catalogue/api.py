"""The catalogue over HTTP."""

from fastapi import APIRouter

from chassis.clock import local_date
from chassis.http import Route, Transaction, public
from chassis.words import Output
from services.tasks.catalogue.model import Catalogue

router = APIRouter(prefix="/catalogue", tags=["代办事项目录"], route_class=Route)


class ItemView(Output):
    """An errand as it is offered today."""

    code: str
    version: int
    name: str
    kind: str
    kind_zh: str
    papers: list[str]
    legal_time: str
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
async def catalogue(session: Transaction) -> CatalogueView:
    """Every errand offered today, with its papers, legal time and fee (none), and the kinds of free matters."""
    book = session.use(Catalogue)
    return CatalogueView(
        items=[
            ItemView(
                code=item.code,
                version=item.version,
                name=item.name,
                kind=item.kind.value,
                kind_zh=item.kind.title_zh,
                papers=list(item.papers),
                legal_time=item.legal_time.title_zh,
                fee=item.fee,
                applicants=[applicant.title_zh for applicant in item.applicants],
                evidence=item.evidence,
                note=item.note,
                source=item.source,
                confidence=item.confidence.value,
            )
            for item in book.offered(on=local_date(session.now))
        ],
        free_matters=[MatterView(kind=m.kind.value, name=m.name, hint=m.hint) for m in book.free_matters],
    )
